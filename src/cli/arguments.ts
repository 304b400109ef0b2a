/** Arguments and values that several commands take in the same form. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { PlimsollError, registerErrors } from '../base/errors.ts'
import { nearest } from '../plan/names.ts'
import type { Place, Runtime } from '../sync/runtime.ts'
import type { CommandContext, Flags } from './command.ts'

registerErrors({ 'cli.arguments': { class: 'plan', hint: 'Run the command with --help to see what it takes.' } })

/** Commands that take something else than a plan name the plan so. */
export const PLAN = ['--plan <where>', 'folder of the plan, or its file (default: here)'] as const
export const WHY = ['--why <text>', 'reason, kept with the decision', ''] as const

export const text = (flags: Flags, name: string): string | undefined => (typeof flags[name] === 'string' ? flags[name] : undefined)

/** `[where] <what>`: one word alone is `what`, unless it is a plan. */
export function whereAndWhat(first: string | undefined, second: string | undefined, context: CommandContext): { where: string | undefined; what: string | undefined } {
  if (second !== undefined) return { where: first, what: second }
  if (first === undefined) return { where: undefined, what: undefined }
  const isPlan = first === '.' || /\.(?:ya?ml|ts)$/.test(first) || existsSync(resolve(context.app.cwd, first))
  return isPlan ? { where: first, what: undefined } : { where: undefined, what: first }
}

/** `<system>/<resource>`; the system alone is enough where it holds one resource. */
export function placesAt(runtime: Runtime, what: string): Place[] {
  const places = [...runtime.places.values()]
  const exact = places.filter((place) => `${place.system}/${place.resource}` === what || `${place.system}${place.resource}` === what)
  if (exact.length > 0) return exact
  const ofSystem = places.filter((place) => place.system === what)
  if (new Set(ofSystem.map((place) => place.resource)).size === 1) return ofSystem
  const names = [...new Set(places.map((place) => `${place.system}/${place.resource}`))]
  const right = ofSystem.length > 0 ? undefined : nearest(what, names)
  throw new PlimsollError('cli.arguments', `There is no ${what} in the plan${right === undefined ? '' : `; did you mean ${right}?`}. It has ${names.join(', ')}.`)
}

/** `field=value …` */
export function assignments(items: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const item of items) {
    const at = item.indexOf('=')
    if (at < 1) throw new PlimsollError('cli.arguments', `${JSON.stringify(item)} is no field=value.`)
    found.set(item.slice(0, at).trim(), item.slice(at + 1))
  }
  if (found.size === 0) throw new PlimsollError('cli.arguments', 'A field=value is missing.')
  return found
}

export function wholeNumber(flags: Flags, name: string): number {
  const given = text(flags, name) ?? ''
  if (!/^\d{1,9}$/.test(given)) throw new PlimsollError('cli.arguments', `--${name} takes a whole number, not ${JSON.stringify(given)}.`)
  return Number(given)
}

/** Whoever sits at this machine; kept with decisions. */
export const whoIs = (context: CommandContext): string => context.app.env['USER'] ?? context.app.env['USERNAME'] ?? 'somebody'
