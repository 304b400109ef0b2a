import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type NativeRecord, Numeral } from '../base/numeral.ts'
import { compileCondition, compileExpression, type Follow } from './cel.ts'
import type { Value } from './value.ts'
import { codes, entityOf, group, list, reference, text } from './mapping/mapping.test-support.ts'

const holds = (expression: string, record: NativeRecord): boolean => {
  const condition = compileCondition(expression, 'record')
  expect(condition.problems).toEqual([])
  return condition.holds(record)
}
const value = (expression: string, record: NativeRecord = {}): unknown => {
  const compiled = compileExpression(expression, 'record')
  expect(compiled.problems).toEqual([])
  const native = compiled.run(record)
  return native instanceof Numeral ? native.text : native
}

describe('a record', () => {
  test.each<[string, NativeRecord, boolean]>([
    ['record.state != "X"', {}, true],
    ['record.state == "X"', {}, false],
    ['record.state == null', {}, true],
    ['record.state == null', { state: null }, true],
    ['has(record.state)', { state: null }, false],
    ['has(record.a.b)', { a: { b: 1 } }, true],
    ['has(record.a.b.c.d)', {}, false],
    ['record.a.b.c == null', { a: 'text' }, true],
    ['record.deleted', {}, false],
    ['!record.deleted', {}, true],
    ['!record.deleted', { deleted: 'true' }, false],
    ['record.active', { active: 1 }, true],
    ['record.active == true', { active: 1 }, true],
    ['record.active == true', { active: 'false' }, false],
    ['record.amount > 5', {}, false],
    ['record.amount <= 5', {}, false],
    ['record.amount > 5 || record.kind == "x"', { kind: 'x' }, true],
    ['record.amount > 5', { amount: '7' }, true],
    ['record.amount == 7', { amount: '7.00' }, true],
    ['record.amount == "07"', { amount: '7' }, false],
    ['record.big == 12345678901234567890', { big: new Numeral('12345678901234567890') }, true],
    ['record.big == 12345678901234567891', { big: new Numeral('12345678901234567890') }, false],
    ['record.big > 9007199254740992', { big: new Numeral('9007199254740993') }, true],
    ['record.n == 0.1 + 0.2', { n: new Numeral('0.3') }, true],
    ['record.n == 1e2', { n: 100 }, true],
    ['record.tags.exists(t, t == "vip")', { tags: ['new', 'vip'] }, true],
    ['record.tags.exists(t, t == "vip")', {}, false],
    ['record.tags.all(t, size(t) > 2)', { tags: ['new', 'vip'] }, true],
    ['record.tags.exists_one(t, t == "a")', { tags: ['a', 'b', 'a'] }, false],
    ['"vip" in record.tags', { tags: ['vip'] }, true],
    ['"vip" in record.tags', {}, false],
    ['record.kind in ["a", "b"]', { kind: 'b' }, true],
    ['"k" in record.map', { map: { k: null } }, true],
    ['record["E-mail 2"] == "x"', { 'E-mail 2': 'x' }, true],
    ['record.list[1].id == 5', { list: [{}, { id: 5 }] }, true],
    ['record.list[9].id == 5', { list: [] }, false],
    ['record.mail.endsWith("@example.org")', { mail: 'a@example.org' }, true],
    ['record.mail.endsWith("@example.org")', {}, false],
    ['record.sku.matches("^[A-Z]{3}")', { sku: 'ABC-1' }, true],
    ['record.sku.matches("b+$")', { sku: 'aabb' }, true],
    ['record.sku.matches("b")', { sku: 'abc' }, true],
    ['record.sku.matches("^b$")', { sku: 'abc' }, false],
    ['record.at > timestamp("2026-01-01T00:00:00Z")', { at: '2026-01-01T01:30:00+01:00' }, true],
    ['record.at > timestamp("2026-01-01T00:30:00Z")', { at: '2026-01-01T01:30:00+01:00' }, false],
    ['date(record.at) == date("2026-01-01")', { at: '2026-01-01T12:00:00Z' }, true],
    ['timestamp(record.b) - timestamp(record.a) > duration("36h")', { a: '2026-01-01T00:00:00Z', b: '2026-01-03' }, true],
    ['record.a == record.b', { a: { x: [1, new Numeral('2.0')] }, b: { x: [new Numeral('1'), 2] } }, true],
    ['record.x ? record.y == 1 : record.y == 2', { y: 2 }, true],
    ['record.address.size() == 2', { address: { a: 1, b: 2 } }, true],
    ['coalesce(record.a, record.b, "none") == "none"', { a: null }, true],
  ])('%s of %j is %s', (expression, record, expected) => {
    expect(holds(expression, record)).toBe(expected)
  })

  test('gives nothing through inherited properties', () => {
    const hostile = JSON.parse('{"__proto__": {"admin": true}}') as NativeRecord
    for (const name of ['admin', 'toString', 'constructor', 'hasOwnProperty']) expect(holds(`has(record.${name})`, hostile)).toBe(false)
    expect(holds('has(record["__proto__"].admin)', hostile)).toBe(true)
    expect(holds('has(record.list.length)', { list: [1] })).toBe(false)
  })

  test.each<[string, NativeRecord, RegExp]>([
    ['record.amount > 5', { amount: 'much' }, /`much` and `5` can't be compared/],
    ['record.amount > 5', { amount: [1] }, /can't be compared/],
    ['record.a && true', { a: 'perhaps' }, /neither true nor false/],
    ['record.a * 2 > 1', { a: 'x' }, /`\*` can't be computed/],
    ['1 / record.zero > 1', { zero: 0 }, /divided by zero/],
    ['record.a.all(x, x)', { a: 5 }, /is no list/],
    ['timestamp(record.at) > timestamp("2026-01-01T00:00:00Z")', { at: '31.12.2026' }, /is no moment/],
  ])('%s of %j is an error that says why', (expression, record, says) => {
    const condition = compileCondition(expression, 'record')
    expect(condition.problems).toEqual([])
    expect(() => condition.holds(record)).toThrow(says)
  })
})

describe('an expression computes', () => {
  test.each<[string, unknown]>([
    ['1 + 2 * 3', 7],
    ['7 / 2', '3.5'],
    ['1 / 3', '0.33333333333333333333'],
    ['-7 % 3', -1],
    ['0.1 + 0.2', '0.3'],
    ['9007199254740993 * 1000', '9007199254740993000'],
    ['"1" + "2"', '12'],
    ['int("7.9")', 7],
    ['double("7.90")', '7.9'],
    ['string(1.50)', '1.5'],
    ['[1, 2, 3].map(x, x * 2)', [2, 4, 6]],
    ['[1, 2, 3].map(x, x > 1, x * 2)', [4, 6]],
    ['[1, 2, 3].filter(x, x != 2)', [1, 3]],
    ['[[1], [2]].map(x, x.map(y, y + x[0]))', [[2], [4]]],
    ['"a,b,,c".split(",")', ['a', 'b', '', 'c']],
    ['["a", "b"].join("-")', 'a-b'],
    ['"Zażółć".size()', 6],
    ['"abcdef".substring(1, 3)', 'bc'],
    ['"aXbX".replace("X", "--")', 'a--b--'],
    ['" x ".trim().upper()', 'X'],
    ['{"a": 1, "b": "x"}', { a: 1, b: 'x' }],
    ['timestamp("2026-07-01T12:00:00+02:00")', '2026-07-01T10:00:00Z'],
    ['date("2026-12-31") + duration("1d")', '2027-01-01T00:00:00Z'],
    ['date("2026-03-01").getMonth()', 2],
    ['date("2026-03-01").getDayOfWeek()', 0],
    ['money("12.50 EUR") * 2', { amount: 25, currency: 'EUR' }],
    ['null + 1', null],
    ['true ? 1 : 2', 1],
    ['r"\\d"', '\\d'],
  ])('%s', (expression, expected) => {
    expect(value(expression)).toEqual(expected)
  })

  test('sums exactly, whatever the numbers', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (a, b) => {
      expect(String(value('record.a + record.b - record.b', { a: new Numeral(`${a}.5`), b: new Numeral(`${b}.25`) }))).toBe(`${a}.5`)
      expect(BigInt(String(value('record.a * record.b', { a: new Numeral(String(a)), b: new Numeral(String(b)) })))).toBe(a * b)
    }))
  })
})

