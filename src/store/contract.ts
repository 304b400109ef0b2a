/**
 * State: what Plimsoll knows, as set-based operations on whole batches. Two implementations pass one contract suite.
 * Every load takes all keys of a batch at once; every save is one call. A batch costs a bounded number of statements.
 */
import type { Clock } from '../base/clock.ts'
import { type PlimsollError, registerErrors } from '../base/errors.ts'
import type { TransactionName } from './crash-points.ts'
import type {
  AsideRow, ChangeRow, ClaimRow, CommandRow, CommandState, ConditionRow, DecisionRow, DeliveryRow, DueRow, GoldenRow, GoldenValues, InboxRow, LaterRow, LedgerRow, LinkName, LinkRow, LinkState, MadeRow, NewcomerRows,
  PlanRow, ResourceRow, RunRow, ScheduleRow, SecretRow, SlotRow, SystemRow, WriteRow,
} from './rows.ts'

registerErrors({
  'store.held': { class: 'environment', hint: 'Stop that process first, or give this one a store of its own with PLIMSOLL_STORE.' },
  'store.newer': { class: 'environment', hint: 'Use the version of Plimsoll that made this store, or a newer one.' },
  'store.unusable': { class: 'environment', hint: 'Check that the folder can be written and the disk has room; restore the store from a backup if it is damaged.' },
  'store.read_only': { class: 'internal', hint: 'This is a defect of Plimsoll. Please report it with the command you ran.' },
  'store.fenced': { class: 'conflict', hint: 'Another process took this work over; nothing is lost. Start this one again when that has ended.' },
})

export interface Store {
  /** File or address, for messages. */
  readonly place: string
  /**
   * One transaction: everything or nothing, as if no other ran at the same time. `work` may be called again after a conflict, so
   * it has no effects of its own, and it awaits every call. What is loaded inside is
   * locked as far as the engine needs it (§2.14): claims by value, then golden rows, both sorted; links, commands and
   * statements are only touched under their golden record's lock.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T>
  /**
   * Makes this process the store's holder until `release`. Throws `store.held` naming the other one, as long as that gives signs of
   * life. Whoever was taken over writes nothing more: its transactions throw `store.fenced`.
   */
  hold(holder: StoreHolder, life: HolderLife): Promise<() => Promise<void>>
  /** A copy that is thrown away with `close`: for previews. */
  overlay(): Promise<Store>
  close(): Promise<void>
}
export type TransactionOptions =
  | {
    /** What it is for. */
    readonly as: TransactionName
    /** Survives power loss when it returns (webhooks that are answered with 2xx), not only the death of the process. */
    readonly durable?: true
    readonly readOnly?: never
  }
  | {
    /** Only loads; never waits for a writer. */
    readonly readOnly: true
    readonly as?: never
    readonly durable?: never
  }
export interface StoreHolder { readonly pid: number; readonly host: string; readonly command: string; readonly since: number }
/** The store itself failed, whatever it was used for. */
export const isOfStore = (error: PlimsollError): boolean => error.code.startsWith('store.')

/** A holder that was silent for so long is taken over. */
export const HOLDER_LEASE_MS = 5 * 60_000

export interface HolderLife {
  readonly clock: Clock
  /** Another process has taken this one's place. */
  readonly lost?: (error: PlimsollError) => void
}

/** The little of a link that tells whether its record changed. */
export interface LinkHead { readonly id: number; readonly state: LinkState; readonly hash: string }

/** A place in the order of keys. */
export interface KeyMark { readonly key: string; readonly generation: number }
/** Before all keys. */
export const FIRST_KEY: KeyMark = { key: '', generation: -1 }

export interface ResourceId { readonly system: string; readonly resource: string; readonly entity: string }

/**
 * Lists have the order that is named, else any. Rows belong to the caller: changing one changes nothing in the store. Text comes
 * back as it was saved, but half a surrogate pair may become U+FFFD; whoever looks for the same text finds it.
 */
export interface Transaction {
  plan(): Promise<PlanRow | undefined>
  resources(): Promise<readonly ResourceRow[]>

