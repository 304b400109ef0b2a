/** What a pass did, as sentences and as JSON. */
import type { Native } from '../base/numeral.ts'
import { canonicalNative } from '../base/json.ts'
import { groupBy } from '../base/group.ts'
import type { AsideRow } from '../store/rows.ts'
import { CALL_KINDS, type SystemCalls } from '../sync/calls.ts'
import type { Recognised } from '../sync/recognised.ts'
import type { PassReport, Progress, Written } from '../sync/engine.ts'
import { changesIn } from '../sync/fields-changed.ts'

const count = (n: number): string => n.toLocaleString('en')

/** One line a place, as it is read and written. */
export function progressTo(print: (line: string) => void, now: () => number): Progress {
  const last = new Map<string, number>()
  return {
    reading(place, read) {
      const name = `${place.system}/${place.resource}`
      const before = last.get(name)
      if (before === undefined || now() - before >= 1000) last.set(name, now())
      if (before === undefined || now() - before < 1000) return
      print(`  reading ${name} … ${count(read)}`)
    },
    read(report) {
      const name = `${report.place.system}/${report.place.resource}`
      if (report.failure) print(`  ✗ ${name}: ${report.failure.message}`)
      else if (report.shrunk) print(`  ✗ ${name}: ${count(report.shrunk.now)} records, last time ${count(report.shrunk.was)}: nothing is taken as deleted`)
      else print(`  ✓ ${name}: ${count(report.read)} read${report.gone > 0 ? `, ${count(report.gone)} gone` : ''}`)
      for (const note of report.notes) print(`    ${note}`)
    },
    written(place, answers) {
      const done = answers.filter((a) => a.result.is === 'done').length
      const aside = answers.filter((a) => a.result.is === 'refused').length
      if (done + aside > 0) print(`  → ${place.system}/${place.resource}: ${count(done)} written${aside > 0 ? `, ${count(aside)} refused` : ''}`)
    },
  }
}

export function systemsOf(report: PassReport): Record<string, Record<string, unknown>> {
  const systems: Record<string, Record<string, unknown>> = {}
  for (const [place, b] of report.balances) {
    const [system, ...resource] = place.split('/') as [string, ...string[]]
    const n = (name: string): number => b.counts[name] ?? 0
    ;(systems[system] ??= {})[resource.join('/')] = {
      read: n('read'), new: n('new'), changed: n('changed'), unchanged: n('unchanged'), echo: n('echo'), stale: n('stale'), filtered: n('filtered'),
      set_aside: n('set_aside'), gone: n('gone'), found: n('found'), opened: n('opened'), created: n('created'), updated: n('updated'), deleted: n('deleted'),
      already_equal: n('already_equal'), ignored: n('ignored'), again: n('again'), skipped: n('skipped'), withdrawn: n('withdrawn'), open_before: b.openBefore, open_after: b.openAfter,
      parked_before: b.parkedBefore, parked_after: b.parkedAfter, writes: n('created') + n('updated') + n('deleted'), balanced: b.balanced,
      ...(b.wrong === undefined ? {} : { wrong: b.wrong }),
    }
  }
  return systems
}

/** The ledger as a table. */
export function ledgerText(report: PassReport): string {
  const columns = ['read', 'new', 'changed', 'same', 'aside', 'filtered', 'gone', 'created', 'updated', 'deleted', 'equal', 'open']
  const rows = [...report.balances].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([place, b]) => {
    const n = (name: string): number => b.counts[name] ?? 0
    return [place, ...[n('read'), n('new'), n('changed'), n('unchanged') + n('echo') + n('stale'), n('set_aside'), n('filtered'), n('gone'), n('created'), n('updated'), n('deleted'), n('already_equal'), b.openAfter].map((x) => (x === 0 ? '·' : count(x))), b.balanced ? '✓' : '✗']
  })
  return table([['', ...columns, ''], ...rows])
}

export function table(rows: readonly (readonly string[])[], align: 'left' | 'right' = 'right'): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => [...(row[i] ?? '')].length)))
  return rows.map((row) => `  ${row.map((cell, i) => (i === 0 || align === 'left' ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}`.trimEnd()).join('\n')
}

/** Sources that have renamed, retyped or lost fields: what, and where it is used. */
export const changedFields = (report: PassReport) => report.reads.flatMap(({ place, failure }) => (failure?.code === 'sync.fields_changed' ? [{ system: place.system, resource: place.resource, fields: changesIn(failure), hint: failure.hint }] : []))

export const writeAsJson = (write: Written) => ({
  system: write.system, resource: write.resource, record: write.record, operation: write.operation, field: write.field, before: plain(write.before), after: plain(write.after),
})

