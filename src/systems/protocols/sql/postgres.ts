/** PostgreSQL, and what speaks its protocol: its types, texts and errors. Every value travels as text with a cast. */
import { Numeral, numeral, type Native } from '../../contract.ts'
import type { Bound, Column, Dialect, Kind, Table } from './dialect.ts'
import { type Failure, Refusal } from './errors.ts'
import { qualified } from './shape.ts'
import { lots } from './statements.ts'
import { columnPattern, jsonText, plainText, readJson, wrongType, zoneTexts } from './values.ts'

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

const KINDS: Readonly<Record<string, Kind>> = {
  int2: 'integer', int4: 'integer', int8: 'integer', oid: 'integer',
  numeric: 'decimal', float4: 'float', float8: 'float', bool: 'boolean',
  text: 'text', varchar: 'text', bpchar: 'text', name: 'text', citext: 'text',
  date: 'date', time: 'time', timetz: 'time', timestamp: 'datetime', timestamptz: 'instant',
  bytea: 'bytes', json: 'json', jsonb: 'json', uuid: 'uuid',
}

const SCHEMAS = `CASE WHEN $1::text IS NULL THEN n.nspname = ANY (current_schemas(false)) ELSE n.nspname = $1::text END`

export const TABLES = `SELECT c.relname, c.relkind IN ('v', 'm')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND ${SCHEMAS} ORDER BY c.relname`

export const FIND_TABLE = `SELECT c.oid, n.nspname, c.relname, c.relkind IN ('v', 'm')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${SCHEMAS} AND lower(c.relname) = lower($2::text)
  ORDER BY c.relname = $2::text DESC, array_position(current_schemas(false), n.nspname) LIMIT 1`

/** A domain counts as the type that it is made of, but is cast to by its own name, so that its checks hold. */
export const COLUMNS = `SELECT a.attname, format_type(a.atttypid, -1), coalesce(b.typname, t.typname), a.attnotnull OR t.typnotnull,
    CASE WHEN coalesce(b.typname, t.typname) IN ('varchar', 'bpchar') THEN nullif(greatest(a.atttypmod, t.typtypmod), -1) - 4 END,
    a.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid) ~* 'nextval\\(|uuid', false), a.attgenerated <> ''
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`

export const UNIQUE_INDEXES = `SELECT i.indexrelid, i.indisprimary, a.attname
  FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0
  WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND k.position <= i.indnkeyatts
  ORDER BY i.indexrelid, k.position`

const WHOLE_RANGE: Readonly<Record<string, readonly [bigint, bigint]>> = {
  smallint: [-32_768n, 32_767n],
  integer: [-2_147_483_648n, 2_147_483_647n],
  oid: [0n, 4_294_967_295n],
}
const BIGINT: readonly [bigint, bigint] = [-(2n ** 63n), 2n ** 63n - 1n]
const TRUTH: Readonly<Record<string, string>> = { true: 'true', t: 'true', '1': 'true', false: 'false', f: 'false', '0': 'false' }
const DAY = /^\d{4,6}-\d\d-\d\d/

const columnTypes: Readonly<Record<string, string>> = {
  integer: 'bigint', decimal: 'numeric', money: 'numeric', quantity: 'numeric', boolean: 'boolean',
  date: 'date', time: 'time', datetime: 'timestamptz', json: 'jsonb', list: 'jsonb', group: 'jsonb',
}

/** SQLSTATE (or its class) → what it means for the record. */
const STATES: readonly (readonly [RegExp, Failure['is'], string])[] = [
  [/^23505|^23P01/, 'unique', 'unique'],
  [/^23502/, 'refused', 'required'],
  [/^23503/, 'refused', 'reference'],
  [/^23514/, 'refused', 'check'],
  [/^23/, 'refused', 'rule'],
  [/^22001/, 'refused', 'length'],
  [/^22003/, 'refused', 'range'],
  [/^22021|^22P05/, 'refused', 'character'],
  [/^22|^42804/, 'refused', 'type'],
  [/^428C9/, 'refused', 'read_only'],
  [/^P0001|^09|^44/, 'refused', 'rule'],
  [/^40|^55P03|^57014|^53[^3]|^25006|^57P03/, 'later', ''],
  [/^08|^57P|^53300|^58/, 'lost', ''],
  [/^28|^42501/, 'login', ''],
]