const customer = entityOf('customer', { name: text, language: { is: 'language' }, group: reference('group') })
const order = entityOf('order', {
  number: text,
  total: { is: 'money' },
  weight: { is: 'quantity', unit: 'kg' },
  status: codes('placed', 'paid', 'packed', 'shipped'),
  customer: reference('customer'),
  placed: { is: 'date' },
  at: { is: 'datetime' },
  opens: { is: 'time' },
  active: { is: 'boolean' },
  count: { is: 'integer' },
  address: group({ city: text, country: { is: 'country' } }),
  lines: list(group({ quantity: { is: 'decimal' }, product: reference('product'), state: codes('open', 'done') })),
})
const product = entityOf('product', { active: { is: 'boolean' } })
const scope = { entity: order, entities: new Map([customer, order, product].map((one) => [one.key, one])) }
const golden: Record<string, Value> = {
  number: 'A1', total: { amount: '500.01', currency: 'EUR' }, weight: { amount: '2.5', unit: 'kg' }, status: 'packed', customer: { link: '7' }, placed: '2026-02-28',
  at: '2026-03-01T00:00:00.5Z', opens: '08:30:00', active: true, count: '12345678901234567890', address: { city: 'X', country: 'PL' },
  lines: [{ quantity: '0.5', product: { link: '8' }, state: 'done' }, { quantity: '3', product: { link: '9' }, state: 'open' }],
}
const follow: Follow = (link) => (link === '7' ? { name: 'Anna', language: 'pl' } : link === '8' ? { active: true } : undefined)

