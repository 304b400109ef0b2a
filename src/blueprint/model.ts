/**
 * `blueprint/` is what the plan implies: one small model in three layers (business, application, infrastructure), from which
 * every drawing and every document is made. `derive/` makes it, `drawings/` draws it, `documents/` tells it.
 *
 * The model holds names, numbers and texts of the plan as they are, and words of the plan language as they are (`critical`,
 * `unreachable`): labels in a reader's language are put to them where they are shown. It depends on the plan alone, never on
 * the day on which it is made.
 */
import type { Capacity } from './capacity/model.ts'
import type { Entity, Flow, Plan, System } from '../plan/model.ts'
import type { Duration, Name, Rate } from '../plan/values.ts'

export interface Blueprint {
  readonly plan: Plan
  readonly name: string
  readonly about?: string
  /** The plan's own version; where it says none, the beginning of its digest. */
  readonly version: string
  /** The plan's own date as ISO day, if it says one. */
  readonly date?: string
  /** The day of the launch, which separates `to-be` from `later`. */
  readonly launchDay?: string

  // Business layer
  readonly objectives: readonly Goal[]
  readonly problems: readonly Goal[]
  /** People and teams, in the order of the plan. */
  readonly parties: ReadonlyMap<Name, Party>
  /** Aspect → party that signs it. */
  readonly deciders: ReadonlyMap<string, Name>
  readonly processes: readonly Process[]
  readonly entities: ReadonlyMap<Name, BusinessObject>

  // Application layer
  /** Systems of the plan, then those that only integrations of today name. */
  readonly systems: ReadonlyMap<Name, Application>
  readonly flows: ReadonlyMap<Name, Exchange>
  readonly existing: readonly ExistingIntegration[]

  // Infrastructure layer
  readonly zones: readonly Zone[]
  /** The plan's own, then the places that are assumed for whatever stands on none. Each system is on one at least, and so is the hub. */
  readonly nodes: readonly Node[]
  /** One for each pair of machines, direction, protocol and port. */
  readonly connections: readonly Connection[]

  // Across the layers
  /** The plan's own scenarios, then the standard ones that it does not replace. */
  readonly scenarios: readonly Scenario[]
  readonly responsibilities: readonly Responsibility[]
  /** Whether the systems can take what the flows bring. */
  readonly capacity: Capacity
  readonly project: Project
}

/** As it is today, at launch, and afterwards. */
export type State = 'as-is' | 'to-be' | 'later'

export interface Goal {
  readonly key: Name
  readonly statement: string
  /** What is counted; of a problem, what it costs. */
  readonly measure?: string
  readonly metric?: string
  readonly today?: string
  readonly target?: string
  /** ISO day, or the text of the plan where it is neither day nor milestone. */
  readonly due?: string
  readonly accountable?: Name
  /** Flows and processes that say they serve it. */
  readonly servedBy: readonly { readonly kind: 'flow' | 'process'; readonly key: Name }[]
}

export interface Party {
  readonly key: Name
  readonly name: string
  readonly kind: 'person' | 'business' | 'technology' | 'partner' | 'outside'
  readonly role?: string
  readonly email?: string
  readonly phone?: string
  readonly lead?: Name
  readonly members: readonly Name[]
  /** Calendar, as the plan names it. */
  readonly hours?: Name
  /** Who is told, in order; of a person that person alone. */
  readonly ladder: readonly Rung[]
}

export interface Rung {
  readonly who: Name
  readonly channels: readonly string[]
  /** From the beginning of the incident, in ms. */
  readonly afterMs: number
  /** `functional`: to others who can help; `hierarchic`: to whoever leads. The first rung is `first`. */
  readonly escalation: 'first' | 'functional' | 'hierarchic'
  /** Whether an address or number of theirs is in the plan. */
  readonly reachable: boolean
}

export interface Process {
  readonly key: Name
  readonly name: string
  readonly about?: string
  readonly accountable?: Name
  readonly follows?: Name
  readonly serves: readonly Name[]
  readonly volume: Volume
  /** In the order in which they first take part. */
  readonly lanes: readonly Lane[]
  /** The happy path. */
  readonly steps: readonly Step[]
  readonly exceptions: readonly ProcessException[]
}

