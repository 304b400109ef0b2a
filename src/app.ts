/**
 * The only place that wires concrete parts: files, environment, stores, connectors. What a command may do without (the
 * engine, a store, the plan's loader where its answer is remembered) is loaded when it is used.
 */
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { OpenedApart } from './apart.ts'
import { type Clock, systemClock } from './base/clock.ts'
import { asPlimsollError, PlimsollError, registerErrors } from './base/errors.ts'
import { idSource } from './base/ids.ts'
import { type OptionValues, readOptions } from './base/options.ts'
import { type Sealer, sealer } from './base/seal.ts'
import type { PlanFolder } from './plan/files.ts'
import type { LoadedPlan } from './plan/load.ts'
import { Following, type LookedAt } from './plan/looked-at.ts'
import type { Mistake } from './plan/mistakes.ts'
import { printMistakes } from './plan/print-mistakes.ts'
import type { FieldMapping, Hold, MappingFunction, Plan, System } from './plan/model.ts'
import { resolveSettings, type SettingsAnswer } from './plan/settings.ts'
import { type MapNode, placeIn, type Place as TextPlace } from './plan/tree.ts'
import type { Dispatcher } from './dispatch/contract.ts'
import { localDispatcher } from './dispatch/local/dispatcher.ts'
import type { Store } from './store/contract.ts'
import { goOn, type Reached } from './store/crash-points.ts'
import type { MediaShelf } from './store/media.ts'
import { mediaShelf } from './store/media/shelf.ts'
import { type Budget, systemBudget } from './sync/budget.ts'
import type { Connections } from './sync/connections.ts'
import type { EngineParts } from './sync/engine.ts'
import { heardOf, mediaForTarget, withMedia } from './sync/media.ts'
import type { Place, Runtime } from './sync/runtime.ts'
import type { Connector, ConnectorContext, Draft, Resource, SettingValues, SystemSession, Traits } from './systems/contract.ts'
import { masked, secretsIn } from './systems/masking.ts'
import { productCatalogue } from './systems/catalogue.ts'
import { connectorAliases, connectorNames, connectorSettings, isHosted, loadConnector } from './systems/registry.ts'

registerErrors({
  'app.no_plan': { class: 'plan', hint: 'Give the folder of a plan or its file, or make one with `plimsoll init`.' },
  'app.two_plans': { class: 'plan', hint: 'Keep one of them, or name the file.' },
  'app.plan_wrong': { class: 'plan', hint: 'Run `plimsoll check` and mend what it shows.' },
  'app.function': { class: 'plan', hint: 'Correct `function` at the field: ./file.ts#name, with { read, write }, in the folder of the plan.' },
  'app.settings': { class: 'environment', hint: 'Set what is named; `plimsoll check` shows all of it.' },
})

export interface App {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly clock: Clock
  readonly options: OptionValues
  /** How this process is called, for whoever finds the store held. */
  readonly command: string
  /** Called at each step between which a process may die. Only a test's own entry hands another one in. */
  readonly reached: Reached
}

export const createApp = (of: Partial<App> = {}): App => {
  const env = of.env ?? process.env
  return { env, cwd: of.cwd ?? process.cwd(), clock: of.clock ?? systemClock, options: of.options ?? readOptions(env), command: of.command ?? 'plimsoll', reached: of.reached ?? goOn }
}

// ── the plan ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface PlanFile {
  readonly file: string
  readonly folder: string
  readonly loaded: LoadedPlan
  /** Mistakes of plan and settings, in the order of the files. */
  readonly mistakes: readonly Mistake[]
  readonly environment: string
  /** What all of this rests on. */
  readonly lookedAt: LookedAt
}

const ROOTS = ['plan.yaml', 'plan.yml', 'plan.ts']

export function findPlan(app: App, where: string | undefined): string {
  const at = resolve(app.cwd, where ?? '.')
  if (!existsSync(at)) throw new PlimsollError('app.no_plan', `There is no ${where ?? 'plan here'}.`)
  if (!statSync(at).isDirectory()) return at
  const found = ROOTS.filter((name) => existsSync(join(at, name)))
  if (found.length === 0) throw new PlimsollError('app.no_plan', `There is no plan.yaml in ${at}.`)
  if (found.length > 1) throw new PlimsollError('app.two_plans', `${at} holds ${found.join(' and ')}.`)
  return join(at, found[0]!)
}

