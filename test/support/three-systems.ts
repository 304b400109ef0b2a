/** Three systems that both send and receive one record; most scenarios of the exchange start here. */
import { expect } from 'vitest'
import type { Row, SimulatedOptions } from '../../src/rehearse/systems/simulated.ts'
import { exchange, type Exchange } from './exchange.ts'

export const threePlan = (policy: string, more: { golden?: string; types?: string; fields?: string; identifiers?: string; flow?: string } = {}): string => {
  const fields = more.fields ?? 'code: code, f: f, g: g'
  const hold = `{ key: id, fields: { ${fields} } }`
  return `
plimsoll: 1
name: Scenarios
systems:
  a: { connector: simulated, holds: { thing: ${hold} } }
  b: { connector: simulated, holds: { thing: ${hold} } }
  c: { connector: simulated, holds: { thing: ${hold} } }
entities:
  thing:
    identifiers: ${more.identifiers ?? '[code]'}
    golden: { home: plimsoll, by_field: { f: ${policy} }${more.golden ?? ''} }
    fields: { ${more.types ?? 'code: text, f: text, g: text'} }
flows:
  things: { entity: thing, between: [a, b, c]${more.flow ?? ''} }
`
}

export async function threeSystems(policy: string, options: Omit<SimulatedOptions, 'clock'> & { plan?: Parameters<typeof threePlan>[1]; start?: Row['values'] } = {}): Promise<Exchange> {
  const { plan, start, ...of } = options
  const each = { tellsEditTimes: true, ...of }
  const x = exchange(threePlan(policy, plan), { a: each, b: each, c: each })
  for (const name of ['a', 'b', 'c']) x.systems[name]!.edit('thing', '1', start ?? { code: 'X', f: 'v0', g: 'g0' })
  x.clock.advance(60_000)
  const first = await x.sync()
  expect(first.summary.balanced).toBe(true)
  x.clock.advance(60_000)
  return x
}

export const valuesOf = (x: Exchange, field = 'f'): unknown[] => ['a', 'b', 'c'].map((name) => x.systems[name]!.get('thing', '1')?.[field])

/** So many passes, two minutes apart: what waits for an answer, a lag or an attempt comes to its end. */
export async function later(x: Exchange, passes: number): Promise<void> {
  for (let i = 0; i < passes; i += 1) {
    x.clock.advance(120_000)
    await x.sync()
  }
}

/** Two more passes write nothing and balance. */
export async function quiet(x: Exchange): Promise<void> {
  for (let i = 0; i < 2; i += 1) {
    x.clock.advance(120_000)
    const report = await x.sync()
    expect(report.summary).toMatchObject({ writes: 0, balanced: true })
  }
}
