/** Records in A that the hub made in B and C; scenarios of records that go and come again start here. */
import type { SimulatedOptions } from '../../src/rehearse/systems/simulated.ts'
import { exchange, type Exchange } from './exchange.ts'

export const elsewherePlan = (more: { flow?: string; ends?: string; hold?: string; home?: string } = {}): string => {
  const hold = `{ key: id, fields: { code: code, f: f }, archived: { state: resting }${more.hold ?? ''} }`
  return `
plimsoll: 1
name: Made elsewhere
systems:
  a: { connector: simulated, holds: { thing: ${hold} } }
  b: { connector: simulated, holds: { thing: ${hold} } }
  c: { connector: simulated, holds: { thing: ${hold} } }
entities:
  thing:
    identifiers: [code]
    golden: { home: ${more.home ?? 'a'}, by_field: { f: latest } }
    fields: { code: text, f: text }
flows:
  things: { entity: thing, ${more.ends ?? 'between: [a, b, c]'}${more.flow ?? ''} }
`
}

/** `n` records in A, made by the hub in the others. */
export async function madeElsewhere(n: number, more: Parameters<typeof elsewherePlan>[0] = {}, each: Omit<SimulatedOptions, 'clock'> = {}): Promise<Exchange> {
  const x = exchange(elsewherePlan(more), { a: { tellsEditTimes: true, ...each }, b: { tellsEditTimes: true, ...each }, c: { tellsEditTimes: true, ...each } })
  for (let i = 1; i <= n; i += 1) x.systems['a']!.edit('thing', `a${i}`, { code: `X${i}`, f: `v${i}` })
  await x.sync()
  x.clock.advance(60_000)
  return x
}

export const keyIn = (x: Exchange, system: string, code: string): string | undefined =>
  [...x.systems[system]!.table('thing')].find(([, row]) => row.values['code'] === code)?.[0]
export const codes = (x: Exchange, system: string): unknown[] => x.systems[system]!.all('thing').map((row) => row['code']).toSorted()
export const recordOf = (x: Exchange, system: string, code: string) => x.systems[system]!.get('thing', keyIn(x, system, code) ?? '')
export const goldenOf = async (x: Exchange, code: string) => (await x.goldens('thing')).filter((row) => row.values['code'] === code)
