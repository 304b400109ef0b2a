import { look, readPlan } from '../../app.ts'
import { status as statusOf, type Status } from '../../sync/status.ts'
import { age, moment } from '../ages.ts'
import { type Command, ENV, environmentOf, WHERE } from '../command.ts'
import { callsText, table } from '../report.ts'

export const status: Command = {
  name: 'status',
  about: 'What is known, what waits and why, what is held and how to release it; asks no system',
  arguments: [WHERE],
  flags: [ENV],
  async run({ where }, flags, context) {
    const of = await readPlan(context.app, where, environmentOf(flags, context))
    const { store, runtime } = await look(context.app, of)
    try {
      const found = await statusOf({ store, runtime, clock: context.app.clock })
      const { summary, ...result } = found
      return { exit: 0, summary, result, text: printed(found) }
    } finally {
      await store.close()
    }
  },
}

const count = (n: number): string => n.toLocaleString('en')

function printed(of: Status): string {
  const { summary } = of
  const lines = [of.last_run === null ? `${of.plan.name}: nothing has run yet. Try \`plimsoll preview\`, then \`plimsoll sync\`.` : `${of.plan.name}: last run ${moment(of.last_run.started_at)}, ${RUN_STATES[of.last_run.state] ?? of.last_run.state}.`]
  if (of.plan.changed) lines.push('! The plan has changed since; `plimsoll preview` shows what follows from it.')
  lines.push('', table([['', 'entity', 'records', 'looked at', 'set aside'], ...of.systems.flatMap((system) => system.resources.map((r) => [
    `${r.error === null && system.state === 'ok' ? '✓' : '✗'} ${system.system}/${r.resource}`, r.entity, count(r.records), moment(r.looked_at), r.set_aside === 0 ? '·' : count(r.set_aside),
  ]))]))
  for (const system of of.systems) {
    if (system.state !== 'ok') lines.push(`✗ ${system.system} ${SYSTEM_STATES[system.state]} since ${moment(system.since)}: ${system.says}${system.next_attempt === null ? '' : `\n  → tried again at ${moment(system.next_attempt)}, after ${count(system.failures)} attempt${system.failures === 1 ? '' : 's'}`}`)
  }
  for (const lane of of.lanes) if (lane.state === 'dead') lines.push(`✗ The lane ${lane.lane} is dead since ${moment(lane.since)} and is being replaced.`)
  for (const system of of.systems) for (const r of system.resources) if (r.error && r.error.says !== system.says) lines.push(`✗ ${system.system}/${r.resource} since ${moment(r.error.at)}: ${r.error.says}`)
  const calls = (of.last_run?.summary as { readonly calls?: Parameters<typeof callsText>[0] } | null | undefined)?.calls
  if (calls) lines.push('', 'Calls of the last run:', ...callsText(calls))
  lines.push('', `Golden records: ${Object.entries(of.golden_records).map(([entity, n]) => `${count(n)} ${entity}`).join(', ') || 'none'}.`)
  for (const flow of of.flows) {
    if (!flow.runs) lines.push(`Flow ${flow.flow} does not run: ${flow.because.join('; ')}.`)
    else if (flow.stale) lines.push(`! Flow ${flow.flow} is stale: ${flow.age_seconds === null ? 'never read' : `read ${age(flow.age_seconds)} ago`}, the plan wants ${age(flow.freshness_seconds!)}; stale since ${moment(flow.deadline)}: ${flow.late}.`)
  }
  const open = of.open.filter((row) => row.state !== 'held')
  if (open.length > 0) {
    lines.push('', 'Open:', ...open.map((row) => `  ${row.system}/${row.resource}: ${count(row.n)} ${row.kind}${row.n === 1 ? '' : 's'} ${STATES[row.state] ?? row.state}${row.reason === null ? '' : ` (${REASONS[row.reason] ?? row.reason})`}, the oldest for ${age(row.oldest_seconds)}`))
  }
  for (const held of of.held) {
    lines.push('', `✗ The brake holds ${Object.entries(held.kinds).map(([kind, n]) => `${count(n)} ${kind}s`).join(' and ')} at ${held.system}/${held.resource}: more than the plan lets pass in a day.`,
      `  → See them: plimsoll release ${held.system}/${held.resource} --show`, `  → If that is right: ${held.release}`, `  → If not: ${held.release} --discard`)
  }
  for (const one of of.shrunk) {
    lines.push('', `✗ ${one.system}/${one.resource} held ${count(one.now)} records on ${moment(one.at)}, before that ${count(one.was)}: nothing was taken as deleted.`,
      one.released ? '  Released; the next run takes it as it is.' : `  → If that is right: ${one.release}`)
  }
  if (summary.set_aside > 0) lines.push('', `! ${count(summary.set_aside)} set aside.\n  → plimsoll errors list`)
  if (summary.review > 0) lines.push('', `! ${count(summary.review)} golden records want a person's decision.\n  → plimsoll records review`)
  if (summary.parked > 0) lines.push('', `${count(summary.parked)} records that were read wait for an answer and are read again.`)
  return lines.join('\n')
}

const SYSTEM_STATES: Readonly<Record<string, string>> = { failing: 'fails', paused: 'needs a person', dead: 'is not worked with' }
const RUN_STATES: Readonly<Record<string, string>> = { ended: 'done', failed: 'with failures', stopped: 'stopped on request', crashed: 'broken off', running: 'under way' }
const STATES: Readonly<Record<string, string>> = { due: 'due', sending: 'on their way', unsure: 'of which nobody knows yet whether they were executed', waiting: 'wait', aside: 'were refused' }
const REASONS: Readonly<Record<string, string>> = {
  gate: 'until every system of the entity was read once', review: 'for a person: plimsoll records review', reference: 'for the record that they refer to',
  required: 'for required fields', paused: 'their system or flow is not in the plan', pass: 'for the next whole list', released: 'released',
}
