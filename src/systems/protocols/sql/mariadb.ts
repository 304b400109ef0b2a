/** MariaDB and MySQL: their types, texts and errors. */
import { Numeral, numeral, type Native } from '../../contract.ts'
import type { Bound, Column, Connection, Dialect, Kind, Table } from './dialect.ts'
import { type Failure, Refusal } from './errors.ts'
import { qualified } from './shape.ts'
import { lots, Writer, type Statement } from './statements.ts'
import { columnPattern, jsonText, plainText, readJson, shortestSingle, wrongType, zoneTexts } from './values.ts'

const quote = (name: string): string => `\`${name.replaceAll('`', '``')}\``

const KINDS: Readonly<Record<string, Kind>> = {
  tinyint: 'integer', smallint: 'integer', mediumint: 'integer', int: 'integer', bigint: 'integer', year: 'integer',
  decimal: 'decimal', float: 'float', double: 'float',
  char: 'text', varchar: 'text', tinytext: 'text', text: 'text', mediumtext: 'text', longtext: 'text', enum: 'text', set: 'text',
  date: 'date', time: 'time', datetime: 'datetime', timestamp: 'instant',
  binary: 'bytes', varbinary: 'bytes', tinyblob: 'bytes', blob: 'bytes', mediumblob: 'bytes', longblob: 'bytes', bit: 'bytes',
  json: 'json', uuid: 'uuid',
}

export const TABLES = `SELECT TABLE_NAME, TABLE_TYPE LIKE '%VIEW' FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME`
export const FIND_TABLE = `SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE LIKE '%VIEW', ENGINE FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ? LIMIT 1`
export const COLUMNS = `SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, CHARACTER_MAXIMUM_LENGTH, EXTRA, COLUMN_DEFAULT
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`
/** A part of a column (`SUB_PART`) that is unique says more than the column itself: it is left out. */
export const UNIQUE_INDEXES = `SELECT INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX`
/** MariaDB's JSON is a long text with this check. */
export const JSON_CHECKS = `SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME = ?`

const SECONDS = 'DECIMAL(20, 6)'
const columnTypes: Readonly<Record<string, string>> = {
  integer: 'BIGINT', decimal: 'DECIMAL(38, 12)', money: 'DECIMAL(38, 6)', quantity: 'DECIMAL(38, 12)', boolean: 'BOOLEAN',
  date: 'DATE', time: 'TIME(6)', datetime: 'DATETIME(6)', json: 'JSON', list: 'JSON', group: 'JSON',
}

/** Error number → what it means for the record. */
const ERRORS: ReadonlyMap<number, readonly [Failure['is'], string]> = new Map<number, readonly [Failure['is'], string]>([
  [1062, ['unique', 'unique']], [1586, ['unique', 'unique']],
  [1048, ['refused', 'required']], [1364, ['refused', 'required']], [1263, ['refused', 'required']],
  [1406, ['refused', 'length']], [1264, ['refused', 'range']], [1690, ['refused', 'range']], [1416, ['refused', 'type']],
  [1265, ['refused', 'type']], [1366, ['refused', 'type']], [1292, ['refused', 'type']], [1411, ['refused', 'type']], [3140, ['refused', 'type']],
  [1451, ['refused', 'reference']], [1452, ['refused', 'reference']], [1216, ['refused', 'reference']], [1217, ['refused', 'reference']],
  [4025, ['refused', 'check']], [3819, ['refused', 'check']], [1644, ['refused', 'rule']], [1369, ['refused', 'rule']], [1906, ['refused', 'read_only']], [3105, ['refused', 'read_only']],
  [1213, ['later', '']], [1205, ['later', '']], [1317, ['later', '']], [1969, ['later', '']], [3024, ['later', '']], [1021, ['later', '']], [1114, ['later', '']], [1290, ['later', '']], [1836, ['later', '']],
  [1040, ['lost', '']], [1053, ['lost', '']], [1077, ['lost', '']], [1080, ['lost', '']], [1129, ['lost', '']], [1203, ['lost', '']], [1927, ['lost', '']], [2006, ['lost', '']], [2013, ['lost', '']],
  [1044, ['login', '']], [1045, ['login', '']], [1142, ['login', '']], [1143, ['login', '']], [1227, ['login', '']], [1698, ['login', '']],
])

