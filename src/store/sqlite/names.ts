/**
 * Lists of names that stand in very many rows (a place, an identifier, the fields of a record) are kept once, and the rows hold a
 * number. What a number means never changes, so that it can be remembered: a renamed place gets another number.
 */
import type Database from 'better-sqlite3'
import { wellFormed } from './cells.ts'

export type NamesKind = 'place' | 'entity' | 'identifier' | 'shape'

/** Records of more shapes than that are kept with their names. */
const MOST_SHAPES = 2000

export class Names {
  readonly #ids = new Map<string, number>()
  readonly #texts = new Map<number, readonly string[]>()
  /** Of the transaction that runs. */
  #fresh: { readonly key: string; readonly id: number }[] = []
  #shapes: number | undefined
  readonly #find: Database.Statement<[string]>
  readonly #read: Database.Statement<[number]>
  readonly #db: Database.Database
  #make: Database.Statement<[string]> | undefined

  constructor(db: Database.Database) {
    this.#db = db
    this.#find = db.prepare('SELECT id FROM name WHERE text = ?').pluck()
    this.#read = db.prepare('SELECT text FROM name WHERE id = ?').pluck()
  }

  /** The number that stands for them; -1: no row has it. */
  known(kind: NamesKind, names: readonly string[]): number {
    return this.#known(keyOf(kind, names)) ?? -1
  }
  #known(key: string): number | undefined {
    const known = this.#ids.get(key) ?? (this.#find.get(key) as number | undefined)
    if (known !== undefined) this.#ids.set(key, known)
    return known
  }

  number(kind: NamesKind, names: readonly string[]): number {
    const key = keyOf(kind, names)
    return this.#known(key) ?? this.#add(key)
  }
  #add(key: string): number {
    this.#make ??= this.#db.prepare('INSERT INTO name (text) VALUES (?)')
    const id = Number(this.#make.run(key).lastInsertRowid)
    this.#ids.set(key, id)
    this.#fresh.push({ key, id })
    return id
  }

  /** undefined: there are too many, so that this one is not worth a number. */
  shape(names: readonly string[]): number | undefined {
    const key = keyOf('shape', names)
    const known = this.#known(key)
    if (known !== undefined) return known
    this.#shapes ??= this.#db.prepare(`SELECT count(*) FROM name WHERE text >= '["shape"' AND text < '["shape#'`).pluck().get() as number
    if (this.#shapes >= MOST_SHAPES) return undefined
    this.#shapes += 1
    return this.#add(key)
  }

  names(id: number): readonly string[] {
    let names = this.#texts.get(id)
    if (!names) {
      names = (JSON.parse(this.#read.get(id) as string) as string[]).slice(1)
      this.#texts.set(id, names)
    }
    return names
  }

  /** All of a kind, for renaming. */
  all(kind: NamesKind): { readonly id: number; readonly names: readonly string[] }[] {
    const rows = this.#db.prepare('SELECT id, text FROM name').all() as { id: number; text: string }[]
    return rows.map(({ id, text }) => ({ id, names: JSON.parse(text) as string[] })).filter(({ names }) => names[0] === kind).map(({ id, names }) => ({ id, names: names.slice(1) }))
  }

  /** The transaction ended; what it did not keep gets another number. */
  ended(kept: boolean): void {
    if (!kept) {
      for (const { key, id } of this.#fresh) {
        this.#ids.delete(key)
        this.#texts.delete(id)
      }
      this.#shapes = undefined
    }
    this.#fresh = []
  }
}

const keyOf = (kind: NamesKind, names: readonly string[]): string => JSON.stringify([kind, ...names.map(wellFormed)])
