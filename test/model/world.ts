/** One run's world: three systems with users, an engine that can be thrown away, and what is remembered for the judge. */
import { setImmediate as turn } from 'node:timers/promises'
import { idSource } from '../../src/base/ids.ts'
import { type Native, Numeral } from '../../src/base/numeral.ts'
import { seededRandom } from '../../src/base/clock.ts'
import type { PlimsollError } from '../../src/base/errors.ts'
import { type Change, SimulatedSystem } from '../../src/rehearse/systems/simulated.ts'
import { SimulatedWebhooks } from '../../src/rehearse/systems/webhooks.ts'
import type { Call, ViceName } from '../../src/rehearse/systems/vices.ts'
import type { Store } from '../../src/store/contract.ts'
import { openMemoryStore } from '../../src/store/memory/store.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { connections } from '../../src/sync/connections.ts'
import type { EngineParts } from '../../src/sync/engine.ts'
import { resourceSpec } from '../../src/sync/resource-spec.ts'
import { compileRuntime, placeKey, type Runtime } from '../../src/sync/runtime.ts'
import type { Resource, Traits } from '../../src/systems/contract.ts'
import { planFrom } from '../support/exchange.ts'
import type { Act, Crash, During, Nature, Scene } from './actions.ts'
import { type EventClock, eventClock } from './clock.ts'
import type { Edit } from './oracle.ts'
import { type Field, FIELDS, fieldsOf, nameOf, type PlanState, planText, type System, SYSTEMS, THINGS } from './plan.ts'

const START = Date.UTC(2026, 0, 1, 12)
const RESOURCE = 'thing'

/** The engine died at a chosen step: what was under way never comes back. */
export class Killed extends Error {}

const never = new Promise<never>(() => undefined)

/** One life of the engine, up to its end or its crash. */
interface Life { dead: boolean; steps: number; readonly crash: Crash | undefined; readonly die: () => void }

/** A system as one life of the engine knows it: who was killed while a call was under way does nothing with its answer. */
function mortal(resource: Resource, life: Life): Resource {
  const alive = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call
    } finally {
      if (life.dead) await never
    }
  }
  return {
    traits: resource.traits, write: (items, options) => alive(resource.write!(items, options)),
    async *read(options) {
      const pages = resource.read(options)[Symbol.asyncIterator]()
      for (let page = await alive(pages.next()); !page.done; page = await alive(pages.next())) yield page.value
    },
    ...(resource.readKeys ? { readKeys: (keys, signal) => alive(resource.readKeys!(keys, signal)) } : {}),
    ...(resource.find ? { find: (paths, values, signal) => alive(resource.find!(paths, values, signal)) } : {}),
  }
}

const traitsOf = (nature: Nature): Partial<Traits> => ({
  readByKey: nature.guard !== 'version-only', conditional: nature.guard !== 'by-key',
  version: nature.guard === 'by-key' ? 'none' : nature.guard === 'version' ? 'opaque' : 'ordered',
  find: nature.create.startsWith('find'), idempotency: nature.create === 'idempotent',
  updateStyle: nature.put && nature.guard !== 'version-only' ? 'put' : 'patch', answers: nature.answers || nature.guard === 'version-only', incremental: nature.incremental, batch: nature.batch, pushes: nature.hooks !== 'none',
})
/** Vices that this system's connector could not declare honestly, or that nobody promises to stand. */
const bearable = (nature: Nature): ViceName[] => nature.vices.filter((vice) =>
  !(vice === 'key-lag' && nature.guard === 'by-key') && !(vice === 'page-shift' && nature.guard === 'version-only'))

const runtimes = new Map<string, Runtime>()
/** Compiled once for all runs: the same few plans come again and again. */
function runtimeOf(plan: PlanState): Runtime {
  const text = planText(plan)
  let known = runtimes.get(text)
  if (!known) {
    known = compileRuntime(planFrom(text), { functions: () => new Map(), flat: () => false })
    runtimes.set(text, known)
  }
  return known
}

