/**
 * The pace at which systems are asked and written: the sizes and times by which the engine goes on by itself, and the arithmetic of
 * what a plan says in rates and batches. The engine takes its pace from here, and so does whoever counts ahead.
 */
import { HOUR, MINUTE, SECOND } from '../base/duration.ts'
import type { Rate } from './values.ts'

/** Records that one page of a list is asked for. */
export const PAGE = 500
/** Commands that one claim takes: each is looked at, written and confirmed together with the others of its claim. */
export const CLAIM = 500
/** So long calls are begun for one claim; what is left then is claimed again. */
export const CLAIM_MS = 2.5 * MINUTE
/** A system that does not answer is tried again after so long, and after twice as long each time, … */
export const FIRST_REST_MS = SECOND
/** … up to this. Each rest is shorter by chance, by up to its half. */
export const LONGEST_REST_MS = 5 * MINUTE
/** After so many rests in a row a system was down: when it answers, all that waits for it is due at once. */
export const OUTAGE_RESTS = 3
/** What is due and was not rung for is looked for so often. */
export const SWEEP_MS = SECOND

export const perHour = (rate: Rate): number => (rate.count * HOUR) / rate.perMs

/** Calls that bring so many records at this size of a batch. */
export const callsFor = (records: number, batch: number): number => records / Math.max(1, batch)

/** The longest rest that an outage of this length leads to. */
function restAfter(outageMs: number): number {
  let rest = FIRST_REST_MS
  for (let passed = 0.75 * rest; rest < LONGEST_REST_MS && passed < outageMs; passed += 0.75 * rest) rest *= 2
  return Math.min(rest, LONGEST_REST_MS)
}

/**
 * When a system answers again, so long passes until it is tried: what is left of a rest that is shortened by up to a half. A
 * longer rest is more likely to be under way, so this is more than half of the mean rest.
 */
export function noticedAfter(outageMs: number): { readonly expected: number; readonly most: number } {
  const rest = restAfter(outageMs)
  return { expected: (7 / 18) * rest, most: rest }
}

/** What comes to a system and what it takes. All in calls, and calls an hour. */
export interface Pressure {
  /** Calls that bring what waits at the beginning. */
  readonly waiting: number
  /** Calls an hour that bring what comes meanwhile. */
  readonly coming: number
  /** Calls an hour that are spent on something else, mostly on reading lists. */
  readonly besides: number
  /** Calls an hour that the system allows; undefined: as many as it answers. */
  readonly allowed: Rate | undefined
  /** How long one call takes. */
  readonly callMs: number
}

/**
 * How long it takes to work off what waits, in ms; undefined: it never is. Calls follow one another, and each takes its place from
 * a bucket that is full at the beginning and is filled again at the rate that the system allows.
 */
export function catchUpMs({ waiting, coming, besides, allowed, callMs }: Pressure): number | undefined {
  const bySpeed = timeFor(waiting, HOUR / Math.max(callMs, 0.001) - coming)
  if (!allowed) return bySpeed
  const byRate = timeFor(Math.max(0, waiting - allowed.count), perHour(allowed) - besides - coming)
  return bySpeed === undefined || byRate === undefined ? undefined : Math.max(bySpeed, byRate)
}

const timeFor = (calls: number, anHour: number): number | undefined => (calls <= 0 ? 0 : anHour <= 0 ? undefined : (calls / anHour) * HOUR)
