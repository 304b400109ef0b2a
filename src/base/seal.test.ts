import { describe, expect, test } from 'vitest'
import { sealer } from './seal.ts'

const OLD = 'an-old-key-of-enough-letters'
const NEW = 'a+newer/key=of_enough-letters'

describe('what is sealed', () => {
  test('opens with the same key beside the same thing, and is never the same twice', () => {
    const one = sealer(OLD)
    const [a, b] = [one.seal('tökén', 'shop'), one.seal('tökén', 'shop')]
    expect(a).not.toBe(b)
    expect([one.open(a, 'shop'), one.open(b, 'shop')]).toEqual(['tökén', 'tökén'])
    expect(a + b).not.toMatch(/t.k.n/i)
    expect(sealer(OLD).open(a, 'shop')).toBe('tökén')
  })

  test('does not open beside another thing, nor when one letter of it was changed', () => {
    const one = sealer(NEW)
    const sealed = one.seal('token', 'shop')
    expect(() => one.open(sealed, 'crm')).toThrow(expect.objectContaining({ code: 'secret.damaged' }))
    for (const part of [2, 3, 4]) {
      const parts = sealed.split('.')
      parts[part] = (parts[part]![0] === 'A' ? 'B' : 'A') + parts[part]!.slice(1)
      expect(() => one.open(parts.join('.'), 'shop')).toThrow(expect.objectContaining({ code: 'secret.damaged' }))
    }
    for (const broken of ['', 'v1', 'v2.x.y.z.a', 'token']) expect(() => one.open(broken, 'shop')).toThrow(expect.objectContaining({ code: 'secret.other_key' }))
  })

  test('opens while its key still stands among the others; the newest seals', () => {
    const old = sealer(OLD)
    const both = sealer(`${NEW}\n${OLD}`)
    const sealed = old.seal('token', 'shop')
    expect(both.open(sealed, 'shop')).toBe('token')
    expect(sealer(NEW).open(both.seal('token', 'shop'), 'shop')).toBe('token')
    expect([sealer(NEW).knows(sealed), both.knows(sealed)]).toEqual([false, true])
    expect(() => sealer(NEW).open(sealed, 'shop')).toThrow(expect.objectContaining({ code: 'secret.other_key', class: 'environment' }))
  })

  test('has hashes that depend on the key, the newest first', () => {
    const [old] = sealer(OLD).hashes('x')
    const both = sealer(`${NEW}, ${OLD}`).hashes('x')
    expect(both).toHaveLength(2)
    expect(both[1]).toBe(old)
    expect(both[0]).toBe(sealer(NEW).hashes('x')[0])
    expect(both[0]).not.toBe(both[1])
  })

  test.each([['', 'secret.no_key'], [' , \n', 'secret.no_key'], ['short', 'secret.short_key'], [`${NEW} short`, 'secret.short_key']])('%j is no key', (text, code) => {
    expect(() => sealer(text)).toThrow(expect.objectContaining({ code, class: 'environment', message: expect.stringContaining('PLIMSOLL_SECRET_KEY') }))
  })
})
