/**
 * The fidelity table of the SQL connector: what is written into a column of a type comes back equal, in a process whose zone is
 * far from UTC. A row without a declaration for a dialect has no such type there.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalNative } from '../../src/base/json.ts'
import { type Native, Numeral } from '../../src/base/numeral.ts'
import type { SystemSession } from '../../src/systems/contract.ts'
import { create, openSql, recordsOf, specOf, type SqlPlace, update, write } from './sql-suite.ts'

export type SqlName = 'sqlite' | 'postgres' | 'mariadb'

interface Row {
  readonly type: string
  readonly declared: Partial<Record<SqlName, string>>
  readonly values: readonly Native[]
  /** Where a dialect holds less, or writes it otherwise. */
  readonly only?: Partial<Record<SqlName, readonly Native[]>>
}

const n = (text: string): Numeral => new Numeral(text)
const bytes = new Uint8Array([0, 1, 39, 92, 127, 128, 255, 10, 13])

const WIDE = ['0.1', '-0.0000000001', '12345678901234567890.0123456789', '-99999999999999999999.9999999999'].map(n)
const JSON_VALUES: readonly Native[] = [{ a: [1, null, true, { b: 'ö' }], n: n('12345678901234567.25') }, [], {}, '"a text"', 7, n('0.10'), false]

export const FIDELITY: readonly Row[] = [
  { type: 'whole number of 64 bits', declared: { sqlite: 'BIGINT', postgres: 'bigint', mariadb: 'bigint' }, values: [0, -1, n('9007199254740993'), n('9223372036854775807'), n('-9223372036854775808')] },
  { type: 'unsigned whole number', declared: { mariadb: 'bigint unsigned' }, values: [n('18446744073709551615')] },
  { type: 'small whole number', declared: { sqlite: 'INT', postgres: 'smallint', mariadb: 'smallint' }, values: [0, -32_768, 32_767] },
  { type: 'decimal 30,10', declared: { sqlite: 'DECIMAL_TEXT', postgres: 'numeric(30,10)', mariadb: 'decimal(30,10)' }, values: WIDE },
  { type: 'decimal without a scale', declared: { sqlite: 'NUMERIC', postgres: 'numeric', mariadb: 'decimal(20,4)' }, values: [12, n('-0.5'), n('19.99'), n('99999999.9999')] },
  { type: 'floating point', declared: { sqlite: 'DOUBLE', postgres: 'double precision', mariadb: 'double' }, values: [n('0.1'), n('-1234.5678'), n('0.30000000000000004'), n('1.7976931348623157e308')] },
  { type: 'single precision', declared: { postgres: 'real', mariadb: 'float' }, values: [n('0.1'), n('3.4e38'), n('16777216')] },
  { type: 'boolean', declared: { sqlite: 'BOOLEAN', postgres: 'boolean', mariadb: 'boolean' }, values: [true, false] },
  { type: 'date', declared: { sqlite: 'DATE', postgres: 'date', mariadb: 'date' }, values: ['2026-02-28', '2024-02-29', '1900-01-01', '9999-12-31'], only: { mariadb: ['2024-02-29', '0000-00-00', '2026-00-00'] } },
  { type: 'time of day', declared: { sqlite: 'TIME', postgres: 'time', mariadb: 'time(6)' }, values: ['00:00:00', '23:59:59.999999'], only: { mariadb: ['00:00:00.000000', '23:59:59.999999', '-838:59:59.000000'] } },
  { type: 'time without a zone', declared: { sqlite: 'DATETIME', postgres: 'timestamp', mariadb: 'datetime(6)' }, values: ['2026-09-27 02:30:00', '2026-04-05 02:30:00.123456'], only: { mariadb: ['2026-09-27 02:30:00.000000', '2026-04-05 02:30:00.123456', '0000-00-00 00:00:00.000000'] } },
  { type: 'moment', declared: { sqlite: 'TIMESTAMP', postgres: 'timestamptz', mariadb: 'timestamp(6) NULL' }, values: ['2026-09-26T14:00:00Z', '2026-04-04T13:30:00.123456Z', '2026-10-25T01:30:00.5Z'] },
  { type: 'text', declared: { sqlite: 'VARCHAR(200)', postgres: 'varchar(200)', mariadb: 'varchar(200)' }, values: ['', ' ', '007', 'trailing  ', '\t\n\r', 'ŁÓDŹ ß é 😀 漢字', "it's \\ \"quoted\" % _ ; --", 'null', '1e5', '-0'] },
  { type: 'long text', declared: { sqlite: 'TEXT', postgres: 'text', mariadb: 'longtext' }, values: ['é'.repeat(100_000)] },
  { type: 'text with the character 0', declared: { sqlite: 'TEXT', mariadb: 'varchar(50)' }, values: ['a\0b'] },
  { type: 'fixed text', declared: { postgres: 'char(5)' }, values: ['ab   '] },
  { type: 'bytes', declared: { sqlite: 'BLOB', postgres: 'bytea', mariadb: 'longblob' }, values: [bytes, new Uint8Array(0), new Uint8Array(200_000).fill(7)] },
  { type: 'JSON', declared: { sqlite: 'JSON', postgres: 'json', mariadb: 'json' }, values: JSON_VALUES },
  { type: 'JSON, binary', declared: { postgres: 'jsonb' }, values: JSON_VALUES },
  { type: 'one of a list', declared: { sqlite: 'TEXT', postgres: 'mood', mariadb: "enum('happy','it''s ok')" }, values: ['happy', "it's ok"] },
  { type: 'UUID', declared: { sqlite: 'UUID', postgres: 'uuid', mariadb: 'uuid' }, values: ['0190f3a4-7b5c-7def-8123-456789abcdef'] },
  { type: 'interval', declared: { postgres: 'interval' }, values: ['1 year 2 mons 03:04:05'] },
  { type: 'list of the database', declared: { postgres: 'text[]' }, values: ['{a,"b c",NULL}'] },
  { type: 'no type at all', declared: { sqlite: '' }, values: ['007', 7, n('1.5'), bytes, null] },
]

