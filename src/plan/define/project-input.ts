import type { SystemInput } from './system-input.ts'
import type { TriggerInput, VolumeInput } from './flow-input.ts'
import type { CelInput, DueInput, DurationInput, Labelled, Many, MoneyInput, RateInput, Responsible, ShareInput, SizeInput, Text, WorkingInput } from './values-input.ts'

export type ObjectiveInput<Party extends string> = string | (Labelled & {
  readonly statement: string
  readonly measure?: string
  readonly metric?: string
  readonly today?: Text
  readonly target?: Text
  readonly due?: DueInput
  readonly accountable?: Party
})
export type ProblemInput<Party extends string> = string | (Labelled & { readonly statement: string; readonly costs?: string; readonly accountable?: Party })

export interface PersonInput extends Labelled { readonly name: string; readonly role?: string; readonly email?: string; readonly phone?: string }
interface RungInput<Party extends string> { readonly who: Party; readonly channels?: Many<string>; readonly after?: DurationInput }
export interface TeamInput<Person extends string, Team extends string> extends Labelled {
  readonly kind: 'business' | 'technology' | 'partner' | 'outside'
  readonly lead?: Person
  readonly members?: Many<Person>
  readonly email?: string
  readonly hours?: string
  readonly on_call?: Many<RungInput<Person | Team>>
}
export type DecidersInput<Party extends string> = {
  readonly [A in 'purpose' | 'processes' | 'data' | 'systems' | 'security' | 'infrastructure' | 'money' | 'operation' | 'launch']?: Party
}

export interface ExistingInput extends Labelled {
  readonly from?: Many<string>
  readonly to?: Many<string>
  readonly carries?: string
  readonly how?: string
  readonly works?: 'well' | 'partly' | 'badly' | 'unknown'
  readonly fate?: 'keep' | 'replace' | 'retire'
  readonly flow?: string
}

export interface StepInput<Party extends string, Sys extends string> extends Labelled {
  readonly who?: Party | Sys | 'plimsoll'
  readonly does?: string
  readonly in?: Sys
  readonly flow?: string
  readonly reached?: CelInput | { readonly [field: string]: Text }
  readonly within?: WorkingInput
  readonly else?: string
  readonly only_if?: CelInput
  readonly by_hand?: boolean
}
type StepsInput<Party extends string, Sys extends string> = { readonly [name: string]: StepInput<Party, Sys> }
export interface ProcessInput<Party extends string, Serves extends string, Sys extends string, Ent extends string> extends Labelled, Responsible<Party> {
  readonly follows?: Ent
  readonly steps?: StepsInput<Party, Sys>
  readonly exceptions?: { readonly [name: string]: Labelled & { readonly after: Many<string>; readonly when?: CelInput; readonly by_hand?: boolean; readonly steps?: StepsInput<Party, Sys>; readonly then?: string } }
  readonly serves?: Many<Serves>
  readonly volume?: VolumeInput
}

type Lasting = { readonly for?: WorkingInput; readonly above?: Text }
export interface ScenarioInput<Party extends string, Sys extends string, Ent extends string> extends Labelled {
  readonly when?:
    | (Lasting & { readonly system: Sys; readonly is: 'unreachable' | 'slow' | 'refusing' | 'limiting' | 'changed' | 'misbehaving' })
    | (Lasting & { readonly flow: string; readonly is: 'late' | 'silent' | 'stopped' | 'failing' | 'braked' | 'unbalanced' | 'queued' })
    | (Lasting & { readonly entity: Ent; readonly is: 'set_aside' | 'conflicting' | 'awaiting_review' | 'inconsistent' })
    | { readonly platform: 'disk_full' | 'store_down' | 'clock_wrong' | 'restarted' }
  readonly then?: 'hold' | 'pause' | 'ask'
  readonly alert?: Many<Party>
  readonly inform?: Many<Party>
  readonly escalate?: Many<RungInput<Party>>
  readonly priority?: 'low' | 'normal' | 'high' | 'critical'
  readonly impact?: string
  readonly do?: Many<string>
  readonly rehearse?: { readonly for?: DurationInput; readonly rate?: RateInput; readonly caught_up_within?: DurationInput }
}

export interface ChannelInput extends Labelled { readonly kind: 'smtp' | 'slack' | 'teams' | 'pagerduty' | 'webhook'; readonly settings?: { readonly [name: string]: unknown }; readonly body?: { readonly [name: string]: unknown } }
export interface CalendarInput extends Labelled { readonly days?: string; readonly hours?: string; readonly closed?: Many<string>; readonly time_zone?: string }