/** Rows in one set-based update: each is found by comparing one after the other. */
const ROWS = 100

export function mariadb(timeZone: string): Dialect {
  const zone = zoneTexts(timeZone)
  let returning = false
  let maria = false

  /** A moment as seconds since 1970, exact to the microsecond. */
  function seconds(text: string, column: Column): string {
    const utc = zone.toUtc(text)
    const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(\.\d+)?Z?$/.exec(utc)
    const at = match ? Date.parse(`${match[1]}T${match[2]}Z`) : Number.NaN
    if (Number.isNaN(at) || at <= 0) throw new Refusal('range', `"${text.slice(0, 60)}" is no time that column ${column.name} holds (TIMESTAMP, from 1970 on).`, column.name)
    return `${at / 1000}${match![3] ?? ''}`
  }

  function bindScalar(value: Exclude<Native, null | Uint8Array>, column: Column): string {
    const text = plainText(value)
    switch (column.kind) {
      case 'boolean':
      case 'integer': {
        const whole = /^(true|false)$/i.test(text) && (typeof value === 'boolean' || column.kind === 'boolean') ? String(Number(text.toLowerCase() === 'true')) : text
        if (!columnPattern.whole.test(whole)) throw wrongType(value, column)
        return whole
      }
      case 'decimal':
      case 'float':
        if (!columnPattern.looseNumber.test(text)) throw wrongType(value, column)
        return text
      case 'uuid':
        if (!columnPattern.uuid.test(text)) throw wrongType(value, column)
        return text
      case 'datetime':
      case 'date':
        if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(text)) throw wrongType(value, column)
        return column.kind === 'date' ? text : zone.toLocal(text).replace('T', ' ')
      case 'instant':
        if (typeof value !== 'string') throw wrongType(value, column)
        return seconds(text, column)
      default:
        return text
    }
  }

  const compare = (column: Column, placeholder: string): string => {
    switch (column.kind) {
      // A text compared with a number would be compared as two floating-point numbers.
      case 'integer':
      case 'boolean': return `CAST(${placeholder} AS ${column.declared.includes('unsigned') ? 'UNSIGNED' : 'SIGNED'})`
      case 'decimal': return `CAST(${placeholder} AS DECIMAL(65, 30))`
      case 'float': return `(${placeholder} + 0e0)`
      case 'instant': return `CAST(${placeholder} AS ${SECONDS})`
      default: return placeholder
    }
  }
  // In the hour that a zone's clocks show twice a TIMESTAMP is ambiguous on its way in; the server knows no other way.
  const assign = (column: Column, placeholder: string): string => (column.kind === 'instant' ? `FROM_UNIXTIME(CAST(${placeholder} AS ${SECONDS}))` : placeholder)
  const compared = (column: Column, quoted: string): string => (column.kind === 'instant' ? `UNIX_TIMESTAMP(${quoted})` : quoted)

  return {
    name: 'mariadb',
    maxValues: 60_000,
    lock: ' FOR UPDATE',
    version: 'SELECT VERSION()',
    utcNow: `SELECT DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d %H:%i:%s')`,
    get returning() { return returning },
    quote,
    placeholder: () => '?',
    select(column, quoted) {
      switch (column.kind) {
        case 'date':
        case 'time':
        case 'datetime':
        case 'json':
        case 'uuid': return `CAST(${quoted} AS CHAR)`
        case 'instant': return `CAST(UNIX_TIMESTAMP(${quoted}) AS CHAR)`
        default: return quoted
      }
    },
    compared,
    compare,
    assign,
    atLeast(column, quoted, placeholder) {
      if (column.kind !== 'instant') return `${quoted} >= ${compare(column, placeholder())}`
      // The first condition uses an index; two hours cover any change of the session's clock. The second is exact.
      return `${quoted} >= FROM_UNIXTIME(GREATEST(1, CAST(${placeholder()} AS ${SECONDS}) - 7200)) AND UNIX_TIMESTAMP(${quoted}) >= ${compare(column, placeholder())}`
    },

    read(value, column): Native {
      if (value === null || value === undefined) return null
      switch (column.kind) {
        case 'bytes': return value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array(Buffer.from(String(value)))
        case 'float': {
          const text = typeof value === 'number' && column.declared.startsWith('float') ? shortestSingle(value) : String(value)
          return columnPattern.number.test(text) ? numeral(text) : text
        }
        case 'integer':
        case 'decimal': {
          const text = String(value)
          return columnPattern.number.test(text) ? numeral(text) : text
        }
        case 'boolean': return String(value) === '1' ? true : String(value) === '0' ? false : numeral(String(value))
        case 'json': return readJson(value instanceof Uint8Array ? Buffer.from(value).toString() : String(value))
        case 'instant': return momentText(String(value))
        default: return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value)
      }
    },

    bind(value, column): Bound {
      if (value === null) return null
      if (column.kind === 'json' && !(value instanceof Uint8Array)) return jsonText(value)
      if (column.kind === 'bytes') {
        if (!(value instanceof Uint8Array)) throw wrongType(value instanceof Numeral ? value.text : value, column)
        return value
      }
      if (value instanceof Uint8Array) throw wrongType(value, column)
      return bindScalar(value, column)
    },

    update(table, key, columns, rows): Statement[] {
      if (columns.some((column) => key.includes(column))) {
        // Columns are set from left to right: a key that changes would not be found for the next one.
        return rows.map((row) => {
          const writer = new Writer(this)
          const sets = columns.map((column, i) => `${quote(column.name)} = ${writer.assign(column, row[key.length + i]!)}`).join(', ')
          return { text: `UPDATE ${qualified(this, table)} SET ${sets} WHERE ${writer.among(key, [row.slice(0, key.length)])}`, values: writer.values }
        })
      }
      const statements: Statement[] = []
      for (let start = 0; start < rows.length; start += ROWS) {
        for (const lot of lots(rows.slice(start, start + ROWS), (columns.length + 1) * (key.length + 1), this)) {
          const writer = new Writer(this)
          const sets = columns.map((column, i) => {
            const cases = lot.map((row) => `WHEN ${key.map((one, k) => `${compared(one, quote(one.name))} = ${writer.compare(one, row[k]!)}`).join(' AND ')} THEN ${writer.assign(column, row[key.length + i]!)}`)
            return `${quote(column.name)} = CASE ${cases.join(' ')} END`
          })
          const text = `UPDATE ${qualified(this, table)} SET ${sets.join(', ')} WHERE ${writer.among(key, lot.map((row) => row.slice(0, key.length)))}`
          statements.push({ text, values: writer.values })
        }
      }
      return statements
    },
    savepoint: (name) => [`SAVEPOINT ${name}`, `ROLLBACK TO SAVEPOINT ${name}`],

    async tables(connection, schema) {
      const { rows } = await connection.query(TABLES, [schema ?? null])
      return rows.map(([name, view]) => ({ name: String(name), view: Number(view) === 1 }))
    },

    async describe(connection, name, schema): Promise<Table | undefined> {
      const version = String((await connection.query('SELECT VERSION()')).rows[0]?.[0])
      maria = /mariadb/i.test(version)
      const [major, minor] = version.split('.').map((part) => Number.parseInt(part, 10))
      returning = maria && (major! > 10 || (major === 10 && minor! >= 5))
      const found = (await connection.query(FIND_TABLE, [schema ?? null, name])).rows[0]
      if (!found) return undefined
      const [inSchema, real] = [String(found[0]), String(found[1])]
      const json = maria ? await jsonColumns(connection, inSchema, real) : new Set<string>()
      const columns = (await connection.query(COLUMNS, [inSchema, real])).rows.map((row): Column => {
        const [column, type, declared] = [String(row[0]), String(row[1]).toLowerCase(), String(row[2]).toLowerCase()]
        const extra = String(row[5] ?? '').toUpperCase()
        return {
          name: column,
          declared,
          kind: json.has(column) ? 'json' : declared.startsWith('tinyint(1)') ? 'boolean' : KINDS[type] ?? 'other',
          nullable: String(row[3]) === 'YES',
          generated: extra.includes('AUTO_INCREMENT') || /uuid/i.test(String(row[6] ?? '')),
          computed: extra.includes('GENERATED') && !extra.includes('DEFAULT_GENERATED'),
          ...(row[4] === null || KINDS[type] !== 'text' ? {} : { length: Number(row[4]) }),
        }
      })
      const indexes = new Map<string, (string | null)[]>()
      for (const [index, column, part] of (await connection.query(UNIQUE_INDEXES, [inSchema, real])).rows) {
        indexes.set(String(index), [...(indexes.get(String(index)) ?? []), part === null && column !== null ? String(column) : null])
      }
      const whole = [...indexes].filter((index): index is [string, string[]] => !index[1].includes(null))
      return {
        // The database's own schema is left out of statements, so that they read as people write them.
        ...(schema === undefined ? {} : { schema: inSchema }),
        name: real,
        view: Number(found[2]) === 1,
        transactional: !/^(myisam|aria|memory|csv|archive|merge)$/i.test(String(found[3] ?? '')),
        columns,
        primary: whole.find(([index]) => index === 'PRIMARY')?.[1] ?? [],
        uniques: whole.filter(([index]) => index !== 'PRIMARY').map(([, names]) => names),
      }
    },

    columnType: (planType, indexed) => columnTypes[planType] ?? (indexed ? 'VARCHAR(255)' : 'LONGTEXT'),
    generatedKey: 'BIGINT AUTO_INCREMENT PRIMARY KEY',
    tableOptions: ' ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4',
    failure: mariadbFailure,
  }
}

