import { describe, expect, it } from 'vitest'
import {
  isWrong, type Parse, readBoolean, readCurrency, readDecimal, readGrowth, readInteger, readMoney, readPrice, readShare, readSize,
} from './values.ts'

const cases = <T>(name: string, parse: Parse<T>, rows: readonly (readonly [text: string, value: Partial<T> | T])[], wrong: readonly (readonly [text: string, says: string, mend: string])[]) =>
  describe(name, () => {
    it.each(rows)('reads `%s`', (text, value) => {
      const parsed = parse(text, 'key')
      expect(isWrong(parsed) ? parsed : parsed.value).toEqual(typeof value === 'object' ? expect.objectContaining(value as object) : value)
    })
    it.each(wrong)('refuses `%s`', (text, says, mend) => {
      expect(parse(text, 'key')).toEqual({ says, mend })
    })
  })

cases('share', readShare, [
  ['20%', { of1: 0.2, text: '20%' }], ['99.9%', { of1: 0.999 }], ['0.5 %', { of1: 0.005 }], ['0.1%', { of1: 0.001 }], ['100%', { of1: 1 }], ['0%', { of1: 0 }],
], [
  ['0.2', '`key` is a share. 0.2 of what?', 'Write 20% or 0.2%.'],
  ['20', '`key` is a share. 20 of what?', 'Write 20%.'],
  ['101%', '`101%` is more than all of it.', 'Write a share from 0% to 100%.'],
  ['20 percent', '`20 percent` is no share.', 'Write 20%.'],
  ['99,9%', '`99,9%` is no share.', 'Write 99.9%.'],
  ['-5%', '`-5%` is no share.', 'Write 20% or 99.9%.'],
  ['', '`` is no share.', 'Write 20% or 99.9%.'],
])

cases('growth', readGrowth, [
  ['30% a year', { of1: 0.3, each: 'year' }], ['-5% a month', { of1: -0.05, each: 'month' }], ['2.5% a quarter', { of1: 0.025, each: 'quarter' }],
], [
  ['30', '`key` is a growth. 30 what?', 'Write 30% a year.'],
  ['30%', '`30%` is no growth.', 'Write 30% a year.'],
  ['30% per year', '`30% per year` is no growth.', 'Write 30% a year.'],
  ['3%/month', '`3%/month` is no growth.', 'Write 3% a month.'],
  ['fast', '`fast` is no growth.', 'Write 30% a year.'],
])

cases('money', readMoney, [
  ['240000 EUR', { amount: '240000', currency: 'EUR' }], ['1 200.50 PLN', { amount: '1200.50', currency: 'PLN' }], ['-3.10 USD', { amount: '-3.10', currency: 'USD' }],
  ['1\u{a0}000\u{a0}000 JPY', { amount: '1000000', currency: 'JPY' }], ['5EUR', { amount: '5', currency: 'EUR' }],
], [
  ['240000', '`key` is an amount of money. 240000 of which currency?', 'Write 240000 EUR, or another code.'],
  ['€240', '`€240` is no amount of money.', 'Write 240 EUR.'],
  ['240 €', '`240 €` is no amount of money.', 'Write 240 EUR.'],
  ['EUR 1.200,50', '`EUR 1.200,50` is no amount of money.', 'Write 1200.50 EUR.'],
  ['1,200.50 PLN', '`1,200.50 PLN` is no amount of money.', 'Write 1200.50 PLN.'],
  ['5 eur', '`key` is a currency, and its code has capital letters.', 'Write 5 EUR.'],
  ['5 XQQ', '`XQQ` is no currency code (ISO 4217).', 'Write a code such as EUR, PLN or USD.'],
  ['1 20 EUR', '`1 20 EUR` is no amount of money.', 'Write 120 EUR.'],
  ['a lot', '`a lot` is no amount of money.', 'Write 240000 EUR or 1 200.50 PLN.'],
])

cases('price', readPrice, [
  ['720 EUR/day', { amount: '720', currency: 'EUR', each: 'day' }], ['90 EUR/h', { each: 'hour' }], ['1 200.50 PLN/month', { amount: '1200.50', each: 'month' }], ['5 EUR', { amount: '5' }],
], [
  ['720/day', '`key` is an amount of money. 720 of which currency?', 'Write 720 EUR, or another code.'],
  ['720 EUR/fortnight', '`720 EUR/fortnight` is no price.', 'Write 720 EUR/day, /hour, /month or /year.'],
])

cases('currency', readCurrency, [['EUR', 'EUR'], ['PLN', 'PLN']], [
  ['eur', '`key` is a currency, and its code has capital letters.', 'Write EUR.'],
  ['€', '`€` is no currency code (ISO 4217).', 'Write EUR.'],
  ['zł', '`zł` is no currency code (ISO 4217).', 'Write PLN.'],
  ['Euro', '`Euro` is no currency code (ISO 4217).', 'Write EUR.'],
])

cases('size', readSize, [['8 GB', { bytes: 8e9 }], ['500 KB', { bytes: 500_000 }], ['1.5MB', { bytes: 1_500_000 }], ['12 B', { bytes: 12 }], ['2 TB', { bytes: 2e12 }]], [
  ['8', '`key` is a size. 8 what?', 'Write 8 GB, 8 MB or 8 KB.'],
  ['8 gb', '`8 gb` is no size.', 'Write 8 GB.'],
  ['8 GiB', '`8 GiB` is no size.', 'Write 8 GB.'],
  ['8 gigabytes', '`8 gigabytes` is no size.', 'Write 8 GB.'],
  ['big', '`big` is no size.', 'Write 8 GB or 500 KB.'],
])

cases('true or false', readBoolean, [['true', true], ['false', false]], [
  ['yes', '`key` is true or false, not `yes`.', 'Write true.'],
  ['No', '`key` is true or false, not `No`.', 'Write false.'],
  ['True', '`key` is true or false, not `True`.', 'Write true.'],
  ['maybe', '`key` is true or false, not `maybe`.', 'Write true or false.'],
])

cases('whole number', readInteger, [['0', 0], ['-12', -12], ['500', 500], ['007', 7]], [
  ['1,200', '`key` is a whole number, not `1,200`.', 'Write 1200.'],
  ['1.5', '`key` is a whole number, not `1.5`.', 'Write digits only, for example 500.'],
  ['1e3', '`key` is a whole number, not `1e3`.', 'Write digits only, for example 500.'],
])

cases('decimal', readDecimal, [['1.10', '1.10'], ['-0.5', '-0.5'], ['12345678901234567890.1', '12345678901234567890.1']], [
  ['1,5', '`key` is a number, not `1,5`.', 'Write 1.5.'],
  ['.5', '`key` is a number, not `.5`.', 'Write digits and a point, for example 12.50.'],
])
