import { describe, expect, test } from 'vitest'
import { exchange } from '../../../test/support/exchange.ts'
import { quiet, threeSystems, valuesOf } from '../../../test/support/three-systems.ts'
import type { Resource } from '../../systems/contract.ts'
import { activate } from '../activate.ts'
import { LEASE_MS } from '../claim.ts'
import { deliver } from '../deliver.ts'
import { pass } from '../engine.ts'
import { readPlace } from '../read.ts'
import { placeKey } from '../runtime.ts'

const signal = new AbortController().signal

describe('several workers', () => {
  for (const conditional of [true, false]) {
    test(`34: a worker that was stopped with a claim in its hand, while another delivered newer state, changes nothing in the store (${conditional ? 'with' : 'without'} conditional writes)`, async () => {
      const x = await threeSystems('latest', { traits: { conditional, version: conditional ? 'opaque' : 'none' } })
      const parts = x.parts()
      x.systems['a']!.edit('thing', '1', { f: 'old' })
      let wake = (): void => undefined
      const stopped = new Promise<void>((resolve) => { wake = resolve })
      let reached = (): void => undefined
      const sending = new Promise<void>((resolve) => { reached = resolve })
      const slow = {
        ...parts,
        connections: {
          ...parts.connections,
          resource(place: Parameters<typeof parts.connections.resource>[0]): Resource | undefined {
            const real = parts.connections.resource(place)
            if (!real || place.system !== 'b') return real
            return {
              traits: real.traits, read: (o) => real.read(o), readKeys: (k, s) => real.readKeys!(k, s), find: (p, v, s) => real.find!(p, v, s),
              // The request is on its way and stands still.
              async write(items, options) {
                reached()
                await stopped
                return real.write!(items, { ...options, deadline: Number.MAX_SAFE_INTEGER })
              },
            }
          },
        },
      }
      const first = pass(slow, { signal, patienceMs: 0 })
      await sending
      x.clock.advance(LEASE_MS + 1000)
      x.systems['a']!.edit('thing', '1', { f: 'new' })
      for (let i = 0; i < 3; i += 1) {
        await pass(x.parts(), { signal, patienceMs: 0 })
        x.clock.advance(120_000)
      }
      expect(valuesOf(x)).toEqual(['new', 'new', 'new'])
      wake()
      await first
      const b = x.systems['b']!.get('thing', '1')!['f']
      expect(b).toBe(conditional ? 'new' : 'old')
      // The late value is nobody's edit: it is written over, and carried nowhere.
      x.clock.advance(120_000)
      await x.sync()
      expect(valuesOf(x)).toEqual(['new', 'new', 'new'])
      expect(x.systems['c']!.writes.filter((write) => write.values['f'] === 'old').length).toBeLessThanOrEqual(1)
      await quiet(x)
    })
  }

  const people = `
plimsoll: 1
name: People
systems:
  a: { connector: simulated, holds: { person: { key: id, fields: { mail: mail, name: name } } } }
  b: { connector: simulated, holds: { person: { key: id, fields: { mail: mail, name: name } } } }
entities:
  person: { identifiers: [mail], golden: plimsoll, fields: { mail: email, name: text } }
flows:
  people: { entity: person, between: [a, b] }
`

  test('56: two workers that take in the same new e-mail from two systems at once make one golden record', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const x = exchange(people, { a: {}, b: {} }, { seed })
      await activate(x.parts(), {})
      for (const name of ['a', 'b']) for (let i = 0; i < 5; i += 1) x.systems[name]!.edit('person', `${name}${i}`, { mail: `p${i}@example.org`, name: `P${i}` })
      const [one, other] = [x.parts(), { ...x.parts(), holder: 'other' }]
      const reading = (parts: typeof one, system: string) => {
        const place = parts.runtime.places.get(placeKey({ system, resource: 'person', entity: 'person' }))!
        const work = () => ({ runtime: parts.runtime, run: parts.holder, startedAt: x.clock.now(), now: x.clock.now(), newId: parts.newId })
        return readPlace({ parts, work, signal }, place, parts.connections.resource(place)!)
      }
      await Promise.all(seed % 2 ? [reading(one, 'a'), reading(other, 'b')] : [reading(other, 'b'), reading(one, 'a')])
      expect(await x.goldens('person')).toHaveLength(5)
      expect((await x.sync()).summary).toMatchObject({ writes: 0, review: 0 })
      await quiet(x)
    }
  })

  test('56: two workers that deliver to one system at once write everything once', async () => {
    const x = exchange(people, { a: {}, b: {} })
    await x.sync()
    for (let i = 0; i < 700; i += 1) x.systems['a']!.edit('person', `a${i}`, { mail: `p${i}@example.org`, name: `P${i}` })
    x.systems['b']!.vices.down = true
    await x.sync({ patienceMs: 0 })
    x.systems['b']!.vices.down = false
    x.clock.advance(3_600_000)
    const worker = (holder: string) => {
      const parts = { ...x.parts(), holder }
      const work = () => ({ runtime: parts.runtime, run: holder, startedAt: x.clock.now(), now: x.clock.now(), newId: parts.newId })
      return deliver({ parts, work, signal }, 'b')
    }
    await Promise.all([worker('one'), worker('other')])
    expect(x.systems['b']!.writes).toHaveLength(700)
    expect(x.systems['b']!.table('person').size).toBe(700)
    await quiet(x)
  })
})
