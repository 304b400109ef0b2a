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

/** What a read ended with. A time with its zone is one too, for people. */
export function readPosition(text: string, kind: Moments, resource: string): Moment {
  const match = /^([nt]):(-?\d{1,30})$/.exec(text)
  if (match && (match[1] === 'n') === kind.isNumber) return BigInt(match[2]!)
  const time = kind.isNumber || !/^\d{4}-\d{2}-\d{2}(?:$|T.*(?:Z|[+-]\d{2}:?\d{2})$)/.test(text) ? undefined : readTime(text, 'iso', 'UTC')
  if (time !== undefined) return BigInt(time)
  const own = kind.isNumber ? 'n:1234' : 't:1767225600000, or a time such as 2026-01-01T00:00:00Z'
  throw new PlimsollError('http.position', `${JSON.stringify(text.slice(0, 60))} is no position of ${resource}, or another manifest made it (another form of \`changed\`). One looks like ${own}.`)
}