/** `instead`: texts that files of the plan may get; the plan is read as if they had them already. */
export async function readPlan(app: App, where: string | undefined, environment = app.options.environment, instead?: ReadonlyMap<string, string>): Promise<PlanFile> {
  const file = findPlan(app, where)
  const folder = dirname(file)
  const looking = new Following(withTexts(planFolder(folder), instead), app.env)
  const [{ openDefinedPlan, openPlan }, { recordChecks }] = await Promise.all([import('./plan/load.ts'), import('./record/plan-checks.ts')])
  const options = {
    root: basename(file), file, environment, today: new Date(app.clock.now()).toISOString().slice(0, 10),
    connectors: new Set([...connectorNames(), ...connectorAliases.keys()]), catalogue: productCatalogue, files: looking.folder, checks: recordChecks, calls: isHosted,
  }
  const defined = file.endsWith('.ts') ? await importModule(file) : undefined
  // A module imports what it likes.
  if (defined !== undefined) looking.elsewhere()
  const open = defined === undefined ? openPlan(options) : openDefinedPlan(defined, options)
  // What an interface can do stands in its manifest; with it the plan is checked for writes that are not safe.
  const known = open.draft && [...open.draft.systems.values()].some(isDescribed) ? await manifestTraits(app, open.draft) : undefined
  if (known) looking.elsewhere()
  const loaded = open.check(known && {
    traitsOf: (system, hold) => known.traits.get(`${system.key}/${hold.resource}`),
    canPush: (system, entity) => open.draft!.systems.get(system)!.holds.some((hold) => hold.entity === entity && known.traits.get(`${system}/${hold.resource}`)?.pushes === true),
  })
  // A plan with mistakes may be more than what compiles it expects.
  if (known?.failure !== undefined && loaded.plan && asPlimsollError(known.failure).class === 'internal') throw known.failure
  const all = loaded.draft ? [...loaded.mistakes, ...(await settingMistakes(app, loaded.draft, loaded.tree, looking))] : loaded.mistakes
  // A secret in the plan is seen by the connector's settings and by the plan's own check; said once.
  const mistakes = [...new Map(all.map((m) => [`${m.id} ${m.place.file} ${m.place.range.join()} ${m.place.pointer}`, m])).values()]
  return { file, folder, loaded, mistakes, environment, lookedAt: looking.at }
}

/** Connectors that are opened without a call, so that what they can do is known before. */
const DESCRIBED: ReadonlySet<string | undefined> = new Set(['http', 'amqp', 'mqtt', 'mail'])
const isDescribed = (system: System): boolean => DESCRIBED.has(connectorAliases.get(system.connector ?? '')?.connector ?? system.connector)

/** Traits of every resource that a manifest or settings describe, by `system/resource`, and why some are lacking; nothing is called. */
async function manifestTraits(app: App, plan: Plan): Promise<{ readonly traits: ReadonlyMap<string, Traits>; readonly failure?: unknown }> {
  const traits = new Map<string, Traits>()
  try {
    const runtime = await compile(plan)
    const places = new Map([...runtime.places].filter(([, place]) => isDescribed(place.of)))
    const links = await connect(app, { ...runtime, places }, { readOnly: true })
    for (const place of places.values()) {
      const resource = links.resource(place)
      if (resource) traits.set(`${place.system}/${place.resource}`, resource.traits)
    }
    await links.close()
  } catch (failure) {
    // A plan that can't be compiled says so when it runs; here only a check is left out.
    return { traits, failure }
  }
  return { traits }
}

/** A plan that stands in no file yet; `file` is where it would stand. */
export async function planFromText(app: App, file: string, text: string): Promise<Plan> {
  const { loadPlan } = await import('./plan/load.ts')
  const loaded = loadPlan({
    root: basename(file), file, environment: app.options.environment, today: new Date(app.clock.now()).toISOString().slice(0, 10),
    connectors: new Set([...connectorNames(), ...connectorAliases.keys()]), catalogue: productCatalogue, files: { list: () => [basename(file)], read: () => text }, calls: isHosted,
  })
  const plan = loaded.plan ?? loaded.draft
  if (plan) return plan
  const errors = loaded.mistakes.filter((mistake) => mistake.severity === 'error')
  throw new PlimsollError('app.plan_wrong', errors.map((mistake) => mistake.says).join(' '))
}

