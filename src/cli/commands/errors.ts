import { look, readPlan, start } from '../../app.ts'
import { canonicalNative } from '../../base/json.ts'
import { SECOND } from '../../base/duration.ts'
import { PlimsollError } from '../../base/errors.ts'
import type { AsideRow } from '../../store/rows.ts'
import { aside, asides, discard as discardIn, fix as fixIn, retry as retryIn } from '../../sync/repair.ts'
import { age } from '../ages.ts'
import { assignments, PLAN, text, whoIs, wholeNumber, WHY } from '../arguments.ts'
import { type Command, type CommandContext, ENV, environmentOf, type Flags, WHERE } from '../command.ts'
import { outcomeText, systemsOf } from '../report.ts'

const ID = ['<id>', 'of the entry, as `plimsoll errors list` shows it'] as const

const planOf = (flags: Flags, context: CommandContext, where?: string) => readPlan(context.app, where ?? text(flags, 'plan'), environmentOf(flags, context))

export const errorsList: Command = {
  name: 'errors list',
  about: 'List what was set aside: records that were not taken in, and writes that were refused',
  arguments: [WHERE],
  flags: [PLAN, ENV, ['--closed', 'also what arrived since or was given up'], ['--limit <n>', 'entries at most', '100']],
  async run({ where }, flags, context) {
    const { store } = await look(context.app, await planOf(flags, context, where))
    try {
      const limit = wholeNumber(flags, 'limit')
      const rows = await asides({ store }, flags['closed'] === true ? ['open', 'fixed', 'closed', 'discarded'] : ['open', 'fixed'], 100_000)
      const now = context.app.clock.now()
      const lines = rows.slice(0, limit).map((row) => `${row.id}  ${row.direction === 'in' ? 'from' : 'to  '} ${row.system}/${row.resource} ${row.key}${row.field === null ? '' : `  ${row.field}`}: ${row.says}  (${row.state === 'open' ? `for ${age((now - row.at) / SECOND)}` : STATES[row.state]}${row.times > 1 ? `, ${row.times} times` : ''})`)
      return {
        exit: 0, summary: { set_aside: rows.length, in: rows.filter((row) => row.direction === 'in').length, out: rows.filter((row) => row.direction === 'out').length },
        result: { errors: rows.slice(0, limit).map(asJson), more: Math.max(0, rows.length - limit) },
        text: rows.length === 0 ? 'Nothing is set aside.' : [...lines, ...(rows.length > limit ? [`… and ${rows.length - limit} more (--limit ${rows.length})`] : []), '', `plimsoll errors show ${rows[0]!.id} says what can be done.`].join('\n'),
      }
    } finally {
      await store.close()
    }
  },
}

export const errorsShow: Command = {
  name: 'errors show',
  about: 'Everything about one entry: field, value, rule, record, and how to mend it',
  arguments: [ID],
  flags: [PLAN, ENV],
  async run({ id }, flags, context) {
    const { store } = await look(context.app, await planOf(flags, context))
    try {
      const { row, golden } = await store.transaction(async (tx) => {
        const found = await aside(tx, id!)
        return { row: found, golden: found.link === null ? null : ((await tx.linksById([found.link]))[0]?.golden ?? null) }
      }, { readOnly: true })
      const record = Object.entries(row.raw).map(([name, value]) => `    ${name}: ${canonicalNative(value).slice(0, 200)}`)
      const done = row.state === 'closed' || row.state === 'discarded'
      return {
        exit: 0, summary: { id: row.id, state: row.state }, result: { ...asJson(row), golden, record: row.raw },
        text: [
          `${row.direction === 'in' ? 'Not taken in from' : 'Refused by'} ${row.system}/${row.resource}: ${row.entity} ${row.key}`,
          `  ${row.says}`,
          ...(row.field === null ? [] : [`  field   ${row.field}`]), ...(row.value === null ? [] : [`  value   ${row.value}`]),
          `  rule    ${row.rule}`, `  since   ${new Date(row.at).toISOString()}, met ${row.times === 1 ? 'once' : `${row.times} times`}`, `  state   ${STATES[row.state]}`,
          ...Object.entries(row.fix ?? {}).map(([field, fixed]) => `  fixed   ${field}: ${fixed.native} → ${JSON.stringify(fixed.value)}`),
          ...(golden === null ? [] : [`  golden  ${golden}`]), '  record', ...record, '', `→ ${row.mend}`,
          ...(done ? [] : [`→ plimsoll errors fix ${row.id} ${row.rule === 'may_exist' ? 'key' : (row.field ?? '<field>')}=<value>`, `→ plimsoll errors retry ${row.id}`, `→ plimsoll errors discard ${row.id}`]),
        ].join('\n'),
      }
    } finally {
      await store.close()
    }
  },
}

