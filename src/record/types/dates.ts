/** `date`, `time` and `datetime`. The process's own time zone never matters: only the reading's does. */
import { type Native, numeral } from '../../base/numeral.ts'
import { clockText, dayNumber, dayText, type Moment, momentOf, secondsOf } from './calendar.ts'
import { shift } from './digits.ts'
import { checked, momentForm, offsetSeconds, UNIX } from './moment-text.ts'
import { bad, good, NOTHING, type Rule, shown, textOf } from './rule.ts'
import { zone } from './zone.ts'

const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})$/
const isEmpty = (native: Native): boolean => native === null || (typeof native === 'string' && native.trim() === '')
const midnight = (m: Moment): boolean => m.hour === 0 && m.minute === 0 && m.second === 0 && m.fraction === ''

/**
 * A day. A text with a time of day is taken when that time is midnight (its date as written), or when it names its zone
 * (the day that it then is in the reading's zone). A time of day without a zone is refused: something would be lost.
 */
export const date: Rule = {
  parser: (_type, reading) => {
    const form = momentForm(reading.format)
    const local = zone(reading.timeZone)
    return (native) => {
      if (isEmpty(native)) return NOTHING
      const read = form.read(native)
      if (read === null) return NOTHING
      if (typeof read === 'string') return bad('type', `${shown(native)} is no date: it ${read}.`)
      if (!read.clock || midnight(read)) return good(dayText(read))
      if (read.offset === undefined) return bad('time', `${shown(native)} is a date with a time of day; the field keeps a date only.`)
      const instant = secondsOf(read) - read.offset
      return good(dayText(momentOf(instant + local.offsetOfInstant(instant), '', undefined)))
    }
  },
  formatter: (_type, reading) => {
    const form = momentForm(reading.format)
    const unix = UNIX.get(reading.format ?? '')
    return (value) => {
      if (value === null || reading.format === undefined) return value as Native
      const [, y, m, d] = ISO_DAY.exec(value as string)!
      if (unix) return numeral(shift(String(dayNumber(Number(y), Number(m), Number(d)) * 86_400), -unix.places))
      return form.write({ year: Number(y), month: Number(m), day: Number(d), hour: 0, minute: 0, second: 0, fraction: '', offset: 0 })
    }
  },
}

const HUB_DATETIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?Z$/

function hubMoment(value: string): Moment {
  const m = HUB_DATETIME.exec(value)!
  return { year: Number(m[1]), month: Number(m[2]), day: Number(m[3]), hour: Number(m[4]), minute: Number(m[5]), second: Number(m[6]), fraction: m[7] ?? '', offset: 0 }
}

/** A moment, kept in UTC with up to nine digits of a second. Without a zone it is read in the reading's zone (see zone.ts). */
export const datetime: Rule = {
  parser: (_type, reading) => {
    const form = momentForm(reading.format)
    const local = zone(reading.timeZone)
    return (native) => {
      if (isEmpty(native)) return NOTHING
      const read = form.read(native)
      if (read === null) return NOTHING
      if (typeof read === 'string') return bad('type', `${shown(native)} is no date with time: it ${read}.`)
      if (read.offset === 0) return good(`${dayText(read)}T${clockText(read)}Z`)
      const wall = secondsOf(read)
      const moment = momentOf(wall - (read.offset ?? local.offsetOfLocal(wall)), read.fraction, 0)
      if (moment.year < 1 || moment.year > 9999) return bad('range', `${shown(native)} is outside the years 1 to 9999.`)
      return good(`${dayText(moment)}T${clockText(moment)}Z`)
    }
  },
  formatter: (_type, reading) => {
    const form = momentForm(reading.format)
    const local = zone(reading.timeZone)
    const unix = UNIX.get(reading.format ?? '')
    return (value) => {
      if (value === null || reading.format === undefined) return value as Native
      const moment = hubMoment(value as string)
      const instant = secondsOf(moment)
      if (unix) return numeral(unixDigits(instant, moment.fraction, unix.places))
      const offset = local.offsetOfInstant(instant)
      return form.write(momentOf(instant + offset, moment.fraction, offset))
    }
  },
}

function unixDigits(seconds: number, fraction: string, places: number): string {
  const nanoseconds = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
  return shift(String(nanoseconds), 9 - places)
}

const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,40}))?)?(?: ?([AaPp])\.?[Mm]\.?)?(?: ?(Z|z|[-+]\d{2}(?::?\d{2})?))?$/
/** Days that spreadsheets and databases put before a time of day. */
const NO_DAYS = /^(?:1899-12-3[01]|1900-01-0[01]|1970-01-01)[T ](?=\d)/
const FIXED_ZONE = /^(?:UTC|Z|Etc\/.*)$/

/** A time of day on the clock of the place that it is about; it has no zone of its own. */
export const time: Rule = {
  parser: (_type, reading) => {
    const form = reading.format === undefined ? undefined : momentForm(reading.format)
    return (native) => {
      if (isEmpty(native)) return NOTHING
      const text = typeof native === 'boolean' ? undefined : textOf(native)
      if (text === undefined || text.length > 100) return bad('type', `${shown(native)} is no time of day.`)
      const written = text.trim().replace(NO_DAYS, '')
      const match = CLOCK.exec(written)
      let read = match ? clockMoment(match) : 'is not written as hours:minutes'
      if (!match && form) read = form.read(native) ?? 'is no time of day'
      if (typeof read === 'string') return bad('type', `${shown(native)} is no time of day: it ${read}.`)
      if (read.offset === undefined) return good(clockText(read))
      if (!FIXED_ZONE.test(reading.timeZone)) {
        return bad('zone', `${shown(native)} has an offset; without a date it can't be said what time that is in ${reading.timeZone}.`)
      }
      const seconds = read.hour * 3600 + read.minute * 60 + read.second - read.offset + zone(reading.timeZone).offsetOfInstant(0)
      return good(clockText(momentOf(seconds, read.fraction, undefined)))
    }
  },
  formatter: (_type, reading) => {
    const form = momentForm(reading.format)
    return (value) => {
      if (value === null || reading.format === undefined) return value as Native
      const [clock, fraction = ''] = (value as string).split('.')
      const [hour, minute, second] = clock!.split(':').map(Number)
      return form.write({ year: 1970, month: 1, day: 1, hour: hour!, minute: minute!, second: second!, fraction, offset: 0 })
    }
  },
}

function clockMoment(match: RegExpExecArray): ReturnType<typeof checked> & {} {
  const half = match[5]?.toLowerCase()
  let hour = Number(match[1])
  if (half !== undefined && (hour < 1 || hour > 12)) return 'is no time of day'
  if (half !== undefined) hour = (hour % 12) + (half === 'p' ? 12 : 0)
  return checked({
    year: 1970, month: 1, day: 1, hour, minute: Number(match[2]), second: Number(match[3] ?? 0), fraction: match[4] ?? '',
    offset: offsetSeconds(match[6]), clock: true,
  })!
}