  /** What an unchanged record is recognised by: the newest generation of each key, in the order of `keys`; undefined: unknown. */
  heads(place: ResourceId, keys: readonly string[]): Promise<readonly (LinkHead | undefined)[]>
  /** Newest generation of each key, any state. Unknown keys are left out. */
  linksByKey(place: ResourceId, keys: readonly string[]): Promise<readonly LinkRow[]>
  linksById(ids: readonly number[]): Promise<readonly LinkRow[]>
  /** All links of these golden records, slots and gone ones too, in the order of their ids. */
  linksOfGoldens(goldens: readonly string[]): Promise<readonly LinkRow[]>
  /** Where these golden records are: their links without slots, in the order of their ids. */
  linkNames(goldens: readonly string[]): Promise<readonly LinkName[]>
  /** Those of these links that are slots with an open command, whose golden record is live, was not merged and has nothing in review. */
  slots(links: readonly number[]): Promise<readonly SlotRow[]>
  /** Links of a resource in these states, in the order of their ids. */
  linksAfter(place: ResourceId, states: readonly LinkState[], afterId: number, limit: number): Promise<readonly LinkRow[]>
  /** Ids of all links of a resource that have a key, whatever their state, in the order of keys and generations; `last`: to go on after them. */
  idsAfter(place: ResourceId, after: KeyMark, limit: number): Promise<{ readonly ids: readonly number[]; readonly last: KeyMark }>
  /** Golden records, beyond `after` by id, with live links at several places (system, resource, entity) that were read, not made. */
  joinedAfter(after: string, limit: number): Promise<readonly string[]>
  countLinks(place: ResourceId, states: readonly LinkState[]): Promise<number>
  goldens(ids: readonly string[]): Promise<readonly GoldenRow[]>
  /** The little that a create needs of them. */
  goldenValues(ids: readonly string[]): Promise<readonly GoldenValues[]>
  /** In the order of their ids, merged ones too. */
  goldensAfter(entity: string, afterId: string, limit: number): Promise<readonly GoldenRow[]>
  /** Who says that it is one of these, and to which golden record that link belongs. */
  claims(entity: string, values: readonly { readonly kind: string; readonly value: string }[]): Promise<readonly (ClaimRow & { readonly golden: string })[]>
  /** Which of these somebody claims, in their order. */
  claimed(entity: string, kind: string, values: readonly string[]): Promise<readonly boolean[]>
  claimsOfLinks(links: readonly number[]): Promise<readonly ClaimRow[]>
  commands(links: readonly number[]): Promise<readonly CommandRow[]>
  /** Of a system: `due` and `unsure` whose `notBefore` is reached, `sending` whose lease is over. By priority, then `openedAt`, then link. */
  dueCommands(options: { readonly system: string; readonly now: number; readonly limit: number }): Promise<readonly CommandRow[]>
  /** Commands that wait for one of these golden records. */
  waiters(goldens: readonly string[]): Promise<readonly CommandRow[]>
  commandCounts(): Promise<readonly { readonly system: string; readonly resource: string; readonly entity: string; readonly kind: CommandRow['kind']; readonly state: CommandState; readonly reason: string | null; readonly n: number; readonly oldest: number }[]>
  /** Oldest first. */
  commandsIn(state: CommandState, limit: number): Promise<readonly CommandRow[]>
  /** Smallest `notBefore` of `due` and `unsure` commands and end of lease of those being sent. */
  nextDue(): Promise<number | undefined>
  /** References to links that belong to one of these golden records now, whichever they belonged to when they were saved. */
  referrers(goldens: readonly string[]): Promise<readonly { readonly golden: string; readonly link: number }[]>
  /** That were not ended and are about one of these, oldest first. */
  decisions(about: readonly string[]): Promise<readonly DecisionRow[]>
  /** That were not ended, oldest first. */
  decisionsOf(kind: DecisionRow['kind']): Promise<readonly DecisionRow[]>
  /** With `links` all of those; else those whose `notBefore` is reached (without `now`: all), the first one first. */
  later(options: { readonly links?: readonly number[]; readonly system?: string; readonly now?: number; readonly limit: number }): Promise<readonly LaterRow[]>
  /** Parked observations per resource. */
  laterCounts(): Promise<readonly { readonly system: string; readonly resource: string; readonly n: number }[]>
  /** Not closed ones, oldest first. */
  asidesByKey(place: ResourceId, keys: readonly string[]): Promise<readonly AsideRow[]>
  /** By id, else in these states (none named: open and fixed), oldest first. */
  asides(filter: { readonly ids?: readonly string[]; readonly states?: readonly AsideRow['state'][]; readonly limit: number }): Promise<readonly AsideRow[]>
  /** By growing `seq`, beyond `after`. */
  changes(filter: { readonly golden?: string; readonly kind?: ChangeRow['kind']; readonly after?: number; readonly limit: number }): Promise<readonly ChangeRow[]>
  goldensInReview(limit: number): Promise<readonly GoldenRow[]>
  /**
   * Golden records that were not merged into another and whose id or a record's key is `text`, or of which a claim or a text value
   * contains it in whatever case; by id.
   */
  search(filter: { readonly entity?: string; readonly text: string; readonly limit: number }): Promise<readonly GoldenRow[]>
  /** Newest first. */
  runs(limit: number): Promise<readonly RunRow[]>
  ledger(run: string): Promise<readonly LedgerRow[]>
  writes(run: string, afterRow: number, limit: number): Promise<readonly (WriteRow & { readonly row: number })[]>
  /** How many records were overwritten or deleted at one target after a time, without those for which that is due or held: what the brake counts. A record counts once. */
  overwrittenSince(place: { readonly system: string; readonly resource: string; readonly operation: WriteRow['operation']; readonly since: number }): Promise<number>
  counts(): Promise<{ readonly goldens: Readonly<Record<string, number>>; readonly links: number; readonly asides: number; readonly review: number }>
  /** Oldest first. */
  inbox(system: string | undefined, limit: number): Promise<readonly InboxRow[]>
  /** Those of these deliveries that were taken in and are still remembered. */
  deliveries(ids: readonly string[]): Promise<readonly string[]>
  /** When the delivery was taken in after which `n` more came; undefined: there are not so many. */
  deliveryBefore(n: number): Promise<number | undefined>
  schedules(): Promise<readonly ScheduleRow[]>
  /** Moves a schedule on if it still stands at `was` (one update); false: another worker fired it. */
  fireSchedule(row: ScheduleRow, was: number): Promise<boolean>
  /** What is due at this system later than now is due now. */
  hasten(system: string, now: number): Promise<void>
  systems(): Promise<readonly SystemRow[]>
  conditions(): Promise<readonly ConditionRow[]>
  secrets(): Promise<readonly SecretRow[]>

