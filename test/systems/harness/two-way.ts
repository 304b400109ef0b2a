/**
 * One entity kept the same in a system and in a SQLite table, both ways, by the built command: created, changed and deleted on both
 * sides. Counted is what reaches the system, not what the ledger says.
 */
import { expect } from 'vitest'
import { Project, shortly } from '../../e2e/project.ts'
import type { Counted } from './proxy.ts'
import type { RunningSystem } from './start.ts'

export interface TwoWay {
  readonly system: RunningSystem
  /** Lines of the system in the plan, without its holds. */
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
  /** What the catalogue calls the records: the kit is run on them, too. */
  readonly resource?: string
  /** Checks of the kit that the system itself does not allow to be kept; the catalogue's entry says why. */
  readonly deviates?: readonly string[]
  /** Records that are made in one call; one each, where it is not said. */
  readonly together?: number
  /** Does this request change something? Logging in does not. */
  writes(request: Counted): boolean
}

/** Requests of a whole run, reading and logging in among them, for each of ten (deleted: three) changed records; and of one in which nothing changed. */
export interface CallsSeen { readonly create: number; readonly update: number; readonly delete: number; readonly quiet: number }

/** Few enough of all that are there: when more are gone at once, somebody is asked. */
const GONE = 3

export async function staysTheSame(it: TwoWay): Promise<CallsSeen> {
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
  const calls = async (work?: () => Promise<void> | void, ...flags: readonly string[]): Promise<number> => {
    await work?.()
    it.system.forget()
    await project.synced(...flags)
    const sent = it.system.requests().filter((one) => it.writes(one)).length
    expect(here()).toEqual(sorted(await it.user.all()))
    return sent
  }
  const name = (n: number): string => String(it.record(n)[it.identifier])

  for (let n = 1; n <= 12; n += 1) insert(n)
  for (let n = 13; n <= 15; n += 1) await it.user.create(it.record(n))
  expect(await calls()).toBe(Math.ceil(12 / (it.together ?? 1)))
  expect(here()).toHaveLength(before.length + 15)

  it.system.forget()
  expect(shortly(await project.synced())).toEqual([])
  const quiet = it.system.requests().length
  expect(it.system.requests().filter((one) => it.writes(one))).toEqual([])

  // What a call costs: everything that goes through while ten records change.
  const cost = async (work: () => void): Promise<number> => {
    work()
    it.system.forget()
    await project.synced()
    return it.system.requests().length
  }
  const changed = (n: number, text: string): void => project.sql('here.db', `UPDATE things SET ${it.text} = '${text}' WHERE ${it.identifier} = '${name(n)}'`)
  const updating = await cost(() => { for (let n = 1; n <= 10; n += 1) changed(n, `Zmiana ${n} „ß”`) })
  expect(here()).toEqual(sorted(await it.user.all()))
  const creating = await cost(() => { for (let n = 21; n <= 30; n += 1) insert(n) })
  expect(here()).toEqual(sorted(await it.user.all()))

  expect(await calls(async () => {
    changed(11, 'changed here')
    await it.user.edit(name(14), 'changed there')
  })).toBe(1)
  expect(here().filter((row) => row.includes('changed there') || row.includes('changed here'))).toHaveLength(2)

  const deleting = await cost(() => project.sql('here.db', `DELETE FROM things WHERE ${it.identifier} IN (${Array.from({ length: GONE }, (_, n) => `'${name(n + 21)}'`).join(', ')})`))
  // Many systems say nothing of what is gone: a whole read finds it.
  expect(await calls(() => it.user.remove(name(13)), '--full')).toBe(0)
  expect(here()).toHaveLength(before.length + 24 - GONE)
  expect(here().filter((row) => row.includes(name(13)) || row.includes(name(22)))).toEqual([])
  expect(shortly(await project.synced())).toEqual([])
  if (it.resource !== undefined) {
    const kit = await project.run('connectors', 'test', '.', `there/${it.resource}`, '--write')
    const checks = kit.result['results'] as unknown as readonly { readonly name: string; readonly is: string; readonly saw?: string }[]
    expect(checks.filter((check) => check.is === 'broken' && !it.deviates?.includes(check.name))).toEqual([])
    expect(checks.filter((check) => check.is === 'passed').length).toBeGreaterThanOrEqual(20 - (it.deviates?.length ?? 0))
  }
  return { create: creating / 10, update: updating / 10, delete: deleting / GONE, quiet }
}
