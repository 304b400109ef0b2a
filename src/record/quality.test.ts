import { describe, expect, test } from 'vitest'
import type { Rule } from '../plan/model.ts'
import { codes, entityOf, list, reference, text } from './mapping/mapping.test-support.ts'
import { checkRecord, compileEntity } from './quality.ts'

const rule = (key: string, must: string | readonly string[], ifBroken: 'set_aside' | 'warn' = 'warn'): Rule => ({ key, must: typeof must === 'string' ? [must] : must, says: `${key} is broken`, ifBroken })
const customer = entityOf('customer', { language: { is: 'language' } })
const order = entityOf(
  'order',
  { number: text, total: { is: 'money' }, lines: list(text), status: codes('placed', 'paid'), customer: reference('customer'), active: { is: 'boolean' } },
  [
    rule('positive', 'order.total.amount > 0', 'set_aside'),
    rule('has_lines', 'size(order.lines) > 0', 'set_aside'),
    rule('paid_total', ['order.status != "paid" || has(order.total)', 'order.status != "paid" || order.active']),
    rule('speaks', 'order.customer.language != "xx"'),
  ],
  ['number'],
)
const compiled = compileEntity(order, new Map([order, customer].map((one) => [one.key, one])))
const fine = { number: 'A', total: { amount: '1', currency: 'EUR' }, lines: ['x'], status: 'placed', active: true }

describe('quality rules', () => {
  test('find nothing in a record that keeps them', () => {
    expect(checkRecord(compiled, fine)).toEqual([])
  })
  test('say what is broken, in the plan’s words and with the one field to blame', () => {
    expect(checkRecord(compiled, { ...fine, total: { amount: '0', currency: 'EUR' }, lines: [] })).toEqual([
      { rule: 'positive', field: 'total', says: 'positive is broken', ifBroken: 'set_aside' },
      { rule: 'has_lines', field: 'lines', says: 'has_lines is broken', ifBroken: 'set_aside' },
    ])
  })
  test('of several conditions need all', () => {
    expect(checkRecord(compiled, { ...fine, status: 'paid', active: false })).toEqual([{ rule: 'paid_total', says: 'paid_total is broken', ifBroken: 'warn' }])
  })
  test('are not broken by a value that is missing: that is what required is for', () => {
    expect(checkRecord(compiled, { ...fine, total: null })).toEqual([])
    expect(checkRecord(compiled, { ...fine, number: null })).toEqual([{ rule: 'required', field: 'number', says: 'number is required, and it is empty.', ifBroken: 'wait' }])
  })
  test('about fields that a source does not have are not judged by it', () => {
    expect(checkRecord(compiled, { total: { amount: '0', currency: 'EUR' } }, new Set(['total', 'status']))).toEqual([{ rule: 'positive', field: 'total', says: 'positive is broken', ifBroken: 'set_aside' }])
  })
  test('follow references', () => {
    expect(checkRecord(compiled, { ...fine, customer: { link: '1' } }, undefined, () => ({ language: 'xx' }))).toEqual([{ rule: 'speaks', field: 'customer', says: 'speaks is broken', ifBroken: 'warn' }])
  })
  test('that can’t be computed are findings with the reason, not crashes', () => {
    const entity = entityOf('price', { a: { is: 'money' }, b: { is: 'money' } }, [rule('more', 'price.a >= price.b')])
    const [finding] = checkRecord(compileEntity(entity, new Map()), { a: { amount: '1', currency: 'EUR' }, b: { amount: '1', currency: 'PLN' } })
    expect(finding).toMatchObject({ rule: 'more', ifBroken: 'warn' })
    expect(finding!.says).toMatch(/currencies differ/)
  })
})
