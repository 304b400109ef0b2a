/**
 * `questions/` says what an integration project must answer, and how much of it a plan answers already. The catalogue is
 * data: every question with its place in the plan, the reason why it matters, and what hangs on it. This file says what a
 * question is made of; the chapters (`ask-*.ts`) list them, `open-questions.ts` holds them against a plan.
 */
import type { AnswerRule } from './answers.ts'
import type { Condition } from './conditions.ts'

/** Readiness is told for each of these, in this order. */
export const AREAS = [
  ['purpose', 'Purpose'],
  ['people', 'People and deciders'],
  ['systems', 'Systems'],
  ['data', 'Data and golden records'],
  ['exchange', 'Exchange'],
  ['processes', 'Processes'],
  ['failures', 'When something goes wrong'],
  ['security', 'Security and personal data'],
  ['performance', 'Volume and performance'],
  ['infrastructure', 'Infrastructure'],
  ['tests', 'Tests'],
  ['monitoring', 'Quality and monitoring'],
  ['launch', 'Launch'],
  ['operation', 'Operation and further development'],
  ['money', 'Money and time'],
  ['log', 'Decisions and open points'],
] as const
export type Area = (typeof AREAS)[number][0]

/** What a decider of the plan signs (plan-language §6). */
export type Aspect = 'purpose' | 'processes' | 'data' | 'systems' | 'security' | 'infrastructure' | 'money' | 'operation' | 'launch'

/**
 * Who must be in the room: the decider of an aspect, whoever is accountable for the subject or operates it, the team that runs
 * Plimsoll, or the data protection officer.
 */
export type Role = Aspect | 'accountable' | 'operates' | 'steward' | 'operation_team' | 'officer'

/** Of what the flows are counted that hang on an answer. */
export type Hangs = 'plan' | 'subject' | 'nothing'

export interface Question {
  /** Stable: documents and tools point at it. */
  readonly id: string
  readonly area: Area
  readonly audience: 'business' | 'technology' | 'both'
  /** Pattern of the place that answers it, `systems.*.interface.documentation`; `*` is any name. */
  readonly place: string
  /** Whose question it is, if that does not follow from the place: `flows.*`. */
  readonly of?: string
  /** In plain words. `{it}` is the label of the first name of the place, `{part}` of the second; the same in `why` and `assumed`. */
  readonly ask: string
  readonly why: string
  /** A value as it may stand at the place. */
  readonly example: string
  readonly room: readonly Role[]
  /** How much of what is designed later an answer may overturn: 1 to 100. */
  readonly weight: number
  readonly hangs: Hangs
  /** Production does not start while it is open (plan-language §16). */
  readonly blocking?: true
  /** Asked once for all flows; the answer stands in `defaults.flow`. */
  readonly policy?: true
  /** What holds if nobody decides. */
  readonly assumed?: string
  /** Only where all of these hold. */
  readonly only?: readonly Condition[]
  /** Questions that come first: of the same subject, or of the whole plan. Until they are answered this one waits. */
  readonly after?: readonly string[]
  /** How one knows that it is answered; without it: something is said at the place. */
  readonly answer?: AnswerRule
  /** Nothing, said aloud (an empty list), is an answer. */
  readonly emptyAnswers?: true
}