export const errorsFix: Command = {
  name: 'errors fix',
  about: 'Say which value counts instead of the wrong one, until its source says something new; `retry` then delivers it',
  arguments: [ID, ['<values...>', 'field=value; nothing after = means empty']],
  flags: [PLAN, ENV, WHY, ['--retry', 'retry at once']],
  async run(args, flags, context) {
    const values = assignments(args['values'] as unknown as string[])
    const online = flags['retry'] === true
    const running = await start(context.app, await planOf(flags, context), { readOnly: false, ...(online ? {} : { offline: true }) })
    try {
      const row = await fixIn(running.parts, { id: args['id']!, values, who: whoIs(context), why: text(flags, 'why') ?? '' })
      if (online && row.state === 'fixed') return await retried(running.parts, [row.id], context)
      return { exit: 0, summary: { id: row.id, state: row.state }, result: asJson(row), text: row.state === 'closed' ? `${row.id} is closed.` : `${row.id} is fixed. plimsoll errors retry ${row.id} delivers it.` }
    } finally {
      await running.close()
    }
  },
}

export const errorsRetry: Command = {
  name: 'errors retry',
  about: 'Take records that were set aside in again, or deliver them again',
  arguments: [['[ids...]', 'of entries, as `plimsoll errors list` shows them']],
  flags: [PLAN, ENV, ['--all', 'every open entry']],
  async run(args, flags, context) {
    const ids = (args['ids'] as unknown as string[] | undefined) ?? []
    if (ids.length === 0 && flags['all'] !== true) throw new PlimsollError('cli.arguments', 'Name entries, or write --all.')
    const running = await start(context.app, await planOf(flags, context), { readOnly: false })
    try {
      return await retried(running.parts, flags['all'] === true ? 'all' : ids, context)
    } finally {
      await running.close()
    }
  },
}

async function retried(parts: Parameters<typeof retryIn>[0], ids: readonly string[] | 'all', context: CommandContext) {
  const { entries, report } = await retryIn(parts, ids, { signal: context.signal, patienceMs: Number(context.app.options.patience) * SECOND })
  const arrived = entries.filter((entry) => entry.outcome === 'arrived').length
  return {
    exit: !report.ok || arrived < entries.length ? 1 : 0, summary: { ...report.summary, retried: entries.length, arrived },
    result: { entries: entries.map(({ row, ...entry }) => ({ ...entry, system: row.system, resource: row.resource, key: row.key })), run: report.run, systems: systemsOf(report) },
    text: [...entries.map((entry) => `${entry.outcome === 'arrived' ? '✓' : '✗'} ${entry.id}  ${entry.row.system}/${entry.row.resource} ${entry.row.key}: ${OUTCOMES[entry.outcome]}${entry.says === null ? '' : ` (${entry.says})`}`), ...outcomeText(report), entries.length === 0 ? 'Nothing is set aside.' : `${arrived} of ${entries.length} arrived, ${report.summary.writes} writes.`].join('\n'),
  } as const
}

export const errorsDiscard: Command = {
  name: 'errors discard',
  about: 'Give entries up: the record as it is now is left out, until its source or the golden record changes',
  arguments: [['<ids...>', 'of entries, as `plimsoll errors list` shows them']],
  flags: [PLAN, ENV],
  async run(args, flags, context) {
    const running = await start(context.app, await planOf(flags, context), { readOnly: false, offline: true })
    try {
      const rows = await discardIn(running.parts, args['ids'] as unknown as string[])
      return { exit: 0, summary: { discarded: rows.length }, result: { errors: rows.map(asJson) }, text: `${rows.length} given up.` }
    } finally {
      await running.close()
    }
  },
}

const STATES: Readonly<Record<AsideRow['state'], string>> = { open: 'open', fixed: 'fixed, not yet delivered', closed: 'arrived or no longer there', discarded: 'given up' }
const OUTCOMES = { arrived: 'arrived', set_aside_again: 'set aside again', waits: 'waits', gone: 'no longer there', read_again_later: 'is read again by the next run' } as const

const asJson = (row: AsideRow) => ({
  id: row.id, direction: row.direction, system: row.system, resource: row.resource, entity: row.entity, key: row.key, field: row.field, value: row.value, rule: row.rule,
  says: row.says, mend: row.mend, state: row.state, times: row.times, since: new Date(row.at).toISOString(), fix: row.fix && Object.fromEntries(Object.entries(row.fix).map(([field, fixed]) => [field, fixed.value])),
})
