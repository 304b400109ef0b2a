/** Examples of email, phone, country, currency, language and postal_code. */
import type { TypeExamples } from './example.ts'

const email: TypeExamples = {
  name: 'email', type: { is: 'email' },
  accepts: 'addresses of RFC 5321 and, with letters of any script, RFC 6531',
  form: 'all in lower case, the domain in ASCII (`xn--…`), so that equal addresses are equal texts',
  refuses: 'quoted local parts, address literals, domains without a dot, names before the address, several addresses',
  notes: 'Standards let a mailbox differ by case; no mail system of note does, so case is not kept.',
  examples: [
    { native: ' Anna.Nowak@Firma.EXAMPLE ', value: 'anna.nowak@firma.example' },
    { native: 'a+b_c-d@sub.firma.example', value: 'a+b_c-d@sub.firma.example' },
    { native: 'żaneta@żółw.example', value: 'żaneta@xn--w-uga1v8h.example' },
    { native: 'anna@xn--w-uga1v8h.example', value: 'anna@xn--w-uga1v8h.example' },
    { native: 'ZO\u0308E@firma.example', value: 'zöe@firma.example' },
    { native: '用户@例子.example', value: '用户@xn--fsqu00a.example' },
    { native: '', value: null },
    { native: 'anna', broken: 'type' }, { native: 'anna@localhost', broken: 'type' }, { native: '@firma.example', broken: 'type' },
    { native: 'anna..nowak@firma.example', broken: 'type' }, { native: 'anna nowak@firma.example', broken: 'type' },
    { native: 'Anna <anna@firma.example>', broken: 'type' }, { native: 'a@x.example, b@x.example', broken: 'type' },
    { native: 'anna@-firma.example', broken: 'type' }, { native: 'anna@[192.0.2.1]', broken: 'type' }, { native: 'anna@192.0.2.1', broken: 'type' },
    { native: `${'a'.repeat(65)}@firma.example`, broken: 'type' }, { native: '"anna nowak"@firma.example', broken: 'type' }, { native: 5, broken: 'type' },
  ],
}

const phone: TypeExamples = {
  name: 'phone', type: { is: 'phone' },
  accepts: 'numbers with `+` or `00` and, where the mapping or hold names a country, national ones; with an extension',
  form: 'E.164 (`+48600100200`), an extension as `;ext=12`',
  refuses: 'numbers that their country does not give out, words, two numbers in one field, national ones without a country',
  examples: [
    { native: '600 100 200', reading: { country: 'PL' }, value: '+48600100200' },
    { native: 600100200, reading: { country: 'PL' }, value: '+48600100200' },
    { native: '0048 600-100-200', reading: { country: 'PL' }, value: '+48600100200' },
    { native: '+48 (22) 123 45 67', value: '+48221234567' },
    { native: '00 49 30 901820', value: '+4930901820' },
    { native: '(+48) 600 100 200', value: '+48600100200' },
    { native: '030/901820', reading: { country: 'DE' }, value: '+4930901820' },
    { native: '+49 30 901820 ext. 12', value: '+4930901820;ext=12' },
    { native: '(202) 555-0147', reading: { country: 'US' }, value: '+12025550147' },
    { native: '', value: null },
    { native: '600 100 200', broken: 'type' },
    { native: '12', reading: { country: 'PL' }, broken: 'type' },
    { native: '000000000', reading: { country: 'PL' }, broken: 'type' },
    { native: '600 100 200, 600 100 201', reading: { country: 'PL' }, broken: 'type' },
    { native: 'call me', reading: { country: 'PL' }, broken: 'type' },
    { native: '+999123456789', broken: 'type' },
  ],
}