/** `unsaid`: the step does not say who. */
export interface Lane { readonly key: Name; readonly name: string; readonly kind: 'person' | 'team' | 'system' | 'plimsoll' | 'unsaid' }

export interface Step {
  readonly key: Name
  readonly name: string
  readonly does?: string
  /** Key of its lane. */
  readonly lane: Name
  readonly system?: Name
  readonly flow?: Name
  /** `service`: carried by a flow or done by a system; `user`: by a person in a system; `manual`: by hand. */
  readonly kind: 'service' | 'user' | 'manual'
  /** How one knows that it is done, as the plan says it. */
  readonly reached?: string
  readonly within?: Duration
  /** Scenario that begins when `within` is missed. */
  readonly otherwise?: Name
  readonly onlyIf?: string
}

export interface ProcessException {
  readonly key: Name
  readonly name: string
  /** Keys of steps after which it may be left. */
  readonly after: readonly Name[]
  readonly when?: string
  readonly byHand: boolean
  readonly steps: readonly Step[]
  /** Step to return to; none: the case ends. */
  readonly returnsTo?: Name
}

export interface BusinessObject {
  readonly key: Name
  readonly name: string
  readonly about?: string
  readonly entity: Entity
  readonly accountable?: Name
  readonly steward?: Name
  readonly records?: number
  readonly retention?: string
  readonly fields: readonly BusinessField[]
  /** Entities that it refers to, by which field. */
  readonly references: readonly { readonly field: Name; readonly to: Name; readonly many: boolean }[]
  /** Systems that hold it, in the order of the plan. */
  readonly heldBy: readonly Name[]
}

export interface BusinessField {
  readonly key: Name
  /** In words of the plan language: `text`, `money`, `list of line`, `to customer`, a code list as `a | b | c`. */
  readonly type: string
  readonly required: boolean
  readonly personal: boolean
  readonly identifies: boolean
  /** Who is right: systems in order, or none with the rule's word. */
  readonly decidedBy: { readonly rule: string; readonly among: readonly Name[]; readonly why?: string }
}

export interface Application {
  readonly key: Name
  readonly name: string
  readonly about?: string
  /** Absent for a system that only an integration of today names. */
  readonly system?: System
  readonly category: string
  readonly control: 'own' | 'partner' | 'unsaid'
  readonly accountable?: Name
  readonly operates?: Name
  readonly consulted: readonly Name[]
  readonly informed: readonly Name[]
  /** Module → functions; functions without a module stand under ''. */
  readonly modules: ReadonlyMap<string, readonly string[]>
  readonly interface: {
    /** `api`, `database`, `files` …; from the connector where the plan does not say. */
    readonly form?: string
    readonly protocol?: Protocol
    readonly documentation?: string
    readonly spec?: string
    readonly sandbox?: string
    readonly changeNotice?: string
  }
  readonly limits: { readonly calls?: Rate; readonly batch?: number; readonly concurrent?: number }
  readonly contract: { readonly ends?: string; readonly support?: string; readonly notice?: string }
  readonly states: ReadonlySet<State>
  /** ISO day. */
  readonly liveFrom?: string
  readonly liveUntil?: string
  /** Nodes on which it runs, or the place that is assumed for it. */
  readonly nodes: readonly Name[]
  /** Flows in which it takes part. */
  readonly flows: readonly Name[]
}

export interface Protocol {
  /** As a technician calls it: `HTTPS`, `PostgreSQL`, `SFTP`, `file access`. */
  readonly name: string
  readonly port?: number
  /** undefined: nobody can tell from the plan. */
  readonly encrypted?: boolean
  /** Whether a connection over the network is opened for it. */
  readonly overNetwork: boolean
  /** The system opens the connection: its application calls the hub there. */
  readonly answered?: true
  /** How the hub in turn calls it. */
  readonly rings?: { readonly name: string; readonly port?: number; readonly encrypted?: boolean }
}

export interface Volume { readonly usual?: Rate; readonly peak?: Rate; readonly growth?: string; readonly size?: string }

