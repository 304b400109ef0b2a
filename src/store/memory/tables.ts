import type {
  AsideRow, ChangeRow, ClaimRow, CommandRow, ConditionRow, DecisionRow, DeliveryRow, GoldenRow, InboxRow, LaterRow, LedgerRow, LinkRow, PlanRow, ResourceRow, RunRow,
  ScheduleRow, SecretRow, SystemRow, WriteRow,
} from '../rows.ts'

export interface Rows {
  plan: PlanRow
  resource: ResourceRow
  link: LinkRow
  golden: GoldenRow
  claim: ClaimRow
  command: CommandRow
  reference: { readonly golden: string; readonly link: number }
  decision: DecisionRow
  later: LaterRow
  aside: AsideRow
  change: ChangeRow & { readonly seq: number }
  run: RunRow
  ledger: LedgerRow
  write: WriteRow & { readonly row: number }
  inbox: InboxRow
  delivery: DeliveryRow
  secret: SecretRow
  schedule: ScheduleRow
  system: SystemRow
  condition: ConditionRow
}
export type TableName = keyof Rows

/** All rows at one moment. Never changed: a transaction that saves replaces the tables that it touches. */
export type Tables = { readonly [T in TableName]: ReadonlyMap<string, Rows[T]> }

export interface State {
  readonly tables: Tables
  readonly lastLink: number
  readonly lastChange: number
  readonly lastWrite: number
}

const joined = (...parts: readonly (string | number | null)[]): string => JSON.stringify(parts)

export const KEY: { readonly [T in TableName]: (row: Rows[T]) => string } = {
  plan: (row) => String(row.epoch),
  resource: (row) => joined(row.system, row.resource, row.entity),
  link: (row) => String(row.id),
  golden: (row) => row.id,
  claim: (row) => joined(row.entity, row.kind, row.value, row.link),
  command: (row) => String(row.link),
  reference: (row) => joined(row.golden, row.link),
  decision: (row) => row.id,
  later: (row) => String(row.link),
  aside: (row) => row.id,
  change: (row) => String(row.seq),
  run: (row) => row.id,
  ledger: (row) => joined(row.run, row.system, row.resource, row.entity, row.count),
  write: (row) => String(row.row),
  inbox: (row) => row.id,
  delivery: (row) => row.id,
  secret: (row) => row.id,
  schedule: (row) => row.lane,
  system: (row) => row.system,
  condition: (row) => joined(row.about, row.name),
}

/** What no two rows share besides their key; undefined: nothing. */
export const UNIQUE: { readonly [T in TableName]?: (row: Rows[T]) => string | undefined } = {
  link: (row) => (row.key === null ? undefined : joined(row.system, row.resource, row.entity, row.key, row.generation)),
  inbox: (row) => (row.deliveryId === '' ? undefined : joined(row.system, row.resource, row.deliveryId)),
}

export const EMPTY: State = {
  tables: Object.fromEntries(Object.keys(KEY).map((name) => [name, new Map()])) as unknown as Tables,
  lastLink: 0, lastChange: 0, lastWrite: 0,
}
