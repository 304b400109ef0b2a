import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import type { OpenQuestion } from '../../plan/questions/open-question.ts'
import { AREAS } from '../../plan/questions/question.ts'
import { readAnswers, writeAnswers } from '../asking/answers-file.ts'
import { PlanWriter } from '../asking/writing.ts'
import { text, wholeNumber } from '../arguments.ts'
import { type Command, type CommandContext, ENV, environmentOf, type Flags, WHERE } from '../command.ts'
import type { Answer } from '../envelope.ts'
import { percent } from '../readiness-text.ts'

registerErrors({
  'cli.no_terminal': { class: 'environment', hint: 'Run it in a terminal, or hand the answers in with `plimsoll ask --answers answers.yaml`; `plimsoll check --questions` lists what is open.' },
})

export const ask: Command = {
  name: 'ask',
  about: 'Lead through the open questions of a plan and write the answers into it; its comments, order and form stay',
  arguments: [WHERE],
  flags: [
    ENV,
    ['--answers <file>', 'answers from a file (- is standard input): a place, a colon, the value, { waived, who, until } or { ask, due, assume }'],
    ['--for <reader>', 'only questions for business or for technology'],
    ['--area <name>', `only this area: ${AREAS.map(([area]) => area).join(', ')}`],
    ['--limit <n>', 'so many questions at most'],
  ],
  async run({ where }, flags, context) {
    const writer = new PlanWriter(context.app, where, environmentOf(flags, context))
    const file = text(flags, 'answers')
    const isAsked = asked(flags)
    if (file !== undefined) return fromFile(file, writer, context)
    const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true
    if (!isTerminal || context.json) throw new PlimsollError('cli.no_terminal', context.json ? 'An interview can’t be held in JSON.' : 'There is no terminal here in which somebody could answer.')
    return inTerminal(writer, isAsked, flags['limit'] === undefined ? Infinity : wholeNumber(flags, 'limit'), context)
  },
}

function asked(flags: Flags): (question: OpenQuestion) => boolean {
  const [reader, area] = [text(flags, 'for'), text(flags, 'area')]
  if (reader !== undefined && reader !== 'business' && reader !== 'technology') throw new PlimsollError('cli.arguments', `--for takes business or technology, not ${JSON.stringify(reader)}.`)
  if (area !== undefined && !AREAS.some(([one]) => one === area)) throw new PlimsollError('cli.arguments', `There is no area ${area}. There are ${AREAS.map(([one]) => one).join(', ')}.`)
  return ({ question }) => (reader === undefined || question.audience === 'both' || question.audience === reader) && (area === undefined || question.area === area)
}

async function fromFile(file: string, writer: PlanWriter, context: CommandContext): Promise<Answer> {
  const path = resolve(context.app.cwd, file)
  const start = await writer.read()
  const tree = start.plan.loaded.tree
  if (!tree) throw new PlimsollError('app.plan_wrong', 'The plan can’t be read.')
  const name = file === '-' ? 'answers' : relative(context.app.cwd, path)
  const { given, refused: unread } = readAnswers(read(file, path), name, tree)
  const { written, also, refused: unwritten, now } = await writeAnswers(writer, given)
  const refused = [...unread, ...unwritten].toSorted((a, b) => a.at.range[0] - b.at.range[0])
  const count = (kind: string): number => written.filter(({ given: one }) => one.kind === kind).length
  const [before, after] = [start.readiness, now.readiness]
  return {
    exit: refused.length > 0 ? 2 : 0,
    summary: {
      written: written.length, answered: count('answered'), waived: count('waived'), assigned: count('assigned'), refused: refused.length,
      readiness_before: share(before.share), readiness_after: share(after.share), open: after.open.length, later: after.later.length,
    },
    result: {
      written: written.map(({ given: { place, kind }, file: into, line, stillOpen }) => ({ place, kind, file: into, line, still_open: stillOpen ?? null })), also_written: also,
      refused: refused.map(({ place, at, says, mend }) => ({ place, file: at.file, line: at.line, column: at.column, says, mend: mend ?? null })),
      readiness: { before: share(before.share), after: share(after.share) }, next: after.open.slice(0, 10).map((one) => ({ place: one.place.join('.'), ask: one.ask })),
    },
    text: [
      ...written.map(({ given: { place, kind }, file: into, line, stillOpen }) => `${into}:${line}  ${place} is ${kind}.${stillOpen === undefined ? '' : ` Still open: ${stillOpen}`}`),
      ...also.map((place) => `Also written, since a flow needs it: ${place}.`),
      ...refused.map(({ place, at, says, mend }) => `${at.file}:${at.line}:${at.column}  refused  ${place}\n    ${says}${mend === undefined ? '' : `\n    → ${mend}`}`),
      `${written.length} of ${written.length + refused.length} answers are written. ${after.open.length} questions are open, readiness ${percent(before.share)} → ${percent(after.share)}.`,
    ].join('\n'),
  }
}

function read(file: string, path: string): string {
  try {
    return readFileSync(file === '-' ? 0 : path, 'utf8')
  } catch (error) {
    throw new PlimsollError('cli.arguments', `The answers in ${file} can't be read: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message}.`)
  }
}

const share = (of: number): number => Math.floor(of * 1000 + 1e-9) / 1000

async function inTerminal(writer: PlanWriter, isAsked: (question: OpenQuestion) => boolean, most: number, context: CommandContext): Promise<Answer> {
  const [{ Interview }, { Terminal }] = await Promise.all([import('../asking/interview.ts'), import('../asking/terminal.ts')])
  const start = await writer.read()
  const terminal = new Terminal(context.signal)
  try {
    const open = start.readiness.open.filter(isAsked).length
    terminal.begin(`${start.plan.loaded.draft?.name ?? 'Plan'}: readiness ${percent(start.readiness.share)}, ${open} ${open === 1 ? 'question is' : 'questions are'} open`)
    const course = await new Interview(writer, terminal, start, { isAsked, most }).hold()
    const left = course.end.readiness.open.filter(isAsked).length
    const why = { done: left === 0 ? 'That was all.' : 'That was all for now.', limit: 'That was all for this time.', stopped: 'Stopped.', interrupted: 'Interrupted.' }[course.ended]
    const { length } = course.written
    const kept = length === 0 ? 'Nothing was written.' : `${length} ${length === 1 ? 'answer is' : 'answers are'} in the plan.`
    const { length: later } = course.end.readiness.later.filter(isAsked)
    terminal.end(`${why} ${kept} ${left} open${later > 0 ? `, ${later} more come when these are answered` : ''}; readiness ${percent(course.start.readiness.share)} → ${percent(course.end.readiness.share)}`)
    // Interrupted: there is more to do, and a script that goes on must know.
    return { exit: course.ended === 'interrupted' ? 4 : 0, summary: { written: length, open: left }, text: '' }
  } finally {
    terminal.close()
  }
}
