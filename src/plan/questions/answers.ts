/** How one knows that a question is answered. Most are when something is said at their place; these are told otherwise. */
import { derivedForm } from './conditions.ts'
import { at, entriesAt, textAt, textsAt } from '../normal/reading.ts'
import type { Node } from '../tree.ts'
import { type Facts, isFilled, textsIn } from './facts.ts'
import { isPlaceholder } from './placeholders.ts'

/** `said` by somebody, `derived` from what was said elsewhere, or open, with the reason if there is more to tell than that nobody said it. */
export type Verdict = 'said' | 'derived' | 'open' | { readonly open: string }

interface Asked {
  readonly facts: Facts
  /** The names that stand for `*` in the place. */
  readonly of: readonly string[]
  /** What stands at the place. */
  readonly value: Node | undefined
}

const party = ({ facts, value }: Asked): Verdict => {
  const values = textsIn(value).filter((name) => !isPlaceholder(name))
  if (values.length === 0) return 'open'
  const unknown = values.find((name) => !facts.isParty(name))
  return unknown === undefined ? 'said' : { open: `${unknown} is no person or team of this plan.` }
}
const or = (first: Verdict, instead: boolean): Verdict => (first === 'open' && instead ? 'derived' : first)
const FIRING = ['every', 'at', 'cron', 'event', 'file', 'on_demand']
const fires = (trigger: Node | undefined): boolean => trigger !== undefined && FIRING.some((key) => isFilled(at(trigger, key)))

const RULES = {
  party,
  measured: ({ facts, value, of }) => (isFilled(value) || facts.text('objectives', of[0]!, 'metric') !== undefined ? 'said' : 'open'),
  counted: () => 'derived',
  directed: ({ facts, of }) => ((facts.plan.flows.get(of[0]!)?.ends ?? []).some((end) => end.sends) ? 'derived' : 'open'),
  controlled: () => 'derived',
  staged: () => 'derived',
  agreed: () => 'derived',
  kept_right: () => 'derived',
  form: ({ facts, value, of }) => (isFilled(value) ? 'said' : derivedForm(facts, of[0]!) === undefined ? 'open' : 'derived'),
  home: ({ facts, value, of }) => {
    if (isFilled(value)) return 'said'
    // What is never the same in two systems is decided where it is.
    if (facts.plan.entities.get(of[0]!)?.identifiers?.length === 0) return 'derived'
    let sender: string | undefined
    for (const flow of facts.flowsOf('entities', of[0]!)) for (const end of flow.ends) {
      if (!end.sends || end.system === sender) continue
      if (sender !== undefined) return 'open'
      sender = end.system
    }
    return sender === undefined ? 'open' : 'derived'
  },
  steward: (asked) => or(party(asked), asked.facts.isParty(asked.facts.text('entities', asked.of[0]!, 'accountable'))),
  launch_decided: (asked) => or(party(asked), asked.facts.isParty(asked.facts.text('deciders', 'launch'))),
  takes_part: ({ facts, of, value }) => {
    const [system] = of as [string]
    if (facts.flowsOf('systems', system).length > 0) return 'said'
    const label = facts.label('systems', system)
    if (facts.flows.length > 0) return { open: entriesAt(value).length > 0 ? `${label} is in no flow: what it holds goes nowhere.` : `${label} is in no flow.` }
    return entriesAt(value).length > 0 ? 'said' : 'open'
  },
  triggered: ({ facts, of, value }) => {
    if (fires(value)) return 'said'
    const [name] = of as [string]
    const flow = facts.at('flows', name)
    const senders = [...entriesAt(flow, 'from'), ...entriesAt(flow, 'between')]
    if (senders.length > 0 && senders.every((end) => fires(at(end.value, 'trigger')))) return 'said'
    return value && !facts.said('defaults', 'flow', 'trigger') ? { open: `The trigger of ${facts.label('flows', name)} says nothing about when it runs.` } : 'open'
  },
  in_a_process: ({ facts, of }) => (facts.isInAProcess(of[0]!) ? 'said' : 'open'),
  served: ({ facts, of }) => (facts.served.has(of[0]!) ? 'said' : { open: 'No flow and no process says that it serves this.' }),
  lane: ({ facts, value }) => {
    const who = textAt(value)
    if (who === undefined || isPlaceholder(who)) return 'open'
    return who === 'plimsoll' || facts.plan.systems.has(who) || facts.isParty(who) ? 'said' : { open: `${who} is no person, team or system of this plan.` }
  },
  late_told: ({ facts, value, of }) => {
    if (isFilled(value)) return 'said'
    return facts.isParty(facts.text('processes', of[0]!, 'accountable')) ? 'derived' : { open: 'It has a deadline, but nobody is told when it passes.' }
  },
  reachable: ({ facts, value, of }) => {
    const [team] = of as [string]
    if (!facts.hasAddress(team)) return { open: `${facts.label('teams', team)} is told when something breaks, but has no address: neither the team, its lead nor anybody on call.` }
    return isFilled(value) ? 'said' : 'derived'
  },
  person_reachable: ({ facts, of }) => (facts.hasAddress(of[0]!) ? 'said' : { open: `${facts.label('people', of[0]!)} is told when something breaks, but has no address.` }),
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
  nodes: ({ value }) => {
    const nodes = entriesAt(value)
    if (nodes.length === 0) return 'open'
    return nodes.some((node) => textsIn(at(node.value, 'runs')).includes('plimsoll')) ? 'said' : { open: 'There are machines, but none of them runs Plimsoll.' }
  },
  tried: ({ value }) => {
    const there = entriesAt(value)
    const others = there.filter((e) => (textAt(e.value, 'kind') ?? e.key) !== 'production')
    return others.length > 0 ? 'said' : there.length === 0 ? 'open' : { open: 'There is only production.' }
  },
  accepted: ({ facts, of, value }) => {
    const flow = facts.plan.flows.get(of[0]!)
    const words = [of[0]!, facts.label('flows', of[0]!), flow?.entity ?? '', flow ? facts.label('entities', flow.entity) : ''].map((word) => word.toLowerCase().replaceAll('_', ' ')).filter((word) => word !== '')
    return entriesAt(value).some((test) => {
      const text = [test.key.replaceAll('_', ' '), textAt(test.value, 'name') ?? '', textAt(test.value, 'about') ?? '', ...['given', 'when', 'then'].flatMap((key) => textsAt(test.value, key))].join(' ').toLowerCase()
      return isFilled(test.value) && words.some((word) => text.includes(word))
    }) ? 'said' : 'open'
  },
  loaded: ({ of, value }) => (entriesAt(value).some((test) => textAt(test.value, 'flow') === of[0]) ? 'said' : 'open'),
} satisfies Record<string, (asked: Asked) => Verdict>

export type AnswerRule = keyof typeof RULES
export const verdictOf = (rule: AnswerRule, asked: Asked): Verdict => RULES[rule](asked)
