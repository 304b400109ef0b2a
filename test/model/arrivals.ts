/**
 * Edits that know nothing of each other, and the order in which the hub hears of them. All of them were made before the hub
 * looked: what it makes of them must be the same, whoever is heard first, in lists, webhooks or both, delivered in between or not.
 */
import fc from 'fast-check'
import { Numeral } from '../../src/base/numeral.ts'
import type { Row } from '../../src/rehearse/systems/simulated.ts'
import type { ValueRow } from '../../src/store/rows.ts'
import { takeInbox } from '../../src/sync/inbox.ts'
import { keepEvents } from '../../src/sync/keep-events.ts'
import { readPlace } from '../../src/sync/read.ts'
import { closeRun, openRun } from '../../src/sync/run.ts'
import type { Traits, WebhookEvent } from '../../src/systems/contract.ts'
import { exchange, type Exchange } from '../support/exchange.ts'
import { type System, SYSTEMS } from './plan.ts'

const RESOURCE = 'thing'
/** Decided by: the latest word, a's word, the longest word, the highest one, what anybody has on the list. */
const RULES = { f: 'latest', g: 'a', l: 'longest', n: 'highest', t: 'union' } as const
type Field = keyof typeof RULES
const OWNED = 'g'
const FIELDS = Object.keys(RULES) as Field[]
/** There from the beginning, and new ones that systems have by themselves. */
const OLD = ['T1', 'T2', 'T3'] as const
const NEW = ['N1', 'N2'] as const

export interface Nature { readonly version: 'none' | 'opaque' | 'ordered'; readonly answers: boolean; readonly incremental: boolean; readonly small: boolean; readonly hooks: 'bells' | 'records' }
export interface Edit { readonly system: System; readonly thing: string; readonly field: Field; readonly value: number }
/** A system's whole list is read, or what it called out itself is taken in: from the one that many edits before its last. */
export interface Heard { readonly system: System; readonly by: 'list' | 'hooks'; readonly delivers: boolean; readonly shuffled: number }
export interface Independent {
  readonly systems: Readonly<Record<System, Nature>>
  readonly edits: readonly Edit[]
  readonly orders: readonly (readonly Heard[])[]
}

const nature: fc.Arbitrary<Nature> = fc.record({
  version: fc.constantFrom('none', 'opaque', 'ordered'), answers: fc.boolean(), incremental: fc.boolean(), small: fc.boolean(), hooks: fc.constantFrom('bells', 'records'),
})
const edit: fc.Arbitrary<Edit> = fc.record({
  system: fc.constantFrom(...SYSTEMS), thing: fc.constantFrom(...OLD, ...NEW), field: fc.constantFrom(...FIELDS), value: fc.integer({ min: 0, max: 30 }),
})
const heard: fc.Arbitrary<Heard> = fc.record({ system: fc.constantFrom(...SYSTEMS), by: fc.constantFrom('list', 'hooks', 'hooks'), delivers: fc.boolean(), shuffled: fc.integer({ min: 1, max: 1000 }) })

/** What the owner of a field is given is its own word from then on (decision 25): about what it never said, one of the others speaks. */
const onlyOneIn = (edits: readonly Edit[]): Edit[] =>
  edits.filter((one, i) => !isForOwner(one) || !edits.slice(0, i).some((other) => isForOwner(other) && other.thing === one.thing))
const isForOwner = ({ system, thing, field }: Edit): boolean => field === OWNED && system !== RULES[OWNED] && (NEW as readonly string[]).includes(thing)

export const independent: fc.Arbitrary<Independent> = fc.record({
  systems: fc.record({ a: nature, b: nature, c: nature }),
  edits: fc.uniqueArray(edit, { minLength: 2, maxLength: 14, selector: ({ system, thing, field }) => `${system}/${thing}/${field}` }).map(onlyOneIn),
  orders: fc.array(fc.array(heard, { maxLength: 8 }), { minLength: 1, maxLength: 2 }),
})

const PLAN = `
plimsoll: 1
name: Order
systems:
${SYSTEMS.map((name) => `  ${name}: { connector: simulated, holds: { thing: { resource: thing, key: id, fields: { code: code, f: f, g: g, l: l, n: n, t: t } } } }`).join('\n')}
entities:
  thing:
    identifiers: [code]
    golden: { home: plimsoll, by_field: { ${FIELDS.map((field) => `${field}: ${RULES[field]}`).join(', ')} } }
    fields: { code: text, f: text, g: text, l: text, n: decimal, t: { list: text } }
flows:
  things: { entity: thing, between: [a, b, c] }
`

