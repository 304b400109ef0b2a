/** What the brake holds, as a named list, and a person's yes or no to it (semantics §2.13). */
import { createHash } from 'node:crypto'
import { PlimsollError, registerErrors } from '../base/errors.ts'
import type { Store, Transaction } from '../store/contract.ts'
import type { CommandRow, DecisionRow, ResourceRow } from '../store/rows.ts'
import type { EngineParts } from './engine.ts'

registerErrors({
  'sync.nothing_held': { class: 'plan', hint: '`plimsoll status` shows what is held, with the command that releases it.' },
  'sync.list_changed': { class: 'conflict', hint: 'Look at the list again with `plimsoll status` and release that one.' },
})

/** One write that the brake holds. */
export interface HeldWrite {
  readonly link: number
  readonly kind: CommandRow['kind']
  readonly entity: string
  readonly golden: string
  /** Key in the target. */
  readonly key: string | null
  readonly since: number
}

export interface HeldList {
  readonly system: string
  readonly resource: string
  /** Names exactly these writes: another list has another hash. */
  readonly list: string
  readonly writes: readonly HeldWrite[]
}

const MOST = 1_000_000

export async function heldLists(tx: Transaction): Promise<HeldList[]> {
  const rows = await tx.commandsIn('held', MOST)
  const links = new Map((await tx.linksById(rows.map((row) => row.link))).map((link) => [link.id, link]))
  const lists = new Map<string, { system: string; resource: string; writes: HeldWrite[] }>()
  for (const row of rows) {
    const name = `${row.system}/${row.resource}`
    const list = lists.get(name) ?? { system: row.system, resource: row.resource, writes: [] }
    list.writes.push({ link: row.link, kind: row.kind, entity: row.entity, golden: row.golden, key: links.get(row.link)?.key ?? null, since: row.openedAt })
    lists.set(name, list)
  }
  return [...lists.values()].map((list) => ({ ...list, list: nameOf(list.writes) }))
}

const nameOf = (writes: readonly HeldWrite[]): string =>
  createHash('sha256').update(JSON.stringify(writes.map((write) => [write.link, write.kind, write.golden]).toSorted())).digest('hex').slice(0, 12)

export interface ReleaseOptions {
  readonly system: string
  readonly resource: string
  /** Release only if this is still the list. */
  readonly list?: string
  /** Say no: the writes are given up. They come back when their records change again. */
  readonly discard?: boolean
  readonly who: string
  readonly why: string
}

export interface Released {
  readonly held: HeldList | undefined
  /** A read that shrank, which the next run takes as it is. */
  readonly shrunk: { readonly was: number; readonly now: number } | undefined
  /** Fields that the source lost or changed: the next run takes it as it is. */
  readonly fields: boolean
}

/** Lets go, or gives up, what is held at one place; the next run does it. */
export function release(parts: EngineParts, options: ReleaseOptions): Promise<Released> {
  const { system, resource } = options
  return parts.store.transaction(async (tx) => {
    const held = (await heldLists(tx)).find((list) => list.system === system && list.resource === resource)
    const rowsHere = (await tx.resources()).filter((row) => row.system === system && row.resource === resource)
    const shrunken = rowsHere.filter((row) => row.shrunk !== null)
    const changed = rowsHere.filter((row) => row.lastError?.code === 'sync.fields_changed')
    if (!held && shrunken.length === 0 && changed.length === 0) throw new PlimsollError('sync.nothing_held', `Nothing is held at ${system}/${resource}.`)
    if (options.list !== undefined && held && held.list !== options.list) {
      throw new PlimsollError('sync.list_changed', `What is held at ${system}/${resource} is no longer the list ${options.list}; now it is ${held.list} with ${held.writes.length} writes.`)
    }
    if (held) {
      const rows = await tx.commands(held.writes.map((write) => write.link))
      await tx.save(options.discard
        ? { removedCommands: rows.map((row) => row.link) }
        : { commands: rows.map((row) => ({ ...row, state: 'due' as const, reason: 'released', notBefore: parts.clock.now() })) })
    }
    await tx.save({
      decisions: [
        ...(held ? [decision(parts, options, held.writes[0]!.entity, [`held:${system}/${resource}`], { list: held.list, writes: String(held.writes.length) }, true)] : []),
        ...(options.discard ? [] : shrunken.map((row) => decision(parts, options, row.entity, [`shrunk:${system}/${resource}`], { was: String(row.shrunk!.was), now: String(row.shrunk!.now) }, false))),
        ...(options.discard ? [] : changed.map((row) => decision(parts, options, row.entity, [`fields:${system}/${resource}`], { says: row.lastError!.says }, false))),
      ],
    })
    const first = shrunken[0]?.shrunk
    return { held, shrunk: first && !options.discard ? { was: first.was, now: first.now } : undefined, fields: changed.length > 0 && !options.discard }
  }, { as: 'release' })
}

function decision(parts: EngineParts, options: ReleaseOptions, entity: string, about: readonly string[], value: DecisionRow['value'], ended: boolean): DecisionRow {
  return { id: parts.newId(), kind: 'release', entity, about, field: null, value, who: options.who, why: options.why, at: parts.clock.now(), over: 0, ended }
}

/** Sources whose last read shrank and was not accepted yet. */
export async function shrunken(tx: Transaction): Promise<{ row: ResourceRow; released: boolean }[]> {
  const released = new Set((await tx.decisionsOf('release')).flatMap((row) => row.about))
  return (await tx.resources()).filter((row) => row.shrunk !== null).map((row) => ({ row, released: released.has(`shrunk:${row.system}/${row.resource}`) }))
}

export const heldIn = (store: Store): Promise<HeldList[]> => store.transaction(heldLists, { readOnly: true })
