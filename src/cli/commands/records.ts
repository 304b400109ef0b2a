import { look, readPlan } from '../../app.ts'
import type { Value } from '../../record/value.ts'
import type { ChangeRow } from '../../store/rows.ts'
import { explainRecord, openQuestions, searchRecords, type ShownRecord, showRecord } from '../../sync/inspect.ts'
import { PLAN, text, wholeNumber } from '../arguments.ts'
import { type Command, type CommandContext, ENV, environmentOf, type Flags } from '../command.ts'
import { table } from '../report.ts'

const RECORD = ['<record>', 'id of the golden record, or system/resource/key'] as const

async function looking<T>(flags: Flags, context: CommandContext, work: (of: Parameters<typeof showRecord>[0]) => Promise<T>): Promise<T> {
  const { store, runtime } = await look(context.app, await readPlan(context.app, text(flags, 'plan'), environmentOf(flags, context)))
  try {
    return await work({ store, runtime, clock: context.app.clock })
  } finally {
    await store.close()
  }
}

const day = (at: number | null): string => (at === null ? 'time unknown' : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`)
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

function shown(value: Value | undefined, refers: ShownRecord['refers'] = {}): string {
  if (value === undefined || value === null) return '∅'
  if (typeof value !== 'object') return String(value)
  if ('amount' in value && Object.keys(value).length === 2) return Object.values(value).join(' ')
  const link = !Array.isArray(value) && 'link' in value ? refers[String(value['link'])] : undefined
  return link ? `→ ${link.record}` : JSON.stringify(value)
}

export const recordsSearch: Command = {
  name: 'records search',
  about: 'Find golden records by a value, a key or an id',
  arguments: [['<text>', 'part of a value, or a whole key']],
  flags: [PLAN, ENV, ['--entity <name>', 'only this entity'], ['--limit <n>', 'records at most', '20']],
  async run(args, flags, context) {
    const entity = text(flags, 'entity')
    const limit = wholeNumber(flags, 'limit')
    const found = await looking(flags, context, (of) => searchRecords(of, { text: args['text']!, limit: limit + 1, ...(entity === undefined ? {} : { entity }) }))
    const records = found.slice(0, limit)
    return {
      exit: 0, summary: { found: records.length, more: found.length > limit },
      result: { records: records.map(({ golden, label, records: links }) => ({ id: golden.id, entity: golden.entity, label, state: golden.state, records: links, values: golden.values })) },
      text: records.length === 0 ? 'Nothing was found.' : [...records.map((row) => `${row.golden.id}  ${row.golden.entity}  ${row.label}  (${row.records.join(', ')})`), ...(found.length > limit ? ['… and more (--limit)'] : [])].join('\n'),
    }
  },
}

export const recordsShow: Command = {
  name: 'records show',
  about: 'One golden record: values with their origin, its records in the systems, history, conflicts, what is open',
  arguments: [RECORD],
  flags: [PLAN, ENV, ['--history <n>', 'changes shown', '20']],
  async run(args, flags, context) {
    const of = await looking(flags, context, (parts) => showRecord(parts, args['record']!))
    const history = of.history.slice(-wholeNumber(flags, 'history'))
    const { golden } = of
    return {
      exit: 0, summary: { id: golden.id, entity: golden.entity, state: golden.state, rev: golden.rev, review: golden.review.length },
      result: {
        id: golden.id, entity: golden.entity, label: of.label, state: golden.state, rev: golden.rev, created_at: iso(golden.createdAt), refers: of.refers,
        fields: Object.fromEntries(of.fields.map((field) => [field.field, { value: field.value, pinned: field.pinned, origin: field.origin && { by: field.origin.by, at: iso(field.origin.at), rule: field.origin.rule } }])),
        records: of.links.map((link) => ({
          record: link.record, system: link.system, state: link.state, made_by_plimsoll: link.origin === 'made', agrees: link.agrees, altered: link.altered,
          open: link.command ? { kind: link.command.kind, state: link.command.state, reason: link.command.reason, since: iso(link.command.openedAt) } : null,
          set_aside: link.asides.map((row) => ({ id: row.id, says: row.says })),
        })),
        review: golden.review.map(({ at, ...item }) => ({ ...item, at: iso(at) })),
        decisions: of.decisions.map((row) => ({ kind: row.kind, field: row.field, value: row.value, who: row.who, why: row.why, at: iso(row.at) })),
        history: history.map(changeAsJson),
      },
      text: [
        `${golden.entity} ${of.label}  ${golden.id}${golden.state === 'live' ? '' : `  (${golden.state})`}`, '',
        table([['field', 'value', 'from', 'rule', 'when'], ...of.fields.map((f) => [f.field, cut(shown(f.value, of.refers)), f.origin?.by ?? '', f.origin?.rule ?? '', f.origin ? day(f.origin.at) : ''])], 'left'),
        '', 'Records:',
        ...of.links.flatMap((link) => [
          `  ${link.agrees ? '=' : ' '} ${link.record}  ${link.state}${link.origin === 'made' ? ', made by Plimsoll' : ''}${link.altered.length > 0 ? `, keeps its own form of ${link.altered.join(', ')}` : ''}`,
          ...(link.command ? [`      ${link.command.kind} ${link.command.state}${link.command.reason === null ? '' : `: ${link.command.reason}`}`] : []),
          ...link.asides.map((row) => `      set aside: ${row.says}  (plimsoll errors show ${row.id})`),
        ]),
        ...(golden.review.length === 0 ? [] : ['', 'A person decides (plimsoll records review):', ...golden.review.map((item) => `  ${item.says}`)]),
        ...(of.decisions.length === 0 ? [] : ['', 'Decisions:', ...of.decisions.map((row) => `  ${row.kind.replaceAll('_', ' ')}${row.field === null ? '' : ` ${row.field} = ${shown(row.value)}`}, ${row.who} on ${day(row.at)}${row.why === '' ? '' : `: ${row.why}`}`)]),
        ...(history.length === 0 ? [] : ['', `History (${history.length} of ${of.history.length}):`, ...history.map(changeText)]),
      ].join('\n'),
    }
  },
}

const cut = (value: string): string => (value.length > 60 ? `${value.slice(0, 59)}…` : value)

const changeAsJson = (row: ChangeRow) => ({
  kind: row.kind, field: row.field, rev: row.rev, before: row.before ?? null, after: row.after ?? null, rule: row.rule ?? null, at: iso(row.at), run: row.run,
  winner: row.winner ? { system: row.winner.system, at: iso(row.winner.time) } : null, loser: row.loser ? { system: row.loser.system, value: row.loser.value, at: iso(row.loser.time) } : null,
})

function changeText(row: ChangeRow): string {
  const at = `  ${day(row.at)}  `
  if (row.kind === 'conflict') return `${at}conflict  ${row.field}: ${cut(shown(row.loser?.value))} of ${row.loser?.system ?? '?'} lost against ${cut(shown(row.after))} of ${row.winner?.system ?? '?'}`
  if (row.field === '') return `${at}${row.kind}  ${shown(row.before)} → ${shown(row.after)}`
  return `${at}${row.kind}  ${row.field}: ${cut(shown(row.before))} → ${cut(shown(row.after))}${row.winner ? ` (${row.winner.system})` : row.rule ? ` (${row.rule})` : ''}`
}

export const recordsExplain: Command = {
  name: 'records explain',
  about: 'Why a golden record holds these values: who said what, when, knowing what, and which rule decided',
  arguments: [RECORD, ['[field]', 'only this field']],
  flags: [PLAN, ENV],
  async run(args, flags, context) {
    const of = await looking(flags, context, (parts) => explainRecord(parts, args['record']!, args['field']))
    return {
      exit: 0, summary: { id: of.golden.id, entity: of.golden.entity, fields: of.fields.length },
      result: { id: of.golden.id, fields: of.fields.map((field) => ({ ...field, statements: field.statements.map((s) => ({ ...s, at: iso(s.at) })) })) },
      text: of.fields.map((field) => [
        `${field.field} = ${cut(shown(field.value))}  ${field.undecided ? '(undecided)' : `from ${field.origin}`}`, `  ${field.why}`,
        ...field.statements.map((s) => `  ${MARKS[s.outcome]} ${cut(shown(s.value))}  ${s.by}, ${s.at === null && s.first ? 'there before Plimsoll looked' : day(s.at)}${s.over > 0 ? `, knowing revision ${s.over}` : ''}  ${s.outcome}`),
      ].join('\n')).join('\n\n') || `Nobody said anything about ${of.label}.`,
    }
  },
}

const MARKS = { wins: '✓', agrees: '=', superseded: '·', loses: '✗', 'pinned over': '✗' } as const

export const recordsReview: Command = {
  name: 'records review',
  about: 'What a person has to decide, and the commands that decide it',
  flags: [PLAN, ENV, ['--limit <n>', 'records at most', '50']],
  async run(_, flags, context) {
    const questions = await looking(flags, context, (of) => openQuestions(of, wholeNumber(flags, 'limit')))
    return {
      exit: 0, summary: { questions: questions.length },
      result: {
        questions: questions.map((q) => ({
          id: q.golden.id, entity: q.golden.entity, label: q.label, kind: q.item.kind, says: q.item.says, field: q.item.field ?? null, since: iso(q.item.at), records: q.records,
          other: q.other ? { id: q.other.golden.id, label: q.other.label, records: q.other.records } : null,
          said: q.statements.map((s) => ({ by: s.by, value: s.value, at: iso(s.at) })), answers: q.answers,
        })),
      },
      text: questions.length === 0 ? 'Nothing to decide.' : questions.map((q) => [
        `${q.golden.entity} ${q.label}${q.other ? `  and  ${q.other.label}` : ''}: ${q.item.says}`,
        `  ${q.records.join(', ')}${q.other ? `  |  ${q.other.records.join(', ')}` : ''}`,
        ...q.statements.map((s) => `  ${cut(shown(s.value))}  ${s.by}, ${day(s.at)}`), ...q.answers.map((answer) => `  → ${answer}`),
      ].join('\n')).join('\n\n'),
    }
  },
}

