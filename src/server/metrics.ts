/** Measurements for Prometheus. Counters grow with each run that ends; the rest is asked of the store when it is asked for. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { SECOND } from '../base/duration.ts'
import { CALL_KINDS } from '../sync/calls.ts'
import { lanesOf, type StateChange, systemCondition } from '../sync/conditions.ts'
import type { EngineParts, PassReport } from '../sync/engine.ts'
import { freshness, staleAt } from '../sync/freshness.ts'

export interface Metrics {
  ran(report: PassReport): void
  changed(change: StateChange): void
  text(): Promise<string>
  readonly contentType: string
}

const READ = ['new', 'changed', 'unchanged', 'echo', 'stale', 'filtered', 'set_aside'] as const
const WRITTEN = ['created', 'updated', 'deleted'] as const

export function metrics(parts: EngineParts): Metrics {
  const registry = new Registry()
  const of = { registers: [registry] }
  const read = new Counter({ ...of, name: 'plimsoll_records_read_total', help: 'Records read, by what they turned out to be.', labelNames: ['system', 'resource', 'outcome'] })
  const written = new Counter({ ...of, name: 'plimsoll_records_written_total', help: 'Records written.', labelNames: ['system', 'resource', 'operation'] })
  const calls = new Gauge({ ...of, name: 'plimsoll_calls_total', help: 'Requests that a system got since serve began: read, get (by key), find, write, other.', labelNames: ['system', 'kind'] })
  const perChange = new Gauge({ ...of, name: 'plimsoll_calls_per_changed_record', help: 'Requests of the last run with a change, by record that changed.', labelNames: ['system'] })
  const runs = new Counter({ ...of, name: 'plimsoll_runs_total', help: 'Runs that ended.', labelNames: ['outcome'] })
  const unbalanced = new Counter({ ...of, name: 'plimsoll_runs_not_balanced_total', help: 'Runs whose ledger did not balance: a defect.' })
  const duration = new Histogram({ ...of, name: 'plimsoll_run_duration_seconds', help: 'From the first work of a run to rest.', buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200] })
  const open = new Gauge({ ...of, name: 'plimsoll_commands_open', help: 'Writes that are not done, by state.', labelNames: ['system', 'state'] })
  const oldest = new Gauge({ ...of, name: 'plimsoll_commands_oldest_age_seconds', help: 'Age of the oldest open write.', labelNames: ['system', 'state'] })
  const aside = new Gauge({ ...of, name: 'plimsoll_set_aside', help: 'Records that are set aside.' })
  const review = new Gauge({ ...of, name: 'plimsoll_review', help: 'Golden records that want a decision.' })
  const golden = new Gauge({ ...of, name: 'plimsoll_golden_records', help: 'Golden records.', labelNames: ['entity'] })
  const last = new Gauge({ ...of, name: 'plimsoll_lane_last_success_age_seconds', help: 'Since the last read that ended properly.', labelNames: ['system', 'resource', 'entity'] })
  const systemOk = new Gauge({ ...of, name: 'plimsoll_system_ok', help: '1: works; 0: fails, is paused or is not worked with.', labelNames: ['system'] })
  const laneOk = new Gauge({ ...of, name: 'plimsoll_lane_ok', help: '1: works; 0: fails, is paused or dead.', labelNames: ['lane', 'state'] })
  const deaths = new Counter({ ...of, name: 'plimsoll_lane_deaths_total', help: 'Lanes whose work broke or fell silent, and was replaced.', labelNames: ['lane'] })
  const stale = new Gauge({ ...of, name: 'plimsoll_flow_stale', help: '1: read or delivered later than the plan wants.', labelNames: ['flow'] })
  const left = new Gauge({ ...of, name: 'plimsoll_flow_deadline_seconds', help: 'Seconds until the flow becomes stale if nothing is read or delivered; below 0: stale for so long.', labelNames: ['flow'] })
  const inbox = new Gauge({ ...of, name: 'plimsoll_inbox', help: 'Webhooks that are not taken in yet (at most 1000 are counted).' })

  const look = async (): Promise<void> => {
    const now = parts.clock.now()
    const found = await parts.store.transaction(async (tx) => ({ commands: await tx.commandCounts(), counts: await tx.counts(), resources: await tx.resources(), inbox: await tx.inbox(undefined, 1000), conditions: await tx.conditions(), plan: await tx.plan() }), { readOnly: true })
    for (const gauge of [open, oldest, golden, last, laneOk]) gauge.reset()
    for (const [system, counts] of parts.connections.calls?.() ?? []) for (const kind of CALL_KINDS) calls.set({ system, kind }, counts[kind])
    const lanes = lanesOf(parts.runtime)
    for (const system of new Set([...parts.runtime.places.values()].map((place) => place.system))) systemOk.set({ system }, systemCondition(found.conditions, lanes, system).state === 'ok' ? 1 : 0)
    for (const { about, name, state } of found.conditions) if (about === 'lane' && lanes.has(name)) laneOk.set({ lane: name, state }, state === 'ok' ? 1 : 0)
    const called = new Map(found.inbox.toReversed().map((row) => [row.system, row.receivedAt]))
    for (const of of freshness(parts.runtime, { resources: found.resources, open: found.commands, inbox: called, plan: found.plan })) {
      if (of.deadline === undefined || !of.runs) continue
      stale.set({ flow: of.flow.key }, staleAt(of, now) ? 1 : 0)
      if (Number.isFinite(of.deadline)) left.set({ flow: of.flow.key }, (of.deadline - now) / SECOND)
    }
    for (const { system, state, n, oldest: since } of found.commands) {
      open.inc({ system, state }, n)
      const age = Math.max(0, now - since) / SECOND
      const known = (await oldest.get()).values.find((value) => value.labels['system'] === system && value.labels['state'] === state)?.value ?? 0
      oldest.set({ system, state }, Math.max(known, age))
    }
    aside.set(found.counts.asides)
    review.set(found.counts.review)
    inbox.set(found.inbox.length)
    for (const [entity, n] of Object.entries(found.counts.goldens)) golden.set({ entity }, n)
    for (const { system, resource, entity, lookedAt } of found.resources) if (lookedAt > 0) last.set({ system, resource, entity }, Math.max(0, now - lookedAt) / SECOND)
  }
  return {
    contentType: registry.contentType,
    async text() {
      await look()
      return registry.metrics()
    },
    changed(change) {
      if (change.about === 'lane' && change.state === 'dead') deaths.inc({ lane: change.name })
    },
    ran(report) {
      for (const [place, { counts }] of report.balances) {
        const [system, ...resource] = place.split('/') as [string, ...string[]]
        const labels = { system, resource: resource.join('/') }
        for (const outcome of READ) if (counts[outcome]) read.inc({ ...labels, outcome }, counts[outcome])
        for (const operation of WRITTEN) if (counts[operation]) written.inc({ ...labels, operation }, counts[operation])
      }
      for (const [system, { per_change: n }] of report.calls) if (n !== null) perChange.set({ system }, n)
      runs.inc({ outcome: report.stopped ? 'stopped' : report.ok ? 'ok' : 'failed' })
      if (!report.summary.balanced) unbalanced.inc()
      duration.observe((report.endedAt - report.startedAt) / SECOND)
    },
  }
}
