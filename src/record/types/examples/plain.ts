/** Examples of text, numbers, money, quantity, boolean and codes. */
import { Numeral } from '../../../base/numeral.ts'
import type { FieldType } from '../../../plan/model.ts'
import type { TypeExamples } from './example.ts'

const limited = (limits: { length?: number; pattern?: string; atLeast?: string; atMost?: string }, is: 'text' | 'integer' | 'decimal' = 'text'): FieldType => ({ is, ...limits })
const kg: FieldType = { is: 'quantity', unit: 'kg' }
const minutes: FieldType = { is: 'quantity', unit: 'min' }
const euro: FieldType = { is: 'money', currency: 'EUR' }

const text: TypeExamples = {
  name: 'text', type: { is: 'text' },
  accepts: 'any text, numbers, true and false, bytes in UTF-8',
  form: 'the text in Unicode NFC without white space around it; inside nothing is changed',
  refuses: 'lists, objects, bytes that are no UTF-8, NUL characters, halves of characters',
  notes: 'Empty text is null. `length` counts characters (code points). A `pattern` must match the whole text; it runs in linear time and has no look-around and no back references.',
  examples: [
    { native: ' Anna  Nowak\t', value: 'Anna  Nowak' },
    { native: '0012', value: '0012' },
    { native: 'Zo\u0308e', value: 'Zöe' },
    { native: '\u00a0 \u3000', value: null },
    { native: '', value: null },
    { native: 'n/a', value: 'n/a' },
    { native: 42, value: '42' },
    { native: new Numeral('12.30'), value: '12.30' },
    { native: true, value: 'true' },
    { native: new Uint8Array([0xc5, 0x82]), value: 'ł' },
    { native: new Uint8Array([0xff, 0xfe, 0x41]), broken: 'encoding' },
    { native: 'a\u0000b', broken: 'encoding' },
    { native: 'cut \ud83d', broken: 'encoding' },
    { native: ['a'], broken: 'type' },
    { native: { a: 1 }, broken: 'type' },
    { native: 'Łódź', type: limited({ length: 4 }), value: 'Łódź' },
    { native: '👍🏽', type: limited({ length: 2 }), value: '👍🏽' },
    { native: 'Gdynia', type: limited({ length: 4 }), broken: 'length' },
    { native: 'AB1234', type: limited({ pattern: '[A-Z]{2}\\d{4}' }), value: 'AB1234' },
    { native: 'xAB1234', type: limited({ pattern: '[A-Z]{2}\\d{4}' }), broken: 'pattern' },
    { native: `${'a'.repeat(3000)}b`, type: limited({ pattern: '(a+)+' }), broken: 'pattern' },
  ],
}

const integer: TypeExamples = {
  name: 'integer', type: { is: 'integer' },
  accepts: 'whole numbers of any size, as numbers or text, with groups of three digits',
  form: 'canonical digits as text, so that no size is rounded',
  refuses: 'fractions, text that is no number',
  examples: [
    { native: 0, value: '0' },
    { native: -0, value: '0' },
    { native: '007', value: '7' },
    { native: '+5', value: '5' },
    { native: '12.00', value: '12' },
    { native: '1e3', value: '1000' },
    { native: new Numeral('9007199254740993'), value: '9007199254740993' },
    { native: '123456789012345678901234567890', value: '123456789012345678901234567890' },
    { native: '1\u00a0234\u202f567', value: '1234567' },
    { native: '1.234.567', value: '1234567' },
    { native: '1.234', reading: { decimal: ',' }, value: '1234' },
    { native: ' ', value: null },
    { native: '1.5', broken: 'type' },
    { native: '12 pieces', broken: 'type' },
    { native: true, broken: 'type' },
    { native: '1,234', broken: 'ambiguous' },
    { native: -1, type: limited({ atLeast: '0' }, 'integer'), broken: 'range' },
    { native: '100000000000000000001', type: limited({ atMost: '100000000000000000000' }, 'integer'), broken: 'range' },
  ],
}