const country: TypeExamples = {
  name: 'country', type: { is: 'country' },
  accepts: 'ISO 3166-1 alpha-2, alpha-3 and numeric codes in any case; names in English, Polish and German',
  form: 'alpha-2 in upper case',
  refuses: 'everything else; a mapping with `codes` translates a system\'s own',
  examples: [
    { native: 'pl', value: 'PL' }, { native: 'POL', value: 'PL' }, { native: '616', value: 'PL' }, { native: 40, value: 'AT' }, { native: 'NO', value: 'NO' },
    { native: 'Polska', value: 'PL' }, { native: 'deutschland', value: 'DE' }, { native: 'Czechy', value: 'CZ' }, { native: 'United Kingdom', value: 'GB' },
    { native: 'UK', value: 'GB' }, { native: '', value: null },
    { native: 'XX', broken: 'code' }, { native: 'Atlantis', broken: 'code' }, { native: '000', broken: 'code' }, { native: ['PL'], broken: 'type' },
  ],
}

const currency: TypeExamples = {
  name: 'currency', type: { is: 'currency' },
  accepts: 'ISO 4217 alphabetic codes in any case; signs that one currency alone uses',
  form: 'the code in upper case',
  refuses: 'everything else, also `$`, which many currencies use',
  examples: [
    { native: 'eur', value: 'EUR' }, { native: 'zł', value: 'PLN' }, { native: '€', value: 'EUR' }, { native: '', value: null },
    { native: '$', broken: 'code' }, { native: 'EURO', broken: 'code' }, { native: 'XXX', broken: 'code' }, { native: 978, broken: 'code' },
  ],
}

const language: TypeExamples = {
  name: 'language', type: { is: 'language' },
  accepts: 'BCP 47 tags in any case, with `-` or `_`; three-letter codes',
  form: 'the canonical tag: `pl`, `de-AT`, `zh-Hant`',
  refuses: 'languages and countries that do not exist, names of languages',
  examples: [
    { native: 'PL', value: 'pl' }, { native: 'de_at', value: 'de-AT' }, { native: 'zh-hant-tw', value: 'zh-Hant-TW' }, { native: 'deu', value: 'de' },
    { native: 'iw', value: 'he' }, { native: '', value: null },
    { native: 'xx', broken: 'code' }, { native: 'english', broken: 'code' }, { native: 'de-ZZ', broken: 'code' }, { native: 'p', broken: 'code' },
  ],
}

const postalCode: TypeExamples = {
  name: 'postal_code', type: { is: 'postal_code' },
  accepts: 'codes of the country that the mapping names, with or without separators and country prefix; without a country, any code',
  form: 'as that country\'s post prints it; else upper case with single spaces',
  refuses: 'what is no code of that country',
  examples: [
    { native: '80800', reading: { country: 'PL' }, value: '80-800' }, { native: 'PL-80-800', reading: { country: 'PL' }, value: '80-800' },
    { native: 950, reading: { country: 'PL' }, value: '00-950' }, { native: '01067', reading: { country: 'DE' }, value: '01067' },
    { native: 'D-01067', value: 'D-01067' }, { native: '1010', reading: { country: 'AT' }, value: '1010' }, { native: '11000', reading: { country: 'CZ' }, value: '110 00' },
    { native: '75001', reading: { country: 'FR' }, value: '75001' }, { native: '00184', reading: { country: 'IT' }, value: '00184' },
    { native: '28013', reading: { country: 'ES' }, value: '28013' }, { native: '1012ab', reading: { country: 'NL' }, value: '1012 AB' },
    { native: 'sw1a1aa', reading: { country: 'GB' }, value: 'SW1A 1AA' }, { native: 'm1 1ae', reading: { country: 'GB' }, value: 'M1 1AE' },
    { native: '90210-1234', reading: { country: 'US' }, value: '90210-1234' }, { native: 'abc  1', value: 'ABC 1' }, { native: '', value: null },
    { native: '1067', reading: { country: 'DE' }, broken: 'pattern' }, { native: '80-80', reading: { country: 'PL' }, broken: 'pattern' },
    { native: '1012', reading: { country: 'NL' }, broken: 'pattern' }, { native: '???', broken: 'type' },
  ],
}

export const CONTACTS: readonly TypeExamples[] = [email, phone, country, currency, language, postalCode]
