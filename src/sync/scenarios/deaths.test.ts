/** A process that dies in the middle of its work, and the next one that goes on. The dead one is cut off from its store. */
import { expect, test } from 'vitest'
import { exchange, type Exchange } from '../../../test/support/exchange.ts'
import { quiet } from '../../../test/support/three-systems.ts'
import { through } from '../../../test/support/through.ts'
import { PlimsollError } from '../../base/errors.ts'
import { HOLDER_LEASE_MS, type Store, type Transaction, type TransactionOptions } from '../../store/contract.ts'
import type { TransactionName } from '../../store/crash-points.ts'
import { activate } from '../activate.ts'
import { type EngineParts, pass } from '../engine.ts'
import { openRun } from '../run.ts'

const PLAN = `
plimsoll: 1
name: Deaths
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
entities:
  thing: { identifiers: [code], golden: a, fields: { code: text, f: text } }
flows:
  things: { entity: thing, from: a, to: b, when_deleted: delete }
`
/** A call may still be executed for so long. */
const LATE = 60_000

async function start(): Promise<Exchange> {
  const x = exchange(PLAN, { a: {}, b: {} })
  for (let i = 1; i <= 5; i += 1) x.systems['a']!.edit('thing', `a${i}`, { code: `X${i}`, f: `v${i}` })
  await x.sync()
  x.clock.advance(LATE)
  return x
}
const codes = (x: Exchange): unknown[] => x.systems['b']!.all('thing').map((row) => row['code']).toSorted()
const open = (x: Exchange) => x.store.transaction((tx) => tx.commandCounts(), { readOnly: true })

/** Parts whose process dies instead of the n-th transaction of this name. */
function mortal(x: Exchange, name: TransactionName, nth: number): { readonly parts: EngineParts; readonly died: () => boolean } {
  const parts = x.parts()
  let met = 0
  let dead = false
  const store: Store = {
    place: parts.store.place, hold: (holder, life) => parts.store.hold(holder, life), overlay: () => parts.store.overlay(), close: () => parts.store.close(),
    transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions) {
      if (options.as === name && (met += 1) === nth) dead = true
      return dead ? Promise.reject<T>(new Error('this process is dead')) : parts.store.transaction(work, options)
    },
  }
  return { parts: { ...parts, store }, died: () => dead }
}
async function dies(x: Exchange, name: TransactionName): Promise<void> {
  const { parts } = mortal(x, name, 1)
  await expect(pass(parts, { signal: new AbortController().signal, patienceMs: 0 })).rejects.toThrow('dead')
}

test('a delete that was carried out by a process that then died is closed by the next one', async () => {
  const x = await start()
  x.systems['a']!.remove('thing', 'a1')
  await dies(x, 'settle')
  expect(codes(x)).toEqual(['X2', 'X3', 'X4', 'X5'])
  const next = await x.sync({ patienceMs: LATE })
  expect(next.summary).toMatchObject({ deleted: 1, unsure: 0, balanced: true })
  expect(await open(x)).toEqual([])
  await quiet(x)
})

test('what a process was looking up when it died is looked up by the next one, without waiting for the end of its claim', async () => {
  const x = await start()
  x.systems['a']!.edit('thing', 'a1', { f: 'new' })
  await dies(x, 'settle')
  x.clock.advance(LATE)
  await dies(x, 'settle')
  expect(await open(x)).toMatchObject([{ state: 'unsure' }])
  x.clock.advance(LATE)
  expect((await x.sync({ patienceMs: LATE })).summary).toMatchObject({ unsure: 0, balanced: true })
  expect(await open(x)).toEqual([])
  await quiet(x)
})

test('a new plan becomes the active one in one transaction, however many records have to be looked at', async () => {
  const x = exchange(PLAN, { a: {}, b: {} })
  for (let i = 1; i <= 501; i += 1) x.systems['a']!.edit('thing', `a${i}`, { code: `X${i}`, f: `v${i}` })
  await x.sync()
  x.change(PLAN.replace('f: f } } } }\n  b', 'g: f } } } }\n  b').replace('f: f } } } }\nentities', 'g: f } } } }\nentities').replace('fields: { code: text, f: text }', 'fields: { code: text, g: { type: text, was: f } }'))
  const { parts, died } = mortal(x, 'activate', 2)
  await activate(parts, {})
  expect(died()).toBe(false)
  const goldens = await x.goldens('thing')
  expect(goldens.map((golden) => golden.values['g'])).toEqual(goldens.map((_, i) => `v${i + 1}`))
})