interface NodeInput<Sys extends string> extends Labelled {
  readonly zone?: string
  readonly kind?: 'server' | 'vm' | 'container' | 'service'
  readonly count?: number
  readonly cpu?: number
  readonly memory?: SizeInput
  readonly disk?: SizeInput
  readonly runs?: Many<Sys | 'plimsoll' | 'plimsoll_store'>
  readonly location?: string
}
export interface InfrastructureInput<Sys extends string> {
  readonly zones?: { readonly [name: string]: string | (Labelled & { readonly name: string }) }
  readonly nodes?: { readonly [name: string]: NodeInput<Sys> }
  readonly links?: Many<{ readonly from: string; readonly to: string; readonly protocol?: string; readonly port?: number; readonly through?: string; readonly about?: string }>
  readonly recovery?: { readonly data_loss?: DurationInput; readonly downtime?: DurationInput; readonly backup?: string }
}
export interface EnvironmentInput<Party extends string, Sys extends string> {
  readonly about?: string
  readonly kind?: 'development' | 'test' | 'production'
  readonly systems?: 'simulated' | { readonly [S in Sys]?: 'simulated' | 'absent' | Pick<SystemInput<Party, Sys, never, never>, 'settings' | 'limits'> }
  readonly flows?: { readonly [name: string]: { readonly trigger?: TriggerInput; readonly paused?: string } }
  readonly alerts?: 'off' | Many<Party>
  readonly data?: string
  readonly nodes?: { readonly [name: string]: NodeInput<Sys> }
}
export interface SecurityInput<Party extends string> {
  readonly personal_data?: { readonly officer?: Party; readonly basis?: string; readonly region?: string; readonly masked_for?: Many<'viewer' | 'editor' | 'steward' | 'operator'> }
  readonly transport?: string
  readonly access?: { readonly [R in 'viewer' | 'editor' | 'steward' | 'operator' | 'admin']?: Many<Party> }
  readonly audit?: DurationInput
  readonly secrets?: { readonly kept_in?: string; readonly rotate?: DurationInput; readonly accountable?: Party }
  readonly standards?: Many<string>
  readonly reviews?: { readonly [name: string]: { readonly due?: DueInput; readonly who?: Party } }
}
export interface PerformanceInput {
  readonly peaks?: { readonly [name: string]: { readonly from: string; readonly until: string; readonly times: number } }
  readonly catch_up?: { readonly after?: DurationInput; readonly within?: DurationInput }
  readonly headroom?: ShareInput
}
type PerSystem<Sys extends string, Ent extends string> = { readonly [S in Sys]?: { readonly [E in Ent]?: unknown } }
export interface TestsInput<Party extends string, Sys extends string, Ent extends string> {
  readonly examples?: { readonly [name: string]: { readonly about?: string; readonly given: PerSystem<Sys, Ent>; readonly expect: PerSystem<Sys, Ent> } }
  readonly acceptance?: { readonly [name: string]: Labelled & { readonly given?: Many<string>; readonly when?: Many<string>; readonly then?: Many<string>; readonly accepts?: Party } }
  readonly load?: { readonly [name: string]: { readonly flow: string; readonly rate: RateInput; readonly for: DurationInput } }
}

type Each = 'day' | 'week' | 'month' | 'quarter' | 'year'
export interface LaunchInput<Party extends string, Sys extends string> {
  readonly milestone?: string
  readonly first_load?: Many<string>
  readonly freeze?: { readonly systems?: Many<Sys>; readonly from?: DueInput; readonly until?: DueInput }
  readonly alongside?: { readonly what?: string; readonly for?: DurationInput }
  readonly go_if?: Many<string>
  readonly go_back?: Many<string>
  readonly decides?: Party
}
export interface OperationInput<Party extends string, Team extends string> {
  readonly team?: Team
  readonly hours?: string
  readonly tools?: Many<string>
  readonly report?: { readonly who?: Many<Party>; readonly each?: Each }
  readonly review?: { readonly who?: Many<Party>; readonly each?: Each; readonly checks?: Many<string> }
  readonly staff?: { readonly [T in Team]?: number }
}
export interface BudgetInput<Party extends string> {
  readonly project?: { readonly limit?: MoneyInput; readonly contingency?: ShareInput; readonly accountable?: Party }
  readonly rates?: { readonly [role: string]: MoneyInput }
  readonly running?: { readonly [name: string]: MoneyInput }
  readonly maintenance?: { readonly yearly?: MoneyInput; readonly accountable?: Party }
}
export type MilestoneInput<Party extends string> = string | (Labelled & { readonly date: string; readonly accountable?: Party })
export interface DecisionInput<Party extends string> extends Labelled {
  readonly decision: string
  readonly date?: string
  readonly who?: Many<Party>
  readonly because?: string
  readonly instead_of?: Many<string>
  readonly concerns?: Many<string>
  readonly status?: 'proposed' | 'accepted' | 'rejected' | 'replaced'
}
export interface QuestionInput<Party extends string> extends Labelled {
  readonly question?: string
  readonly concerns?: Many<string>
  readonly ask?: Party
  readonly due?: DueInput
  readonly assume?: string
  readonly note?: string
  readonly waived?: string
  readonly who?: Party
  readonly until?: DueInput
}
