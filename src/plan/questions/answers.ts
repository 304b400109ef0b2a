/** How one knows that a question is answered. Most are when something is said at their place; these are told otherwise. */
import { derivedForm } from './conditions.ts'
import { type Facts, isFilled, textIn } from './facts.ts'

/** `said` by somebody, `derived` from what was said elsewhere, or open, with the reason if there is more to tell than that nobody said it. */
export type Verdict = 'said' | 'derived' | 'open' | { readonly open: string }

interface Asked {
  readonly facts: Facts
  /** The names that stand for `*` in the place. */
  readonly of: readonly string[]
  readonly place: readonly string[]
}

const party = ({ facts, place }: Asked): Verdict => {
  const values = facts.texts(...place).filter(isFilled)
  if (values.length === 0) return 'open'
  const unknown = values.find((name) => !facts.isParty(name))
  return unknown === undefined ? 'said' : { open: `${unknown} is no person or team of this plan.` }
}
const or = (first: Verdict, instead: boolean): Verdict => (first === 'open' && instead ? 'derived' : first)
const FIRING = ['every', 'at', 'cron', 'event', 'file', 'on_demand']

const RULES = {
  party,
  measured: ({ facts, place, of }) => (facts.said(...place) || facts.text('objectives', of[0]!, 'metric') !== undefined ? 'said' : 'open'),
  counted: () => 'derived',
  directed: ({ facts, of }) => ((facts.plan.flows.get(of[0]!)?.ends ?? []).some((end) => end.sends) ? 'derived' : 'open'),
  controlled: () => 'derived',
  staged: () => 'derived',
  agreed: () => 'derived',
  form: ({ facts, place, of }) => (facts.said(...place) ? 'said' : derivedForm(facts, of[0]!) === undefined ? 'open' : 'derived'),
  home: ({ facts, place, of }) => {
    if (facts.said(...place)) return 'said'
    const senders = new Set(facts.flowsOf('entities', of[0]!).flatMap((flow) => flow.ends.filter((end) => end.sends).map((end) => end.system)))
    return senders.size === 1 ? 'derived' : 'open'
  },
  steward: (asked) => or(party(asked), asked.facts.isParty(asked.facts.text('entities', asked.of[0]!, 'accountable'))),
  launch_decided: (asked) => or(party(asked), asked.facts.isParty(asked.facts.text('deciders', 'launch'))),
  takes_part: ({ facts, of, place }) => {
    const [system] = of as [string]
    if (facts.flowsOf('systems', system).length > 0) return 'said'
    const label = facts.label('systems', system)
    if (facts.flows.length > 0) return { open: facts.entries(...place).size > 0 ? `${label} is in no flow: what it holds goes nowhere.` : `${label} is in no flow.` }
    return facts.entries(...place).size > 0 ? 'said' : 'open'
  },
  triggered: ({ facts, of, place }) => {
    const [flow] = of as [string]
    const fires = (path: readonly string[]): boolean => FIRING.some((key) => facts.said(...path, key))
    if (fires(place)) return 'said'
    const senders = ['from', 'between'].flatMap((side) => [...facts.entries('flows', flow, side).keys()].map((system) => ['flows', flow, side, system, 'trigger']))
    if (senders.length > 0 && senders.every(fires)) return 'said'
    return facts.entries(...place).size > 0 && !facts.said('defaults', 'flow', 'trigger') ? { open: `The trigger of ${facts.label('flows', flow)} says nothing about when it runs.` } : 'open'
  },
  in_a_process: ({ facts, of }) => (facts.isInAProcess(of[0]!) ? 'said' : 'open'),
  served: ({ facts, of }) => (facts.served.has(of[0]!) ? 'said' : { open: 'No flow and no process says that it serves this.' }),
  lane: ({ facts, place }) => {
    const who = facts.text(...place)
    if (who === undefined || !isFilled(who)) return 'open'
    return who === 'plimsoll' || facts.plan.systems.has(who) || facts.isParty(who) ? 'said' : { open: `${who} is no person, team or system of this plan.` }
  },
  late_told: ({ facts, place, of }) => {
    if (facts.said(...place)) return 'said'
    return facts.isParty(facts.text('processes', of[0]!, 'accountable')) ? 'derived' : { open: 'It has a deadline, but nobody is told when it passes.' }
  },
  reachable: ({ facts, place, of }) => {
    const [team] = of as [string]
    if (!facts.hasAddress(team)) return { open: `${facts.label('teams', team)} is told when something breaks, but has no address: neither the team, its lead nor anybody on call.` }
    return facts.said(...place) ? 'said' : 'derived'
  },
  escalates: ({ facts, of }) => {
    const rungs = facts.plan.teams.get(of[0]!)?.onCall ?? []
    const last = rungs.at(-1)
    if (last && rungs.length > 1 && !facts.hasAddress(last.who)) return { open: `The escalation ends with ${last.who}, who has no address.` }
    return new Set(rungs.map((rung) => rung.who)).size > 1 ? 'said' : 'open'
  },
  told: ({ facts, of }) => {
    const [name] = of as [string]
    const told = ['alert', 'inform'].flatMap((key) => facts.texts('scenarios', name, key))
    if (told.length > 0) return told.every((who) => facts.isParty(who)) ? 'said' : { open: `${told.find((who) => !facts.isParty(who))} is no person or team of this plan.` }
    // By default those who run what it is about; where it is about nothing, the checks say so.
    return 'derived'
  },
  nodes: ({ facts, place }) => {
    const nodes = facts.entries(...place)
    if (nodes.size === 0) return 'open'
    return [...nodes.keys()].some((node) => facts.texts(...place, node, 'runs').includes('plimsoll')) ? 'said' : { open: 'There are machines, but none of them runs Plimsoll.' }
  },
  tried: ({ facts, place }) => {
    const names = [...facts.entries(...place).keys()]
    const others = names.filter((name) => (facts.text(...place, name, 'kind') ?? name) !== 'production')
    return others.length > 0 ? 'said' : names.length === 0 ? 'open' : { open: 'There is only production.' }
  },
  accepted: ({ facts, of, place }) => {
    const flow = facts.plan.flows.get(of[0]!)
    const words = [of[0]!, facts.label('flows', of[0]!), flow?.entity ?? '', flow ? facts.label('entities', flow.entity) : ''].map((word) => word.toLowerCase().replaceAll('_', ' ')).filter((word) => word !== '')
    return [...facts.entries(...place)].some(([name, test]) => {
      const text = [name.replaceAll('_', ' '), ...['name', 'about', 'given', 'when', 'then'].flatMap((key) => facts.texts(...place, name, key))].join(' ').toLowerCase()
      return isFilled(test) && words.some((word) => text.includes(word))
    }) ? 'said' : 'open'
  },
  loaded: ({ facts, of, place }) => ([...facts.entries(...place).values()].some((test) => textIn(test, 'flow') === of[0]) ? 'said' : 'open'),
} satisfies Record<string, (asked: Asked) => Verdict>

export type AnswerRule = keyof typeof RULES
export const verdictOf = (rule: AnswerRule, asked: Asked): Verdict => RULES[rule](asked)
