/** How far a list was read: a time in milliseconds, or a whole number that only grows. */
import { type Native, Numeral, PlimsollError } from '../../../contract.ts'
import type { TimeFormat } from '../manifest/manifest.ts'
import { textOf } from '../../../path.ts'
import type { Answer } from '../call/request.ts'
import { grainOf, readTime, writeTime } from '../call/times.ts'

export type Moment = bigint

export interface Moments {
  readonly isNumber: boolean
  read(value: Native | undefined, zone: string): Moment | undefined
  /** As the system is asked for it. */
  sent(moment: Moment, format: TimeFormat, zone: string): Native
  before(moment: Moment, step: Moment): Moment
  /** The smallest step that must be gone back, so that equal moments are never cut in two. */
  grain(format: TimeFormat): Moment
  /** When this answer was made, by the system's own clock; undefined for numbers. */
  started(answer: Answer): Moment | undefined
  /** What changed while the list was read is read again: not beyond the start, and never behind where reading began. */
  earlier(newest: Moment, startedAt: Moment | undefined, from: Moment | undefined): Moment
}

export function moments(format: TimeFormat): Moments {
  const isNumber = format === 'number'
  return {
    isNumber,
    read(value, zone) {
      if (isNumber) {
        const text = textOf(value)
        return text !== undefined && /^-?\d{1,30}$/.test(text) ? BigInt(text) : undefined
      }
      const ms = readTime(value, format, zone)
      return ms === undefined ? undefined : BigInt(ms)
    },
    sent: (moment, asked, zone) => (isNumber ? (Number.isSafeInteger(Number(moment)) ? Number(moment) : new Numeral(String(moment))) : writeTime(Number(moment), asked, zone)),
    before: (moment, step) => moment - step,
    grain: (asked) => BigInt(isNumber ? 1 : Math.max(grainOf(asked), grainOf(format))),
    started(answer) {
      if (isNumber) return undefined
      const own = Date.parse(answer.headers['date'] ?? '')
      return BigInt(Number.isNaN(own) ? answer.requestedAt : own)
    },
    earlier(newest, startedAt, from) {
      const capped = startedAt !== undefined && startedAt < newest ? startedAt : newest
      return from !== undefined && capped < from ? from : capped
    },
  }
}

export const writePosition = (moment: Moment, kind: Moments): string => `${kind.isNumber ? 'n' : 't'}:${moment}`

export function readPosition(text: string, kind: Moments, resource: string): Moment {
  const match = /^([nt]):(-?\d{1,30})$/.exec(text)
  if (!match || (match[1] === 'n') !== kind.isNumber) {
    throw new PlimsollError('http.unable', `The position of ${resource} was made by another manifest (another form of \`changed\`).`)
  }
  return BigInt(match[2]!)
}