const plain = (value: Native): unknown => (value !== null && typeof value === 'object' ? JSON.parse(safe(value)) as unknown : value)
function safe(value: Native): string {
  const text = canonicalNative(value)
  // A bare exact number is text in JSON: a reader must not round it.
  return /^-?[\d.]+$/.test(text) || text.startsWith('b"') ? JSON.stringify(text) : text
}

export function writeText(write: Written): string {
  const show = (value: Native): string => (value === null ? '∅' : typeof value === 'string' ? JSON.stringify(value) : canonicalNative(value).slice(0, 80))
  return `${write.operation.padEnd(6)} ${write.system}/${write.resource} ${write.record}  ${write.field}: ${show(write.before)} → ${show(write.after)}`
}

/** What was set aside, by reason. */
export function asideText(rows: readonly AsideRow[]): string[] {
  const groups = [...groupBy(rows, (row) => `${row.system}/${row.resource}${row.field === null ? '' : ` ${row.field}`}: ${row.rule}`)].toSorted((a, b) => b[1].length - a[1].length)
  return groups.slice(0, 8).map(([name, items]) => `    ${count(items.length).padStart(5)} × ${name} — ${items[0]!.key}: ${items[0]!.says}`)
}

/** What the run cost its systems. */
export function callsText(calls: Readonly<Record<string, SystemCalls>>): string[] {
  const rows = Object.entries(calls).toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (rows.length === 0) return []
  const cell = (n: number | null): string => (n === null || n === 0 ? '·' : count(n))
  return [table([['calls', ...CALL_KINDS, 'all', 'changed', 'per change'], ...rows.map(([system, of]) => [system, ...CALL_KINDS.map((kind) => cell(of[kind])), cell(of.calls), cell(of.changed), of.per_change === null ? '·' : String(of.per_change)])])]
}

export function recognisedText(found: readonly Recognised[]): string[] {
  if (found.length === 0) return []
  return [
    `Recognised as the same, by their identifiers: ${count(found.length)} records that several systems have, for example`,
    ...[...groupBy(found, (item) => item.entity).values()].slice(0, 4).map((items) => `  ${items[0]!.entity}: ${items[0]!.records.join(' = ')}  (${count(items.length)})`),
  ]
}

/** `where`: the plan as the person named it, so that the commands can be copied. */
export function outcomeText(report: PassReport, where?: string): string[] {
  const plan = where === undefined ? '' : ` ${where}`
  const { summary } = report
  const lines: string[] = []
  const changed = changedFields(report)
  for (const [system, error] of report.failures) {
    if (error.code === 'sync.fields_changed') continue
    lines.push(`✗ ${system}: ${error.message}\n  → ${error.hint}`)
  }
  for (const { system, resource, fields, hint } of changed) {
    lines.push([`✗ ${system}/${resource} is no longer what the plan reads; nothing was written.`, ...fields.map((field) => `    ${field.path} ${field.says}${field.used.map((use) => `\n      used: ${use}`).join('')}`), `  → ${hint}`].join('\n'))
  }
  for (const { place, shrunk } of report.shrunk) lines.push(`✗ ${place.system}/${place.resource} holds ${count(shrunk!.now)} records, last time ${count(shrunk!.was)}: stopped at the brake, nothing was taken as deleted.\n  → If that is right: plimsoll release ${place.system}/${place.resource}${plan}`)
  if (summary.held > 0) lines.push(`✗ ${count(summary.held)} writes are held by the brake.\n  → plimsoll status${plan} shows them, and how to let them go.`)
  if (summary.ignored > 0) lines.push(`✗ ${count(summary.ignored)} writes were answered with success, but the target did nothing: each is repeated once, then set aside or accepted as its value.\n  → plimsoll errors list${plan}; plimsoll records show <record>${plan}`)
  if (summary.unsure > 0) lines.push(`✗ Of ${count(summary.unsure)} writes nobody knows yet whether they were executed; the next run asks the target.`)
  if (summary.set_aside > 0) lines.push(`! ${count(summary.set_aside)} records were set aside.\n  → plimsoll errors list${plan}`)
  if (summary.waiting > 0) lines.push(`! ${count(summary.waiting)} writes wait (plimsoll status${plan} says for what).`)
  if (summary.review > 0) lines.push(`! ${count(summary.review)} golden records want a person's decision.\n  → plimsoll records review${plan}`)
  if (!summary.balanced) for (const [place, b] of report.balances) if (b.wrong !== undefined) lines.push(`✗ The ledger of ${place} does not balance: ${b.wrong}.`)
  return lines
}
