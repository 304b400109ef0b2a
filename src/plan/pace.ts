/**
 * The pace at which systems are asked and written: what a plan says in rates, batches and intervals, as numbers an hour; and the
 * sizes and times by which the engine goes on by itself. The engine takes them from here, and so does whoever counts ahead.
 */
import { HOUR, MINUTE, SECOND } from '../base/duration.ts'
import type { Rate } from './values.ts'

/** Records that one page of a list is asked for. */
export const PAGE = 500
/** Commands that one claim takes: each is looked at, written and confirmed together with the others of its claim. */
export const CLAIM = 500
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
