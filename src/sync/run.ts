/** A run: everything between two counts of what is open. Its ledger balances whatever was done in it, and in which order. */
import type { PlimsollError } from '../base/errors.ts'
import type { Store } from '../store/contract.ts'
import { MINUTE } from '../base/duration.ts'
import type { CommandRow, RunRow } from '../store/rows.ts'
import type { EngineParts, PassReport, Summary } from './engine.ts'
import { type CallCounts, callsBetween } from './calls.ts'
import { balance, type Balance, stock, type Stock } from './ledger.ts'
import type { ReadReport } from './read.ts'
import { placeKey } from './runtime.ts'
import { FOR_PASS } from './may-exist.ts'
import type { Work } from './working-set.ts'

export interface OpenRun {
  readonly id: string
  readonly kind: RunRow['kind']
  readonly startedAt: number
  readonly before: Stock
  readonly work: () => Work
  /** Filled by whoever works in the run. */
  readonly reads: ReadReport[]
  readonly failures: Map<string, PlimsollError>
  /** Requests until it began. */
  readonly calls: ReadonlyMap<string, CallCounts>
}

/** One at a time per store: what is open is counted before and after. */
export async function openRun(parts: EngineParts, kind: RunRow['kind']): Promise<OpenRun> {
  const { store, clock, runtime } = parts
  const id = parts.newId()
  const startedAt = clock.now()
  const before = await store.transaction(async (tx) => {
    // Invariant 13: no run stays "running" after a restart.
    const crashed = (await tx.runs(20)).filter((row) => row.state === 'running')
    // Whoever was sending has died or was stopped: one run at a time works on a store. Nobody knows the end of these writes.
    // Who was looking them up died likewise.
    const orphans = [...(await tx.commandsIn('sending', 100_000)), ...(await tx.commandsIn('unsure', 100_000)).filter((row) => row.holder !== null)]
    const lateMs = (row: CommandRow): number => {
      const place = runtime.places.get(placeKey(row))
      return (place && parts.connections.resource(place)?.traits.lateMs) ?? MINUTE
    }
    if (orphans.length > 0) {
      await tx.save({ commands: orphans.map((row) => ({ ...row, state: 'unsure' as const, holder: null, fence: row.fence + 1, notBefore: (row.intent?.sentAt ?? startedAt) + lateMs(row) })) })
    }
    await tx.save({ runs: [...crashed.map((row) => ({ ...row, state: 'crashed' as const, endedAt: startedAt })), { id, kind, startedAt, endedAt: null, state: 'running', summary: null, quiet: false }] })
    return stock(tx)
  }, { as: 'run.open' })
  return {
    id, kind, startedAt, before, reads: [], failures: new Map(), calls: parts.connections.calls?.() ?? new Map(),
    work: () => ({ runtime, run: id, startedAt, now: clock.now(), newId: parts.newId }),
  }
}

export function closeRun(parts: EngineParts, run: OpenRun, stopped: boolean): Promise<PassReport> {
  const { store, clock } = parts
  const { id, kind, startedAt, reads, failures } = run
  return store.transaction(async (tx) => {
    const after = await stock(tx)
    const balances = balance(await tx.ledger(id), run.before, after)
    const counts = await tx.commandCounts()
    const review = (await tx.counts()).review
    const resources = await tx.resources()
    const open = new Set(counts.filter((row) => row.state !== 'aside' && row.state !== 'waiting').map((row) => `${row.system}/${row.resource}/${row.entity}`))
    const quiet = resources.filter((row) => row.settledAt === null && row.firstPassAt !== null && !open.has(`${row.system}/${row.resource}/${row.entity}`) && !stopped)
    const summary = summarise(balances, counts, review)
    const shrunk = reads.filter((report) => report.shrunk)
    const ok = summary.balanced && summary.unsure === 0 && summary.held === 0 && summary.ignored === 0 && failures.size === 0 && shrunk.length === 0 && !stopped && reads.every((report) => !report.failure)
    const endedAt = clock.now()
    const calls = callsBetween(run.calls, parts.connections.calls?.() ?? new Map(), (system) => changedAt(balances, system))
    await tx.save({
      resources: quiet.map((row) => ({ ...row, settledAt: endedAt })),
      runs: [{ id, kind, startedAt, endedAt, state: stopped ? 'stopped' : ok ? 'ended' : 'failed', summary: calls.size === 0 ? summary : { ...summary, calls: Object.fromEntries(calls) }, quiet: ok && isQuiet(balances) }],
    })
    return { run: id, startedAt, endedAt, summary, balances, reads, failures, shrunk, calls, stopped, ok }
  }, { as: 'run.close' })
}

/** What waited for the first pass of a place, for a person's answer or for a fresh day is looked at again. */
export async function openGates(store: Store, now: number): Promise<void> {
  await store.transaction(async (tx) => {
    const waiting = (await tx.commandsIn('waiting', 100_000)).filter((row) => row.reason !== FOR_PASS)
    const held = await tx.commandsIn('held', 100_000)
    const again = [...waiting, ...held]
    if (again.length > 0) await tx.save({ commands: again.map((row) => ({ ...row, state: 'due' as const, reason: null, waitsFor: null, notBefore: now })) })
  }, { as: 'gates.open' })
}

/** Records of a system that came with news, and that were written there. */
const changedAt = (balances: ReadonlyMap<string, Balance>, system: string): number =>
  [...balances].filter(([place]) => place.startsWith(`${system}/`)).reduce((sum, [, { counts }]) => sum + CHANGED.reduce((n, name) => n + (counts[name] ?? 0), 0), 0)
const CHANGED = ['new', 'changed', 'gone', 'created', 'updated', 'deleted'] as const

/** Nothing had changed, nothing was to be done. */
const isQuiet = (balances: ReadonlyMap<string, Balance>): boolean =>
  [...balances.values()].every(({ counts }) => NEWS.every((name) => (counts[name] ?? 0) === 0))
const NEWS = ['new', 'changed', 'set_aside', 'gone', 'opened', 'created', 'updated', 'deleted', 'withdrawn', 'skipped'] as const

function summarise(balances: ReadonlyMap<string, Balance>, open: readonly { readonly state: string; readonly n: number }[], review: number): Summary {
  const sum = (name: string): number => [...balances.values()].reduce((total, b) => total + (b.counts[name] ?? 0), 0)
  const state = (name: string): number => open.filter((row) => row.state === name).reduce((total, row) => total + row.n, 0)
  const [created, updated, deleted] = [sum('created'), sum('updated'), sum('deleted')]
  return {
    read: sum('read'), new: sum('new'), changed: sum('changed'), unchanged: sum('unchanged'), echo: sum('echo'), stale: sum('stale'), filtered: sum('filtered'),
    // Records that could not be read as the plan says, and writes that a target refused.
    set_aside: sum('set_aside') + state('aside'), review, gone: sum('gone'), due: state('due') + state('sending'), created, updated, deleted, already_equal: sum('already_equal'), ignored: sum('ignored'),
    waiting: state('waiting'), held: state('held'), unsure: state('unsure'), writes: created + updated + deleted,
    balanced: [...balances.values()].every((b) => b.balanced),
  }
}
