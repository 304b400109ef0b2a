/** A door before a real system: passes everything on, except for the fault that is armed. */
import type { Faults } from '../../../src/rehearse/conformance/bench.ts'
import { listening } from './http.ts'

export interface Fault { kind?: 'broken' | 'missing' | 'lose' | 'limit' }

export function faultsOf(fault: Fault): Faults {
  return {
    breakOff: async () => async () => { fault.kind = 'broken' },
    missing: async () => { fault.kind = 'missing' },
    loseAnswer: async () => { fault.kind = 'lose' },
    limit: async () => { fault.kind = 'limit' },
    mend: async () => { delete fault.kind },
  }
}

const CARRIED = { asked: ['authorization', 'content-type', 'accept'], answered: ['content-type', 'date', 'x-wp-total', 'x-wp-totalpages'] }

/** `creates`: whether a request makes a record, whose answer may then be lost. */
export function passing(target: string, fault: Fault, creates: (method: string, body: string) => boolean): Promise<{ readonly url: string; close(): Promise<void> }> {
  return listening((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const method = request.method!
      if (fault.kind === 'broken') return void response.destroy()
      if (fault.kind === 'limit') return void response.writeHead(429, { 'retry-after': '7' }).end()
      if (fault.kind === 'missing') return void response.writeHead(404).end()
      const lost = fault.kind === 'lose' && creates(method, body)
      const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => CARRIED.asked.includes(name))) as Record<string, string>
      fetch(`${target}${request.url}`, { method, headers, ...(body === '' ? {} : { body }) }).then(async (answer) => {
        const text = await answer.text()
        if (lost) response.destroy()
        else response.writeHead(answer.status, Object.fromEntries(CARRIED.answered.flatMap((name) => (answer.headers.has(name) ? [[name, answer.headers.get(name)!]] : [])))).end(text)
      }).catch(() => response.destroy())
    })
  })
}
