/** Examples of vat_id, iban and gtin, numbers with check digits. Those of VAT numbers for people are made up. */
import type { TypeExamples } from './example.ts'

const valid = (...numbers: string[]) => numbers.map((number) => ({ native: number, value: number }))
const wrong = (...numbers: string[]) => numbers.map((number) => ({ native: number, broken: 'check_digit' }))

const vatId: TypeExamples = {
  name: 'vat_id', type: { is: 'vat_id' },
  accepts: 'VAT numbers with their prefix or, where the mapping names a country, without; dots, dashes and spaces do not count',
  form: 'prefix (Greece `EL`) and number in upper case, without additions such as `MWST`',
  refuses: 'a form that the country does not give out, a wrong check digit, a number without a country. Only the form counts for BG, CY, LT, LV; countries outside Europe are kept as written',
  examples: [
    { native: 'PL 526-025-02-74', value: 'PL5260250274' }, { native: '526 025 02 74', reading: { country: 'PL' }, value: 'PL5260250274' },
    { native: 5260250274, reading: { country: 'PL' }, value: 'PL5260250274' }, { native: 'GR094259216', value: 'EL094259216' },
    { native: 'CHE-107.787.577 MWST', value: 'CHE107787577' }, { native: 'FR 40 303 265 045', value: 'FR40303265045' },
    { native: 'US 12-3456789', value: 'US123456789' }, { native: '', value: null },
    ...valid('DE136695976', 'ATU13585627', 'FR23334175221', 'FRK7399859412', 'FR4Z123456782', 'IT00743110157', 'ESB58378431', 'ESJ99216582', 'ES12345678Z', 'ESX1234567L'),
    ...valid('NL004495445B01', 'NL123456789B13', 'CZ25123891', 'CZ640903926', 'CZ0001010009', 'BE0403019261', 'DK13585628', 'FI20774740', 'SE123456789701'),
    ...valid('PT501964843', 'HU12892312', 'SK2022749619', 'SI50223054', 'LU15027442', 'EE100931558', 'IE6433435F', 'IE8D79739I', 'HR33392005961', 'MT11679112', 'RO18547290'),
    ...valid('GB980780684', 'XI980780684', 'NO995525828', 'BG175074752', 'LT119511515', 'LV40003521600', 'CY10259033P'),
    ...wrong('PL5260250275', 'DE136695975', 'ATU13585626', 'FR41303265045', 'IT00743110158', 'ESB58378432', 'ES12345678A', 'NL004495446B01', 'CZ25123892', 'BE0403019262', 'GB980780685'),
    { native: 'PL526025027', broken: 'pattern' }, { native: 'DE012345678', broken: 'pattern' }, { native: '5260250274', broken: 'type' },
    { native: 'PL0000000000', broken: 'type' }, { native: 'n/a', value: null }, { native: 'none', value: null },
  ],
}

const iban: TypeExamples = {
  name: 'iban', type: { is: 'iban' },
  accepts: 'ISO 13616 with or without spaces, in any case, with or without `IBAN` before it',
  form: 'upper case without spaces',
  refuses: 'countries without IBAN, another length than the country\'s, wrong check digits (modulo 97)',
  examples: [
    { native: 'PL61 1090 1014 0000 0712 1981 2874', value: 'PL61109010140000071219812874' }, { native: 'iban: de89 3704 0044 0532 0130 00', value: 'DE89370400440532013000' },
    ...valid('GB82WEST12345698765432', 'FR1420041010050500013M02606', 'NO9386011117947', 'MT84MALT011000012345MTLCAST001S', 'NL91ABNA0417164300', 'AT611904300234573201', 'CZ6508000000192000145399'),
    { native: '', value: null },
    { native: 'PL61109010140000071219812875', broken: 'check_digit' }, { native: 'DE8937040044053201300', broken: 'length' },
    { native: 'US89370400440532013000', broken: 'type' }, { native: '61109010140000071219812874', broken: 'type' }, { native: 'PL6', broken: 'type' },
  ],
}

const gtin: TypeExamples = {
  name: 'gtin', type: { is: 'gtin' },
  accepts: 'GTIN-8, -12 (UPC), -13 (EAN), -14; numbers that have lost their leading zeros',
  form: 'the shortest of 8, 13 and 14 digits that holds the number, since padding with zeros does not make another article: UPC `036000291452` is `0036000291452`',
  refuses: 'another number of digits, a wrong check digit, zeros only',
  examples: [
    { native: '4006381333931', value: '4006381333931' }, { native: '400 6381 33393 1', value: '4006381333931' }, { native: 4006381333931, value: '4006381333931' },
    { native: '036000291452', value: '0036000291452' }, { native: 36000291452, value: '0036000291452' }, { native: '00036000291452', value: '0036000291452' },
    { native: '96385074', value: '96385074' }, { native: '00000096385074', value: '96385074' }, { native: '10614141000415', value: '10614141000415' }, { native: '', value: null },
    { native: '4006381333932', broken: 'check_digit' }, { native: '36000291452', broken: 'type' }, { native: '5.9E+12', broken: 'type' },
    { native: '0000000000000', broken: 'type' }, { native: 'ABC', broken: 'type' },
  ],
}

export const NUMBERS: readonly TypeExamples[] = [vatId, iban, gtin]
