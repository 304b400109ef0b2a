/** What could not be judged when it came, and is read again by key. */
import { describe, expect, test } from 'vitest'
import type { SimulatedSystem } from '../../rehearse/systems/simulated.ts'
import { later, quiet, threeSystems, valuesOf } from '../../../test/support/three-systems.ts'

describe('parked', () => {
  test('A system that can\'t be asked again fails alone: the others are given what they are due, and it is asked later.', async () => {
    let b: SimulatedSystem | undefined
    const x = await threeSystems('latest', {
      traits: { conditional: true, version: 'opaque', answers: false },
      onCall: (kind, when, system) => {
        if (system === b && kind === 'write' && when === 'after') b.vices.down = true
      },
    })
    b = x.systems['b']!
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    let edited = false
    b.vices.beforeWrite = () => {
      if (!edited) b!.edit('thing', '1', { g: 'typed' })
      edited = true
    }
    const report = await x.sync()
    expect([...report.failures.keys()]).toEqual(['b'])
    expect(report.ok).toBe(false)
    expect(report.summary.balanced).toBe(true)
    expect(valuesOf(x)).toEqual(['v1', 'v0', 'v1'])
    b.vices.down = false
    b = undefined
    await later(x, 2)
    expect([valuesOf(x), valuesOf(x, 'g')]).toEqual([['v1', 'v1', 'v1'], ['typed', 'typed', 'typed']])
    await quiet(x)
  })

  test('A record whose version grew for a field that is not in the plan is written all the same, though its target says only that it changed.', async () => {
    for (const version of ['opaque', 'ordered'] as const) {
      const x = await threeSystems('latest', { traits: { conditional: true, version, answers: false } })
      x.systems['b']!.edit('thing', '1', { elsewhere: 'x' })
      x.systems['a']!.edit('thing', '1', { f: 'v1' })
      await x.sync()
      expect(valuesOf(x)).toEqual(['v1', 'v1', 'v1'])
      await quiet(x)
    }
  })
})
