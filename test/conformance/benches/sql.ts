/** Benches on SQL databases: the other user is a connection of its own. */
import { systemClock } from '../../../src/base/clock.ts'
import type { Bench } from '../../../src/rehearse/conformance/bench.ts'
import { type Native, type NativeRecord, Numeral, numeral, type SettingValues } from '../../../src/systems/contract.ts'
import { sqlConnector } from '../../../src/systems/protocols/sql/index.ts'

export interface SqlOther {
  readonly name: string
  readonly settings: SettingValues
  readonly words: { readonly serial: string; readonly bigint: string; readonly decimal: string; readonly time: string; readonly text: (length: number) => string }
  readonly secret?: string
  /** Whether it says which column is too long. */
  run(text: string): Promise<void>
  /** Rows as texts: nothing passes through a floating-point number. */
  rows(text: string): Promise<(string | null)[][]>
}

const COLUMNS = ['id', 'email', 'name', 'city', 'note', 'size', 'price', 'born'] as const
/** Numbers in quotes too: SQLite would read a long one as a floating-point number. */
const literal = (value: Native): string => (value === null ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`)
const timeText = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

export function sqlBench(other: SqlOther): Bench {
  const { words } = other
  const record = (n: number): NativeRecord => ({ email: `p${n}@example.test`, name: `Łucja ${n}`, city: `City ${n}`, size: n, price: new Numeral('12.300'), born: '1990-01-31' })
  const last = async (): Promise<string> => String((await other.rows('SELECT max(id) FROM people'))[0]![0])
  const context = { clock: systemClock, system: 'database', timeZone: 'UTC', readOnly: false, budget: async () => {} }
  const exactDecimals = ['0.125', '-99999999.999', '12345678901234567890.123'].map((text) => new Numeral(text))
  return {
    name: `sql ${other.name}`, clock: systemClock,
    open: () => sqlConnector.open(other.settings, context),
    spec: { resource: 'people', key: ['id'], changedAt: 'changed', parts: new Map(), identifiers: [['email'], ['email', 'city']], columns: ['id', 'email', 'name', 'city', 'size', 'price', 'born', 'changed'], ...(other.name === 'SQLite' ? { creates: [{ path: 'email', type: 'text' }, { path: 'name', type: 'text' }, { path: 'city', type: 'text' }] } : {}) },
    shape: { key: 'id', keyBy: 'system', text: 'name', identifier: 'email', second: 'city', unique: 'email', outside: 'note', nullable: true },
    record,
    ...(other.secret === undefined ? {} : {
      secrets: [other.secret, 'wrong-canary-81'],
      locked: () => sqlConnector.open({ ...other.settings, password: 'wrong-canary-81' }, context),
    }),
    times: { stepMs: 1_000, lateMs: other.name === 'SQLite' ? 5_000 : 60_000 },
    exact: new Map<string, readonly Native[]>([
      ['size', [numeral('9223372036854775807'), numeral('-9223372036854775808'), 0]],
      ['price', exactDecimals],
      ['born', ['2024-02-29', '1812-06-24']],
      ['name', ['007', ' x ', "it's \\ % _", 'line\nend', 'Zażółć ß 日本 😀', 'NULL', '1e5']],
    ]),
    // The city must not be empty.
    poison: { record: (n) => ({ ...record(n), city: null }), update: { city: null }, field: 'city' },
    ...(other.name === 'SQLite' ? {} : { altered: { price: new Numeral('1.23456') } }),
    faults: {
      breakOff: async () => () => other.run('ALTER TABLE people RENAME TO people_away'),
      missing: () => other.run('DROP TABLE people'),
      mend: async () => {},
    },
    user: {
      reset: async () => {
        for (const table of ['people', 'people_away']) await other.run(`DROP TABLE IF EXISTS ${table}`)
        await other.run(`CREATE TABLE people (id ${words.serial}, email ${words.text(80)} NOT NULL UNIQUE, name ${words.text(200)}, city ${words.text(80)} NOT NULL, note ${words.text(80)}, size ${words.bigint}, price ${words.decimal}, born date, changed ${words.time})`)
      },
      seed: async (records, at) => {
        const keys: string[] = []
        for (const values of records) {
          const names = Object.keys(values)
          await other.run(`INSERT INTO people (${names.join(', ')}, changed) VALUES (${names.map((name) => literal(values[name]!)).join(', ')}, ${at === undefined ? 'NULL' : `'${timeText(at)}'`})`)
          keys.push(await last())
        }
        return keys
      },
      edit: (key, values, at) => other.run(`UPDATE people SET ${Object.keys(values).map((name) => `${name} = ${literal(values[name]!)}`).join(', ')}${at === undefined ? '' : `, changed = '${timeText(at)}'`} WHERE id = ${key}`),
      remove: (key) => other.run(`DELETE FROM people WHERE id = ${key}`),
      all: async () => new Map((await other.rows(`SELECT ${COLUMNS.join(', ')} FROM people`)).map((row) => [row[0]!, Object.fromEntries(COLUMNS.map((column, i) => [column, typed(column, row[i] ?? null)]))])),
    },
  }
}

const typed = (column: string, text: string | null): Native => (text !== null && ['id', 'size', 'price'].includes(column) ? numeral(text) : text)
