import { dirname } from 'node:path'
import type { Calendar, Environment, Flow, Kept, Person, Plan, Team, Tests } from '../model.ts'
import { readHours, readPlanDate } from '../dates.ts'
import { labelOf } from '../names.ts'
import { readDuration } from '../times.ts'
import type { MapNode, Node } from '../tree.ts'
import type { Name } from '../values.ts'
import { readCurrency } from '../values.ts'
import { type AgreedPlan, digestOf } from './digest.ts'
import { entity, identifiers } from './entities.ts'
import { examples } from './examples.ts'
import { Types } from './fields.ts'
import { flow, sendersOf } from './flows.ts'
import { at, entriesAt, given, overlay, textAt, textsAt, valueAt } from './reading.ts'
import { type RunnableContext, whyNotRunnable } from './runnable.ts'
import { system, withLike } from './systems.ts'

export interface BuildOptions {
  /** Absolute path of the root file, if there is one. */
  readonly file?: string
  readonly environment: Name
  /** ISO date, for what goes live later. */
  readonly today: string
  /** Registry names of the connectors that exist; undefined: every name is taken as existing. */
  readonly connectors?: ReadonlySet<string>
  /** Whether this system can call Plimsoll about this entity. Default: none can. */
  readonly canPush?: (system: Name, entity: Name) => boolean
  /** Connectors whose systems always say by themselves what changed. */
  readonly calls?: (connector: string) => boolean
}

/** Sections that nothing runs yet; they are kept in long form for documents, watching and rehearsal. */
const KEPT_SECTIONS = [
  'objectives', 'problems', 'deciders', 'existing', 'processes', 'scenarios', 'channels', 'infrastructure', 'environments', 'security', 'performance',
  'milestones', 'launch', 'operation', 'budget', 'decisions', 'questions',
] as const

/** Validated tree → normal form. The same tree and options always give the same plan. */
export function buildPlan(tree: MapNode, options: BuildOptions): Plan {
  const there = at(tree, 'environments', options.environment)
  const plan = build(tree, there, options)
  let written: Plan['written'] | undefined
  let digest: string | undefined
  // Both go through the whole plan, and a check needs neither.
  return {
    ...plan,
    said: sayer(tree),
    get written() {
      return (written ??= writtenIn(tree))
    },
    // What was agreed is the same in every environment, so the digest is taken as if none were chosen.
    get digest() {
      return (digest ??= digestOf(there ? build(tree, undefined, options) : plan))
    },
  }
}

/** Long form with `like` and `defaults`, for documents. */
function writtenIn(tree: MapNode): Plan['written'] {
  const defaults = at(tree, 'defaults', 'flow')
  const written = new Map(tree.entries.map((e) => [e.key, kept(e.value)] as const))
  if (written.has('systems')) written.set('systems', new Map(withLike(at(tree, 'systems')).map(({ key, node }) => [key, kept(node)] as const)))
  if (written.has('flows')) written.set('flows', new Map(entriesAt(tree, 'flows').map((e) => [e.key, kept(overlay(defaults, e.value)!)] as const)))
  return written
}

function sayer(tree: MapNode): Plan['said'] {
  const defaults = at(tree, 'defaults', 'flow')
  let systems: ReadonlyMap<string, MapNode> | undefined
  const flows = new Map<string, Node | undefined>()
  const flowNamed = (name: string): Node | undefined => {
    if (!defaults) return at(tree, 'flows', name)
    if (!flows.has(name)) {
      const own = at(tree, 'flows', name)
      flows.set(name, own && overlay(defaults, own))
    }
    return flows.get(name)
  }
  return (path) => {
    const [section, name] = path
    if (name === undefined || (section !== 'systems' && section !== 'flows')) return at(tree, ...path)
    if (section === 'systems') systems ??= new Map(withLike(at(tree, 'systems')).map(({ key, node }) => [key, node] as const))
    return at(section === 'systems' ? systems!.get(name) : flowNamed(name), ...path.slice(2))
  }
}

