import { describe, expect, test } from 'vitest'
import { credentialsIn } from '../../test/support/credentials.ts'
import { STORES } from '../../test/support/stores.ts'
import { virtualClock } from '../base/clock.ts'
import { PlimsollError } from '../base/errors.ts'
import { forgetCredentials, releaseCredentials } from './credentials.ts'

const NEXT = { after: 0, first: 'first', leaseMs: 10_000 }

describe.each(STORES)('a login that is replaced at each use, on %s', (_, open) => {
  const begin = () => {
    const store = open()
    const clock = virtualClock(1_000_000)
    return { store, clock, process: () => credentialsIn(store, { clock }) }
  }

  test('One fetches the next one, the others get it; who asks for one that is there already gets that.', async () => {
    const store = open()
    // Whoever waits on a virtual clock moves it.
    const process = () => credentialsIn(store)
    const used: string[] = []
    const results = await Promise.all(Array.from({ length: 8 }, () => process().next('login', NEXT, async (held) => {
      used.push(held.text)
      await new Promise((resolve) => setTimeout(resolve, 20))
      return 'second'
    })))
    expect(used).toEqual(['first'])
    expect(results.map((one) => [one.text, one.rev])).toEqual(Array.from({ length: 8 }, () => ['second', 1]))
    expect(await process().kept('login')).toEqual({ text: 'second', rev: 1, usedAt: null, refusedAt: null })
    expect(await process().kept('another login')).toBeUndefined()
    expect(JSON.stringify(await store.transaction((tx) => tx.secrets(), { readOnly: true }))).not.toMatch(/first|second|login/)
  })

  test('A process that died while it fetched leaves its mark; the next one is told since when, at once after a restart and else after its time.', async () => {
    const { store, clock, process } = begin()
    const died = (): void => void process().next('login', NEXT, () => new Promise<string>(() => undefined))
    const marked = async (): Promise<boolean> => (await store.transaction((tx) => tx.secrets(), { readOnly: true }))[0]?.holder != null
    died()
    while (!(await marked())) await new Promise((resolve) => setTimeout(resolve, 1))
    await releaseCredentials(store)
    clock.advance(500)
    const seen: unknown[] = []
    await expect(process().next('login', NEXT, async (held) => {
      seen.push(held.usedAt)
      throw new PlimsollError('secret.busy', 'no answer')
    })).rejects.toThrow('no answer')
    died()
    while (!(await marked())) await new Promise((resolve) => setTimeout(resolve, 1))
    const from = clock.now()
    await process().next('login', NEXT, async (held) => {
      seen.push(held.usedAt)
      return 'second'
    })
    expect(seen).toEqual([1_000_000, 1_000_000])
    expect(clock.now() - from).toBeGreaterThanOrEqual(10_000)
    expect(await process().kept('login')).toMatchObject({ text: 'second', usedAt: null })
  })

  test('Of a process that was held up and one that took over, what the first brought is kept only if the other brought nothing.', async () => {
    const { clock, process } = begin()
    const held = async (after: number, end: Promise<string>) => process().next('login', { ...NEXT, after }, () => end)
    for (const [n, other] of [[0, 'fails'], [1, 'brings']] as const) {
      let wake: (text: string) => void = () => undefined
      const slow = held(n, new Promise((resolve) => { wake = resolve }))
      for (let i = 0; i < 50; i += 1) await new Promise((resolve) => setTimeout(resolve, 1))
      clock.advance(20_000)
      const over = process().next('login', { ...NEXT, after: n }, async () => {
        if (other === 'fails') throw new PlimsollError('secret.busy', 'no answer')
        return 'from the other'
      })
      if (other === 'fails') await expect(over).rejects.toThrow('no answer')
      else await over
      wake(`from the slow ${n}`)
      expect((await slow).text).toBe(other === 'fails' ? 'from the slow 0' : 'from the other')
    }
    expect(await process().kept('login')).toMatchObject({ text: 'from the other', rev: 2 })
  })

  test('What is forgotten begins anew; other systems keep theirs.', async () => {
    const { store, process } = begin()
    await process().next('login', NEXT, async () => 'second')
    await credentialsIn(store, { system: 'crm' }).next('theirs', NEXT, async () => 'second')
    expect(await forgetCredentials(store, 'shop')).toBe(1)
    expect(await process().kept('login')).toBeUndefined()
    expect(await credentialsIn(store, { system: 'crm' }).kept('theirs')).toMatchObject({ text: 'second' })
  })
})
