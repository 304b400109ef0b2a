/** Makes a table that the plan writes and that does not exist yet. A table that exists is never changed. */
import { PlimsollError, type ResourceSpec } from '../../contract.ts'
import type { Connection, Dialect } from './dialect.ts'

/** The key that is made when the plan names none. */
const OWN_KEY = 'id'

const bare = (path: string): string => /^"(.*)"$/s.exec(path)?.[1] ?? path

export async function createTable(dialect: Dialect, connection: Connection, spec: ResourceSpec, schema: string | undefined): Promise<void> {
  for (const { path } of spec.parts.size > 0 ? [...spec.parts].map(([name, part]) => ({ path: `${name} (${part.resource})` })) : []) {
    throw new PlimsollError('sql.no_table', `Table ${spec.resource} is missing, and with the part ${path} it can't be made by itself.`, { place: spec.resource, executed: false })
  }
  const types = new Map((spec.creates ?? []).map(({ path, type }) => [bare(path), type]))
  const key = spec.key.length > 0 ? spec.key.map(bare) : [OWN_KEY]
  const identifiers = spec.identifiers.map((paths) => paths.map(bare))
  for (const name of [...key, ...identifiers.flat(), ...(spec.changedAt === undefined ? [] : [bare(spec.changedAt)])]) {
    if (!types.has(name)) types.set(name, name === OWN_KEY && spec.key.length === 0 ? 'generated' : 'text')
  }
  const indexed = new Set([...key, ...identifiers.flat()])
  const columns = [...types].toSorted(([a], [b]) => Number(key.includes(b)) - Number(key.includes(a))).map(([name, type]) =>
    type === 'generated' ? `${dialect.quote(name)} ${dialect.generatedKey}` : `${dialect.quote(name)} ${dialect.columnType(type, indexed.has(name))}${key.includes(name) ? ' NOT NULL' : ''}`)
  if (![...types.values()].includes('generated')) columns.push(`PRIMARY KEY (${key.map(dialect.quote).join(', ')})`)

  // Not unique: two records that share an identifier are a question for a person, not an error of the database.
  const indexes = identifiers.filter((paths) => paths.some((path, at) => path !== key[at])).map((paths, i) => ({
    name: dialect.quote(`${spec.resource}_by_${paths.join('_')}`.slice(0, 58) + (i === 0 ? '' : `_${i}`)),
    columns: paths.map(dialect.quote).join(', '),
  }))
  const inside = dialect.name === 'mariadb'
  if (inside) for (const index of indexes) columns.push(`INDEX ${index.name} (${index.columns})`)

  const name = schema === undefined ? dialect.quote(spec.resource) : `${dialect.quote(schema)}.${dialect.quote(spec.resource)}`
  await connection.query(`CREATE TABLE IF NOT EXISTS ${name} (${columns.join(', ')})${dialect.tableOptions}`)
  if (!inside) for (const index of indexes) await connection.query(`CREATE INDEX IF NOT EXISTS ${index.name} ON ${name} (${index.columns})`)
}