function build(tree: MapNode, there: Node | undefined, options: BuildOptions): AgreedPlan {
  const types = new Types(at(tree, 'types'))
  const timeZone = textAt(tree, 'time_zone') ?? 'UTC'
  const shapes = new Map(entriesAt(tree, 'entities').map((e) => {
    const ids = identifiers(e.value)
    return [e.key, { node: e.value, fields: types.fields(at(e.value, 'fields')), ...(ids ? { identifiers: ids } : {}) }] as const
  }))
  const country = textAt(tree, 'country')
  const systemsThere = at(there, 'systems')
  const context = {
    timeZone, entities: shapes,
    ...given({ country }),
    ...(systemsThere ? { there: systemsThere } : {}),
    ...(options.file === undefined ? {} : { folder: dirname(options.file) }),
  }
  const systemNodes = withLike(at(tree, 'systems'))
  const systems = new Map(systemNodes.map(({ key, node }) => [key, system(key, node, context)] as const))
  const names = [...systems.keys()]
  const rank = new Map(names.map((name, i) => [name, i]))
  const sending = new Map<Name, Set<Name>>()
  for (const e of entriesAt(tree, 'flows')) {
    const of = textAt(e.value, 'entity') ?? ''
    const known = sending.get(of) ?? new Set()
    sending.set(of, known)
    for (const name of sendersOf(e.value)) if (rank.has(name)) known.add(name)
  }
  const senders = (entityName: Name): readonly Name[] => [...(sending.get(entityName) ?? [])].toSorted((a, b) => rank.get(a)! - rank.get(b)!)
  const entities = new Map([...shapes].map(([key, { node, fields }]) => [key, entity(key, node, fields, senders(key))] as const))
  const defaults = at(tree, 'defaults', 'flow')
  const flowsThere = at(there, 'flows')
  const canPush = (name: Name, of: Name): boolean => {
    const connector = systems.get(name)?.connector
    return connector !== undefined && (options.calls?.(connector) === true || options.canPush?.(name, of) === true)
  }
  const flowContext = { rank, canPush, ...(defaults ? { defaults } : {}), ...(flowsThere ? { there: flowsThere } : {}) }
  const environment = environmentOf(options.environment, there)
  const milestones = new Map(entriesAt(tree, 'milestones').flatMap((e) => {
    const day = textAt(e.value, 'date')
    return day === undefined ? [] : [[e.key, day] as const]
  }))
  const runnable: RunnableContext = { systems, entities, environment, milestones, today: options.today, ...(options.connectors ? { connectors: options.connectors } : {}) }
  const flows = new Map<Name, Flow>(entriesAt(tree, 'flows').map((e) => {
    const made = flow(e.key, e.value, flowContext)
    return [e.key, { ...made, notRunnable: whyNotRunnable(made, runnable) }] as const
  }))
  return {
    name: textAt(tree, 'name') ?? '',
    timeZone,
    ...given({ about: textAt(tree, 'about'), version: textAt(tree, 'version'), date: valueAt(tree, 'date', readPlanDate), country, currency: valueAt(tree, 'currency', readCurrency), file: options.file }),
    environment, systems, entities, flows,
    types: new Map([...types.names()].flatMap((name) => {
      const made = types.named(name)
      return made ? [[name, made.field.type] as const] : []
    })),
    tests: { examples: examples(at(tree, 'tests', 'examples')) } satisfies Tests,
    calendars: new Map(entriesAt(tree, 'calendars').map((e) => [e.key, calendar(e.value)] as const)),
    people: new Map(entriesAt(tree, 'people').map((e) => [e.key, person(e.key, e.value)] as const)),
    teams: new Map(entriesAt(tree, 'teams').map((e) => [e.key, team(e.key, e.value)] as const)),
    kept: new Map(KEPT_SECTIONS.flatMap((section) => {
      const node = at(tree, section)
      return node ? [[section, kept(node)] as const] : []
    })),
  }
}

function environmentOf(name: Name, there: Node | undefined): Environment {
  const usual = name === 'production' || name === 'development' ? name : 'test'
  return { name, kind: (textAt(there, 'kind') ?? usual) as Environment['kind'] }
}

const person = (key: Name, node: Node): Person => ({
  name: textAt(node, 'name') ?? labelOf(key),
  ...given({ role: textAt(node, 'role'), email: textAt(node, 'email'), phone: textAt(node, 'phone') }),
})

function team(key: Name, node: Node): Team {
  const lead = textAt(node, 'lead')
  const written = at(node, 'on_call')
  const rungs = written?.is === 'list' ? written.items : []
  return {
    name: textAt(node, 'name') ?? labelOf(key),
    kind: (textAt(node, 'kind') ?? 'business') as Team['kind'],
    members: textsAt(node, 'members'),
    ...given({ lead, email: textAt(node, 'email'), hours: textAt(node, 'hours') }),
    onCall: rungs.length === 0 && lead !== undefined
      ? [{ who: lead, channels: ['email'] }]
      : rungs.map((rung) => ({
        who: textAt(rung, 'who')!,
        channels: at(rung, 'channels') ? textsAt(rung, 'channels') : ['email'],
        ...given({ after: valueAt(rung, 'after', readDuration) }),
      })),
  }
}

const calendar = (node: Node): Calendar => ({
  closed: textsAt(node, 'closed'),
  ...given({ days: textAt(node, 'days'), hours: valueAt(node, 'hours', readHours), timeZone: textAt(node, 'time_zone') }),
})

export function kept(node: Node): Kept {
  if (node.is === 'list') return node.items.map(kept)
  if (node.is === 'map') return new Map(node.entries.map((e) => [e.key, kept(e.value)] as const))
  return node.is === 'text' ? node.text : ''
}