export interface Exchange {
  readonly key: Name
  readonly name: string
  readonly about?: string
  readonly flow: Flow
  /** `F01` …, by the order of the plan: the short name on drawings. */
  readonly number: string
  readonly entity: Name
  readonly ends: readonly ExchangeEnd[]
  readonly criticality: string
  readonly serves: readonly Name[]
  readonly volume: Volume
  readonly serviceLevel: ReadonlyMap<string, string>
  readonly expects?: string
  readonly ifLost?: string
  readonly ifLate?: string
  readonly accountable?: Name
  readonly operates?: Name
  readonly consulted: readonly Name[]
  readonly informed: readonly Name[]
  readonly states: ReadonlySet<State>
  readonly liveFrom?: string
  readonly liveUntil?: string
  /** Whether it carries personal data. */
  readonly personal: boolean
}

export interface ExchangeEnd {
  readonly system: Name
  readonly sends: boolean
  readonly receives: boolean
  /** How often the system is asked, or that it calls; only of a system that sends. In words of the plan language. */
  readonly trigger?: string
  readonly calls: boolean
  readonly resources: readonly string[]
  /** Names of fields by their way at this system. */
  readonly contributes: readonly Name[]
  readonly written: readonly Name[]
}

export interface ExistingIntegration {
  readonly key: Name
  readonly name: string
  /** Keys in `systems`. */
  readonly from: readonly Name[]
  readonly to: readonly Name[]
  readonly carries?: string
  readonly how?: string
  readonly works: string
  readonly fate: string
  readonly flow?: Name
}

export interface Zone {
  readonly key: Name
  /** Empty for what has no place yet. */
  readonly name: string
  /** `plan`: written there; `partner`: whatever stands at that partner; `unplaced`: nobody has said where. */
  readonly kind: 'plan' | 'partner' | 'unplaced'
}

export interface Node {
  readonly key: Name
  /** Of an assumed place: the name of what stands there. */
  readonly name: string
  readonly zone: Name
  readonly kind: 'server' | 'vm' | 'container' | 'service' | 'unsaid'
  readonly count: number
  readonly cpu?: string
  readonly memory?: string
  readonly disk?: string
  readonly location?: string
  /** Systems, `plimsoll` (the hub) and `plimsoll_store`. */
  readonly runs: readonly Name[]
  /** Stands for a place that the plan does not name: a partner's, or nobody's yet. */
  readonly assumed: boolean
}

export interface Connection {
  /** Keys of nodes: who opens it, and to where. */
  readonly from: Name
  readonly to: Name
  readonly protocol: string
  readonly port?: number
  readonly encrypted?: boolean
  readonly through?: string
  readonly about?: string
  /** Follows from systems and connectors; false: written in `infrastructure.links`. */
  readonly derived: boolean
  /** It goes from one zone into another, so a firewall must let it through. */
  readonly crossesZones: boolean
  readonly systems: readonly Name[]
  readonly flows: readonly Name[]
}

export interface Scenario {
  readonly key: Name
  /** Its own name, or none for a standard scenario, which is named by what it is about and its word. */
  readonly name?: string
  readonly about?: string
  /** Holds without being written, for every subject that has no scenario of its own for the same word; one for all that alert the same people. */
  readonly standard: boolean
  readonly subject: Subject
  /** `unreachable`, `late` …; for a step `late`. */
  readonly is: string
  readonly for?: string
  readonly above?: string
  /** `hold`: work waits; `pause`: flows stop until released; `ask`: a person approves. */
  readonly reaction: 'hold' | 'pause' | 'ask'
  readonly alert: readonly Name[]
  /** Of a standard scenario: each of what is theirs. */
  readonly inform: readonly Name[]
  readonly priority?: string
  readonly impact?: string
  readonly do: readonly string[]
  /** Everybody who is told, in order of time: ladders of those who are alerted and the scenario's own rungs. */
  readonly ladder: readonly Rung[]
  /** Flows that it touches. */
  readonly flows: readonly Name[]
  readonly rehearse: { readonly for?: string; readonly rate?: string; readonly caughtUpWithin?: string }
}

/** What a scenario is about: keys of systems, flows or entities; of `platform` none; of `step` `<process>.<step>`. */
export interface Subject { readonly kind: 'system' | 'flow' | 'entity' | 'platform' | 'step'; readonly keys: readonly string[] }

