/** `phone`: E.164 (`+48600100200`), with `;ext=12` for an extension. Numbers without a country are read in the reading's. */
import { createRequire } from 'node:module'
import type { CountryCode } from 'libphonenumber-js/max'
import { asIs, bad, good, remembering, type Rule, shown, shortText } from './rule.ts'

const KEPT = /^(\+\d{6,15});ext=(\d{1,10})$/
/** What numbers are written with; anything else (a word, a second number) is refused rather than cut off. */
const SIGNS = /^[+\d\s()./\u2010-\u2015\u2212\u00a0-]+(?:\s*(?:;ext=|ext\.?|extension|x|#|wew\.?|app\.?)\s*\d{1,10})?$/iu

/** Its tables are large: they are loaded with the first field of this type. */
let library: typeof import('libphonenumber-js/max') | undefined
const numbers = (): typeof import('libphonenumber-js/max') => (library ??= createRequire(import.meta.url)('libphonenumber-js/max') as typeof import('libphonenumber-js/max'))

export const phone: Rule = {
  parser: (_type, reading) => {
    const { isSupportedCountry, parsePhoneNumberFromString } = numbers()
    const country = reading.country?.toUpperCase()
    const usual = country !== undefined && isSupportedCountry(country) ? (country as CountryCode) : undefined
    return remembering(shortText('phone number', (text, native) => {
      if (text.length > 60 || !SIGNS.test(text)) return bad('type', `${shown(native)} is no phone number.`)
      const kept = KEPT.exec(text)
      // Without a country, 00 can only be the international prefix.
      // The prefix is often written in brackets.
      const open = text.replace(/^\(\s*(\+|00)\s*([1-9]\d{0,2})\s*\)/, '+$2 ')
      const dialled = kept ? `${kept[1]} ext. ${kept[2]}` : usual === undefined && /^00\s*[1-9]/.test(open) ? `+${open.slice(2).trim()}` : open
      const number = parsePhoneNumberFromString(dialled, usual === undefined ? { extract: false } : { defaultCountry: usual, extract: false })
      if (!number) {
        const why = usual === undefined && !dialled.startsWith('+') ? ': it has no country, and the mapping names none' : ''
        return bad('type', `${shown(native)} is no phone number${why}.`)
      }
      if (!number.isValid()) return bad('type', `${shown(native)} is no phone number that ${number.country ?? 'its country'} gives out.`)
      return good(number.ext === undefined ? number.number : `${number.number};ext=${number.ext}`)
    }))
  },
  formatter: () => asIs,
}
