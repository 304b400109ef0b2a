/** Who must be in the room to answer a question: by name where the plan says it, else the role that is missing. */
import type { Name } from '../values.ts'
import type { Facts } from './facts.ts'
import type { Aspect, Question, Role } from './question.ts'

export interface Present {
  readonly role: Role
  /** Person or team of the plan; absent: nobody has this role yet. */
  readonly who?: Name
  /** The name of the party, or the role in words. */
  readonly label: string
}

const DECIDES: Readonly<Record<Aspect, string>> = {
  purpose: 'whoever decides what the project is for', processes: 'whoever decides on the processes', data: 'whoever decides on the data', systems: 'whoever decides on systems and flows',
  security: 'whoever decides on security', infrastructure: 'whoever decides on networks and machines', money: 'whoever decides on the budget', operation: 'whoever decides on operation', launch: 'whoever decides on the launch',
}
const OTHERS: Readonly<Record<Exclude<Role, Aspect>, string>> = {
  accountable: 'whoever is accountable for {it}', operates: 'whoever operates {it}', steward: 'whoever decides about single records of {it}',
  operation_team: 'the team that will run Plimsoll', officer: 'whoever is responsible for data protection',
}

export function inTheRoom(facts: Facts, question: Question, section: string, subject: Name | undefined): readonly Present[] {
  const found: Present[] = []
  const seen = new Set<string>()
  for (const role of question.room) {
    const parties = partiesFor(facts, role, section, subject)
    const present = parties.length > 0 ? parties.map((who): Present => ({ role, who, label: nameOf(facts, who) })) : [{ role, label: inWords(facts, role, section, subject) }]
    for (const one of present) {
      if (seen.has(one.label)) continue
      seen.add(one.label)
      found.push(one)
    }
  }
  return found
}

const isAspect = (role: Role): role is Aspect => Object.hasOwn(DECIDES, role)

function inWords(facts: Facts, role: Role, section: string, subject: Name | undefined): string {
  if (isAspect(role)) return DECIDES[role]
  return subject === undefined ? OTHERS[role].replace(' for {it}', '').replace(' {it}', ' the systems') : OTHERS[role].replace('{it}', () => facts.label(section, subject))
}

function nameOf(facts: Facts, who: Name): string {
  return facts.plan.people.get(who)?.name ?? facts.plan.teams.get(who)?.name ?? who
}

function partiesFor(facts: Facts, role: Role, section: string, subject: Name | undefined): readonly Name[] {
  const all = (): readonly (string | undefined)[] => {
    if (isAspect(role)) return [facts.text('deciders', role)]
    if (role === 'operation_team') return [facts.text('operation', 'team')]
    if (role === 'officer') return [facts.text('security', 'personal_data', 'officer')]
    return subject === undefined ? [] : responsible(facts, role, section, subject)
  }
  return [...new Set(all())].filter((who) => facts.isParty(who))
}

function responsible(facts: Facts, role: 'accountable' | 'operates' | 'steward', section: string, subject: Name): readonly (string | undefined)[] {
  const own = facts.text(section, subject, role)
  if (own !== undefined) return [own]
  if (section === 'teams') return [facts.plan.teams.get(subject)?.lead ?? subject]
  if (section === 'flows') {
    const flow = facts.plan.flows.get(subject)
    if (role === 'accountable') return [flow && facts.plan.entities.get(flow.entity)?.accountable]
    return [facts.text('operation', 'team')]
  }
  if (section === 'entities') {
    if (role === 'steward') return [facts.plan.entities.get(subject)?.steward]
    if (role === 'operates') return facts.flowsOf('entities', subject).flatMap((flow) => flow.ends.map((end) => facts.plan.systems.get(end.system)?.operates))
  }
  if (section === 'objectives') return [facts.text('deciders', 'purpose')]
  return []
}