describe('a golden record', () => {
  test.each<[string, boolean | undefined]>([
    ['order.total.amount > 500', true],
    ['order.total.amount > 500.01', false],
    ['order.total > money("500 EUR")', true],
    ['order.total.currency == "EUR"', true],
    ['order.weight.amount <= 2.5', true],
    ['order.status >= "paid"', true],
    ['order.status >= "shipped"', false],
    ['order.status in ["paid", "packed"]', true],
    ['order.status == "packed" && order.active', true],
    ['order.placed < "2026-03-01"', true],
    ['order.placed == date("2026-02-28")', true],
    ['order.at > "2026-03-01"', true],
    ['order.at - order.placed > duration("24h")', true],
    ['order.opens > "08:00"', true],
    ['order.count == 12345678901234567890', true],
    ['order.count > 12345678901234567889', true],
    ['order.customer.language == "pl"', true],
    ['has(order.customer.name)', true],
    ['order.address.country == "PL"', true],
    ['order.lines.exists(l, l.quantity > 2.9)', true],
    ['order.lines.all(l, l.state >= "open")', true],
    ['order.lines.exists(l, l.product.active)', true],
    ['order.lines.all(l, l.product.active)', false],
    ['size(order.lines) == 2', true],
    ['order.lines[0].quantity == 0.5', true],
    ['order.lines.map(l, l.quantity)[1] == 3', true],
    ['order.id == null', true],
  ])('%s', (expression, expected) => {
    const condition = compileCondition(expression, scope)
    expect(condition.problems).toEqual([])
    expect(condition.judge(golden, follow)).toBe(expected)
  })

  test.each<[string, boolean | undefined]>([
    ['order.total.amount > 500', undefined],
    ['!(order.total.amount > 500)', true],
    ['order.total.amount > 500 && order.active', undefined],
    ['order.total.amount > 500 && 1 > 2', false],
    ['order.total.amount > 500 || 2 > 1', true],
    ['order.status >= "paid"', undefined],
    ['order.status != "paid"', true],
    ['order.placed < "2026-03-01"', undefined],
    ['order.customer.language == "pl"', false],
    ['order.lines.all(l, l.quantity > 2)', true],
    ['size(order.lines) > 0', false],
  ])('of which nothing is known: %s', (expression, expected) => {
    const condition = compileCondition(expression, scope)
    expect(condition.judge({}, follow)).toBe(expected)
    expect(condition.holds({}, follow)).toBe(expected === true)
  })

  test('of another currency is not compared', () => {
    const condition = compileCondition('order.total > money("500 PLN")', scope)
    expect(() => condition.holds(golden)).toThrow(/500.01 EUR and 500 PLN can't be compared: currencies differ/)
  })

  test('names the fields that are read', () => {
    expect(compileCondition('order.total.amount > 5 && order.lines.all(order_line, has(order.status))', scope).reads).toEqual(['total', 'lines', 'status'])
    expect(compileCondition('size(order) > 1', scope).reads ?? 'all').toBe('all')
  })
})

describe('a mistake is found when the plan is loaded', () => {
  test.each<[string, number, RegExp, RegExp | undefined]>([
    ['order.totl > 5', 0, /`totl` is no field of order/, /Did you mean `total`/],
    ['order.status == "payd"', 16, /`payd` is no code of order\.status/, /Did you mean `paid`/],
    ['order.status in ["paid", "pcked"]', 16, /`pcked` is no code/, /packed/],
    ['order.total > 500', 0, /Money and a number can't be compared/, /order\.total\.amount/],
    ['order.total.amout > 1', 0, /`amount` and `currency`/, undefined],
    ['order.number > 5', 0, /A text and a number/, undefined],
    ['order.placed > "31.12.2026"', 15, /is no date/, /2026-12-31/],
    ['order.active > order.count', 0, /True or false and a number/, undefined],
    ['order.address < order.address', 0, /no order/, undefined],
    ['order.number && true', 0, /needs true or false/, undefined],
    ['order.number', 0, /must be true or false/, undefined],
    ['order.customer.group.name == "x"', 0, /followed one step/, undefined],
    ['order.customer.nme == "x"', 0, /`nme` is no field of customer/, /name/],
    ['customer.name == "x"', 0, /`customer` is not known here/, /order\.customer/],
    ['status == "paid"', 0, /`status` is not known here/, /order\.status/],
    ['order.status == paid', 16, /`paid` is not known here/, /"quotes"/],
    ['order.lines.all(l, l.qty > 0)', 19, /`qty` is no field/, undefined],
    ['order.number.all(x, true)', 0, /all\(\) needs a list/, undefined],
    ['order.number.begins("x")', 0, /`begins\(\)` is no function/, undefined],
    ['order.number.startWith("x")', 0, /`startWith\(\)` is no function/, /startsWith/],
    ['order.number.matches("(a")', 21, /./, undefined],
    ['order.number.startsWith(5)', 24, /takes a text/, undefined],
    ['date("2026-02-30") == order.placed', 5, /is no date|is no moment/, undefined],
    ['order.number.substring()', 0, /takes 1 or 2 values/, undefined],
    ['order.count = 5', 12, /One `=`/, /==/],
    ['order.active & true', 13, /One `&`/, /&&/],
    ['order.count > (5', 16, /ends too early/, undefined],
    ['order.number == "x', 16, /does not end/, /quote/],
    ['', 0, /empty/, undefined],
    ['order.count + order.number > 1', 0, /`\+` can't be used between a number and a text/, undefined],
  ])('%s', (expression, at, says, mend) => {
    const { problems } = compileCondition(expression, scope)
    expect(problems[0]).toMatchObject({ at })
    expect(problems[0]!.says).toMatch(says)
    if (mend) expect(problems[0]!.mend).toMatch(mend)
  })

  test('once, and not again for what follows from it', () => {
    expect(compileCondition('order.totl.amount.x + 5 > order.numbr.size()', scope).problems.map((problem) => problem.says)).toEqual(['`totl` is no field of order.', '`numbr` is no field of order.'])
  })

  test('and what is wrong can’t be computed', () => {
    expect(() => compileCondition('order.totl > 5', scope).holds({})).toThrow(/`totl` is no field/)
    expect(() => compileExpression('record.(', 'record').run({})).toThrow(/position/)
  })
})

describe('an expression always ends', () => {
  test('because large and deep ones are refused', () => {
    expect(compileCondition(Array.from({ length: 600 }, () => 'true').join(' && '), 'record').problems[0]!.says).toMatch(/too large/)
    expect(compileCondition(`${'('.repeat(5000)}true${')'.repeat(5000)}`, 'record').problems).not.toEqual([])
    expect(compileCondition(`"${'x'.repeat(20_000)}" == "y"`, 'record').problems[0]!.says).toMatch(/longer than/)
    expect(compileCondition(`${'!'.repeat(9000)}true`, 'record').problems).not.toEqual([])
    expect(compileCondition(`${'-'.repeat(9000)}1 == 1`, 'record').problems).not.toEqual([])
  })
  test('because the items it looks at are counted', () => {
    const record = { a: Array.from({ length: 1000 }, (_, i) => i) }
    expect(() => compileCondition('record.a.all(x, record.a.all(y, record.a.all(z, x + y + z >= 0)))', 'record').holds(record)).toThrow(/more than 100000 items/)
    expect(compileCondition('record.a.all(x, x >= 0)', 'record').holds(record)).toBe(true)
  })
  test('because numbers and texts can’t grow without bound', () => {
    const big = new Numeral('9'.repeat(900))
    expect(() => compileExpression('record.a * record.a * record.a', 'record').run({ a: big })).toThrow(/digits/)
    expect(() => compileCondition('record.a > 5', 'record').holds({ a: new Numeral('1e999999999') })).toThrow(/can't be compared/)
    expect(() => compileExpression('record.a.replace("x", record.a)', 'record').run({ a: 'x'.repeat(5000) })).toThrow(/longer than/)
  })
  test('and hostile texts do not slow a pattern down', () => {
    expect(compileCondition('record.a.matches("^(a+)+$")', 'record').holds({ a: `${'a'.repeat(50_000)}!` })).toBe(false)
  })
  test('without a crash, whatever is written', () => {
    const word = fc.constantFrom('order', 'record', '.', 'total', 'lines', 'all', '(', ')', 'x', ',', '"a"', '1', '1.5', '==', '>', '&&', '!', '-', '[', ']', '?', ':', 'has', 'null', 'in', '+', 'status', 'customer', 'size', 'date', '{', '}')
    fc.assert(fc.property(fc.array(word, { maxLength: 14 }), fc.constantFrom(scope, 'record' as const), (parts, where) => {
      const condition = compileCondition(parts.join(' '), where)
      if (condition.problems.length === 0) {
        try {
          condition.holds(golden as NativeRecord, follow)
        } catch (error) {
          expect((error as { code?: string }).code).toBe('expression.failed')
        }
      } else for (const problem of condition.problems) expect(problem.at).toBeLessThanOrEqual(problem.end)
    }), { numRuns: 3000 })
  })
})
