import { dirname } from 'node:path'
import { findPlan, planFolder, readPlan } from '../../app.ts'
import { fieldTable, printFieldTable } from '../../plan/direction.ts'
import type { Mistake } from '../../plan/mistakes.ts'
import type { Flow } from '../../plan/model.ts'
import { agendaOf } from '../../plan/questions/agenda.ts'
import { openQuestions } from '../../plan/questions/open-questions.ts'
import { countMistakes, mistakesAsObjects, printForGithub, printMistakes } from '../../plan/print-mistakes.ts'
import { type Command, type CommandContext, ENV, environmentOf, type Flags, WHERE } from '../command.ts'
import type { Answer } from '../envelope.ts'
import { agendaObject, agendaText } from '../agenda-text.ts'
import { openSentence, readinessObject, readinessSummary, readinessText } from '../readiness-text.ts'
import { type Question, recalled, remember } from '../remembered-check.ts'

export const check: Command = {
  name: 'check',
  about: 'Say what is wrong with a plan, where, and how to mend it',
  arguments: [WHERE],
  flags: [ENV, ['--format <form>', 'text or github', 'text'], ['--fields', 'which way each field of each flow goes, and who decides it'], ['--questions', 'every open question, not only the first'], ['--agenda', 'the agenda of a workshop on what is open, as Markdown']],
  async run({ where }, flags, context) {
    const { app } = context
    const file = findPlan(app, where)
    const folder = dirname(file)
    const question: Question = {
      file, folder, files: planFolder(folder), variables: app.env,
      asked: [environmentOf(flags, context), today(context), flags['format'], flags['fields'] === true, flags['questions'] === true, flags['agenda'] === true, context.json, where],
    }
    return recalled(question) ?? worked(question, where, flags, context)
  },
}

const today = (context: CommandContext): string => new Date(context.app.clock.now()).toISOString().slice(0, 10)

async function worked(question: Question, where: string | undefined, flags: Flags, context: CommandContext): Promise<Answer> {
  const plan = await readPlan(context.app, where, environmentOf(flags, context))
  const { sources } = plan.loaded
  const checked = plan.loaded.plan
  const fields = flags['fields'] === true && checked ? [...checked.flows.values()].map((flow) => fieldTable(checked, flow)) : undefined
  const errors = plan.mistakes.filter((m) => m.severity === 'error').length
  const stopped = [...(plan.loaded.plan?.flows.values() ?? [])].filter((flow) => flow.notRunnable.length > 0)
  const runs = stopped.map((flow) => ({ flow: flow.key, because: flow.notRunnable }))
  const draft = plan.loaded.plan ?? plan.loaded.draft
  const readiness = draft && openQuestions(draft, today(context), plan.mistakes)
  const agenda = flags['agenda'] === true && readiness ? agendaOf(readiness) : undefined
  const lines = (): readonly string[] => [
    ...(fields ?? []).map((table) => `${printFieldTable(table)}\n`), printMistakes(plan.mistakes.filter((m) => m.id !== 'kept'), sources), ...keptLine(plan.mistakes), ...stopped.map(stoppedLine),
    ...(readiness ? [readinessText(readiness, { all: flags['questions'] === true, where })] : []),
    errors === 0 ? [runningLine(stopped.length, plan.loaded.plan?.flows.size ?? 0), ...(readiness ? [openSentence(readiness)] : [])].join(' ') : countMistakes(plan.mistakes),
  ]
  const text = flags['format'] === 'github' ? printForGithub(plan.mistakes, sources)
    : agenda && !context.json ? [agendaText(agenda, draft!.name), ...(errors > 0 ? [`> ${countMistakes(plan.mistakes)}`] : [])].join('\n\n')
    : context.json ? '' : lines().filter((t) => t !== '').join('\n')
  const answer: Answer = {
    exit: errors > 0 ? 2 : 0,
    summary: {
      errors, warnings: plan.mistakes.filter((m) => m.severity === 'warning').length, notes: plan.mistakes.filter((m) => m.severity === 'note').length,
      flows: plan.loaded.plan?.flows.size ?? 0, not_runnable: stopped.length, ...(readiness ? readinessSummary(readiness) : {}),
    },
    result: {
      ...(fields ? { fields } : {}), mistakes: mistakesAsObjects(plan.mistakes, sources), not_runnable: runs,
      ...(readiness && context.json ? { readiness: readinessObject(readiness), ...(agenda ? { agenda: agendaObject(agenda) } : {}) } : {}),
    },
    text,
  }
  remember(question, plan.lookedAt, [...sources.values()].reduce((sum, text) => sum + text.length, 0), answer)
  return answer
}

/** What only documents will use, in one line for people; `--json` has each with its place. */
function keptLine(mistakes: readonly Mistake[]): string[] {
  const kept = mistakes.filter((m) => m.id === 'kept').map((m) => m.place.pointer.split('/').at(-1)!)
  return kept.length === 0 ? [] : [`Checked and kept for documents, not used by a run yet: ${[...new Set(kept)].join(', ')}.`]
}

export const stoppedLine = (flow: Flow): string => `Flow ${flow.key} does not run: ${flow.notRunnable.map((reason) => reason.replace(/\.$/, '')).join('; ')}.`

const runningLine = (stopped: number, flows: number): string =>
  flows === 0 ? 'The plan is valid; it has no flows yet.' : stopped === 0 ? 'Runs.' : stopped === flows ? 'The plan is valid; none of its flows can run yet.' : `Runs, but for ${stopped} of ${flows} flows.`