export function postgres(timeZone: string): Dialect {
  const zone = zoneTexts(timeZone)

  function bindScalar(value: Exclude<Native, null | Uint8Array>, column: Column): string {
    const text = plainText(value)
    if (text.includes('\0')) throw new Refusal('character', `Column ${column.name} can't hold the character with the code 0.`, column.name)
    switch (column.kind) {
      case 'boolean':
        return TRUTH[text.toLowerCase()] ?? fail(value, column)
      case 'integer': {
        const whole = typeof value === 'boolean' ? String(Number(value)) : text
        if (!columnPattern.whole.test(whole)) fail(value, column)
        const [least, most] = WHOLE_RANGE[column.declared] ?? BIGINT
        if (BigInt(whole) < least || BigInt(whole) > most) {
          throw new Refusal('range', `${text} does not fit into column ${column.name}, which holds ${column.declared}.`, column.name)
        }
        return whole
      }
      case 'decimal':
      case 'float':
        return columnPattern.looseNumber.test(text) || /^(NaN|-?Infinity)$/.test(text) ? text : fail(value, column)
      case 'uuid':
        return columnPattern.uuid.test(text) ? text : fail(value, column)
      case 'datetime':
        return typeof value === 'string' && (DAY.test(text) || /infinity/.test(text)) ? zone.toLocal(text) : fail(value, column)
      case 'instant': {
        if (typeof value !== 'string' || !(DAY.test(text) || /infinity/.test(text))) fail(value, column)
        const utc = zone.toUtc(text)
        return utc === text ? text : `${utc}Z`
      }
      case 'date':
        return typeof value === 'string' && (DAY.test(text) || /infinity/.test(text)) ? text : fail(value, column)
      default:
        return text
    }
  }

  return {
    name: 'postgres',
    maxValues: 60_000,
    lock: ' FOR UPDATE',
    version: 'SHOW server_version',
    utcNow: `SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')`,
    returning: true,
    quote,
    placeholder: (position) => `$${position}`,
    // The session's zone stays as it is: triggers and defaults of the application may rely on it.
    select: (column, quoted) => (column.kind === 'instant' ? `(${quoted} AT TIME ZONE 'UTC')` : quoted),
    compared: (_column, quoted) => quoted,
    compare: (column, placeholder) => `${placeholder}::${column.declared}`,
    assign: (column, placeholder) => `${placeholder}::${column.declared}`,
    atLeast: (column, quoted, placeholder) => `${quoted} >= ${placeholder()}::${column.declared}`,

    read(value, column): Native {
      if (value === null || value === undefined) return null
      if (value instanceof Uint8Array) return new Uint8Array(value)
      const text = String(value)
      switch (column.kind) {
        case 'integer':
        case 'decimal':
        case 'float':
          return columnPattern.number.test(text) ? numeral(text) : text
        case 'boolean':
          return text === 't' || text === 'true'
        case 'json':
          return readJson(text)
        case 'bytes':
          return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
        case 'instant':
          return /^\d{4}-\d\d-\d\d \S+$/.test(text) ? `${text.replace(' ', 'T')}Z` : text
        default:
          return text
      }
    },

    bind(value, column): Bound {
      if (value === null) return null
      if (column.kind === 'json' && !(value instanceof Uint8Array)) return jsonText(value)
      if (column.kind === 'bytes') return value instanceof Uint8Array ? value : fail(value, column)
      return value instanceof Uint8Array ? fail(value, column) : bindScalar(value, column)
    },

    update(table, key, columns, rows) {
      const all = [...key, ...columns]
      const width = all.length
      const sets = columns.map((column, i) => `${quote(column.name)} = v.c${key.length + i}`).join(', ')
      const where = key.map((column, i) => `t.${quote(column.name)} = v.c${i}`).join(' AND ')
      const names = all.map((_, i) => `c${i}`).join(', ')
      return lots(rows, width, this).map((lot) => {
        const tuples = lot.map((_, r) => `(${all.map((column, i) => `$${r * width + i + 1}::${column.declared}`).join(', ')})`).join(', ')
        return { text: `UPDATE ${qualified(this, table)} AS t SET ${sets} FROM (VALUES ${tuples}) AS v (${names}) WHERE ${where}`, values: lot.flat() }
      })
    },
    savepoint: (name) => [`SAVEPOINT ${name}`, `ROLLBACK TO SAVEPOINT ${name}`],

    async tables(connection, schema) {
      const { rows } = await connection.query(TABLES, [schema ?? null])
      return rows.map(([name, view]) => ({ name: String(name), view: view === 't' }))
    },

    async describe(connection, name, schema): Promise<Table | undefined> {
      const found = (await connection.query(FIND_TABLE, [schema ?? null, name])).rows[0]
      if (!found) return undefined
      const [oid, inSchema, real, view] = found.map(String)
      const columns = (await connection.query(COLUMNS, [oid!])).rows.map((row): Column => ({
        name: String(row[0]),
        declared: String(row[1]),
        kind: KINDS[String(row[2])] ?? 'other',
        nullable: row[3] !== 't',
        generated: row[5] === 't',
        computed: row[6] === 't',
        ...(row[4] === null ? {} : { length: Number(row[4]) }),
      }))
      const indexes = new Map<string, { primary: boolean; names: string[]; plain: boolean }>()
      for (const [id, primary, column] of (await connection.query(UNIQUE_INDEXES, [oid!])).rows) {
        const index = indexes.get(String(id)) ?? { primary: primary === 't', names: [], plain: true }
        index.names.push(String(column))
        index.plain &&= column !== null
        indexes.set(String(id), index)
      }
      const plain = [...indexes.values()].filter((index) => index.plain)
      return {
        schema: inSchema!,
        name: real!,
        view: view === 't',
        transactional: true,
        columns,
        primary: plain.find((index) => index.primary)?.names ?? [],
        uniques: plain.filter((index) => !index.primary).map((index) => index.names),
      }
    },

    columnType: (planType) => columnTypes[planType] ?? 'text',
    generatedKey: 'bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY',
    tableOptions: '',
    failure: postgresFailure,
  }
}

function fail(value: Native, column: Column): never {
  throw wrongType(value instanceof Numeral ? value.text : value, column)
}

function postgresFailure(error: unknown): Failure {
  const { code, column, detail, message } = error as { code?: string; column?: string; detail?: string; message?: string }
  const says = message ?? String(error)
  if (typeof code === 'string' && /^[\dA-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code)) {
    const state = STATES.find(([pattern]) => pattern.test(code))
    const named = /^Key \((.+?)\)=\(/.exec(detail ?? '')?.[1]?.split(', ').map((name) => /^"(.*)"$/.exec(name)?.[1]?.replaceAll('""', '"') ?? name)
    if (!state) return { is: 'statement', says }
    if (state[1] === 'refused' || state[1] === 'unique') return { is: state[1], code: state[2], says, columns: column === undefined ? named ?? [] : [column] }
    return { is: state[1], says } as Failure
  }
  if (typeof code === 'string' || /connect|terminat|timeout|socket|ssl|certificate|closed|client was/i.test(says)) return { is: 'lost', says: says === '' ? String(code) : says }
  return { is: 'statement', says }
}
