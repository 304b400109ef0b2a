/** What a target made of a write, where neither its answer nor a look after it said so. */
import { describe, expect, test } from 'vitest'
import { exchange, type Exchange } from '../../../test/support/exchange.ts'
import { quiet, threePlan, valuesOf } from '../../../test/support/three-systems.ts'
import type { Traits } from '../../systems/contract.ts'
import { pass } from '../engine.ts'

const cuts = (values: Record<string, unknown>): Record<string, never> => ({ ...values, ...(typeof values['f'] === 'string' ? { f: values['f'].slice(0, 5) } : {}) }) as Record<string, never>
const fOf = (x: Exchange): unknown[] => ['a', 'b', 'c'].flatMap((name) => x.systems[name]!.all('thing').map((row) => row['f']))

async function withSilentB(traits: Partial<Traits>): Promise<Exchange> {
  const x = exchange(threePlan('latest'), { a: { tellsEditTimes: true }, b: { tellsEditTimes: true, traits: { answers: false, ...traits } }, c: { tellsEditTimes: true } })
  x.systems['b']!.vices.alters = (values) => cuts(values)
  await x.sync()
  x.clock.advance(60_000)
  return x
}

describe('a write that nobody saw', () => {
  test('A new record that could not be looked at after it was made is no edit where its text was cut.', async () => {
    const x = await withSilentB({})
    const b = x.systems['b']!
    x.systems['a']!.edit('thing', undefined, { code: 'X', f: 'Aleksandra', g: 'g' })
    const parts = x.parts()
    let refuses = true
    const place = [...parts.runtime.places.values()].find((one) => one.system === 'b')!
    const resource = parts.connections.resource(place)!
    const { readKeys } = resource
    Object.assign(resource, {
      readKeys: async (keys: readonly string[], signal: AbortSignal) => {
        b.vices.down = refuses
        refuses = false
        return readKeys!(keys, signal).finally(() => { b.vices.down = false })
      },
    })
    await pass(parts, { signal: new AbortController().signal })
    expect(refuses).toBe(false)
    for (let i = 0; i < 3; i += 1) {
      x.clock.advance(60_000)
      await x.sync()
    }
    expect(fOf(x)).toEqual(['Aleksandra', 'Aleks', 'Aleksandra'])
    await quiet(x)
  })

  // Neither an answer nor a look by key: only its lists show what it made of a value.
  const SILENT: Partial<Traits> = { readByKey: false, conditional: true, version: 'ordered' }

  test('What only a list shows of a value that was cut is written once more, and then accepted.', async () => {
    const x = await withSilentB(SILENT)
    x.systems['a']!.edit('thing', undefined, { code: 'X', f: 'Aleksandra', g: 'g' })
    for (let i = 0; i < 4; i += 1) {
      await x.sync()
      x.clock.advance(60_000)
    }
    expect(fOf(x)).toEqual(['Aleksandra', 'Aleks', 'Aleksandra'])
    expect(x.systems['b']!.writes.map((write) => write.operation)).toEqual(['create', 'update'])
    await quiet(x)
    x.systems['a']!.edit('thing', '1', { f: 'Bolesława' })
    for (let i = 0; i < 4; i += 1) {
      await x.sync()
      x.clock.advance(60_000)
    }
    expect(fOf(x)).toEqual(['Bolesława', 'Boles', 'Bolesława'])
    await quiet(x)
  })

  test('An edit between such a write and the first list is live or in the history.', async () => {
    const x = await withSilentB(SILENT)
    x.systems['b']!.vices.alters = (values) => values as Record<string, never>
    x.systems['a']!.edit('thing', undefined, { code: 'X', f: 'first', g: 'g' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['b']!.edit('thing', '1', { f: 'typed' })
    for (let i = 0; i < 5; i += 1) {
      x.clock.advance(60_000)
      await x.sync()
    }
    const told = await x.store.transaction((tx) => tx.changes({ limit: 100 }))
    expect(new Set(valuesOf(x)).size).toBe(1)
    expect(valuesOf(x)[0] === 'typed' || told.some((row) => row.loser?.value === 'typed' || row.after === 'typed')).toBe(true)
    await quiet(x)
  })
})