/** The plan's folder as the loader may see it: names and texts, nothing above it. */
export function planFolder(folder: string): PlanFolder {
  return {
    list: (of: string): string[] => {
      const at = join(folder, of)
      if (!existsSync(at)) return []
      return readdirSync(at, { withFileTypes: true }).map((item) => (item.isDirectory() ? `${item.name}/` : item.name))
    },
    read: (name: string): Uint8Array => readFileSync(join(folder, name)),
    leadsOut: (name: string): boolean => {
      const at = join(folder, name)
      if (!existsSync(at) || !lstatSync(folder).isDirectory()) return false
      const inside = relative(realpathSync(folder), realpathSync(at))
      return inside.startsWith('..') || isAbsolute(inside)
    },
  }
}

const withTexts = (folder: PlanFolder, texts: ReadonlyMap<string, string> | undefined): PlanFolder => (texts ? { ...folder, read: (name) => texts.get(name) ?? folder.read(name) } : folder)

async function importModule(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti')
  const jiti = createJiti(import.meta.url, { interopDefault: true, alias: { plimsoll: new URL('./index.js', import.meta.url).pathname } })
  const module = (await jiti.import(file)) as { default?: unknown }
  return module.default ?? module
}

export function runnablePlan(of: PlanFile): Plan {
  const errors = of.mistakes.filter((mistake) => mistake.severity === 'error')
  if (of.loaded.plan && errors.length === 0) return of.loaded.plan
  throw new PlimsollError('app.plan_wrong', `The plan has ${errors.length === 1 ? 'a mistake' : `${errors.length} mistakes`}:\n\n${printMistakes(errors, of.loaded.sources)}`, { details: { mistakes: errors.length } })
}

// ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const nowhere: TextPlace = { file: '', line: 1, column: 1, range: [0, 0], pointer: '' }

/** Settings of a system, or of one of its holds that travels another way. */
async function settingsOf(app: App, plan: Plan, system: System, hold?: Hold, tree?: MapNode, looking?: Following): Promise<SettingsAnswer> {
  const folder = system.folder ?? (plan.file === undefined ? app.cwd : dirname(plan.file))
  const layers = [...(hold?.settings ? [{ settings: hold.settings, folder }] : []), ...(hold?.connector === undefined ? [{ settings: system.settings, folder, placeOf: (setting: string) => placeIn(tree, ['systems', system.key, 'settings', setting]) }] : [])]
  return resolveSettings({
    of: 'system', name: system.key, rules: await connectorSettings(hold?.connector ?? system.connector!), layers: layers.length > 0 ? layers : [{ settings: new Map(), folder }],
    place: placeIn(tree, ['systems', system.key]) ?? { ...nowhere, pointer: `/systems/${system.key}`, file: plan.file === undefined ? '' : basename(plan.file) }, env: looking?.variables ?? app.env,
    readFile: (path) => {
      looking?.elsewhere()
      return readFileSync(path, 'utf8')
    },
  })
}

const known = (name: string | undefined): boolean => name !== undefined && (connectorNames().includes(name) || connectorAliases.has(name))

async function settingMistakes(app: App, plan: Plan, tree: MapNode | undefined, looking: Following): Promise<Mistake[]> {
  const found: Mistake[] = []
  for (const system of plan.systems.values()) {
    if (!known(system.connector) || system.mode !== 'real') continue
    const { mistakes } = await settingsOf(app, plan, system, undefined, tree, looking)
    // What only has to be set where the plan runs is no mistake of the plan.
    found.push(...mistakes.map((mistake) => (mistake.id === 'setting-missing' ? { ...mistake, severity: 'note' as const } : mistake)))
  }
  return found
}

// ── systems ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function compile(plan: Plan): Promise<Runtime> {
  const functions = new Map<string, ReadonlyMap<string, LoadedFunction>>()
  for (const system of plan.systems.values()) {
    const own = new Map<string, LoadedFunction>()
    for (const reference of system.holds.flatMap((hold) => [...hold.fields.values()].flatMap(functionsIn))) {
      if (!own.has(reference)) own.set(reference, await loadFunction(plan, system, reference))
    }
    functions.set(system.key, own)
  }
  const { compileRuntime } = await import('./sync/runtime.ts')
  return compileRuntime(plan, { functions: (system) => functions.get(system.key)!, flat })
}