/** One row of the RACI matrix. */
export interface Responsibility {
  readonly kind: 'system' | 'entity' | 'flow' | 'process' | 'step' | 'milestone' | 'aspect'
  readonly key: Name
  readonly name: string
  readonly responsible: readonly Name[]
  /** Exactly one, or nobody has said. */
  readonly accountable?: Name
  readonly consulted: readonly Name[]
  readonly informed: readonly Name[]
}

/** Sections that stand alone: as written, days resolved. */
export interface Project {
  readonly milestones: readonly { readonly key: Name; readonly name: string; readonly date: string; readonly accountable?: Name; readonly about?: string }[]
  readonly launch: Launch
  readonly operation: Operation
  readonly budget: Budget
  readonly security: Security
  readonly performance: Performance
  readonly recovery: { readonly dataLoss?: string; readonly downtime?: string; readonly backup?: string }
  readonly acceptance: readonly { readonly key: Name; readonly name: string; readonly given: readonly string[]; readonly when: readonly string[]; readonly expected: readonly string[]; readonly accepts?: Name }[]
  readonly load: readonly { readonly key: Name; readonly flow: Name; readonly rate: string; readonly for: string }[]
  readonly environments: readonly { readonly key: Name; readonly kind: string; readonly about?: string; readonly data?: string }[]
  readonly channels: readonly { readonly key: Name; readonly name: string; readonly kind: string }[]
  readonly calendars: readonly { readonly key: Name; readonly days?: string; readonly hours?: string; readonly closed: readonly string[] }[]
  readonly decisions: readonly Decision[]
  readonly questions: readonly NotedQuestion[]
}

export interface Launch {
  readonly milestone?: Name
  readonly firstLoad: readonly Name[]
  readonly freeze?: { readonly systems: readonly Name[]; readonly from?: string; readonly until?: string }
  readonly alongside?: { readonly what?: string; readonly for?: string }
  readonly goIf: readonly string[]
  readonly goBack: readonly string[]
  readonly decides?: Name
}

export interface Operation {
  readonly team?: Name
  readonly hours?: Name
  readonly tools: readonly string[]
  readonly report?: { readonly who: readonly Name[]; readonly each?: string }
  readonly review?: { readonly who: readonly Name[]; readonly each?: string; readonly checks: readonly string[] }
  readonly staff: ReadonlyMap<Name, string>
}

export interface Budget {
  readonly limit?: string
  readonly contingency?: string
  readonly accountable?: Name
  readonly rates: ReadonlyMap<Name, string>
  readonly running: ReadonlyMap<Name, string>
  readonly maintenance?: { readonly yearly?: string; readonly accountable?: Name }
}

export interface Security {
  readonly officer?: Name
  readonly basis?: string
  readonly region?: string
  readonly maskedFor: readonly string[]
  readonly transport?: string
  /** Role → parties. */
  readonly access: ReadonlyMap<string, readonly Name[]>
  readonly audit?: string
  readonly secrets: { readonly keptIn?: string; readonly rotate?: string; readonly accountable?: Name }
  readonly standards: readonly string[]
  readonly reviews: readonly { readonly key: Name; readonly name: string; readonly due?: string; readonly who?: Name }[]
}

export interface Performance {
  readonly peaks: readonly { readonly key: Name; readonly name: string; readonly from: string; readonly until: string; readonly times: string }[]
  readonly catchUp?: { readonly after?: string; readonly within?: string }
  readonly headroom?: string
}

export interface Decision {
  readonly key: Name
  readonly name: string
  readonly decision: string
  readonly date?: string
  readonly who: readonly Name[]
  readonly because?: string
  readonly insteadOf: readonly string[]
  readonly concerns: readonly string[]
  readonly status: string
}

/** An entry of the plan's `questions`. */
export interface NotedQuestion {
  /** A place in the plan, or a name. */
  readonly key: string
  readonly question?: string
  readonly concerns: readonly string[]
  readonly ask?: Name
  readonly due?: string
  readonly assume?: string
  readonly note?: string
  readonly waived?: { readonly why: string; readonly who?: Name; readonly until?: string }
}
