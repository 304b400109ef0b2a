/** People and teams, and who is told in which order (plan-language §6). */
import type { Kept, Plan, Team } from '../../plan/model.ts'
import { given } from '../../plan/normal/reading.ts'
import { readDuration } from '../../plan/times.ts'
import { isWrong, type Name } from '../../plan/values.ts'
import type { Party, Rung } from '../model.ts'
import { textOf, textsOf } from './kept.ts'

export function partiesOf(plan: Plan): ReadonlyMap<Name, Party> {
  return new Map<Name, Party>([
    ...[...plan.people].map(([key, person]): [Name, Party] => [key, { ...person, key, kind: 'person', members: [], ladder: ladderOf(plan, key) }]),
    ...[...plan.teams].map(([key, { name, kind, members, email, lead, hours }]): [Name, Party] => [key, { key, name, kind, members, ladder: ladderOf(plan, key), ...given({ email, lead, hours }) }]),
  ])
}

/** Of a team its own ladder; of a person, and of a team that has neither ladder nor lead, that party alone. */
export function ladderOf(plan: Plan, who: Name): readonly Rung[] {
  const team = plan.teams.get(who)
  if (!team || team.onCall.length === 0) return [{ who, channels: ['email'], afterMs: 0, escalation: 'first', reachable: isReachable(plan, who) }]
  return team.onCall.map((rung, at): Rung => ({
    who: rung.who, channels: rung.channels, afterMs: at === 0 ? 0 : (rung.after?.ms ?? 0),
    escalation: at === 0 ? 'first' : escalationTo(plan, team, rung.who), reachable: isReachable(plan, rung.who),
  }))
}

/** To a member of the team or to another team: functional; to whoever leads or stands above: hierarchic (ITIL). */
function escalationTo(plan: Plan, team: Team | undefined, who: Name): Rung['escalation'] {
  if (plan.teams.has(who)) return 'functional'
  return team?.members.includes(who) === true && team.lead !== who ? 'functional' : 'hierarchic'
}

/** The rungs that a scenario adds for itself. */
export function ownRungs(plan: Plan, written: readonly Kept[], alerted: Name | undefined): readonly Rung[] {
  return written.flatMap((rung): readonly Rung[] => {
    const who = textOf(rung, 'who')
    if (who === undefined) return []
    const after = readDuration(textOf(rung, 'after') ?? '', 'after')
    const channels = textsOf(rung, 'channels')
    return [{
      who, channels: channels.length === 0 ? ['email'] : channels, afterMs: isWrong(after) ? 0 : after.value.ms,
      escalation: escalationTo(plan, plan.teams.get(alerted ?? ''), who), reachable: isReachable(plan, who),
    }]
  })
}

/** By time; whoever stands on two ladders with the same channels is told once, at the earlier time. */
export function joinLadders(ladders: readonly (readonly Rung[])[]): readonly Rung[] {
  const told = new Set<string>()
  return ladders.flat().toSorted((a, b) => a.afterMs - b.afterMs).filter((rung) => {
    const key = `${rung.who} ${rung.channels.join(' ')}`
    return !told.has(key) && told.add(key)
  })
}

function isReachable(plan: Plan, who: Name): boolean {
  const person = plan.people.get(who)
  if (person) return person.email !== undefined || person.phone !== undefined
  const team = plan.teams.get(who)
  const lead = plan.people.get(team?.lead ?? '')
  return team?.email !== undefined || lead?.email !== undefined || lead?.phone !== undefined
}
