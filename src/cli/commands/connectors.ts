import { draftSystem, forgetLogins, openSystem, readPlan, runnablePlan } from '../../app.ts'
import { asPlimsollError, PlimsollError } from '../../base/errors.ts'
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { System } from '../../plan/model.ts'
import type { SystemSession } from '../../systems/contract.ts'
import { connectorAliases, connectorNames, loadConnector } from '../../systems/registry.ts'
import { text, whereAndWhat } from '../arguments.ts'
import { type Command, type CommandContext, ENV, environmentOf, type Flags } from '../command.ts'
import { NAME, openWithout, planWithout, TRIED, withoutPlan } from '../one-resource.ts'
import type { Answer } from '../envelope.ts'
import { table } from '../report.ts'

const SYSTEM = [['[where]', 'folder of the plan, or its file (default: here)'], ['[system]', 'only this system']] as const

export const connectorsList: Command = {
  name: 'connectors list',
  about: 'List the connectors, what each is for and its settings',
  async run() {
    const connectors = await Promise.all(connectorNames().map(async (name) => {
      const connector = await loadConnector(name)
      return { name, about: connector.about, form: connector.form, aliases: [...connectorAliases].filter(([, of]) => of.connector === name).map(([alias]) => alias), settings: connector.settings }
    }))
    return {
      exit: 0, summary: { connectors: connectors.length }, result: { connectors },
      text: connectors.map((c) => [
        `${c.name}${c.aliases.length > 0 ? `  (${c.aliases.join(', ')})` : ''}: ${c.about}`,
        table(c.settings.map((s) => [s.name, s.type, s.needed ? 'needed' : (s.default ?? ''), s.secret ? `${s.about} (secret: never in the plan)` : s.about]), 'left'),
      ].join('\n')).join('\n\n'),
    }
  },
}

async function systemsAsked(args: { readonly where?: string | undefined; readonly system?: string | undefined }, flags: Flags, context: CommandContext): Promise<{ plan: ReturnType<typeof runnablePlan>; systems: System[] }> {
  const { where, what } = whereAndWhat(args.where, args.system, context)
  const plan = runnablePlan(await readPlan(context.app, where, environmentOf(flags, context)))
  const connected = [...plan.systems.values()].filter((system) => system.connector !== undefined && system.mode === 'real')
  const systems = what === undefined ? connected : connected.filter((system) => system.key === what)
  if (systems.length === 0) throw new PlimsollError('cli.arguments', what === undefined ? 'No system of the plan has a connector.' : `There is no system ${what} with a connector in the plan. It has ${connected.map((system) => system.key).join(', ')}.`)
  return { plan, systems }
}

export const connectorsCheck: Command = {
  name: 'connectors check',
  about: 'Is each system there, does it let us in? Changes nothing',
  arguments: SYSTEM,
  flags: [ENV],
  async run(args, flags, context) {
    const { plan, systems } = await systemsAsked({ where: args['where'], system: args['system'] }, flags, context)
    const answers = await Promise.all(systems.map(async (system) => {
      try {
        const session = await openSystem(context.app, plan, system, undefined, { readOnly: true })
        try {
          return { system: system.key, ok: true, version: (await session.check(context.signal)).version ?? null, error: null }
        } finally {
          await session.close()
        }
      } catch (thrown) {
        const error = asPlimsollError(thrown)
        return { system: system.key, ok: false, version: null, error: { code: error.code, class: error.class, message: error.message, hint: error.hint } }
      }
    }))
    const failing = answers.filter((answer) => !answer.ok)
    return {
      exit: failing.length > 0 ? 1 : 0, summary: { systems: answers.length, failing: failing.length }, result: { systems: answers },
      text: answers.map((a) => (a.error ? `✗ ${a.system}: ${a.error.message}\n  → ${a.error.hint}` : `✓ ${a.system}${a.version === null ? '' : `  ${a.version}`}`)).join('\n'),
    }
  },
}

/** Each is closed when the next one is asked for. */
async function* sessionsAsked(args: { readonly where?: string | undefined; readonly system?: string | undefined }, flags: Flags, context: CommandContext): AsyncGenerator<{ readonly name: string; readonly session: SystemSession }> {
  const opening: (readonly [string, () => Promise<SystemSession>])[] = []
  if (withoutPlan(flags)) opening.push([NAME, () => openWithout(flags, context, true)])
  else {
    const { plan, systems } = await systemsAsked(args, flags, context)
    opening.push(...systems.map((system) => [system.key, () => openSystem(context.app, plan, system, undefined, { readOnly: true })] as const))
  }
  for (const [name, open] of opening) {
    const session = await open()
    try {
      yield { name, session }
    } finally {
      await session.close()
    }
  }
}