async function jsonColumns(connection: Connection, schema: string, table: string): Promise<Set<string>> {
  const { rows } = await connection.query(JSON_CHECKS, [schema, table])
  return new Set(rows.flatMap((row) => /^json_valid\(`(.*)`\)$/i.exec(String(row[0]))?.slice(1, 2).map((name) => name.replaceAll('``', '`')) ?? []))
}

/** `1763719200.123456` → ISO text; a zero time is not in any year and stays as MySQL writes it. */
function momentText(seconds: string): string {
  const [whole, fraction] = seconds.split('.')
  if (Number(whole) === 0) return '0000-00-00 00:00:00'
  const digits = (fraction ?? '').replace(/0+$/, '')
  return `${new Date(Number(whole) * 1000).toISOString().slice(0, 19)}${digits === '' ? '' : `.${digits}`}Z`
}

function mariadbFailure(error: unknown): Failure {
  const { errno, code, sqlMessage, message, fatal } = error as { errno?: number; code?: string; sqlMessage?: string; message?: string; fatal?: boolean }
  const says = sqlMessage ?? message ?? String(error)
  const meaning = errno === undefined ? undefined : ERRORS.get(errno)
  if (!meaning) {
    // Errors of the server are called ER_…, those of sockets E… without the line.
    return fatal === true || /^(E[A-Z]+|PROTOCOL_.*|HANDSHAKE_.*)$/.test(code ?? '') || /closed state|connection/i.test(says) ? { is: 'lost', says: says === '' ? String(code) : says } : { is: 'statement', says }
  }
  if (meaning[0] !== 'refused' && meaning[0] !== 'unique') return { is: meaning[0], says } as Failure
  const named = /(?:[Cc]olumn|[Ff]ield) (?:`[^`]*`\.`[^`]*`\.)?['`]([^'`]+)['`]/.exec(says)?.[1] ?? /for key '(?:.*\.)?([^']+)'$/.exec(says)?.[1]
  return { is: meaning[0], code: meaning[1], says, columns: named === undefined || named === 'PRIMARY' ? [] : [named] }
}
