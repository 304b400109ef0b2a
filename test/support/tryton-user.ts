/** Somebody who works with Tryton beside the product: its JSON-RPC called by hand, and its times set in the database. */
import pg from 'pg'
import type { RunningSystem } from '../systems/harness/start.ts'

export interface TrytonUser {
  readonly database: string
  /** `model.party.party.create`; the context is added. */
  call<T>(method: string, ...params: readonly unknown[]): Promise<T>
  /** When these records of a table say that they were made and changed. */
  stamp(table: string, ids: readonly number[], at: { readonly made?: number; readonly changed?: number | null }): Promise<void>
  close(): Promise<void>
}

export async function trytonUser(system: RunningSystem): Promise<TrytonUser> {
  const { user, password, database } = system.access as Readonly<Record<string, string>>
  const url = `${system.url}/${database}/`
  const ask = async (headers: Record<string, string>, method: string, params: readonly unknown[]): Promise<unknown> => {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ id: 1, method, params }), signal: AbortSignal.timeout(60_000) })
    if (!answer.ok) throw new Error(`${method}: ${answer.status}`)
    const said = await answer.json() as { readonly result?: unknown; readonly error?: unknown }
    if (said.error !== undefined) throw new Error(`${method}: ${JSON.stringify(said.error).slice(0, 300)}`)
    return said.result
  }
  const [id, key] = await ask({}, 'common.db.login', [user, { password }, 'en']) as [number, string]
  const authorization = `Session ${Buffer.from(`${user}:${id}:${key}`).toString('base64')}`
  const rows = new pg.Client({ host: '127.0.0.1', port: system.beside['postgres']!, database: database!, user: database!, password: password! })
  await rows.connect()
  return {
    database: database!,
    call: async <T>(method: string, ...params: readonly unknown[]): Promise<T> => await ask({ authorization }, method, [...params, { company: 1, language: 'en' }]) as T,
    async stamp(table, ids, at) {
      const time = (ms: number): string => new Date(ms).toISOString().replace('Z', '')
      if (at.made !== undefined) await rows.query(`update ${table} set create_date = $1 where id = any($2)`, [time(at.made), ids])
      if (at.changed !== undefined) await rows.query(`update ${table} set write_date = $1 where id = any($2)`, [at.changed === null ? null : time(at.changed), ids])
    },
    close: () => rows.end(),
  }
}