type LoadedFunction = { readonly read?: MappingFunction; readonly write?: MappingFunction }

const functionsIn = (mapped: FieldMapping): string[] => [...(mapped.function === undefined ? [] : [mapped.function]), ...[...(mapped.fields?.values() ?? [])].flatMap(functionsIn)]

/** Code that a plan names stands in the plan's own folder. */
async function loadFunction(plan: Plan, system: System, reference: string): Promise<LoadedFunction> {
  const [path, name] = reference.split('#') as [string, string | undefined]
  const root = plan.file === undefined ? process.cwd() : dirname(plan.file)
  const file = resolve(system.folder ?? root, path)
  const refuse = (says: string): PlimsollError => new PlimsollError('app.function', `${reference} of ${system.key} ${says}`, { place: system.key })
  if (relative(root, file).startsWith('..') || isAbsolute(relative(root, file))) throw refuse('lies outside the folder of the plan.')
  if (!existsSync(file)) throw refuse('is not there.')
  const module = (await importModule(file)) as Record<string, LoadedFunction>
  const found = name === undefined ? (module as LoadedFunction) : Object.hasOwn(module, name) ? module[name] : undefined
  if (!found) throw refuse(`is not there: the file exports ${Object.keys(module).join(', ') || 'nothing'}.`)
  return found
}

/** Records of tables and sheets are flat: a dot in a column's name is a dot. */
function flat(system: System, hold: Hold): boolean {
  const name = hold.connector ?? system.connector
  const alias = connectorAliases.get(name ?? '')
  const connector = alias?.connector ?? name
  if (connector === 'sql') return true
  const format = (hold.settings ?? system.settings).get('format') ?? alias?.settings['format'] ?? (/\.(?:json|ndjson|jsonl|xml)(?:\.gz)?$/i.exec(hold.resource) ? 'nested' : 'csv')
  return connector === 'files' && (format === 'csv' || format === 'xlsx')
}

/** Opens every system that the plan runs with; one that can't be opened keeps its reason and the others go on. */
export async function connect(app: App, runtime: Runtime, options: OpenOptions): Promise<Connections> {
  const [{ placeKey }, { resourceSpec }, { connections }] = await Promise.all([import('./sync/runtime.ts'), import('./sync/resource-spec.ts'), import('./sync/connections.ts')])
  const { Calls } = await import('./sync/calls.ts')
  const calls = new Calls()
  const sessions = new Map<string, SystemSession>()
  const resources = new Map<string, Resource>()
  const failures = new Map<string, PlimsollError>()
  const { plan } = runtime
  const budgets = new Map<string, Budget>()
  const budgetOf = (system: System): Budget => {
    const known = budgets.get(system.key) ?? calls.counting(system.key, openBudget(app, plan, system, options))
    budgets.set(system.key, known)
    return known
  }
  const open = async (place: Place): Promise<void> => {
    const system = place.of
    const name = place.hold.connector === undefined && place.hold.settings === undefined ? system.key : `${system.key}/${place.hold.resource}`
    try {
      if (failures.has(system.key)) return
      let session = sessions.get(name)
      if (!session) {
        session = await openSystem(app, plan, system, name === system.key ? undefined : place.hold, { ...options, budget: budgetOf(system) })
        sessions.set(name, heardOf(session, [...runtime.places.values()].filter((one) => one.system === system.key)))
      }
      resources.set(placeKey(place), withMedia(calls.counted(session.resource(resourceSpec(runtime, place))), place, session, mediaOf(app, plan)))
    } catch (error) {
      failures.set(system.key, asPlimsollError(error))
    }
  }
  for (const place of runtime.places.values()) await open(place)
  return {
    ...connections(sessions, resources, failures),
    calls: () => calls.total(),
    async reopen(system) {
      failures.delete(system)
      for (const place of runtime.places.values()) if (place.system === system && !resources.has(placeKey(place))) await open(place)
    },
  }
}

export interface OpenOptions {
  readonly readOnly: boolean
  /** The store that this process holds; else it is opened for the moment in which something is kept. */
  readonly store?: Store
  /** Shared by all sessions of the system. */
  readonly budget?: Budget
}

