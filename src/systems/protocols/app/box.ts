/**
 * The records of one application in a file of their own. The engine writes it as it writes any target, the application through the
 * API. Each change gets the next position inside its transaction, and there is one writer at a time: whoever reads after a
 * position sees every commit before what it sees. A position is also the version of its record.
 */
import type Sqlite from 'better-sqlite3'
import { canonicalNative, packNative, unpackNative } from '../../../base/json.ts'
import type { Clock, NativeRecord, Native } from '../../contract.ts'
import { idSource } from '../../../base/ids.ts'
import { DAY } from '../../../base/duration.ts'
import type { HostedChange, HostedOutcome, HostedRecord } from '../../hosted.ts'
import { plainSteps, valueAt } from './paths.ts'
import { atOnce, openTables } from './tables.ts'

/** Deletions are remembered so long; who was away longer reads everything anew. */
const REMEMBERED_MS = 90 * DAY
const FORGET_MS = DAY / 24
/** Positions begin at the clock, so that a box that was lost and made anew never repeats one. Numbers of JavaScript are exact for 280 years of this. */
const POSITIONS_PER_MS = 1_000

type Database = NonNullable<ReturnType<typeof openTables>>
type Statement = Sqlite.Statement<unknown[]>
interface Row { readonly resource: string; readonly key: string; readonly position: number; readonly body: string | null; readonly own: number; readonly edited_at: number | null }

/** Paths that identify together. */
interface Name { readonly paths: string; readonly steps: readonly (readonly string[])[] }

export interface BoxRecord extends HostedRecord { readonly editedAt: number | null }
/** Who says it: the hub, or the application. */
export type By = 'hub' | 'application'

export class Box {
  readonly #file: string
  readonly #readOnly: boolean
  readonly #clock: Clock
  readonly #newId: () => string
  readonly #heard: (() => void)[] = []
  readonly #names = new Map<string, readonly Name[]>()
  readonly #prepared = new Map<string, Statement>()
  #db: Database | undefined
  #forgetAt = 0

  constructor(options: { readonly file: string; readonly readOnly: boolean; readonly clock: Clock }) {
    this.#file = options.file
    this.#readOnly = options.readOnly
    this.#clock = options.clock
    this.#newId = idSource(options.clock)
  }

