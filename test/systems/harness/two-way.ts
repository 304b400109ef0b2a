/**
 * One entity kept the same in a system and in a SQLite table, both ways, by the built command: created, changed and deleted on both
 * sides. Counted is what reaches the system, not what the ledger says.
 */
import { expect } from 'vitest'
import { loadManifest } from '../../../src/systems/protocols/http/manifest/manifest-load.ts'
import { Project, shortly } from '../../e2e/project.ts'
import { type CallsSeen, mostCalls, togetherIn } from './calls.ts'
import { type Operation, proves, saw } from './proof.ts'
import type { Counted } from './proxy.ts'
import type { RunningSystem } from './start.ts'
import { tell } from './told.ts'

export interface TwoWay {
  readonly system: RunningSystem
  /** The entry of the catalogue. */
  readonly connector: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, string>>
  readonly entity: string
  /** What the plan says beyond the catalogue of what the system holds. */
  readonly holds?: object
  /** Fields of the entity, as a plan names their types; the columns have the same names. */
  readonly fields: Readonly<Record<string, string>>
  readonly identifier: string
  /** A free text of the entity. */
  readonly text: string
  record(n: number): Readonly<Record<string, string | number>>
  /** As somebody with the system's own interface. */
  user: {
    all(): Promise<readonly Readonly<Record<string, unknown>>[]>
    create(record: Readonly<Record<string, string | number>>): Promise<void>
    /** Of the record with this identifier. */
    edit(identifier: string, text: string): Promise<void>
    remove(identifier: string): Promise<void>
  }
  /** What the catalogue calls the records. */
  readonly resource: string
  /** The kit is run on them, too, unless a bench of their own does that. */
  readonly kit?: false
  /** Checks of the kit that the system itself does not allow to be kept; the catalogue's entry says why. */
  readonly deviates?: readonly string[]
  /** Does this request change something? Logging in does not. */
  writes(request: Counted): boolean
}

/** Few enough of all that are there: when more are gone at once, somebody is asked. */
const GONE = 3

/** How many records change at once where the requests for each are counted. */
const MANY = 10

export async function staysTheSame(it: TwoWay): Promise<void> {
  const names = Object.keys(it.fields)
  const project = new Project({ 'plan.yaml': JSON.stringify({
    plimsoll: 1, name: 'Two sides',
    systems: {
      there: { connector: it.connector, settings: { url: it.system.url, ...it.settings }, holds: { [it.entity]: it.holds ?? {} } },
      here: { connector: 'sqlite', settings: { file: './here.db' }, holds: { [it.entity]: { resource: 'things', key: 'id', fields: 'same' } } },
    },
    entities: { [it.entity]: { identifiers: [it.identifier], golden: 'plimsoll', fields: it.fields } },
    flows: { both: { entity: it.entity, between: ['there', 'here'], when_deleted: 'delete', brake: '100%' } },
  }) })
  for (const [name, value] of Object.entries(it.secrets)) project.env[`PLIMSOLL_SYSTEM_THERE_${name.toUpperCase()}`] = value
  project.sql('here.db', `CREATE TABLE things (id INTEGER PRIMARY KEY, ${names.join(', ')})`)
  const insert = (n: number): void => project.insert('here.db', `INSERT INTO things (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`, [names.map((name) => it.record(n)[name] ?? null)])
  const sorted = (rows: readonly Readonly<Record<string, unknown>>[]): string[] => rows.map((row) => JSON.stringify(names.map((name) => String(row[name] ?? '')))).toSorted()
  const here = (): string[] => sorted(project.rows('here.db', `SELECT ${names.join(', ')} FROM things`))
  const before = sorted(await it.user.all())
  const sent = async (work?: () => Promise<void> | void, ...flags: readonly string[]): Promise<number> => {
    await work?.()
    it.system.forget()
    await project.synced(...flags)
    const writes = it.system.requests().filter((one) => it.writes(one)).length
    expect(here()).toEqual(sorted(await it.user.all()))
    return writes
  }
  const name = (n: number): string => String(it.record(n)[it.identifier])

  for (let n = 1; n <= 12; n += 1) insert(n)
  for (let n = 13; n <= 15; n += 1) await it.user.create(it.record(n))
  const manifest = await loadManifest(it.connector)
  expect(await sent()).toBe(Math.ceil(12 / togetherIn(manifest, it.resource, 'create')))
  expect(here()).toHaveLength(before.length + 15)

  it.system.forget()
  expect(shortly(await project.synced())).toEqual([])
  const quiet = it.system.requests().length
  expect(it.system.requests().filter((one) => it.writes(one))).toEqual([])

  // What a change costs: everything that goes through while some records change.
  const cost = async (what: Operation, work: () => void): Promise<number> => {
    work()
    it.system.forget()
    await project.synced()
    if (it.system.requests().some((one) => it.writes(one) && (one.status ?? 500) < 400)) saw(it.connector, it.resource, what)
    return it.system.requests().length
  }
  const changed = (n: number, text: string): void => project.sql('here.db', `UPDATE things SET ${it.text} = '${text}' WHERE ${it.identifier} = '${name(n)}'`)
  const updating = await cost('update', () => { for (let n = 1; n <= MANY; n += 1) changed(n, `Zmiana ${n} „ß”`) })
  expect(here()).toEqual(sorted(await it.user.all()))
  const creating = await cost('create', () => { for (let n = 21; n < 21 + MANY; n += 1) insert(n) })
  expect(here()).toEqual(sorted(await it.user.all()))

  expect(await sent(async () => {
    changed(11, 'changed here')
    await it.user.edit(name(14), 'changed there')
  })).toBe(1)
  expect(here().filter((row) => row.includes('changed there') || row.includes('changed here'))).toHaveLength(2)

  const deleting = await cost('delete', () => project.sql('here.db', `DELETE FROM things WHERE ${it.identifier} IN (${Array.from({ length: GONE }, (_, n) => `'${name(n + 21)}'`).join(', ')})`))
  // Many systems say nothing of what is gone: a whole read finds it.
  expect(await sent(() => it.user.remove(name(13)), '--full')).toBe(0)
  expect(here()).toHaveLength(before.length + 14 + MANY - GONE)
  expect(here().filter((row) => row.includes(name(13)) || row.includes(name(22)))).toEqual([])
  expect(shortly(await project.synced())).toEqual([])
  const calls: CallsSeen = {
    create: creating / MANY, update: updating / MANY, delete: deleting / GONE, quiet,
    most: mostCalls(manifest, it.resource, quiet, { create: MANY, update: MANY, delete: GONE }),
  }
  for (const what of ['create', 'update', 'delete'] as const) expect(calls[what], `requests for each ${what}: ${JSON.stringify(calls)}`).toBeLessThanOrEqual(calls.most[what]!)
  tell({ system: it.connector, is: 'counted', resource: it.resource, calls })
  saw(it.connector, it.resource, 'read')
  proves(it.connector, it.resource, ['read', 'create', 'update', 'delete'])

  if (it.kit === false) return
  const kit = await project.run('connectors', 'test', '.', `there/${it.resource}`, '--write')
  const checks = kit.result['results'] as unknown as readonly { readonly name: string; readonly is: string; readonly saw?: string }[]
  expect(checks.filter((check) => check.is === 'broken' && !it.deviates?.includes(check.name))).toEqual([])
  expect(checks.filter((check) => check.is === 'passed').length).toBeGreaterThanOrEqual(20 - (it.deviates?.length ?? 0))
}
