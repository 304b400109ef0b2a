/**
 * A plan in TypeScript (plan-language §21): the same object with the same keys as in YAML. Names are inferred where they
 * are declared and checked where they are used; a wrong one is reported at its place.
 */
import type { EntityInput, FieldInput } from './define/entity-input.ts'
import type { FlowInput, FlowPolicy } from './define/flow-input.ts'
import type {
  BudgetInput, CalendarInput, ChannelInput, DecidersInput, DecisionInput, EnvironmentInput, ExistingInput, InfrastructureInput, LaunchInput, MilestoneInput,
  ObjectiveInput, OperationInput, PerformanceInput, PersonInput, ProblemInput, ProcessInput, QuestionInput, ScenarioInput, SecurityInput, TeamInput, TestsInput,
} from './define/project-input.ts'
import type { SystemInput } from './define/system-input.ts'
import type { Many } from './define/values-input.ts'

type Names<T> = Readonly<Record<string, T>>

export interface PlanInput<
  Person extends string, Team extends string, Goal extends string, Problem extends string, Sys extends string, Type extends string,
  Fields extends Record<string, Record<string, unknown>>,
> {
  readonly plimsoll: 1
  readonly name: string
  readonly about?: string
  readonly links?: Many<string>
  readonly tags?: Many<string>
  readonly version?: string
  readonly date?: string
  readonly time_zone?: string
  readonly country?: string
  readonly currency?: string
  /** YAML files of the same plan; their names can't be checked while typing, only when the plan is loaded. */
  readonly include?: Many<string>
  readonly [note: `x-${string}`]: unknown
  readonly objectives?: { readonly [K in Goal]: ObjectiveInput<NoInfer<Person | Team>> }
  readonly problems?: { readonly [K in Problem]: ProblemInput<NoInfer<Person | Team>> }
  readonly people?: { readonly [K in Person]: PersonInput }
  readonly teams?: { readonly [K in Team]: TeamInput<NoInfer<Person>, NoInfer<Team>> }
  readonly deciders?: DecidersInput<NoInfer<Person | Team>>
  readonly systems?: { readonly [K in Sys]: SystemInput<NoInfer<Person | Team>, NoInfer<Sys>, NoInfer<Type>, NoInfer<Fields>> }
  readonly existing?: Names<ExistingInput>
  readonly types?: { readonly [K in Type]: FieldInput<NoInfer<Type>, NoInfer<keyof Fields & string>> }
  readonly entities?: { readonly [E in keyof Fields]: EntityInput<Fields[E], NoInfer<Person | Team>, NoInfer<Sys>, NoInfer<Type>, NoInfer<keyof Fields & string>> }
  readonly defaults?: { readonly flow?: FlowPolicy<NoInfer<Person | Team>, NoInfer<Goal | Problem>> }
  readonly flows?: Names<FlowInput<NoInfer<Person | Team>, NoInfer<Goal | Problem>, NoInfer<Sys>, NoInfer<Fields>>>
  readonly processes?: Names<ProcessInput<NoInfer<Person | Team>, NoInfer<Goal | Problem>, NoInfer<Sys>, NoInfer<keyof Fields & string>>>
  readonly scenarios?: Names<ScenarioInput<NoInfer<Person | Team>, NoInfer<Sys>, NoInfer<keyof Fields & string>>>
  readonly channels?: Names<ChannelInput>
  readonly calendars?: Names<CalendarInput>
  readonly infrastructure?: InfrastructureInput<NoInfer<Sys>>
  readonly environments?: Names<EnvironmentInput<NoInfer<Person | Team>, NoInfer<Sys>>>
  readonly security?: SecurityInput<NoInfer<Person | Team>>
  readonly performance?: PerformanceInput
  readonly tests?: TestsInput<NoInfer<Person | Team>, NoInfer<Sys>, NoInfer<keyof Fields & string>>
  readonly milestones?: Names<MilestoneInput<NoInfer<Person | Team>>>
  readonly launch?: LaunchInput<NoInfer<Person | Team>, NoInfer<Sys>>
  readonly operation?: OperationInput<NoInfer<Person | Team>, NoInfer<Team>>
  readonly budget?: BudgetInput<NoInfer<Person | Team>>
  readonly decisions?: Names<DecisionInput<NoInfer<Person | Team>>>
  readonly questions?: Names<QuestionInput<NoInfer<Person | Team>>>
}

/** What `plan.ts` exports; the loader reads it like the text of a YAML file. */
export type DefinedPlan = Readonly<Record<string, unknown>>

export function definePlan<
  const Person extends string = never, const Team extends string = never, const Goal extends string = never, const Problem extends string = never,
  const Sys extends string = never, const Type extends string = never, const Fields extends Record<string, Record<string, unknown>> = Record<never, never>,
>(plan: PlanInput<Person, Team, Goal, Problem, Sys, Type, Fields>): DefinedPlan {
  return { ...plan }
}

type AnyFields = Record<string, Record<string, unknown>>
export type PartInput = Omit<Partial<PlanInput<string, string, string, string, string, string, AnyFields>>, 'plimsoll' | 'name' | 'include'>

/**
 * A part of a plan in a module of its own; `plan.ts` then exports a list, the plan first. Parts are merged like included
 * files: nothing may stand in two of them. Names of other parts are checked when the plan is loaded.
 */
export const definePart = (part: PartInput): DefinedPlan => ({ ...part })