export const connectorsDiscover: Command = {
  name: 'connectors discover',
  about: 'What a system holds: resources, keys, fields with their types, a few values. With --write: a first manifest of an interface that has none',
  arguments: SYSTEM,
  flags: [...TRIED, ['--write <file>', 'write a first manifest to this file: from what the interface says of itself (GraphQL with --set graphql=true, OpenAPI), else from what its lists answer'], ['--path <path...>', 'with --write: lists to look at, such as /products']],
  async run(args, flags, context) {
    const file = text(flags, 'write')
    if (file !== undefined) return drafted({ where: args['where'], system: args['system'] }, file, flags, context)
    const found = []
    for await (const { name, session } of sessionsAsked({ where: args['where'], system: args['system'] }, flags, context)) {
      const resources = session.discover ? await session.discover(context.signal) : []
      found.push({ system: name, resources, discovers: session.discover !== undefined })
    }
    return {
      exit: 0, summary: { systems: found.length, resources: found.reduce((sum, one) => sum + one.resources.length, 0) }, result: { systems: found },
      text: found.map((one) => (one.discovers ? one.resources.map((resource) => [
        `${one.system}/${resource.name}${resource.key.length > 0 ? `  key ${resource.key.join(', ')}` : ''}${resource.changedAt === undefined ? '' : `, changed at ${resource.changedAt}`}${resource.count === undefined ? '' : `, ${resource.count.toLocaleString('en')} records`}`,
        table(resource.fields.map((field) => [field.path, field.type, field.unique ? 'unique' : '', (field.examples ?? []).slice(0, 3).join(' · ').slice(0, 60)]), 'left'),
      ].join('\n')).join('\n\n') : `${one.system}: its connector can't discover; see its own documentation.`)).join('\n\n'),
    }
  },
}

async function drafted(args: { readonly where?: string | undefined; readonly system?: string | undefined }, file: string, flags: Flags, context: CommandContext): Promise<Answer> {
  const target = resolve(context.app.cwd, file)
  if (existsSync(target)) throw new PlimsollError('cli.arguments', `${file} is there already; name another file.`)
  const { plan, system } = withoutPlan(flags) ? await planWithout(flags, context) : await inPlan(args, flags, context)
  const draft = await draftSystem(context.app, plan, system, Array.isArray(flags['path']) ? (flags['path'] as string[]) : [], context.signal)
  if (!draft) throw new PlimsollError('cli.arguments', `The connector ${system.connector} needs no manifest.`)
  writeFileSync(target, draft.text, { flag: 'wx' })
  return {
    exit: 0, summary: { lines: draft.text.split('\n').length, failing: draft.notes.filter((note) => note.startsWith('✗')).length }, result: { written: file, manifest: draft.text, notes: draft.notes },
    text: [...draft.notes, `A first manifest is in ${file}: its comments say what to look at. Try it: plimsoll connectors read <resource> --url … --manifest ${file}`].join('\n'),
  }
}

async function inPlan(args: { readonly where?: string | undefined; readonly system?: string | undefined }, flags: Flags, context: CommandContext) {
  const { plan, systems } = await systemsAsked(args, flags, context)
  if (systems.length !== 1) throw new PlimsollError('cli.arguments', `Name one system: ${systems.map((one) => one.key).join(', ')}.`)
  return { plan, system: systems[0]! }
}

export const connectorsForget: Command = {
  name: 'connectors forget',
  about: 'Forget the login that is kept for a system: the next one begins with its setting refresh_token',
  arguments: SYSTEM,
  flags: [ENV],
  async run(args, flags, context) {
    const { where, what } = whereAndWhat(args['where'], args['system'], context)
    if (what === undefined) throw new PlimsollError('cli.arguments', 'Name the system whose login is to be forgotten.')
    const logins = await forgetLogins(context.app, await readPlan(context.app, where, environmentOf(flags, context)), what)
    return { exit: 0, summary: { logins }, result: { system: what }, text: logins === 0 ? `No login is kept for ${what}.` : `Forgotten: ${logins === 1 ? 'one login' : `${logins} logins`} of ${what}.` }
  },
}
