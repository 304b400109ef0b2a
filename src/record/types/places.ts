/** `country`, `currency`, `language` and `postal_code`. */
import { asIs, bad, good, remembering, type Rule, shown, shortText } from './rule.ts'
import { CURRENCIES, CURRENCY_SIGNS } from './currency-table.ts'
import { COUNTRIES, COUNTRY_CODES, countryName } from './country-table.ts'

/** ISO 3166-1 alpha-2, from any of its three codes or a name in English, Polish or German. */
export const country: Rule = {
  parser: () => shortText('country', (text, native) => {
    // A number has lost its leading zeros.
    const upper = (typeof native === 'number' ? text.padStart(3, '0') : text).toUpperCase()
    const code = COUNTRY_CODES.get(upper) ?? (text.length > 100 ? undefined : countryName(text))
    return code === undefined ? bad('code', `${shown(native)} is no country of ISO 3166.`) : good(code)
  }),
  formatter: () => asIs,
}

/** ISO 4217 alphabetic. */
export const currency: Rule = {
  parser: () => shortText('currency', (text, native) => {
    const code = CURRENCY_SIGNS.get(text) ?? text.toUpperCase()
    return CURRENCIES.has(code) ? good(code) : bad('code', `${shown(native)} is no currency of ISO 4217.`)
  }),
  formatter: () => asIs,
}

const LANGUAGE_TAG = /^[A-Za-z]{2,3}(?:-[A-Za-z\d]{1,8})*$/
let languageNames: Intl.DisplayNames | undefined

/** BCP 47 in its canonical form, `pl`, `de-AT`, `zh-Hant`; `pl_PL` and three-letter codes are understood. */
export const language: Rule = {
  parser: () => remembering(shortText('language', (text, native) => {
    const tag = text.replaceAll('_', '-')
    const refused = bad('code', `${shown(native)} is no language tag of BCP 47.`)
    if (tag.length > 40 || !LANGUAGE_TAG.test(tag)) return refused
    try {
      const value = Intl.getCanonicalLocales(tag)[0]!
      languageNames ??= new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' })
      const [name, region] = [value.split('-')[0]!, new Intl.Locale(value).region]
      if (languageNames.of(name) === undefined || name === 'und') return refused
      if (region !== undefined && /^[A-Z]{2}$/.test(region) && !COUNTRIES.has(region) && region !== 'XK') return refused
      return good(value)
    } catch {
      return refused
    }
  })),
  formatter: () => asIs,
}

/** As each country's post prints them: `#` a digit, `@` a letter, `*` either, the rest as it stands. */
const POSTAL_FORMS: Readonly<Record<string, readonly string[]>> = {
  PL: ['##-###'], DE: ['#####'], AT: ['####'], CZ: ['### ##'], SK: ['### ##'], FR: ['#####'], IT: ['#####'], ES: ['#####'], NL: ['#### @@'],
  GB: ['@# #@@', '@## #@@', '@@# #@@', '@@## #@@', '@#@ #@@', '@@#@ #@@'], US: ['#####', '#####-####'], BE: ['####'], CH: ['####'], LI: ['####'],
  DK: ['####'], NO: ['####'], SE: ['### ##'], FI: ['#####'], PT: ['####-###'], HU: ['####'], RO: ['######'], BG: ['####'], HR: ['#####'],
  SI: ['####'], LU: ['####'], GR: ['### ##'], EE: ['#####'], LT: ['LT-#####', '#####'], LV: ['LV-####'], UA: ['#####'], CA: ['@#@ #@#'],
  IE: ['@## ****', '@#W ****'],
}

interface PostalForm { readonly bare: RegExp; readonly print: (bare: string) => string }

function compile(form: string): PostalForm {
  const bare = form.replaceAll(/[ -]/g, '')
  const source = Array.from(bare, (sign) => (sign === '#' ? '\\d' : sign === '@' ? '[A-Z]' : sign === '*' ? '[A-Z\\d]' : sign)).join('')
  return {
    bare: new RegExp(`^${source}$`),
    print: (text) => {
      let i = 0
      return Array.from(form, (sign) => (sign === ' ' || sign === '-' ? sign : text[i++]!)).join('')
    },
  }
}
const POSTAL: ReadonlyMap<string, readonly PostalForm[]> = new Map(Object.entries(POSTAL_FORMS).map(([code, forms]) => [code, forms.map(compile)]))
const MOST_POSTAL = 12

/** In the form of the reading's country; without one, or for a country whose form is not known, upper-case text. */
export const postalCode: Rule = {
  parser: (_type, reading) => {
    const code = reading.country?.toUpperCase()
    const forms = POSTAL.get(code ?? '')
    const digits = forms?.[0]?.print('0000000000').replaceAll(/\D/g, '').length ?? 0
    return shortText('postal code', (text, native) => {
      const upper = text.toUpperCase().normalize('NFKC').replaceAll(/\s+/gu, ' ')
      if (!/^[\p{L}\d][\p{L}\d -]*$/u.test(upper) || upper.length > MOST_POSTAL) return bad('type', `${shown(native)} is no postal code.`)
      if (!forms) return good(upper)
      let bare = upper.replaceAll(/[ -]/g, '')
      if (bare.startsWith(code!) && !forms.some((form) => form.bare.test(bare))) bare = bare.slice(2)
      // A spreadsheet's number has lost its leading zeros.
      if (typeof native === 'number' && native > 0) bare = bare.padStart(digits, '0')
      const form = forms.find((one) => one.bare.test(bare))
      return form ? good(form.print(bare)) : bad('pattern', `${shown(native)} is no postal code of ${code}.`)
    })
  },
  formatter: () => asIs,
}