  /** undefined: in a preview there may be no file yet. */
  #opened(): Database | undefined {
    return (this.#db ??= openTables(this.#file, this.#readOnly))
  }
  /** There are few texts: each is prepared once. */
  #statement(sql: string): Statement | undefined {
    const db = this.#opened()
    let found = this.#prepared.get(sql)
    if (!found && db) this.#prepared.set(sql, (found = db.prepare(sql)))
    return found
  }
  #rows(sql: string, ...values: readonly (string | number)[]): Row[] {
    return (this.#statement(sql)?.all(...values) ?? []) as Row[]
  }
  #run(sql: string, ...values: readonly (string | number | null)[]): void {
    this.#statement(sql)!.run(...values)
  }

  check(): void {
    this.#rows('SELECT * FROM record LIMIT 1')
  }

  // ── reading ──

  /** Live records in the order of their keys: nobody's change moves one past a reader. */
  byKey(resource: string, after: string, limit: number): BoxRecord[] {
    return this.#rows('SELECT * FROM record WHERE resource = ? AND key > ? AND body IS NOT NULL ORDER BY key LIMIT ?', resource, after, limit).map(recordOf)
  }
  after(resource: string, position: number, limit: number): BoxRecord[] {
    return this.#rows('SELECT * FROM record WHERE resource = ? AND position > ? ORDER BY position LIMIT ?', resource, position, limit).map(recordOf)
  }
  list(resource: string, { since, deletedSince, limit }: { readonly since: number; readonly deletedSince: number; readonly limit: number }): BoxRecord[] {
    return this.#rows('SELECT * FROM record WHERE resource = ? AND position > ? AND (body IS NOT NULL OR position > ?) ORDER BY position LIMIT ?', resource, since, deletedSince, limit).map(recordOf)
  }
  get(resource: string, key: string): BoxRecord | undefined {
    return this.#rows('SELECT * FROM record WHERE resource = ? AND key = ?', resource, key).map(recordOf)[0]
  }
  /** What one of both said after a position, whatever resource it is of. */
  saidBy(by: By, position: number, limit: number): BoxRecord[] {
    return this.#rows(`SELECT * FROM record WHERE position > ? AND own = ${by === 'hub' ? 0 : 1} ORDER BY position LIMIT ?`, position, limit).map(recordOf)
  }
  last(): number {
    return Number(this.state('last') ?? 0)
  }
  /** Deletions up to here are not remembered; before its first record a box knows nothing at all. */
  forgotten(): number {
    return Number(this.state('forgotten') ?? 0)
  }
  /** Records that hold exactly these values. By what `naming` was told they are found without a search. */
  find(resource: string, paths: readonly string[], values: readonly (readonly Native[])[]): BoxRecord[] {
    if (!this.#opened()) return []
    const name = nameOf(paths)
    const wanted = new Set(values.map((one) => canonicalNative([...one])))
    const steps = paths.map(plainSteps)
    if (steps.includes(undefined)) return []
    const found = this.#named(resource).some((one) => one.paths === name) && this.#indexed(resource)
      ? [...wanted].flatMap((value) => this.#rows('SELECT record.* FROM named JOIN record USING (resource, key) WHERE named.resource = ? AND paths = ? AND value = ?', resource, name, value)).map(recordOf)
      : [...this.#all(resource)]
    return found.filter((record) => record.values !== undefined && wanted.has(namedBy(record.values, steps as string[][]) ?? ''))
  }
  *#all(resource: string): Generator<BoxRecord> {
    for (let after = ''; ;) {
      const some = this.byKey(resource, after, 500)
      yield* some
      if (some.length < 500) return
      after = some.at(-1)!.key
    }
  }

  // ── state of whoever works with the box ──

  state(name: string): string | undefined {
    return (this.#statement('SELECT value FROM state WHERE name = ?')?.get(name) as { value: string } | undefined)?.value
  }
  keep(name: string, value: string): void {
    this.#run('INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value', name, value)
  }

  // ── writing ──

  onChange(heard: () => void): void {
    this.#heard.push(heard)
  }

  /** One transaction, on the disk when it returns. */
  write(changes: readonly HostedChange[], by: By): HostedOutcome[] {
    const db = this.#opened()!
    const outcomes = atOnce(db, () => {
      this.#forget()
      for (const resource of new Set(changes.map((change) => change.resource))) if (!this.#isIndexed(resource)) this.keep(`named ${resource}`, 'no')
      if (this.last() === 0) this.keep('forgotten', String(this.#clock.now() * POSITIONS_PER_MS - 1))
      let last = this.last()
      const next = (): number => (last = Math.max(last + 1, this.#clock.now() * POSITIONS_PER_MS))
      const results = changes.map((change) => this.#apply(change, by, next))
      this.keep('last', String(last))
      return results
    })
    for (const heard of this.#heard) heard()
    return outcomes
  }

  #apply(change: HostedChange, by: By, next: () => number): HostedOutcome {
    const { resource, once } = change
    if (once) {
      const made = this.#statement('SELECT digest, resource, key FROM made WHERE token = ?')!.get(once.token) as { digest: string; resource: string; key: string } | undefined
      const record = made && this.get(made.resource, made.key)
      if (made && made.digest !== once.digest) return { is: 'other_once' }
      if (record) return { is: 'done', record, again: true }
    }
    const key = change.key ?? this.#newId()
    const held = this.get(resource, key)
    const live = held !== undefined && held.values !== undefined
    if (change.at === 'none' && live) return { is: 'conflict', record: held }
    if (change.at !== 'none' && !live) return { is: 'missing' }
    if (typeof change.at === 'number' && held!.position !== change.at) return { is: 'conflict', record: held! }
    const position = next()
    const edited = by === 'application' ? (change.editedAt ?? this.#clock.now()) : null
    this.#run('INSERT INTO record (resource, key, position, body, own, edited_at, at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (resource, key) DO UPDATE SET position = excluded.position, body = excluded.body, own = excluded.own, edited_at = excluded.edited_at, at = excluded.at', resource, key, position, change.values === undefined ? null : packNative(change.values), by === 'application' ? 1 : 0, edited, this.#clock.now())
    if (once) this.#run('INSERT OR REPLACE INTO made (token, digest, resource, key, at) VALUES (?, ?, ?, ?, ?)', once.token, once.digest, resource, key, this.#clock.now())
    this.#name(resource, key, change.values)
    return { is: 'done', record: { resource, key, position, values: change.values } }
  }

  // ── identifiers ──

  /** What records of a resource are looked up by; paths that are more than plain are left out. */
  naming(resource: string, identifiers: readonly (readonly string[])[]): void {
    this.#names.set(resource, identifiers.flatMap((paths) => {
      const steps = paths.map(plainSteps)
      return steps.includes(undefined) ? [] : [{ paths: nameOf(paths), steps: steps as string[][] }]
    }))
  }
  #named(resource: string): readonly Name[] {
    return this.#names.get(resource) ?? []
  }
  /** Is every record named by what is looked up now? If the plan looked them up otherwise before, they are named anew. */
  #indexed(resource: string): boolean {
    if (this.#isIndexed(resource)) return true
    if (this.#readOnly) return false
    const db = this.#opened()!
    atOnce(db, () => {
      this.#run('DELETE FROM named WHERE resource = ?', resource)
      for (const record of this.#all(resource)) this.#name(resource, record.key, record.values)
      this.keep(`named ${resource}`, this.#listOf(resource))
    })
    return true
  }
  #isIndexed(resource: string): boolean {
    return this.state(`named ${resource}`) === this.#listOf(resource)
  }
  #listOf(resource: string): string {
    return JSON.stringify(this.#named(resource).map((one) => one.paths))
  }
  #name(resource: string, key: string, values: NativeRecord | undefined): void {
    this.#run('DELETE FROM named WHERE resource = ? AND key = ?', resource, key)
    for (const { paths, steps } of values === undefined ? [] : this.#named(resource)) {
      const value = namedBy(values!, steps)
      if (value !== undefined) this.#run('INSERT OR IGNORE INTO named (resource, paths, value, key) VALUES (?, ?, ?, ?)', resource, paths, value, key)
    }
  }

  #forget(): void {
    const now = this.#clock.now()
    if (now < this.#forgetAt) return
    this.#forgetAt = now + FORGET_MS
    const { last } = this.#statement('SELECT max(position) AS last FROM record WHERE body IS NULL AND at < ?')!.get(now - REMEMBERED_MS) as { last: number | null }
    if (last !== null) {
      this.#run('DELETE FROM record WHERE body IS NULL AND at < ?', now - REMEMBERED_MS)
      this.keep('forgotten', String(Math.max(last, this.forgotten())))
    }
    this.#run('DELETE FROM made WHERE at < ?', now - REMEMBERED_MS)
  }

  close(): void {
    this.#prepared.clear()
    this.#db?.close()
    this.#db = undefined
  }
}

const recordOf = (row: Row): BoxRecord => ({ resource: row.resource, key: row.key, position: row.position, values: row.body === null ? undefined : (unpackNative(row.body) as NativeRecord), editedAt: row.edited_at })

const nameOf = (paths: readonly string[]): string => JSON.stringify(paths)

/** One text for what identifies; undefined: it says nothing there. */
function namedBy(values: NativeRecord, steps: readonly (readonly string[])[]): string | undefined {
  const found = steps.map((path) => valueAt(values, path))
  return found.some((value) => value === undefined || value === null) ? undefined : canonicalNative(found as Native[])
}
