/** `vat_id`: VAT identification number with its country prefix (`PL5260250274`, Greece `EL`), check digits verified where there are some. */
import { COUNTRIES } from './country-table.ts'
import { asIs, bad, good, type Parse, type Rule, shown, shortText } from './rule.ts'
import { VAT } from './vat-table.ts'

const prefixOf = (country: string): string => (country === 'GR' ? 'EL' : country)

export const vatId: Rule = {
  parser: (_type, reading) => {
    const usual = reading.country === undefined ? undefined : prefixOf(reading.country.toUpperCase())
    return shortText('VAT number', (text, native) => {
      const bare = text.toUpperCase().replaceAll(/[\s.\-/]/gu, '')
      if (!/^[A-Z\d+*]{4,20}$/.test(bare)) return bad('type', `${shown(native)} is no VAT number.`)
      const written = /^[A-Z]{2}/.test(bare) ? prefixOf(bare.slice(0, 2)) : undefined
      const first = written !== undefined && (VAT.has(written) || COUNTRIES.has(written)) ? numberOf(written, bare.slice(2), text) : undefined
      if (first?.ok) return first
      // French numbers may begin with two letters of their own.
      const second = usual === undefined ? undefined : numberOf(usual, bare, text)
      if (second?.ok) return second
      return first ?? second ?? bad('type', `${shown(native)} does not say its country, and neither does the mapping.`)
    })
  },
  formatter: () => asIs,
}

function numberOf(prefix: string, number: string, text: string): ReturnType<Parse> {
  const rule = VAT.get(prefix)
  if (/^\D*0+$/.test(number)) return bad('type', `${shown(text)} is no VAT number.`)
  // Countries without a rule here: as written.
  if (!rule) return good(prefix + (number.startsWith(prefix) ? number.slice(2) : number))
  if (!rule.form.test(number)) return bad('pattern', `${shown(text)} has not the form of a VAT number of ${prefix}.`)
  if (rule.check && !rule.check(number)) return bad('check_digit', `${shown(text)} has a wrong check digit for a VAT number of ${prefix}.`)
  return good(prefix + (rule.without ? number.replace(rule.without, '') : number))
}
