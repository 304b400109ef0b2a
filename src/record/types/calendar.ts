/** Days of the Gregorian calendar and times of day as plain numbers: no `Date`, so the process's time zone can't matter. */

const daysInMonth = (year: number, month: number): number =>
  month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31

/** Years 1 to 9999: what databases keep. */
export const isDay = (year: number, month: number, day: number): boolean =>
  year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)

/** Days since 1970-01-01. */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const ofEra = y - era * 400
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
}

export interface Day { readonly year: number; readonly month: number; readonly day: number }

export function dayOf(number: number): Day {
  const z = number + 719_468
  const era = Math.floor(z / 146_097)
  const ofEra = z - era * 146_097
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365)
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * ofYear + 2) / 153)
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: ofYear - Math.floor((153 * shifted + 2) / 5) + 1 }
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n))

export const dayText = ({ year, month, day }: Day): string => `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`

/** A wall-clock time as it stands in a text. */
export interface Moment extends Day {
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Up to nine digits, without trailing zeros. */
  readonly fraction: string
  /** Seconds east of UTC; undefined: the text says no zone. */
  readonly offset: number | undefined
}

export const clockText = (m: Pick<Moment, 'hour' | 'minute' | 'second' | 'fraction'>): string =>
  `${two(m.hour)}:${two(m.minute)}:${two(m.second)}${m.fraction === '' ? '' : `.${m.fraction}`}`

export const secondsOf = (m: Moment): number => dayNumber(m.year, m.month, m.day) * 86_400 + m.hour * 3600 + m.minute * 60 + m.second

/** Seconds since 1970 on some wall clock → its parts. */
export function momentOf(seconds: number, fraction: string, offset: number | undefined): Moment {
  const number = Math.floor(seconds / 86_400)
  const rest = seconds - number * 86_400
  // Spelt out: a spread is ten times slower here.
  const { year, month, day } = dayOf(number)
  return { year, month, day, hour: Math.floor(rest / 3600), minute: Math.floor((rest % 3600) / 60), second: rest % 60, fraction, offset }
}