export class World {
  readonly clock: EventClock
  readonly systems: Readonly<Record<System, SimulatedSystem>>
  readonly hooks: Readonly<Record<System, SimulatedWebhooks>>
  readonly store: Store
  readonly edits: Edit[] = []
  readonly made = new Map<string, number>()
  /** What happened, by name, for the counts of occurrence. */
  readonly happened = new Set<string>()
  /** What happened, in order, for whoever has to understand a failure. */
  readonly log: string[] = []
  /** Positions that moved back, and other things that must never be. */
  readonly wrong: string[] = []
  plan: PlanState
  /** Who decided field g, over time. */
  readonly owners = new Set<string>()
  /** Edits made where nobody listened then. */
  readonly unheard = new Set<number>()
  readonly #positions = new Map<string, { epoch: number; position: number }>()
  readonly #looked = new Set<System>()
  readonly #postponed: Act[] = []
  readonly #held = new Map<string, Native>()
  /** What stood where a write was answered with yes and ignored, as system/key/field/value. */
  readonly ignoredOver = new Set<string>()
  readonly #filled = new Set<string>()
  /** Which thing a key was. */
  readonly #things = new Map<string, string>()
  #during: During[] = []
  #calls = 0
  readonly #random: () => number
  #life: Life | undefined

  constructor(scene: Scene) {
    this.clock = eventClock(START, scene.seed)
    const random = seededRandom(scene.seed + 1)
    this.#random = seededRandom(scene.seed + 2)
    const make = (name: System): SimulatedSystem => {
      const nature = scene.systems[name]
      const vices = bearable(nature)
      return new SimulatedSystem({
        remembersNewest: true,
        clock: this.clock, traits: traitsOf(nature), tellsEditTimes: !vices.includes('no-edit-times'), vices, random,
        callMs: () => 1 + Math.floor(random() * 400), ...(nature.create === 'find' ? {} : { unique: 'code' }),
        onCall: (kind, when) => this.#call(name, kind, when), onChange: (change) => {
          this.say(`${change.byHub ? 'the hub' : 'a user'} at ${name}: ${change.key} = ${change.row ? JSON.stringify(Object.fromEntries(Object.entries(change.row.values).map(([path, value]) => [path, textOf(value)]))) : 'removed'}`)
          this.#unheardOf(name, change)
          this.#fills(name, change)
          this.hooks[name].changed(change)
        },
      })
    }
    this.systems = { a: make('a'), b: make('b'), c: make('c') }
    const hooks = (name: System): SimulatedWebhooks => new SimulatedWebhooks(this.systems[name], scene.systems[name].hooks)
    this.hooks = { a: hooks('a'), b: hooks('b'), c: hooks('c') }
    for (const name of SYSTEMS) if (bearable(scene.systems[name]).includes('refuses-values')) {
      this.systems[name].vices.refuses = (values) => {
        if (!Object.values(values).some((value) => typeof value === 'string' && value.includes('!'))) return undefined
        this.happened.add('refuses-values')
        return 'it says !'
      }
    }
    this.store = scene.store === 'sqlite' ? openSqliteStore(':memory:') : openMemoryStore({ seed: scene.seed, pause: () => Promise.resolve() })
    this.plan = { names: { entity: 0, flow: 0, c: 0, f: 0 }, ...scene.start, filter: false, c: 'both', transform: false }
    this.owners.add(this.plan.owner)
  }
  change(plan: PlanState): void {
    this.plan = plan
    this.owners.add(plan.owner)
    // What was typed where a plan listens no longer is written over.
    if (plan.c === 'receives') for (const edit of this.edits) if (edit.system === 'c') this.unheard.add(edit.id)
  }

  say(text: string): void {
    this.log.push(`${((this.clock.now() - START) / 1000).toFixed(1).padStart(8)} s  ${text}`)
  }

  // ── users ──

  /** Does it now, or when the hub can't help seeing it. */
  act(act: Act): void {
    if (act.does !== 'mark' && this.#isBlind(act.system, act)) this.#postponed.push(act)
    else this.#act(act)
  }
  /**
   * Documented limits: without conditional writes an edit between the look and the write of one call can't be seen, nor one that
   * a request overwrites which is still on its way; a record made between look-up and create is made twice.
   */
  #isBlind(name: System, act: Act): boolean {
    const system = this.systems[name]
    const creates = act.does === 'edit' && this.keyOf(name, act.thing) === undefined
    if (creates ? system.options.unique !== undefined : system.traits.conditional) return false
    return this.#looked.has(name) || system.underWay > 0
  }
  #act(act: Act): void {
    if (act.does === 'mark') {
      const key = this.keyOf('c', act.thing)
      const kind = key && this.systems.c.get(RESOURCE, key)?.['kind']
      if (key) this.systems.c.edit(RESOURCE, key, { kind: kind === 'out' ? '' : 'out' })
      if (key) this.happened.add('marked')
      return
    }
    if (act.does === 'remove') {
      const key = this.keyOf(act.system, act.thing)
      if (key === undefined) return
      for (const [field, value] of Object.entries(this.systems[act.system].get(RESOURCE, key)!)) {
        const edit = this.#editIn(value, act.system, act.thing, field)
        if (edit?.system === act.system) edit.removed = true
      }
      this.systems[act.system].remove(RESOURCE, key)
      this.happened.add('removed')
      return
    }
    const key = this.keyOf(act.system, act.thing)
    const fields: readonly Field[] = key === undefined ? ['f', 'g', 'n', 'h'] : act.second && act.second !== act.field ? [act.field, act.second] : [act.field]
    const before = key === undefined ? {} : this.systems[act.system].get(RESOURCE, key)!
    const values: Record<string, Native> = key === undefined ? { code: act.thing, kind: '' } : {}
    const typed: Omit<Edit, 'key'>[] = []
    for (const field of fields) {
      const id = this.edits.length + typed.length + 1
      const empties = act.how === 'null' && key !== undefined
      const short = this.systems[act.system].options.vices?.includes('cuts-text')
      const text = empties ? null : field === 'n' ? `${id}.${this.systems[act.system].options.vices?.includes('rounds-numbers') ? '3' : '37'}` : `e${id} ${act.how === 'refused' ? '!' : ''}${short ? 'abcd' : act.how === 'long' ? 'long enough to be cut' : 'text'}`
      if (empties && (before[field] ?? null) === null) continue
      // Limit of systems without versions: who takes out again what a lost write brought can't be told from a write that never came.
      if (empties && this.#filled.has(`${act.system}/${key}/${field}`)) continue
      values[field] = text === null ? null : field === 'n' ? new Numeral(text) : text
      typed.push({ id, system: act.system, thing: act.thing, field, text, replaced: this.#editIn(before[field], act.system, act.thing, field)?.id ?? null, removed: false, ended: false, listed: false, unheard: false })
      if (act.system === 'c' && this.plan.c === 'receives') this.unheard.add(id)
      this.happened.add(empties ? 'emptied' : key === undefined ? 'made' : 'edited')
    }
    if (key === undefined) this.made.set(`${act.system}/${act.thing}`, 1)
    const at = this.systems[act.system].edit(RESOURCE, key, values)
    for (const edit of typed) this.edits.push({ ...edit, key: at })
  }
  /** Whose edit it is that stands here. What was emptied names none: it was emptied here last, else by the last one who did. */
  #editIn(value: Native | undefined, system: System, thing: string, field: string): Edit | undefined {
    const here = this.edits.filter((one) => one.thing === thing && one.field === field)
    if (value === null) {
      const last = here.findLast((one) => one.system === system)
      return last?.text === null ? last : here.findLast((one) => one.text === null)
    }
    const found = /^e?(\d+)[ .]/.exec(textOf(value) ?? '')
    return found ? here.find((one) => one.id === Number(found[1])) : undefined
  }
  /** A record that the hub deletes ends what was said in it. What stood in fields that are not in the plan nobody ever read. */
  #unheardOf(name: System, { key, row, byHub }: Change): void {
    const thing = textOf(row?.values['code'])
    if (thing !== null) this.#things.set(`${name}/${key}`, thing)
    if (row || !byHub) return
    for (const edit of this.edits) {
      if (edit.system !== name || edit.thing !== this.#things.get(`${name}/${key}`)) continue
      edit.ended = true
      if (!fieldsOf(this.plan).includes(edit.field as Field)) this.unheard.add(edit.id)
    }
  }
  /** Where the hub wrote something into what was empty. */
  #fills(name: System, { key, row, byHub }: Change): void {
    for (const field of FIELDS) {
      const at = `${name}/${key}/${field}`
      const [before, now] = [this.#held.get(at) ?? null, row?.values[field] ?? null]
      this.#held.set(at, now)
      const sent = byHub && row ? this.systems[name].writes.at(-1)?.values[field] : undefined
      if (sent !== undefined && before !== null && textOf(before) === textOf(now) && textOf(sent) !== textOf(now)) this.ignoredOver.add(`${at}/${textOf(now)}`)
      if (byHub && before === null && now !== null) this.#filled.add(at)
      else if (!byHub && now !== before) this.#filled.delete(at)
    }
  }
  keyOf(name: System, thing: string): string | undefined {
    return [...this.systems[name].table(RESOURCE)].find(([, row]) => row.values['code'] === thing)?.[0]
  }
  firstRecords(first: Scene['first']): void {
    for (const [i, systems] of first.entries()) for (const system of systems) this.#act({ does: 'edit', system, thing: THINGS[i]!, field: 'f', how: 'text', second: undefined })
  }

  // ── the engine and its end ──

  async #call(name: System, kind: Call, when: 'before' | 'after'): Promise<void> {
    this.say(`${kind} ${name} ${when === 'before' ? 'arrives' : 'is executed'}`)
    if (when === 'before') {
      this.#calls += 1
      if (this.systems[name].vices.down) this.happened.add('down')
    }
    // What a user does comes to the system before or after the call is executed.
    if (when === 'after' && (kind === 'readKeys' || kind === 'find')) this.#looked.add(name)
    for (const one of this.#during.filter((d) => d.call === this.#calls && (d.call % 2 === 0) === (when === 'after'))) {
      this.happened.add('edit-during-work')
      this.act(one.act)
    }
    if (when === 'after' && kind === 'read') this.#tidies(name)
    if (when === 'after' && kind === 'write') this.#looked.delete(name)
    if (!this.#looked.has(name)) for (const act of this.#postponed.splice(0)) this.act(act)
    await this.#step()
  }
  /** Where a list counts from the front, the record at its front goes while it is read. */
  #tidies(name: System): void {
    const system = this.systems[name]
    const front = [...system.table(RESOURCE)][0]?.[1].values['code']
    if (system.calm || !system.has('page-shift') || front === undefined || this.#random() > 0.4) return
    this.act({ does: 'remove', system: name, thing: textOf(front)! })
  }
  /** A moment at which the engine may die. */
  async #step(): Promise<void> {
    const life = this.#life
    if (!life) return
    if (life.dead) return never
    life.steps += 1
    if (life.steps !== life.crash?.at) return
    this.happened.add('crash')
    this.say('the engine is killed')
    life.die()
    return never
  }
  /** Works with a fresh engine on the same store; undefined: it was killed. */
  async live<T>(work: (parts: EngineParts) => Promise<T>, during: readonly During[], crash: Crash | undefined): Promise<T | undefined> {
    this.#during = [...during]
    this.#calls = 0
    let die = (): void => undefined
    const death = new Promise<never>((_, reject) => {
      die = () => reject(new Killed())
    })
    death.catch(() => undefined)
    const life: Life = { dead: false, steps: 0, crash, die: () => { life.dead = true; die() } }
    this.#life = life
    try {
      return await this.clock.until(Promise.race([work(this.#parts(life)), death]))
    } catch (error) {
      if (!(error instanceof Killed)) throw error
      return undefined
    } finally {
      life.dead = true
      this.#life = undefined
      // Whatever the dead one had under way comes to its end, within the time of the longest call.
      if (crash && life.steps >= crash.at) await this.clock.until(this.clock.sleep(11_000))
      for (let i = 0; i < 3; i += 1) await turn()
      this.#looked.clear()
      for (const act of this.#postponed.splice(0)) this.act(act)
    }
  }

  #parts(life: Life): EngineParts {
    const runtime = runtimeOf(this.plan)
    const sessions = new Map(SYSTEMS.map((name) => [nameOf(this.plan, name), this.systems[name]]))
    const resources = new Map([...runtime.places.values()].map((place) => [placeKey(place), mortal(sessions.get(place.system)!.resource(resourceSpec(runtime, place)), life)] as const))
    return {
      store: this.#mortal(life), runtime, clock: this.clock, newId: idSource(this.clock), holder: 'model',
      connections: connections(sessions, resources, new Map<string, PlimsollError>()),
    }
  }

  /** The store as one life of the engine knows it. Positions are watched on their way. */
  #mortal(life: Life): Store {
    const { store } = this
    return {
      place: store.place, hold: (holder, of) => store.hold(holder, of), overlay: () => store.overlay(), close: async () => undefined,
      transaction: async (work, options) => {
        if (life.dead) return never
        await this.#step()
        const result = await store.transaction(async (tx) => {
          const done = await work(tx)
          if (options?.readOnly !== true) for (const row of await tx.resources()) this.#watch(row)
          return done
        }, options)
        if (life.dead) return never
        await this.#step()
        return result
      },
    }
  }
  #watch(row: { readonly system: string; readonly resource: string; readonly entity: string; readonly position: string | null; readonly epoch: number }): void {
    const before = this.#positions.get(`${row.system}/${row.entity}`)
    const position = row.position === null ? -1 : Number(row.position)
    if (before && before.epoch === row.epoch && position < before.position) this.wrong.push(`the position of ${row.system} moved back from ${before.position} to ${position}`)
    this.#positions.set(`${row.system}/${row.entity}`, { epoch: row.epoch, position })
  }

  /** Only a look: no crash, no users. */
  look<T>(work: (parts: EngineParts) => Promise<T>): Promise<T> {
    return this.live(work, [], undefined) as Promise<T>
  }
}

export const textOf = (value: Native | undefined): string | null => (value === undefined || value === null ? null : value instanceof Numeral ? value.text : String(value))