const decimal: TypeExamples = {
  name: 'decimal', type: { is: 'decimal' },
  accepts: 'numbers as numbers or text; with `decimal: ","` in the mapping a comma is the decimal mark; groups by space, no-break or thin space, apostrophe, or the mark that is not the decimal one; a minus may follow, as some ERP systems write it',
  form: 'canonical digits as text: `-12.5`, without exponent and without needless zeros; up to 1000 digits',
  refuses: 'texts that may be a thousand or a fraction (`1,234` where the mapping names no decimal mark), wrong groups, words',
  examples: [
    { native: '1.234,56', value: '1234.56' },
    { native: '1,234.56', value: '1234.56' },
    { native: '12,5', value: '12.5' },
    { native: '1.234', value: '1.234' },
    { native: '1.234', reading: { decimal: ',' }, value: '1234' },
    { native: '1,234', reading: { decimal: ',' }, value: '1.234' },
    { native: '1,234', reading: { decimal: '.' }, value: '1234' },
    { native: '1,234', broken: 'ambiguous' },
    { native: '0,125', value: '0.125' },
    { native: '1 234,567', value: '1234.567' },
    { native: '1\u2009234.5', value: '1234.5' },
    { native: '1\'234.50', value: '1234.5' },
    { native: '12,50-', value: '-12.5' },
    { native: '\u22125', value: '-5' },
    { native: '-0.000', value: '0' },
    { native: '.5', value: '0.5' },
    { native: new Numeral('12345678901234567890.1234567890'), value: '12345678901234567890.123456789' },
    { native: '1.5E-3', value: '0.0015' },
    { native: 0.1, value: '0.1' },
    { native: '\u00a0', value: null },
    { native: '1.5', reading: { decimal: ',' }, broken: 'type' },
    { native: '1,23,456', broken: 'type' },
    { native: '1e999999', broken: 'type' },
    { native: Number.NaN, broken: 'type' },
    { native: '--5', broken: 'type' },
    { native: '12.5', type: limited({ atLeast: '0', atMost: '12.49' }, 'decimal'), broken: 'range' },
  ],
}

const money: TypeExamples = {
  name: 'money', type: { is: 'money' },
  accepts: 'an amount whose currency the mapping or the type names; text with an ISO code or a sign that one currency alone uses (`€`, `zł`, `Kč`); an object `{ amount, currency }`; with `unit: minor` amounts are in the smallest unit of the currency',
  form: '`{ amount, currency }`, amount in canonical digits',
  refuses: 'amounts without a currency, more decimals than ISO 4217 gives the currency (JPY 0, EUR 2, KWD 3), another currency than a fixed one',
  notes: 'Prices of parts of a cent need a `decimal` beside a `currency`.',
  examples: [
    { native: '12,50 EUR', value: { amount: '12.5', currency: 'EUR' } },
    { native: 'eur 12.50', value: { amount: '12.5', currency: 'EUR' } },
    { native: '€\u00a01.234,50', value: { amount: '1234.5', currency: 'EUR' } },
    { native: '199 zł', value: { amount: '199', currency: 'PLN' } },
    { native: new Numeral('12.50'), reading: { currency: 'PLN' }, value: { amount: '12.5', currency: 'PLN' } },
    { native: '12.5', type: euro, value: { amount: '12.5', currency: 'EUR' } },
    { native: { amount: 1250, currency: 'CZK' }, reading: { unit: 'minor' }, value: { amount: '12.5', currency: 'CZK' } },
    { native: 1250, reading: { unit: 'minor', currency: 'JPY' }, value: { amount: '1250', currency: 'JPY' } },
    { native: 1250, reading: { unit: 'minor', currency: 'KWD' }, value: { amount: '1.25', currency: 'KWD' } },
    { native: '100.00 JPY', value: { amount: '100', currency: 'JPY' } },
    { native: '1.234 KWD', value: { amount: '1.234', currency: 'KWD' } },
    { native: '-5 EUR', value: { amount: '-5', currency: 'EUR' } },
    { native: '', value: null },
    { native: { amount: null, currency: 'EUR' }, value: null },
    { native: '100.50 JPY', broken: 'decimals' },
    { native: '1.2345 KWD', broken: 'decimals' },
    { native: '12.345 EUR', broken: 'decimals' },
    { native: '12.50', broken: 'currency' },
    { native: '$12.50', broken: 'currency' },
    { native: '12.50 EUX', broken: 'currency' },
    { native: '12.50 PLN', type: euro, broken: 'currency' },
    { native: 'free', broken: 'type' },
    { native: '-1', type: { is: 'money', currency: 'EUR', atLeast: '0' }, broken: 'range' },
  ],
}

