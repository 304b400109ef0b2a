/** One resource to try out: of a plan, with what the plan says of it; or of an interface that stands in no plan yet. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { compile, connect, openSystem, planFromText, readPlan, runnablePlan } from '../app.ts'
import { PlimsollError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import type { Native } from '../base/numeral.ts'
import type { Plan, System } from '../plan/model.ts'
import type { Resource, SystemSession } from '../systems/contract.ts'
import { assignments, placesAt, text } from './arguments.ts'
import { type CommandContext, ENV, environmentOf, type Flags } from './command.ts'

export const RESOURCE = [['[where]', 'folder of the plan, or its file (default: here); not with --url'], ['[resource]', '<system>/<resource>; with --url the resource alone']] as const
/** Without a plan: everything else that the connector wants to be told is a setting, its secrets are variables. */
const WITHOUT_PLAN = [
  ['--url <address>', 'an interface that stands in no plan: its address'], ['--manifest <file>', 'what that interface is like: a manifest, or a name in the catalogue'],
  ['--set <name=value...>', 'further settings, as text or JSON; stands behind the resource. Secrets are variables: PLIMSOLL_SYSTEM_API_TOKEN, …_PASSWORD, …_KEY'], ['--connector <name>', 'another connector than http'],
] as const
export const TRIED = [ENV, ...WITHOUT_PLAN] as const

/** How the system is called that stands in no plan. */
export const NAME = 'api'

export const withoutPlan = (flags: Flags): boolean => flags['url'] !== undefined || flags['manifest'] !== undefined || flags['set'] !== undefined || flags['connector'] !== undefined

/** A plan of this one system, as if somebody had written it. */
export async function planWithout(flags: Flags, context: CommandContext): Promise<{ readonly plan: Plan; readonly system: System }> {
  const more = Array.isArray(flags['set']) ? assignments(flags['set'] as string[]) : new Map<string, string>()
  const settings: Record<string, Native> = Object.fromEntries([...more].map(([name, value]) => [name, /^[[{]/.test(value) ? parseJson(value) : value]))
  for (const name of ['url', 'manifest'] as const) {
    const value = text(flags, name)
    if (value !== undefined) settings[name] = value
  }
  const plan = { plimsoll: 1, name: 'Trying out an interface', systems: { [NAME]: { connector: text(flags, 'connector') ?? 'http', settings } } }
  const read = await planFromText(context.app, join(context.app.cwd, 'plan.yaml'), JSON.stringify(plan))
  return { plan: read, system: read.systems.get(NAME)! }
}

export async function openWithout(flags: Flags, context: CommandContext, readOnly: boolean): Promise<SystemSession> {
  const { plan, system } = await planWithout(flags, context)
  return openSystem(context.app, plan, system, undefined, { readOnly })
}

/** `[where] <resource> …`: the first word is the plan if there is one under that name, or if the second names a place in it. */
export function wordsOf(args: { readonly where?: string | undefined; readonly resource?: string | undefined; readonly rest?: readonly string[] }, flags: Flags, context: CommandContext): { readonly where: string | undefined; readonly what: string | undefined; readonly rest: readonly string[] } {
  const words = [args.where, args.resource, ...(args.rest ?? [])].filter((word) => word !== undefined)
  const [first] = words
  const isPlan = !withoutPlan(flags) && first !== undefined && (first === '.' || /\.(?:ya?ml|ts)$/.test(first) || existsSync(resolve(context.app.cwd, first)))
  const where = isPlan ? words.shift() : undefined
  return { where, what: words[0], rest: words.slice(1) }
}

export async function atResource<T>(asked: { readonly where: string | undefined; readonly what: string | undefined }, flags: Flags, context: CommandContext, readOnly: boolean, work: (resource: Resource, name: string) => Promise<T>): Promise<T> {
  const { where, what } = asked
  if (withoutPlan(flags)) {
    const session = await openWithout(flags, context, readOnly)
    try {
      if (what === undefined) throw new PlimsollError('cli.arguments', 'Name the resource.')
      const name = what.startsWith(`${NAME}/`) ? what.slice(NAME.length + 1) : what
      return await work(session.resource({ resource: name, key: [], parts: new Map(), identifiers: [] }), name)
    } finally {
      await session.close()
    }
  }
  if (what === undefined) throw new PlimsollError('cli.arguments', 'Name <system>/<resource>, or an interface with --url and --manifest.')
  const plan = runnablePlan(await readPlan(context.app, where, environmentOf(flags, context)))
  const [name, resource] = [what.split('/')[0]!, what.split('/').slice(1).join('/')]
  const system = plan.systems.get(name)
  const runtime = await compile(plan)
  const isPlace = [...runtime.places.values()].some((one) => `${one.system}/${one.resource}` === what || one.system === what || `${one.system}${one.resource}` === what)
  if (!isPlace && system?.connector !== undefined && system.mode === 'real' && resource !== '') {
    // What the system holds and no flow uses can be looked at too.
    const hold = system.holds.find((one) => one.resource === resource)
    const session = await openSystem(context.app, plan, system, hold?.connector === undefined && hold?.settings === undefined ? undefined : hold, { readOnly })
    try {
      return await work(session.resource({ resource, key: hold?.key ?? [], ...(hold?.changedAt === undefined ? {} : { changedAt: hold.changedAt }), parts: hold?.parts ?? new Map(), identifiers: [] }), what)
    } finally {
      await session.close()
    }
  }
  const place = placesAt(runtime, what)[0]!
  const links = await connect(context.app, runtime, { readOnly })
  try {
    const opened = links.resource(place)
    if (!opened) throw links.failure(place.system) ?? new PlimsollError('cli.arguments', `${what} can't be opened.`)
    return await work(opened, `${place.system}/${place.resource}`)
  } finally {
    await links.close()
  }
}

const CAN: readonly (readonly [keyof Resource['traits'], string])[] = [
  ['read', 'read'], ['incremental', 'read since a position'], ['readByKey', 'read by key'], ['find', 'find'], ['create', 'create'], ['update', 'update'], ['delete', 'delete'],
  ['conditional', 'write only if unchanged'], ['pushes', 'webhooks'],
]
/** What the resource can do, in words. */
export const abilities = ({ traits }: Resource): string => CAN.flatMap(([trait, says]) => (traits[trait] === true ? [says] : [])).join(', ')