test('what was sent is looked up, not sent again, when its answer could not be stored for a moment', async () => {
  const x = await start()
  x.systems['a']!.edit('thing', 'a6', { code: 'X6', f: 'v6' })
  const parts = x.parts()
  let full = true
  const store: Store = {
    ...mortal(x, 'settle', Infinity).parts.store,
    transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions) {
      if (options.as !== 'settle' || !full) return parts.store.transaction(work, options)
      full = false
      return Promise.reject<T>(new PlimsollError('store.unusable', 'There is no room left.'))
    },
  }
  await expect(pass({ ...parts, store }, { signal: new AbortController().signal, patienceMs: 0 })).rejects.toThrow('no room left')
  expect([full, await open(x)]).toMatchObject([false, [{ state: 'unsure' }]])
  x.clock.advance(LATE)
  await x.sync({ patienceMs: LATE })
  expect(x.systems['b']!.writes.filter((write) => write.values['code'] === 'X6')).toHaveLength(1)
  expect(codes(x)).toEqual(['X1', 'X2', 'X3', 'X4', 'X5', 'X6'])
  await quiet(x)
})

test.each([['looks', false], ['does not look', true]])('what a process claimed before it stood still is not sent by it when it goes on after the lease: the target %s at the time by which a call must begin', async (_, timeless) => {
  const x = await start()
  x.systems['a']!.edit('thing', 'a1', { f: 'new' })
  const parts = through(x, 'b', (real) => (timeless ? { write: (items, options) => real.write!(items, { ...options, deadline: Infinity }) } : {}))
  let still = true
  const store: Store = {
    ...mortal(x, 'settle', Infinity).parts.store,
    async transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions) {
      const result = await parts.store.transaction(work, options)
      if (options.as === 'claim' && still) {
        still = false
        x.clock.advance(HOLDER_LEASE_MS)
      }
      return result
    },
  }
  const before = x.systems['b']!.writes.length
  await pass({ ...parts, store }, { signal: new AbortController().signal, patienceMs: 0 })
  expect([still, x.systems['b']!.writes.length]).toEqual([false, before])
  await x.sync({ patienceMs: LATE })
  expect(x.systems['b']!.writes.length).toBe(before + 1)
  await quiet(x)
})

test('a batch whose process died while it was taken in is taken in by the next one, and nothing of it is left out', async () => {
  for (const nth of [1, 2, 3]) {
    const x = exchange(PLAN, { a: { traits: { incremental: true, complete: false } }, b: {} })
    for (let i = 1; i <= 5; i += 1) x.systems['a']!.edit('thing', `a${i}`, { code: `X${i}`, f: `v${i}` })
    await x.sync()
    x.clock.advance(LATE)
    for (let i = 6; i <= 9; i += 1) {
      x.systems['a']!.edit('thing', `a${i}`, { code: `X${i}`, f: `v${i}` })
      x.clock.advance(LATE)
    }
    const { parts } = mortal(x, 'intake', nth)
    await pass(parts, { signal: new AbortController().signal, patienceMs: 0 }).catch(() => undefined)
    x.clock.advance(LATE)
    await x.sync({ patienceMs: LATE })
    expect(codes(x)).toEqual(['X1', 'X2', 'X3', 'X4', 'X5', 'X6', 'X7', 'X8', 'X9'])
    await quiet(x)
  }
})

test('a create whose process died is never repeated where nobody can be asked: a person answers', async () => {
  const x = exchange(PLAN, { a: {}, b: { traits: { read: false, readByKey: false, find: false, complete: false } } })
  x.systems['a']!.edit('thing', 'a1', { code: 'X1', f: 'v1' })
  await dies(x, 'settle')
  expect(codes(x)).toEqual(['X1'])
  x.clock.advance(LATE)
  await x.sync({ patienceMs: LATE })
  expect(codes(x)).toEqual(['X1'])
  expect(await open(x)).toMatchObject([{ kind: 'create', state: 'aside', n: 1 }])
})

test('an answer that comes after another process has taken the work over settles nothing', async () => {
  const x = await start()
  x.systems['a']!.edit('thing', 'a1', { f: 'new' })
  const parts = x.parts()
  let after: unknown
  let reached = (): void => undefined
  let goOn = (): void => undefined
  const answered = new Promise<void>((resolve) => (reached = resolve))
  const gate = new Promise<void>((resolve) => (goOn = resolve))
  const store: Store = {
    ...mortal(x, 'settle', Infinity).parts.store,
    async transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions) {
      if (options.as !== 'settle' || after !== undefined) return parts.store.transaction(work, options)
      reached()
      await gate
      const result = await parts.store.transaction(work, options)
      after = await open(x)
      return result
    },
  }
  const first = pass({ ...parts, store }, { signal: new AbortController().signal, patienceMs: 0 })
  await answered
  x.clock.advance(HOLDER_LEASE_MS)
  await openRun(x.parts(), 'sync')
  goOn()
  await first
  expect(after).toMatchObject([{ state: 'unsure', n: 1 }])
  await x.sync({ patienceMs: LATE })
  expect(await open(x)).toEqual([])
  await quiet(x)
})
