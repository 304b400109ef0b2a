import { look, readPlan } from '../../app.ts'
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import type { Store } from '../../store/contract.ts'
import { writesOf } from '../../sync/engine.ts'
import { type PastRun, pastRun, pastRuns, type PlaceCounts } from '../../sync/past-runs.ts'
import { PLAN, text, wholeNumber } from '../arguments.ts'
import { type Command, type CommandContext, ENV, environmentOf, type Flags, WHERE } from '../command.ts'
import { table, writeAsJson, writeText } from '../report.ts'

registerErrors({ 'cli.run_unknown': { class: 'plan', hint: '`plimsoll runs list` names the runs that are remembered.' } })

const WRITES = ['created', 'updated', 'deleted'] as const

async function looking<T>(where: string | undefined, flags: Flags, context: CommandContext, work: (store: Store) => Promise<T>): Promise<T> {
  const { store } = await look(context.app, await readPlan(context.app, where, environmentOf(flags, context)))
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
const n = ({ counts }: PlaceCounts, name: string): number => counts[name] ?? 0

/** What reached each system: `{ shop: { created: 2, updated: 0, deleted: 0 } }`. */
function writesIn(ledger: readonly PlaceCounts[]): Record<string, Record<(typeof WRITES)[number], number>> {
  const systems = new Map<string, Record<(typeof WRITES)[number], number>>()
  for (const place of ledger) {
    const of = systems.get(place.system) ?? { created: 0, updated: 0, deleted: 0 }
    for (const name of WRITES) of[name] += n(place, name)
    systems.set(place.system, of)
  }
  return Object.fromEntries([...systems].filter(([, of]) => WRITES.some((name) => of[name] > 0)))
}

const asJson = ({ row, ledger }: PastRun) => ({
  run: row.id, kind: row.kind, state: row.state, started_at: iso(row.startedAt), ended_at: iso(row.endedAt), read: ledger.reduce((sum, place) => sum + n(place, 'read'), 0), writes: writesIn(ledger),
})

export const runsList: Command = {
  name: 'runs list',
  about: 'Runs, the newest first: what each read, and what it wrote in which system',
  arguments: [WHERE],
  flags: [ENV, ['--limit <n>', 'runs at most', '20']],
  async run({ where }, flags, context) {
    const limit = wholeNumber(flags, 'limit')
    const found = await looking(where, flags, context, (store) => pastRuns(store, limit + 1))
    const runs = found.slice(0, limit).map(asJson)
    return {
      exit: 0, summary: { runs: runs.length, more: found.length > limit }, result: { runs },
      text: runs.length === 0 ? 'Nothing has run yet.' : [
        table([['run', 'began', 'kind', 'state', 'read', 'wrote'], ...runs.map((run) => [
          run.run, run.started_at!.slice(0, 19).replace('T', ' '), run.kind, run.state, run.read.toLocaleString('en'),
          Object.entries(run.writes).map(([system, of]) => `${system} ${WRITES.reduce((sum, name) => sum + of[name], 0).toLocaleString('en')}`).join(', '),
        ])], 'left'),
        ...(found.length > limit ? ['… and more (--limit)'] : []), '', 'plimsoll runs show <run> lists its writes.',
      ].join('\n'),
    }
  },
}

export const runsShow: Command = {
  name: 'runs show',
  about: 'One run: its ledger, and everything that it wrote, field by field',
  arguments: [['<run>', 'as `plimsoll runs list` shows it']],
  flags: [PLAN, ENV, ['--limit <n>', 'writes at most', '200']],
  async run({ run }, flags, context) {
    const limit = wholeNumber(flags, 'limit')
    return looking(text(flags, 'plan'), flags, context, async (store) => {
      const found = await pastRun(store, run!)
      if (!found) throw new PlimsollError('cli.run_unknown', `There is no run ${JSON.stringify(run)}, or it was forgotten.`)
      const writes = []
      for await (const write of writesOf(store, run!)) if (writes.push(write) > limit) break
      const shown = writes.slice(0, limit)
      const more = writes.length > limit
      const { ledger } = found
      return {
        exit: 0, summary: { ...asJson(found), more }, result: { ledger, writes: shown.map(writeAsJson) },
        text: [
          `${found.row.kind} ${run}  ${found.row.state}  ${iso(found.row.startedAt)} to ${iso(found.row.endedAt) ?? 'now'}`, '',
          ...(ledger.length === 0 ? ['  Nothing was due.'] : [table([['', 'read', ...WRITES], ...ledger.map((place) => [`${place.system}/${place.resource}`, ...['read', ...WRITES].map((name) => n(place, name).toLocaleString('en'))])])]), '',
          ...shown.map(writeText), ...(more ? ['… and more (--limit)'] : []),
        ].join('\n'),
      }
    })
  },
}