const quantity: TypeExamples = {
  name: 'quantity', type: { is: 'quantity' },
  accepts: 'a number in the unit of the mapping or the field; text with a unit; an object `{ amount, unit }`. Units by symbol, name or UN/ECE code: mass, volume, length, area, time, pieces, energy, share',
  form: '`{ amount, unit }` in the field\'s unit, converted exactly',
  refuses: 'units that measure something else, and conversions without an exact result (100 s in minutes)',
  notes: 'A unit that is not known (`box`) is only ever equal to itself. Months and years are never converted to days.',
  examples: [
    { native: 500, type: kg, reading: { unit: 'g' }, value: { amount: '0.5', unit: 'kg' } },
    { native: '2,5 kg', type: kg, value: { amount: '2.5', unit: 'kg' } },
    { native: '750 mg', type: kg, value: { amount: '0.00075', unit: 'kg' } },
    { native: '1.5 t', type: kg, value: { amount: '1500', unit: 'kg' } },
    { native: { amount: '3', unit: 'KGM' }, type: kg, value: { amount: '3', unit: 'kg' } },
    { native: 1, type: kg, reading: { unit: 'lb' }, value: { amount: '0.45359237', unit: 'kg' } },
    { native: '33 cl', type: { is: 'quantity', unit: 'l' }, value: { amount: '0.33', unit: 'l' } },
    { native: '12 cm', type: { is: 'quantity', unit: 'm' }, value: { amount: '0.12', unit: 'm' } },
    { native: '90 s', type: minutes, value: { amount: '1.5', unit: 'min' } },
    { native: '1 day', type: minutes, value: { amount: '1440', unit: 'min' } },
    { native: '3 szt.', value: { amount: '3', unit: 'piece' } },
    { native: '2 Stück', value: { amount: '2', unit: 'piece' } },
    { native: '4 box', type: { is: 'quantity', unit: 'box' }, value: { amount: '4', unit: 'box' } },
    { native: '', value: null },
    { native: '100 s', type: minutes, broken: 'unit' },
    { native: '2 m', type: kg, broken: 'unit' },
    { native: '5', broken: 'unit' },
    { native: 'kg', type: kg, broken: 'type' },
    { native: '-1 kg', type: { is: 'quantity', unit: 'kg', atLeast: '0' }, broken: 'range' },
  ],
}

const boolean: TypeExamples = {
  name: 'boolean', type: { is: 'boolean' },
  accepts: 'true, false, 1, 0, and in any case yes, no, y, n, t, f, on, off, j, ja, nein, tak, nie',
  form: 'true or false',
  refuses: 'every other word and number; a mapping with `codes` translates a system\'s own',
  examples: [
    { native: true, value: true }, { native: 0, value: false }, { native: '1', value: true }, { native: 'TRUE', value: true },
    { native: 'No', value: false }, { native: 'J', value: true }, { native: 'N', value: false }, { native: 'Tak', value: true },
    { native: 'f', value: false }, { native: new Uint8Array([1]), value: true }, { native: new Numeral('0'), value: false }, { native: ' ', value: null },
    { native: 2, broken: 'type' }, { native: -1, broken: 'type' }, { native: 'maybe', broken: 'type' }, { native: 'x', broken: 'type' }, { native: [true], broken: 'type' },
  ],
}

const codes: TypeExamples = {
  name: 'codes', type: { is: 'codes', codes: new Map([['placed', 'Placed'], ['paid', 'Paid'], ['23', '23 %'], ['true', 'True']]) },
  accepts: 'exactly the codes of the list, without white space around them; a mapping with `codes` translates a system\'s own',
  form: 'the code; their order is the order of the list',
  refuses: 'everything else, also in another case',
  examples: [
    { native: ' paid ', value: 'paid' }, { native: 23, value: '23' }, { native: true, value: 'true' }, { native: '', value: null },
    { native: 'Paid', broken: 'code' }, { native: 'constructor', broken: 'code' }, { native: '__proto__', broken: 'code' }, { native: {}, broken: 'type' },
  ],
}

export const PLAIN: readonly TypeExamples[] = [text, integer, decimal, money, quantity, boolean, codes]
