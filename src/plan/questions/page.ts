/** The page of questions in the documentation, in Markdown: every question of the catalogue, by area. */
import { CATALOGUE } from './catalogue.ts'
import { AREAS, type Question, type Role } from './question.ts'

const ROLES: Readonly<Record<Role, string>> = {
  purpose: 'decider: purpose', processes: 'decider: processes', data: 'decider: data', systems: 'decider: systems', security: 'decider: security', infrastructure: 'decider: infrastructure',
  money: 'decider: money', operation: 'decider: operation', launch: 'decider: launch', accountable: 'who is accountable', operates: 'who operates it', steward: 'steward',
  operation_team: 'team that runs Plimsoll', officer: 'data protection officer',
}
const cell = (text: string): string => text.replaceAll(/\{(?:it|part)\}/g, '…').replaceAll('|', String.raw`\|`)
const marks = ({ blocking, policy }: Question): string => `${blocking ? ' **blocking**' : ''}${policy ? ' *asked once for all flows*' : ''}`
const derived = new Set(['counted', 'directed', 'controlled', 'staged', 'agreed', 'kept_right'])

export function questionsPage(): string {
  const lines = [
    '# Questions', '',
    'Every question that a project is asked, made from the catalogue in `src/plan/questions`. `plimsoll check` holds it against a plan, `plimsoll ask` leads through what is open.', '',
    '**Answered** is what stands at its place; what Plimsoll can conclude itself is *derived*. No answers are words for “nobody knows” in any of many languages and ways of writing (`tbd`, `T.B.D.`, `?`, `n/a`, `-`, `todo`,',
    '`xxx`, `do ustalenia`, `noch offen` …), names of nobody, empty lists (except where nothing is an answer: identifiers, required and personal fields, what exists already), and the sentences of the examples below.', '',
    '**Opened again**, with the reason, is an answer that contradicts the rest of the plan: a system or object in no flow, a golden home that sends nothing, a decider who does not exist, somebody who is alerted and has no address,',
    'an escalation that ends without one, a trigger that says nothing about when or never fires, “on demand” with a promise of freshness, “current” without `spec`, a target that is reached already or has no number of today, a metric of',
    'something that is not there, a peak below what is usual, a deadline of which nobody hears, a place to try without data, machines none of which runs Plimsoll, a first load that forgets a flow.', '',
    '**Waived** is a question under `questions` with `waived` (why) and `who`, until the day in `until`; a place above waives all below it. What is asked of',
    'one element and answered at another is waived at the element with the name of the question: `flows.orders.flow-acceptance`; `check --json` has it as `entry`.', '',
    '**The order** is what hangs on an answer: how much of what is designed later it may overturn (a number in the catalogue), times one plus the binary logarithm of one plus the flows it touches, each by its criticality (low 0.5,',
    'normal 1, high 2, critical 4); a quarter more for systems of partners, a fifth more for personal data. A question waits for those on which it depends.', '',
    '**Readiness** of an area is the share of its questions that are answered or waived, weighed by the same number; of the plan, the mean of its areas.', '',
    'Production (an environment of `kind: production`) is not served while a **blocking** question is open.', '',
  ]
  for (const [area, title] of AREAS) {
    const questions = CATALOGUE.filter((question) => question.area === area)
    lines.push(`## ${title}`, '', '| question | answered at | for example | who must be there | why | if nobody decides |', '|---|---|---|---|---|---|')
    for (const question of questions) {
      const isDerived = question.answer !== undefined && derived.has(question.answer)
      lines.push(`| ${[
        `${cell(question.ask)}${marks(question)}`, isDerived ? `derived (\`${question.place}\`)` : `\`${question.policy ? question.place.replace('flows.*', 'defaults.flow') : question.place}\``,
        isDerived ? '' : `\`${cell(question.example)}\``, question.room.map((role) => ROLES[role]).join(', '), cell(question.why), cell(question.assumed ?? ''),
      ].join(' | ')} |`)
    }
    lines.push('')
  }
  return `${lines.join('\n').trimEnd()}\n`
}
