/** One golden record as people ask about it: who says what, who decided, what happened. */
import type { Native } from '../base/numeral.ts'
import type { Store, Transaction } from '../store/contract.ts'
import type { ChangeRow, CommandRow, GoldenRow, LinkRow } from '../store/rows.ts'
import { namedRecord } from '../sync/named-record.ts'
import { linksIn } from '../sync/working-set.ts'
import type { Runtime } from '../sync/runtime.ts'
import { iso, isoOrNull, plain } from './plain.ts'

/** History beyond this is in the store, not on one page. */
const MOST_CHANGES = 500

export interface RecordView {
  readonly golden: GoldenRow
  readonly fields: readonly FieldView[]
  readonly links: readonly LinkView[]
  readonly history: readonly ChangeView[]
  readonly conflicts: readonly ChangeView[]
  /** Link → the golden record that it stands for now, for references. */
  readonly refersTo: ReadonlyMap<string, string>
}
export interface FieldView {
  readonly field: string
  readonly value: unknown
  /** System whose word decided; null: a steward, a default, or nobody. */
  readonly system: string | null
  readonly key: string | null
  readonly by: 'system' | 'steward' | 'default' | 'nobody'
  readonly rule: string
  readonly at: string | null
}
export interface LinkView {
  readonly system: string
  readonly resource: string
  readonly key: string | null
  readonly state: string
  readonly origin: string
  readonly agrees: boolean
  readonly seen_at: string | null
  readonly held: unknown
  readonly altered: readonly string[]
  readonly open: { readonly kind: string; readonly state: string; readonly reason: string | null } | null
}
export interface ChangeView {
  readonly at: string
  readonly kind: string
  readonly field: string
  readonly before: unknown
  readonly after: unknown
  readonly loser: { readonly system: string; readonly value: unknown } | null
  readonly winner: string | null
  readonly rule: string | null
  readonly revision: number
}

export function recordView(store: Store, runtime: Runtime, name: string): Promise<RecordView> {
  return store.transaction(async (tx) => {
    const { golden } = await namedRecord(tx, runtime, name)
    const links = await tx.linksOfGoldens([golden.id])
    const commands = new Map((await tx.commands(links.map((link) => link.id))).map((row) => [row.link, row]))
    const changes = (await tx.changes({ golden: golden.id, limit: 100_000 })).toReversed().slice(0, MOST_CHANGES)
    return {
      golden, fields: fieldsOf(golden, links, runtime), links: links.map((link) => linkView(link, golden, commands.get(link.id))),
      history: changes.filter((row) => row.kind !== 'conflict').map(changeView), conflicts: changes.filter((row) => row.kind === 'conflict').map(changeView),
      refersTo: await referencesOf(tx, golden),
    }
  }, { readOnly: true })
}

function fieldsOf(golden: GoldenRow, links: readonly LinkRow[], runtime: Runtime): FieldView[] {
  const names = [...(runtime.entities.get(golden.entity)?.entity.fields.keys() ?? Object.keys(golden.values))]
  return names.map((field): FieldView => {
    const from = golden.from[field]
    const link = from && links.find((one) => one.id === from.link)
    return {
      field, value: golden.values[field] ?? null, system: link?.system ?? null, key: link?.key ?? null, rule: from?.rule ?? '', at: isoOrNull(from?.time),
      by: from === undefined ? 'nobody' : from.link === 0 ? 'steward' : from.link < 0 ? 'default' : 'system',
    }
  })
}

const linkView = (link: LinkRow, golden: GoldenRow, command: CommandRow | undefined): LinkView => ({
  system: link.system, resource: link.resource, key: link.key, state: link.state, origin: link.origin, agrees: command === undefined && link.state === 'live' && golden.state !== 'ended',
  seen_at: isoOrNull(link.seenTo), held: link.seen === null ? null : plain(link.seen as Native), altered: Object.keys(link.altered),
  open: command ? { kind: command.kind, state: command.state, reason: command.reason } : null,
})

const changeView = (row: ChangeRow): ChangeView => ({
  at: iso(row.at), kind: row.kind, field: row.field, before: row.before ?? null, after: row.after ?? null, loser: row.loser ? { system: row.loser.system, value: row.loser.value } : null,
  winner: row.winner?.system ?? null, rule: row.rule ?? null, revision: row.rev,
})

async function referencesOf(tx: Transaction, golden: GoldenRow): Promise<ReadonlyMap<string, string>> {
  const ids = [...linksIn(golden.values)]
  const links = await tx.linksById(ids)
  return new Map(links.map((link) => [String(link.id), link.golden]))
}
