import { readPlan, start } from '../../app.ts'
import { preview as previewPass } from '../../sync/preview.ts'
import { type Command, ENV, environmentOf, WHERE } from '../command.ts'
import { changedFields, ledgerText, outcomeText, progressTo, systemsOf, writeAsJson, writeText } from '../report.ts'

export const preview: Command = {
  name: 'preview',
  about: 'List every write that `sync` would make, and what would be recognised as the same; nothing changes',
  arguments: [WHERE],
  flags: [ENV, ['--limit <n>', 'writes shown to people', '40']],
  async run({ where }, flags, context) {
    const plan = await readPlan(context.app, where, environmentOf(flags, context))
    const running = await start(context.app, plan, { readOnly: true })
    try {
      const { report, writes, recognised } = await previewPass(running.parts, { signal: context.signal, progress: progressTo(context.say, () => context.app.clock.now()) })
      const limit = Number(flags['limit'])
      const changed = changedFields(report)
      return {
        exit: changed.length > 0 ? 2 : report.failures.size > 0 ? 1 : report.summary.writes > 0 ? 4 : 0,
        summary: report.summary,
        result: { systems: systemsOf(report), writes: writes.map(writeAsJson), recognised, changed_fields: changed, failures: [...report.failures].map(([system, error]) => ({ system, code: error.code, message: error.message, hint: error.hint })) },
        text: [
          ...writes.slice(0, limit).map(writeText), ...(writes.length > limit ? [`… and ${(writes.length - limit).toLocaleString('en')} more (--json lists all)`] : []), '',
          ...(recognised.length > 0 ? [`Recognised as the same: ${recognised.length.toLocaleString('en')} records of several systems, for example`, ...recognised.slice(0, 5).map((r) => `  ${r.entity}: ${r.records.join(' = ')}`), ''] : []),
          ledgerText(report), ...outcomeText(report, where),
          report.summary.writes === 0 ? 'Nothing would be written.' : `sync would create ${report.summary.created}, update ${report.summary.updated} and delete ${report.summary.deleted} records. Nothing was changed.`,
        ].join('\n'),
      }
    } finally {
      await running.close()
    }
  },
}
