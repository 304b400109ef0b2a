/** A bench on a real WordPress: pages as the catalogue has them; the kit's other user works in the site's own database. */
import { createConnection } from 'mysql2/promise'
import { systemClock } from '../../../src/base/clock.ts'
import type { Bench } from '../../../src/rehearse/conformance/bench.ts'
import type { Native, NativeRecord } from '../../../src/systems/contract.ts'
import { httpConnector } from '../../../src/systems/protocols/http/index.ts'
import { PASSWORD } from '../../systems/harness/password.ts'
import type { RunningSystem } from '../../systems/harness/start.ts'
import { type Fault, faultsOf, passing } from './passing.ts'

const COLUMNS = { slug: 'post_name', title: 'post_title', content: 'post_content', excerpt: 'post_excerpt', status: 'post_status' } as const
const context = { clock: systemClock, system: 'site', timeZone: 'UTC', readOnly: false, budget: async () => {} }

export async function wordpressBench(system: RunningSystem): Promise<{ readonly bench: Bench; close(): Promise<void> }> {
  const rows = await createConnection({ host: '127.0.0.1', port: system.beside['mariadb']!, user: 'wordpress', password: PASSWORD, database: 'wordpress', charset: 'utf8mb4' })
  const ask = async (text: string, values: readonly (string | number)[] = []): Promise<Record<string, unknown>[]> => (await rows.query(text, [...values]))[0] as Record<string, unknown>[]
  const fault: Fault = {}
  const door = await passing(system.url, fault, (method) => method === 'POST')
  const settings = { url: door.url, manifest: 'wordpress', user: String(system.access['user']) }
  const time = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ')
  const columns = (values: NativeRecord): [string, string][] => Object.entries(values).map(([name, value]) => [COLUMNS[name as keyof typeof COLUMNS], String(value)])
  const record = (n: number): NativeRecord => ({ slug: `page-${n}`, title: `Łucja ${n}`, content: `<p>${n}</p>`, status: 'publish' })
  return {
    close: async () => {
      await door.close()
      await rows.end()
    },
    bench: {
      name: 'http WordPress', clock: systemClock,
      open: () => httpConnector.open({ ...settings, password: String(system.access['password']) }, context),
      locked: () => httpConnector.open({ ...settings, password: 'wrong canary 81' }, context),
      secrets: [String(system.access['password']), 'wrong canary 81'],
      spec: { resource: 'pages', key: [], changedAt: 'modified_gmt', parts: new Map(), identifiers: [['slug']] },
      shape: { key: 'id', keyBy: 'system', text: 'title', identifier: 'slug', outside: 'excerpt' },
      record, times: { stepMs: 1_000, lateMs: 120_000 },
      exact: new Map<string, readonly Native[]>([['title', ['007', 'a "b"', 'Zażółć ß 日本 😀', 'null', '1e5', 'back\\slash']], ['content', ['line\nend', ' x ']]]),
      poison: { record: (n) => ({ ...record(n), status: 'nonsense' }), update: { status: 'nonsense' } },
      altered: { title: '  trimmed  ' },
      faults: faultsOf(fault),
      user: {
        reset: async () => { await ask("DELETE FROM wp_posts WHERE post_type IN ('page', 'revision')") },
        seed: async (records, at = Date.now()) => {
          const keys: string[] = []
          for (const values of records) {
            const named = [...columns({ content: '', excerpt: '', ...values }), ['post_type', 'page'], ['post_author', '1'], ...['to_ping', 'pinged', 'post_content_filtered'].map((name) => [name, '']),
              ...['post_date', 'post_date_gmt', 'post_modified', 'post_modified_gmt'].map((name) => [name, time(at)])]
            const made = await ask(`INSERT INTO wp_posts (${named.map(([name]) => name).join(', ')}) VALUES (${named.map(() => '?').join(', ')})`, named.map(([, value]) => value!))
            keys.push(String((made as unknown as { insertId: number }).insertId))
          }
          return keys
        },
        edit: async (key, values, at = Date.now()) => {
          const named = [...columns(values), ...['post_modified', 'post_modified_gmt'].map((name): [string, string] => [name, time(at)])]
          await ask(`UPDATE wp_posts SET ${named.map(([name]) => `${name} = ?`).join(', ')} WHERE ID = ?`, [...named.map(([, value]) => value), key])
        },
        remove: async (key) => { await ask('DELETE FROM wp_posts WHERE ID = ?', [key]) },
        all: async () => new Map((await ask("SELECT ID AS id, post_name AS slug, post_title AS title, post_content AS content, post_excerpt AS excerpt, post_status AS status FROM wp_posts WHERE post_type = 'page' AND post_status <> 'trash'"))
          .map((row) => [String(row['id']), row as NativeRecord])),
      },
    },
  }
}