export function sqlFidelity(name: SqlName, title: string, quote: (name: string) => string, open: () => Promise<SqlPlace>): void {
  describe(`what ${title} holds`, () => {
    let place: SqlPlace
    let session: SystemSession
    beforeAll(async () => {
      place = await open()
      session = await openSql(place.settings)
    })
    afterAll(async () => {
      await session?.close()
      await place?.close()
    })

    test('the process lives in another zone than the data', () => {
      expect(new Date(2026, 0, 1).getTimezoneOffset()).toBe(-780)
    })

    for (const [i, row] of FIDELITY.entries()) {
      const declared = row.declared[name]
      if (declared === undefined) continue
      test(`${row.type} (${declared || 'undeclared'}) goes out and comes back equal, on its own, changed to empty and back`, async () => {
        const table = `fidelity_${i}`
        await place.run(`CREATE TABLE ${quote(table)} (id ${name === 'sqlite' ? 'INTEGER' : 'bigint'} NOT NULL PRIMARY KEY, held ${declared}${name === 'mariadb' && !declared.includes('NULL') ? ' NULL' : ''})`)
        const resource = session.resource(specOf(table))
        const values = [null, ...(row.only?.[name] ?? row.values)]
        const said = (held: Native): string => canonicalNative(held)
        const made = await write(resource, values.map((held, id) => create({ id, held })))
        expect(made.map((result) => (result.is === 'done' ? said(result.record!.values['held']!) : JSON.stringify(result)))).toEqual(values.map(said))
        expect((await recordsOf(resource)).map((record) => said(record.values['held']!))).toEqual(values.map(said))
        const back = values.toReversed()
        const changed = await write(resource, back.map((held, id) => update(String(id), { held })))
        expect(changed.map((result) => (result.is === 'done' ? said(result.record!.values['held']!) : JSON.stringify(result)))).toEqual(back.map(said))
        // Read, written as read, and read again: nothing has changed, so nobody sees an edit.
        const before = await recordsOf(resource)
        await write(resource, before.map((record) => update(record.key, { held: record.values['held']! })))
        expect((await recordsOf(resource)).map((record) => record.version)).toEqual(before.map((record) => record.version))
      })
    }
  })
}
