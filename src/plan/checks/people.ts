/** Whether whoever is alerted can be reached. */
import type { Mistake } from '../mistakes.ts'
import type { OnCall } from '../model.ts'
import { at, itemsAt, textAt, textsAt } from '../normal/reading.ts'
import type { CheckContext } from './index.ts'
import { known } from './known.ts'
import { error, inWords, warning } from './mistake.ts'
import { keysAt, matching, textsBelow } from './tree-walk.ts'

type Address = 'email' | 'phone' | 'none'

export function unreachable(context: CheckContext): readonly Mistake[] {
  const { tree } = context
  if (context.incomplete) return []
  const alerted = matching(tree, ['scenarios', '*', 'alert', '*']).flatMap(({ path, node }) => (node.is === 'text' ? [{ path, who: node.text, channels: ['email'] as readonly string[] }] : []))
  const rungs = matching(tree, ['scenarios', '*', 'escalate', '*']).map(({ path, node }) => ({ path: [...path, 'who'], who: textAt(node, 'who') ?? '', channels: channelsOf(textsAt(node, 'channels')) }))
  return [...alerted, ...rungs, ...lastRungs(context)].flatMap(({ path, who, channels }): Mistake[] => {
    const needs = channels.map((channel) => addressFor(context, channel))
    const isReachable = needs.some((need) => need === undefined || need === 'none' || reaches(context, who, need, new Set()))
    if (isReachable || !isSoundParty(context, who)) return []
    const missing = inWords([...new Set(needs)].map((need) => (need === 'phone' ? 'phone number' : 'e-mail address')), 'or')
    const team = context.plan.teams.has(who)
    return [error('nobody-reachable', context.placeOf(...path), `\`${who}\` can't be reached: ${team ? `neither the team nor its lead has an ${missing}`.replace('an phone', 'a phone') : `there is no ${missing}`}.`,
      team ? `Write \`email\` at teams.${who}, or \`lead\` with somebody who has one.` : `Write it at people.${who}.`)]
  })
}

const channelsOf = (written: readonly string[]): readonly string[] => (written.length === 0 ? ['email'] : written)

/** The last step of each ladder that was written: there nobody comes after. */
function lastRungs(context: CheckContext): readonly { readonly path: readonly string[]; readonly who: string; readonly channels: readonly string[] }[] {
  return keysAt(context.tree, 'teams').flatMap((team) => {
    const written = itemsAt(context.tree, 'teams', team, 'on_call')
    const last = written.at(-1)
    const path = ['teams', team, 'on_call', String(written.length - 1)]
    return last && known(context).isSound(...path) ? [{ path: [...path, 'who'], who: textAt(last, 'who') ?? '', channels: channelsOf(textsAt(last, 'channels')) }] : []
  })
}

const isSoundParty = (context: CheckContext, who: string): boolean =>
  (context.plan.people.has(who) || context.plan.teams.has(who)) && known(context).isSound('people', who) && known(context).isSound('teams', who)

/** What a channel needs to know of somebody; undefined: there is no such channel. */
function addressFor(context: CheckContext, channel: string): Address | undefined {
  const node = at(context.tree, 'channels', channel)
  if (!node) return channel === 'email' ? 'email' : undefined
  const kind = textAt(node, 'kind')
  if (kind === 'smtp') return 'email'
  const body = at(node, 'body')
  const texts = body ? [...textsBelow(body)].map((text) => text.node.text) : []
  if (texts.some((text) => text.includes('{phone}'))) return 'phone'
  return texts.some((text) => text.includes('{email}')) ? 'email' : 'none'
}

function reaches(context: CheckContext, who: string, need: 'email' | 'phone', seen: Set<string>): boolean {
  if (seen.has(who)) return false
  seen.add(who)
  const person = context.plan.people.get(who)
  if (person) return person[need] !== undefined
  const team = context.plan.teams.get(who)
  if (!team) return false
  if (need === 'email' && team.email !== undefined) return true
  const rungs: readonly OnCall[] = team.onCall
  return rungs.some((rung) => rung.channels.some((channel) => {
    const address = addressFor(context, channel)
    return address === 'none' || (address !== undefined && reaches(context, rung.who, address, seen))
  })) || (team.lead !== undefined && reaches(context, team.lead, need, seen))
}

/** Only whoever knows this environment can tell whether a channel has what it needs. */
export function unsetChannels(context: CheckContext): readonly Mistake[] {
  return keysAt(context.tree, 'channels').filter((name) => context.isChannelSet?.(name) === false)
    .map((name) => warning('channel-unset', context.keyPlaceOf('channels', name), `The channel \`${name}\` is not set up in ${context.plan.environment.name}, so nothing can be sent by it.`, `Set PLIMSOLL_CHANNEL_${name.toUpperCase()}_… as its kind needs.`))
}
