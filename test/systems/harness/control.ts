/**
 * Stops, starts, counts and resets running systems over HTTP, for programs that are not this one:
 * `GET /`, `GET /vendure/requests`, `DELETE /vendure/requests`, `GET /vendure/log`, `POST /vendure/stop|kill|start|reset`.
 */
import { createServer } from 'node:http'
import type { RunningSystem } from './start.ts'

export async function startControl(running: readonly RunningSystem[]): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const answer = (status: number, said: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
    const [, name = '', what = ''] = (request.url ?? '').split('/')
    if (name === '') return answer(200, running.map((system) => ({ name: system.name, url: system.url, version: system.version, ...system.access })))
    const system = running.find((one) => one.name === name)
    if (system === undefined) return answer(404, { message: `There is no ${name} here.` })
    const done: Record<string, () => Promise<unknown> | unknown> = {
      'GET requests': () => system.requests(),
      'GET counts': () => Object.fromEntries(system.counts()),
      'DELETE requests': () => system.forget(),
      'GET log': () => system.log(),
      'POST stop': () => system.stop(),
      'POST kill': () => system.kill(),
      'POST start': () => system.start(),
      'POST reset': () => system.reset(),
    }
    const work = done[`${request.method ?? ''} ${what}`]
    if (work === undefined) return answer(404, { message: `One of: ${Object.keys(done).join(', ')}` })
    void (async () => work())().then((said) => answer(200, said ?? { done: what }), (error: unknown) => answer(500, { message: (error as Error).message }))
    return undefined
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => { server.close(() => resolve()) })
    },
  }
}
