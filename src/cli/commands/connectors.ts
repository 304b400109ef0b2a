import { connect, forgetLogins, openSystem, readPlan, runnablePlan, compile } from '../../app.ts'
import { canonicalNative, parseJson } from '../../base/json.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import { asPlimsollError, PlimsollError } from '../../base/errors.ts'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { System } from '../../plan/model.ts'
import type { Resource, SourceRecord, WriteItem, WriteResult } from '../../systems/contract.ts'
import { connectorAliases, connectorNames, loadConnector } from '../../systems/registry.ts'
import { placesAt, text, whereAndWhat, wholeNumber } from '../arguments.ts'
import { type Command, type CommandContext, ENV, environmentOf, type Flags } from '../command.ts'
import { table } from '../report.ts'

const SYSTEM = [['[where]', 'folder of the plan, or its file (default: here)'], ['[system]', 'only this system']] as const
const RESOURCE = [['[where]', 'folder of the plan, or its file (default: here)'], ['[resource]', '<system>/<resource> as the plan names it']] as const

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

export const connectorsDiscover: Command = {
  name: 'connectors discover',
  about: 'What a system holds: resources, keys, fields with their types, a few values',
  arguments: SYSTEM,
  flags: [ENV],
  async run(args, flags, context) {
    const { plan, systems } = await systemsAsked({ where: args['where'], system: args['system'] }, flags, context)
    const found = []
    for (const system of systems) {
      const session = await openSystem(context.app, plan, system, undefined, { readOnly: true })
      try {
        found.push({ system: system.key, resources: session.discover ? await session.discover(context.signal) : [], discovers: session.discover !== undefined })
      } finally {
        await session.close()
      }
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

async function atPlace<T>(args: { readonly where?: string | undefined; readonly resource?: string | undefined }, flags: Flags, context: CommandContext, readOnly: boolean, work: (resource: Resource, name: string) => Promise<T>): Promise<T> {
  const { where, what } = whereAndWhat(args.where, args.resource, context)
  if (what === undefined) throw new PlimsollError('cli.arguments', 'Name <system>/<resource>.')
  const runtime = await compile(runnablePlan(await readPlan(context.app, where, environmentOf(flags, context))))
  const place = placesAt(runtime, what)[0]!
  const links = await connect(context.app, runtime, { readOnly })
  try {
    const resource = links.resource(place)
    if (!resource) throw links.failure(place.system) ?? new PlimsollError('cli.arguments', `${what} can't be opened.`)
    return await work(resource, `${place.system}/${place.resource}`)
  } finally {
    await links.close()
  }
}

const recordAsJson = (record: SourceRecord) => ({ key: record.key, values: record.values, ...(record.version === undefined ? {} : { version: record.version }), ...(record.editedAt === undefined ? {} : { edited_at: new Date(record.editedAt).toISOString() }) })

export const connectorsRead: Command = {
  name: 'connectors read',
  about: 'Read records of one resource as its system sends them; changes nothing',
  arguments: RESOURCE,
  flags: [ENV, ['--since <position>', 'only what changed after this position'], ['--limit <n>', 'records at most', '10']],
  async run(args, flags, context) {
    const limit = wholeNumber(flags, 'limit')
    const since = text(flags, 'since')
    return atPlace({ where: args['where'], resource: args['resource'] }, flags, context, true, async (resource, name) => {
      const records: SourceRecord[] = []
      const broken: { place: string; says: string }[] = []
      let position: string | null = null
      let complete: boolean | null = null
      const enough = new AbortController()
      for await (const page of resource.read({ signal: AbortSignal.any([context.signal, enough.signal]), pageSize: Math.min(500, Math.max(1, limit)), ...(since === undefined ? {} : { since }) })) {
        records.push(...page.records.slice(0, limit - records.length))
        broken.push(...(page.broken ?? []).map(({ place, says }) => ({ place, says })))
        position = page.position ?? position
        complete = page.complete ?? complete
        if (records.length >= limit) break
      }
      return {
        exit: 0, summary: { read: records.length, broken: broken.length, complete }, result: { resource: name, position, traits: resource.traits, records: records.map(recordAsJson), broken },
        text: [...records.map((record) => `${record.key}  ${canonicalNative(record.values)}`), ...broken.map((one) => `✗ ${one.place}: ${one.says}`), `${records.length} records${position === null ? '' : `, position ${position}`}.`].join('\n'),
      }
    })
  },
}

export const connectorsWrite: Command = {
  name: 'connectors write',
  about: 'Write records of a file to one resource, past the plan\'s flows: for trying a connector out',
  arguments: RESOURCE,
  flags: [ENV, ['--file <file>', 'JSON: a list of { operation: create | update | delete, key, values }, or of plain records to create'], ['--yes', 'really write']],
  async run(args, flags, context) {
    const file = text(flags, 'file')
    if (file === undefined) throw new PlimsollError('cli.arguments', 'Name the records with --file.')
    const items = itemsFrom(parseJson(readText(resolve(context.app.cwd, file))), context)
    if (flags['yes'] !== true) return { exit: 4, summary: { items: items.length, written: 0 }, result: { items }, text: `${items.map((item) => `${item.operation} ${item.key ?? '(new)'}  ${canonicalNative(item.values)}`).join('\n')}\nNothing was written. Write --yes to do it.` }
    return atPlace({ where: args['where'], resource: args['resource'] }, flags, context, false, async (resource, name) => {
      if (!resource.write) throw new PlimsollError('cli.arguments', `${name} can't be written.`)
      const results: WriteResult[] = []
      const size = Math.max(1, resource.traits.batch)
      for (let start = 0; start < items.length; start += size) {
        results.push(...(await resource.write(items.slice(start, start + size), { signal: context.signal, deadline: context.app.clock.now() + 120_000 })))
      }
      const done = results.filter((result) => result.is === 'done').length
      return {
        exit: done === items.length ? 0 : 1, summary: { items: items.length, written: done }, result: { resource: name, results },
        text: [...results.map((result, i) => `${result.is === 'done' ? '✓' : '✗'} ${items[i]!.operation} ${'key' in result ? result.key : (items[i]!.key ?? '')}${'says' in result ? `: ${result.says}` : result.is === 'done' ? '' : `: ${result.is}`}`), `${done} of ${items.length} written.`].join('\n'),
      }
    })
  },
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new PlimsollError('cli.arguments', `${file} can't be read: ${(error as Error).message}.`)
  }
}

function itemsFrom(native: Native, context: CommandContext): WriteItem[] {
  const list = Array.isArray(native) ? native : [native]
  return list.map((item, i): WriteItem => {
    const record = item as NativeRecord
    if (item === null || typeof item !== 'object' || Array.isArray(item)) throw new PlimsollError('cli.arguments', `Item ${i + 1} of the file is no object.`)
    const idempotencyKey = `cli-${context.app.clock.now()}-${i}`
    const { operation } = record
    if (operation !== 'create' && operation !== 'update' && operation !== 'delete') return { operation: 'create', values: record, idempotencyKey }
    return { operation, values: (record['values'] ?? {}) as NativeRecord, idempotencyKey, ...(record['key'] === undefined ? {} : { key: String(record['key']) }) }
  })
}
