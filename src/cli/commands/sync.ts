import { readPlan, start } from '../../app.ts'
import { DAY, SECOND } from '../../base/duration.ts'
import { pass, writesOf } from '../../sync/engine.ts'
import { recognised } from '../../sync/recognised.ts'
import { stoppedLine } from './check.ts'
import { type Command, ENV, environmentOf, WHERE } from '../command.ts'
import { asideText, changedFields, callsText, ledgerText, outcomeText, progressTo, recognisedText, systemsOf, writeAsJson } from '../report.ts'

/** More writes than this are counted in the answer, not listed; `plimsoll runs show` and the API have them all. */
const MOST_WRITES = 200_000

export const sync: Command = {
  name: 'sync',
  about: 'One pass until quiet: read, merge, deliver',
  arguments: [WHERE],
  flags: [ENV, ['--full', 'read whole lists, whatever changed'], ['--strict', 'records set aside count as failure (exit 1)'], ['--removed <systems...>', 'systems that left the plan for good']],
  async run({ where }, flags, context) {
    const { app } = context
    const plan = await readPlan(app, where, environmentOf(flags, context))
    const running = await start(app, plan, { readOnly: false, removed: (flags['removed'] as readonly string[] | undefined) ?? [] })
    try {
      for (const flow of running.plan.flows.values()) if (flow.notRunnable.length > 0) context.say(stoppedLine(flow))
      const report = await pass(running.parts, {
        signal: AbortSignal.any([context.signal, running.lost]), full: flags['full'] === true, progress: progressTo(context.say, () => app.clock.now()), patienceMs: Number(app.options.patience) * SECOND, keepMs: Number(app.options.keepRuns) * DAY,
      })
      const { summary } = report
      const writes: unknown[] = []
      if (context.json) for await (const write of writesOf(running.parts.store, report.run)) {
        if (writes.length === MOST_WRITES) break
        writes.push(writeAsJson(write))
      }
      const same = !context.json && summary.new > 0 ? await recognised(running.parts, 0) : []
      const asides = context.json ? [] : await running.parts.store.transaction((tx) => tx.asides({ states: ['open'], limit: 5000 }), { readOnly: true })
      const changed = changedFields(report)
      const failed = !report.ok || (flags['strict'] === true && summary.set_aside > 0)
      return {
        exit: changed.length > 0 ? 2 : failed ? 1 : 0,
        summary,
        result: {
          run: report.run, systems: systemsOf(report), failures: [...report.failures].map(([system, error]) => ({ system, code: error.code, message: error.message, hint: error.hint })),
          shrunk: report.shrunk.map((r) => ({ system: r.place.system, resource: r.place.resource, ...r.shrunk })), changed_fields: changed, calls: Object.fromEntries(report.calls), stopped: report.stopped, writes,
        },
        text: [
          '', ...recognisedText(same), '', ledgerText(report), '', ...callsText(Object.fromEntries(report.calls)), ...outcomeText(report, where), ...asideText(asides), '',
          report.stopped ? 'Stopped on request; the next run goes on.' : `${summary.read.toLocaleString('en')} read, ${summary.writes.toLocaleString('en')} written, ledger ${summary.balanced ? 'balanced' : 'NOT balanced'}.`,
        ].join('\n'),
      }
    } finally {
      await running.close()
    }
  },
}