  /** First of `n` new link ids. They are never given again, unless this transaction comes to nothing. */
  reserveLinkIds(n: number): Promise<number>
  /**
   * Everything at once: first what is removed, then what is saved. Rows replace rows with the same key. Two links with the same place,
   * key and generation are a defect and are refused.
   */
  save(changes: Changes): Promise<void>
  /**
   * Forgets ended runs that began before `before`, quiet ones that began before `quietBefore`, with their ledger and the journal of
   * their writes, oldest first; never the newest run. Removes at most `limit` rows of the journal and `limit` runs, and says whether more is left.
   */
  forgetRuns(of: { readonly before: number; readonly quietBefore: number; readonly limit: number }): Promise<boolean>
  /**
   * Renames in all rows that bear the name (`was`); a row that already bears the new one gives way. `within`: the system of a
   * resource.
   */
  rename(what: 'system' | 'entity' | 'flow' | 'resource', from: string, to: string, within?: string): Promise<void>
}

export interface Changes {
  readonly plan?: PlanRow
  readonly resources?: readonly ResourceRow[]
  /** Two with one key, or a key that is known, are a defect and are refused. */
  readonly newcomers?: NewcomerRows
  /** Of links that are not known yet. */
  readonly dueToExist?: readonly DueRow[]
  readonly links?: readonly LinkRow[]
  readonly removedLinks?: readonly number[]
  /** Slots, which become live links that the hub made. */
  readonly made?: readonly MadeRow[]
  readonly goldens?: readonly GoldenRow[]
  readonly removedGoldens?: readonly string[]
  /** Golden records that are established from now on. */
  readonly established?: readonly string[]
  /** Replaces all claims of the links named in `claimsOf`. */
  readonly claimsOf?: readonly number[]
  readonly claims?: readonly ClaimRow[]
  readonly commands?: readonly CommandRow[]
  readonly removedCommands?: readonly number[]
  /** Replaces all references of the golden records named in `referencesOf`. */
  readonly referencesOf?: readonly string[]
  readonly references?: readonly { readonly golden: string; readonly link: number }[]
  readonly decisions?: readonly DecisionRow[]
  readonly later?: readonly LaterRow[]
  readonly removedLater?: readonly number[]
  readonly asides?: readonly AsideRow[]
  readonly changes?: readonly ChangeRow[]
  readonly writes?: readonly WriteRow[]
  readonly runs?: readonly RunRow[]
  /** Added to the counts that are there. */
  readonly ledger?: readonly LedgerRow[]
  /** A delivery that is there already (by id, or by system, resource and delivery id unless that is '') stays as it is. */
  readonly inbox?: readonly InboxRow[]
  readonly removedInbox?: readonly string[]
  /** What is remembered already stays as it is. */
  readonly deliveries?: readonly DeliveryRow[]
  /** Deliveries that were taken in before this are forgotten. */
  readonly deliveriesBefore?: number
  readonly schedules?: readonly ScheduleRow[]
  readonly removedSchedules?: readonly string[]
  readonly systems?: readonly SystemRow[]
  readonly conditions?: readonly ConditionRow[]
  readonly removedConditions?: readonly { readonly about: ConditionRow['about']; readonly name: string }[]
  readonly secrets?: readonly SecretRow[]
  readonly removedSecrets?: readonly string[]
}
