/** Answers that contradict what else the plan says open their question again, with the reason. What the checks of the plan find already is not found twice. */
import type { Mistake } from '../mistakes.ts'
import type { Facts } from './facts.ts'

/** What a check found opens the questions of the subject whose name stands at this step of the mistake's place: `systems/shop/holds/order/…`. */
const MISTAKES: readonly { readonly id: string; readonly questions: readonly string[]; readonly section: string; readonly step: number }[] = [
  { id: 'home-silent', questions: ['entity-golden'], section: 'entities', step: 1 },
  { id: 'owner-silent', questions: ['entity-golden'], section: 'entities', step: 1 },
  { id: 'no-identifier', questions: ['entity-identifiers'], section: 'entities', step: 1 },
  { id: 'identifier-unsent', questions: ['entity-identifiers'], section: 'entities', step: 1 },
  { id: 'looks-personal', questions: ['entity-personal'], section: 'entities', step: 1 },
  { id: 'never-fires', questions: ['flow-trigger'], section: 'flows', step: 1 },
  { id: 'nobody-reachable', questions: ['alert-reachable', 'escalation'], section: 'teams', step: 1 },
  { id: 'nobody-reachable', questions: ['scenario-told'], section: 'scenarios', step: 1 },
  { id: 'code-missing', questions: ['entity-codes'], section: 'systems', step: 3 },
  { id: 'code-ambiguous', questions: ['entity-codes'], section: 'systems', step: 3 },
  { id: 'type-conflict', questions: ['entity-codes'], section: 'systems', step: 3 },
  { id: 'unknown-code', questions: ['entity-codes'], section: 'systems', step: 3 },
]

/** Question and name of its subject → what a check said. */
export function reopened(mistakes: readonly Mistake[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { id, place, says } of mistakes) {
    const rows = byMistake.get(id)
    if (!rows) continue
    const steps = place.pointer.split('/').slice(1)
    for (const { questions, section, step } of rows) {
      const name = steps[step]
      if (steps[0] !== section || name === undefined) continue
      for (const question of questions) if (!found.has(`${question} ${name}`)) found.set(`${question} ${name}`, says)
    }
  }
  return found
}
const byMistake = new Map<string, typeof MISTAKES>()
for (const row of MISTAKES) byMistake.set(row.id, [...(byMistake.get(row.id) ?? []), row])

interface Rule { readonly questions: readonly string[]; readonly says: (facts: Facts, of: readonly string[], place: readonly string[]) => string | undefined }

const RULES: readonly Rule[] = [
  {
    questions: ['system-documentation'],
    says: (facts, [system]) => (facts.text('systems', system!, 'interface', 'documentation') === 'current' && !facts.said('systems', system!, 'interface', 'spec')
      ? 'It is called current, but nothing says where it is (interface.spec).' : undefined),
  },
]
const byQuestion = new Map<string, Rule[]>()
for (const rule of RULES) for (const id of rule.questions) byQuestion.set(id, [...(byQuestion.get(id) ?? []), rule])

export function contradiction(facts: Facts, question: string, of: readonly string[], place: readonly string[]): string | undefined {
  const found = of[0] === undefined ? undefined : facts.reopened.get(`${question} ${of[0]}`)
  if (found !== undefined) return found
  for (const rule of byQuestion.get(question) ?? []) {
    const says = rule.says(facts, of, place)
    if (says !== undefined) return says
  }
  return undefined
}