function openBudget(app: App, plan: Plan, system: System, { store }: OpenOptions): Budget {
  return systemBudget({
    system: system.key, rate: system.limits.calls, clock: app.clock, store,
    row: async () => {
      const rows = store || existsSync(storeOf(app, plan)) ? await inStore(app, plan, store, (open) => open.transaction((tx) => tx.systems(), { readOnly: true })) : []
      return rows.find((row) => row.system === system.key)
    },
  })
}

const shelves = new WeakMap<Plan, MediaShelf>()
function mediaOf(app: App, plan: Plan): MediaShelf {
  const known = shelves.get(plan) ?? mediaShelf(`${storeOf(app, plan).replace(/\.db$/, '')}-media`, { mostBytes: (Number(app.options.maxFileMb) || 200) * 1024 * 1024, newId: idSource(app.clock) })
  shelves.set(plan, known)
  return known
}

const storeOf = (app: App, plan: Plan): string => storeFile(app, { folder: plan.file === undefined ? app.cwd : dirname(plan.file), environment: plan.environment.name })

async function inStore<T>(app: App, plan: Plan, held: Store | undefined, work: (store: Store) => Promise<T>): Promise<T> {
  if (held) return work(held)
  const { openSqliteStore } = await import('./store/sqlite/store.ts')
  const store = openSqliteStore(storeOf(app, plan))
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

export async function openSystem(app: App, plan: Plan, system: System, hold: Hold | undefined, options: OpenOptions): Promise<SystemSession> {
  const { connector, values, context } = await toOpen(app, plan, system, hold, options)
  return masked(secretsIn(connector.settings, values), () => connector.open(values, context))
}

/** A first description of a system that has none (a manifest); undefined: its connector needs none. */
export async function draftSystem(app: App, plan: Plan, system: System, paths: readonly string[], signal: AbortSignal): Promise<Draft | undefined> {
  const { connector, values, context } = await toOpen(app, plan, system, undefined, { readOnly: true })
  return connector.draft?.(values, context, { paths }, signal)
}

async function toOpen(app: App, plan: Plan, system: System, hold: Hold | undefined, options: OpenOptions): Promise<{ readonly connector: Connector; readonly values: SettingValues; readonly context: ConnectorContext }> {
  const connector = await loadConnector(hold?.connector ?? system.connector!)
  const { values, mistakes } = await settingsOf(app, plan, system, hold)
  const wrong = mistakes.find((mistake) => mistake.severity === 'error')
  if (wrong) throw new PlimsollError('app.settings', `${wrong.says} ${wrong.mend ?? ''}`.trim(), { place: system.key })
  const { LOOKING, storedCredentials } = await import('./sync/credentials.ts')
  const budget = options.budget ?? openBudget(app, plan, system, options)
  const context: ConnectorContext = {
    publicOnly: app.options.networks === 'public',
    clock: app.clock, system: system.key, timeZone: system.timeZone, readOnly: options.readOnly, budget: (signal) => budget.place(signal), rest: (ms) => budget.rest(ms),
    media: mediaForTarget(mediaOf(app, plan), system.key), formerly: system.was, keeps: storeOf(app, plan).replace(/(?:\.db)?$/, '.apps'), ...(system.limits.calls === undefined ? {} : { limited: true as const }),
    // Also in a preview: a token that was handed out counts, whatever is thrown away afterwards.
    credentials: storedCredentials({
      system: system.key, clock: app.clock, sealer: () => sealerOf(app), holder: `${options.store ? '' : LOOKING}${hostname()}:${process.pid}:${idSource(app.clock)()}`,
      inStore: (work) => inStore(app, plan, options.store, work),
    }),
  }
  return { connector, values: values as SettingValues, context }
}

const sealers = new WeakMap<App, Sealer>()

function sealerOf(app: App): Sealer {
  const { secretKey, secretKeyFile } = app.options
  const text = (): string => {
    if (secretKey !== '' || secretKeyFile === '') return secretKey
    try {
      return readFileSync(resolve(app.cwd, secretKeyFile), 'utf8')
    } catch (error) {
      throw new PlimsollError('secret.no_key', 'The file that PLIMSOLL_SECRET_KEY_FILE names can’t be read.', { cause: error })
    }
  }
  const known = sealers.get(app) ?? sealer(text())
  sealers.set(app, known)
  return known
}

async function settingsApart(app: App, plan: Plan, place: Place): Promise<OpenedApart> {
  const { hold, of } = place
  const connector = hold.connector ?? of.connector!
  const { values } = await settingsOf(app, plan, of, hold.connector === undefined && hold.settings === undefined ? undefined : hold)
  const settings = values as SettingValues
  return { connector, settings, secrets: secretsIn((await loadConnector(connector)).settings, settings), flat: flat(of, hold) }
}

// ── store ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function storeFile(app: App, of: Pick<PlanFile, 'folder' | 'environment'>): string {
  const name = of.environment === 'development' ? 'store.db' : `${of.environment}.db`
  const given = app.options.store
  if (given === '') return join(of.folder, '.plimsoll', name)
  const at = resolve(app.cwd, given)
  return at.endsWith('.db') ? at : join(at, name)
}

