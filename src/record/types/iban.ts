/** `iban`: ISO 13616, upper case without spaces; length by country, check digits modulo 97 (ISO 7064). */
import { asIs, bad, good, type Rule, shown, shortText } from './rule.ts'

/** Country → length, from the IBAN registry. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (`AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22
GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27
MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26
UA29 VA22 VG24 XK20 YE30`).split(/\s+/).map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
)

export const iban: Rule = {
  parser: () => shortText('IBAN', (text, native) => {
    const value = text.toUpperCase().replaceAll(/^IBAN:? ?|[\s-]/gu, '')
    if (!/^[A-Z]{2}\d{2}[A-Z\d]{10,30}$/.test(value)) return bad('type', `${shown(native)} is no IBAN.`)
    const length = LENGTHS.get(value.slice(0, 2))
    if (length === undefined) return bad('type', `${shown(native)} begins with ${value.slice(0, 2)}, a country that has no IBAN.`)
    if (value.length !== length) return bad('length', `${shown(native)} has ${value.length} characters; an IBAN of ${value.slice(0, 2)} has ${length}.`)
    return mod97(value.slice(4) + value.slice(0, 4)) === 1 ? good(value) : bad('check_digit', `${shown(native)} has wrong check digits.`)
  }),
  formatter: () => asIs,
}

/** Letters count as 10 to 35. */
export function mod97(text: string): number {
  let rest = 0
  for (const sign of text) {
    const value = Number.parseInt(sign, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest
}