/** Some are empty, and several people may type the same. */
function typed({ field, value }: Edit): Row['values'][string] {
  if (value === 0) return field === 't' ? [] : null
  if (field === 'n') return new Numeral(String(value % 7))
  if (field === 't') return value % 3 === 0 ? ['x'] : value % 3 === 1 ? ['x', 'y', `of ${value}`] : ['y', `of ${value}`]
  return field === 'l' ? 'l'.repeat(1 + (value % 5)) + String(value % 4) : `v${value % 9}`
}

export interface End { readonly goldens: Readonly<Record<string, Readonly<Record<string, ValueRow>>>>; readonly held: Readonly<Record<string, readonly string[]>> }

export async function hear(of: Independent, order: readonly Heard[]): Promise<End> {
  const events = { a: [] as WebhookEvent[], b: [] as WebhookEvent[], c: [] as WebhookEvent[] }
  let calls = false
  const x = exchange(PLAN, Object.fromEntries(SYSTEMS.map((name) => {
    const { version, answers, incremental, small, hooks } = of.systems[name]
    const traits: Partial<Traits> = { version, conditional: version !== 'none', answers, incremental }
    return [name, {
      tellsEditTimes: true, traits, vices: small ? ['small-pages' as const] : [],
      onChange: ({ key, row }: { key: string; row: Row | undefined }) => {
        if (!calls || !row) return
        events[name].push({
          resource: RESOURCE, key, kind: 'changed', deliveryId: `${events[name].length}`,
          ...(hooks === 'bells' ? {} : { record: { key, values: { ...row.values }, editedAt: row.editedAt, ...(version === 'none' ? {} : { version: String(row.version) }) } }),
        })
      },
    }]
  })))
  for (const name of SYSTEMS) for (const code of OLD) x.systems[name]!.edit(RESOURCE, code, { code, f: 'f0', g: 'g0', l: 'l0', n: new Numeral('1'), t: ['x', 'z'] })
  x.clock.advance(60_000)
  await x.sync()
  x.clock.advance(60_000)
  const now = x.clock.now()
  calls = true
  for (const one of of.edits) {
    const isNew = (NEW as readonly string[]).includes(one.thing)
    // All words about one thing are of one moment: the plan's order decides between them.
    x.systems[one.system]!.edit(RESOURCE, one.thing, { ...(isNew ? { code: one.thing } : {}), [one.field]: typed(one) }, now + ([...OLD, ...NEW] as string[]).indexOf(one.thing) * 1000)
  }
  calls = false
  x.clock.advance(60_000)
  for (const one of order) await hearOne(x, one, events[one.system])
  for (let i = 0; i < 4; i += 1) {
    x.clock.advance(120_000)
    await x.sync({ full: true })
  }
  const goldens = await x.goldens('thing')
  return {
    goldens: Object.fromEntries(goldens.filter((row) => row.mergedInto === null).map((row) => [String(row.values['code']), row.values] as const).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    held: Object.fromEntries(SYSTEMS.map((name) => [name, x.systems[name]!.all(RESOURCE).map((row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))).toSorted()])),
  }
}

async function hearOne(x: Exchange, one: Heard, events: readonly WebhookEvent[]): Promise<void> {
  x.clock.advance(5000)
  const parts = x.parts()
  const run = await openRun(parts, 'serve')
  const { signal } = new AbortController()
  if (one.by === 'hooks') {
    // Nobody promises in which order they come, nor that all of them do.
    const some = events.map((event, i) => ({ event, at: (i * one.shuffled) % 7 })).filter((_, i) => (one.shuffled >> i) % 3 !== 0).toSorted((p, q) => p.at - q.at)
    await keepEvents(parts, one.system, some.map(({ event }) => event), x.clock.now())
    await takeInbox(parts, run, one.system, signal)
  } else {
    const place = [...parts.runtime.places.values()].find(({ system }) => system === one.system)!
    await readPlace({ parts, work: run.work, signal }, place, parts.connections.resource(place)!)
  }
  await closeRun(parts, run, false)
  if (one.delivers) await x.sync({ only: () => false })
}

export const readable = (of: Independent): string => [
  ...SYSTEMS.map((name) => `  ${name}: ${JSON.stringify(of.systems[name])}`), ...of.edits.map((one) => `  ${one.system} ${one.thing}.${one.field} = ${JSON.stringify(typed(one))}`),
  ...of.orders.map((order, i) => `order ${i + 1}: ${order.map((one) => `${one.by} of ${one.system} (${one.shuffled})${one.delivers ? ', delivers' : ''}`).join('; ')}`),
].join('\n')
