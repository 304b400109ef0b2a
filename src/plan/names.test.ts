import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelOf, nameProblem, NAME_PATTERN, nearest, RESERVED, toName } from './names.ts'

describe('names', () => {
  it.each(['a', 'order_to_delivery', 'x1', 'a'.repeat(60)])('`%s` is a name', (name) => {
    expect(nameProblem(name)).toBeUndefined()
  })

  it.each([
    ['one-customer', '`one_customer`'], ['oneCustomer', '`one_customer`'], ['One Customer', '`one_customer`'], ['Zażółć', '`zazolc`'],
    ['Straße 1', '`strasse_1`'], ['_x', '`x`'], ['1st', '`st`'], ['a__b-', '`a_b`'],
  ])('`%s` is none, and %s is offered', (name, offered) => {
    const problem = nameProblem(name)
    expect(problem?.id).toBe('bad-name')
    expect(problem?.mend).toContain(offered)
  })

  it.each(['', '1', '___', '中文', 'a'.repeat(61)])('`%s` is none', (name) => {
    expect(nameProblem(name)?.id).toBe('bad-name')
  })

  it.each(['plimsoll', 'plimsoll_store', 'none', 'same', 'id', 'record', 'latest', 'highest', 'ask', 'in', 'namespace', 'constructor', 'prototype'])('`%s` is reserved', (name) => {
    expect(nameProblem(name)?.id).toBe('reserved-name')
  })

  it('refuses __proto__, which begins with no letter', () => {
    expect(nameProblem('__proto__')?.id).toBe('bad-name')
  })

  it('makes a right name of any text, or none', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const name = toName(text)
      expect(name === undefined || nameProblem(name) === undefined).toBe(true)
    }))
  })

  it('has a pattern for editors that agrees with the check', () => {
    const pattern = new RegExp(NAME_PATTERN)
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'Z', '_', '1', '-', 'é'), maxLength: 65 }), (text) => {
      expect(pattern.test(text)).toBe(nameProblem(text) === undefined || RESERVED.has(text))
    }))
  })

  it('makes a label of a name', () => {
    expect(labelOf('order_to_delivery')).toBe('Order to delivery')
  })
})

describe('nearest', () => {
  const names = ['integration', 'customer', 'orders', 'crm', 'erp', 'shop', 'vat_id', 'emailAddress']
  it.each([
    ['intgration', 'integration'], ['custmer', 'customer'], ['cutsomer', 'customer'], ['order', 'orders'], ['vat-id', 'vat_id'], ['CRM', 'crm'],
    ['cmr', 'crm'], ['emailadress', 'emailAddress'],
  ])('finds for `%s` `%s`', (wrong, right) => {
    expect(nearest(wrong, names)).toBe(right)
  })

  it.each(['xyz', 'invoice', 'a', '', 'zzzzzzzzzzzzzzzzzz', 'x'.repeat(200)])('finds nothing for `%s`', (wrong) => {
    expect(nearest(wrong, names)).toBeUndefined()
  })

  it('takes the nearer of two, and the first of two that are equally near', () => {
    expect(nearest('payments', ['payment', 'payments_x'])).toBe('payment')
    expect(nearest('shap', ['ship', 'shop'])).toBe('ship')
  })

  it('finds any name of at least four signs after one slip', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcdefghij_'), minLength: 4, maxLength: 30 })
    fc.assert(fc.property(name, fc.nat(), fc.constantFrom('drop', 'double', 'swap'), (right, seed, slip) => {
      const i = seed % (right.length - 1)
      const wrong = slip === 'drop' ? right.slice(0, i) + right.slice(i + 1) : slip === 'double' ? right.slice(0, i) + right[i] + right.slice(i) : right.slice(0, i) + right[i + 1] + right[i] + right.slice(i + 2)
      if (wrong !== right) expect(nearest(wrong, ['unrelated_and_long_name_of_another_kind', right])).toBe(right)
    }))
  })

  it('looks through 2,000 names 200 times without comparing each to its end', () => {
    const many = Array.from({ length: 2_000 }, (_, i) => `flow_of_something_${i}`)
    for (let i = 0; i < 200; i += 1) expect(nearest(`flow_of_somthing_${i}`, many)).toBe(`flow_of_something_${i}`)
  })
})