/** `look`: nothing is made that is not there. */
async function openStore(app: App, of: PlanFile, look = false): Promise<Store> {
  const { openSqliteStore } = await import('./store/sqlite/store.ts')
  const file = storeFile(app, of)
  return openSqliteStore(look && !existsSync(file) ? ':memory:' : file, { reached: app.reached })
}

/** Returns how many there were. */
export async function forgetLogins(app: App, of: PlanFile, system: string): Promise<number> {
  const { forgetCredentials } = await import('./sync/credentials.ts')
  const store = await openStore(app, of, true)
  try {
    return await forgetCredentials(store, system)
  } finally {
    await store.close()
  }
}

/** For whoever plays the plan without leaving anything. */
export const memoryStore = async (): Promise<Store> => (await import('./store/sqlite/store.ts')).openSqliteStore(':memory:')

/** Who is told that something is due: this process. */
export const openDispatcher = (): Dispatcher => localDispatcher()

// ── all together ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Running {
  readonly plan: Plan
  readonly parts: EngineParts
  /** Another process has taken this one's place with the store: there is nothing more to do here. */
  readonly lost: AbortSignal
  readonly close: () => Promise<void>
}

export interface Looking {
  readonly plan: Plan
  readonly runtime: Runtime
  readonly store: Store
  /** A run has made a store here. */
  readonly exists: boolean
}

/** Plan and store only to look at: nothing is held, no system is opened, nothing is made on disk. */
export async function look(app: App, of: PlanFile): Promise<Looking> {
  const plan = runnablePlan(of)
  const runtime = await compile(plan)
  const exists = existsSync(storeFile(app, of))
  return { plan, runtime, store: await (exists ? openStore(app, of) : memoryStore()), exists }
}

/** Everything that `sync` and `serve` need. Holds the store unless it is only looked at; `offline`: no system is opened. */
export async function start(app: App, of: PlanFile, options: { readonly readOnly: boolean; readonly offline?: true; readonly removed?: readonly string[] }): Promise<Running> {
  const plan = runnablePlan(of)
  const runtime = await compile(plan)
  const [store, { connections }, { releaseCredentials }, { activate }] = await Promise.all([
    openStore(app, of, options.readOnly), import('./sync/connections.ts'), import('./sync/credentials.ts'), import('./sync/activate.ts'),
  ])
  let release: () => Promise<void> = async () => undefined
  const lost = new AbortController()
  try {
    if (!options.readOnly) release = await store.hold({ pid: process.pid, host: hostname(), command: app.command, since: app.clock.now() }, { clock: app.clock, lost: (error) => lost.abort(error) })
    app.reached('store.held')
    if (!options.readOnly) await releaseCredentials(store)
    const links = options.offline ? connections(new Map(), new Map(), new Map()) : await connect(app, runtime, options.readOnly ? { readOnly: true } : { readOnly: false, store })
    const { readingApart } = await import('./apart.ts')
    const readApart = app.clock === systemClock ? readingApart({ plan, runtime, settings: (place) => settingsApart(app, plan, place) }) : undefined
    const parts: EngineParts = {
      store, runtime, connections: links, clock: app.clock, newId: idSource(app.clock), holder: `${hostname()}:${process.pid}`, reached: app.reached, ...(readApart ? { readApart } : {}),
    }
    if (!options.readOnly) await activate(parts, { removed: options.removed ?? [] })
    return {
      plan, parts, lost: lost.signal,
      close: async () => {
        await links.close()
        await release()
        await store.close()
      },
    }
  } catch (error) {
    await release()
    await store.close()
    throw error
  }
}
