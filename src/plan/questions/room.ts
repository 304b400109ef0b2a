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
  /** Role of the person, or whoever leads the team. */
  readonly note?: string
  /** Who sits there in the end: a team is its lead. A role that nobody has is the same for all subjects. */
  readonly seat: string
  /** Label of the subject, for a role that nobody has. */
  readonly of?: string
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
  const found = new Map<string, Present>()
  for (const role of question.room) {
    const parties = partiesFor(facts, role, section, subject)
    const of = subject === undefined || isAspect(role) || role === 'operation_team' || role === 'officer' ? undefined : facts.label(section, subject)
    const present = parties.length > 0
      ? parties.map((who): Present => ({ role, who, label: nameOf(facts, who), ...noteOn(facts, who), seat: facts.plan.teams.get(who)?.lead ?? who }))
      : [{ role, label: roleInWords(role, of === undefined ? [] : [of]), seat: `?${role}`, ...(of === undefined ? {} : { of }) }]
    for (const one of present) if (!found.has(one.seat)) found.set(one.seat, one)
  }
  return [...found.values()]
}

const isAspect = (role: Role): role is Aspect => Object.hasOwn(DECIDES, role)
const MOST_NAMED = 4

/** A role that nobody has yet, for these subjects. */
export function roleInWords(role: Role, of: readonly string[]): string {
  if (isAspect(role)) return DECIDES[role]
  if (of.length === 0) return OTHERS[role].replace(' for {it}', '').replace(' {it}', ' the systems')
  const names = [...of.slice(0, MOST_NAMED), ...(of.length > MOST_NAMED ? [`${of.length - MOST_NAMED} more`] : [])]
  return OTHERS[role].replace('{it}', () => (names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`))
}

export function nameOf(facts: Facts, who: Name): string {
  return facts.plan.people.get(who)?.name ?? facts.plan.teams.get(who)?.name ?? who
}

function noteOn(facts: Facts, who: Name): { readonly note?: string } {
  const person = facts.plan.people.get(who)
  const lead = facts.plan.teams.get(who)?.lead
  const note = person ? person.role : lead === undefined ? undefined : facts.plan.people.get(lead)?.name
  return note === undefined ? {} : { note }
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

/** Where nobody is named for the role itself, whoever comes nearest to it. */
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
  if (section === 'scenarios') return ['alert', 'inform'].flatMap((key) => facts.texts('scenarios', subject, key)).slice(0, 2)
  if (section === 'objectives') return [facts.text('deciders', 'purpose')]
  return []
}
