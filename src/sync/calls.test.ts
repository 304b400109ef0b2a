import { expect, test } from 'vitest'
import type { Page, Resource } from '../systems/contract.ts'
import { Calls, callsBetween } from './calls.ts'

const signal = new AbortController().signal
const wait = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

/** Asks for a place for each request, as connectors do. */
function connector(calls: Calls): Resource {
  const budget = calls.counting('shop', { place: wait, rest: async () => undefined })
  return {
    traits: {} as Resource['traits'],
    async *read(): AsyncGenerator<Page> {
      for (let page = 0; page < 3; page += 1) {
        await budget.place()
        yield { records: [], requestedAt: 0 }
      }
    },
    async readKeys() {
      await budget.place()
      return []
    },
    async find() {
      await wait()
      await budget.place()
      return []
    },
    async write() {
      // Refused and asked again, and a login on the way.
      for (let call = 0; call < 3; call += 1) await budget.place()
      return []
    },
  }
}

test('Requests are counted by what the connector was asked for, also side by side and page by page.', async () => {
  const calls = new Calls()
  const resource = calls.counted(connector(calls))
  const pages = resource.read({ signal, pageSize: 1 })[Symbol.asyncIterator]()
  await pages.next()
  expect(calls.total().get('shop')).toEqual({ read: 1, get: 0, find: 0, write: 0, other: 0 })
  await Promise.all([resource.readKeys!([], signal), resource.find!([], [], signal), resource.write!([], { signal, deadline: 0 }), pages.next(), resource.find!([], [], signal)])
  await pages.next()
  await calls.counting('shop', { place: wait, rest: async () => undefined }).place()
  expect(calls.total().get('shop')).toEqual({ read: 3, get: 1, find: 2, write: 3, other: 1 })
})

test('A list that is left early is ended at the connector too.', async () => {
  let ended = false
  const calls = new Calls()
  const resource = calls.counted({ ...connector(calls), async *read() {
    try {
      for (;;) yield { records: [], requestedAt: 0 }
    } finally {
      ended = true
    }
  } })
  for await (const _ of resource.read({ signal, pageSize: 1 })) break
  expect(ended).toBe(true)
})

test('A run tells what it cost by record that changed, and nothing of a system that was not called.', () => {
  const counts = { read: 1, get: 0, find: 0, write: 0, other: 0 }
  const before = new Map([['a', counts], ['b', counts]])
  const after = new Map([['a', { read: 3, get: 1, find: 0, write: 2, other: 0 }], ['b', counts], ['c', counts]])
  expect([...callsBetween(before, after, (system) => (system === 'a' ? 100 : 0))]).toEqual([
    ['a', { read: 2, get: 1, find: 0, write: 2, other: 0, calls: 5, changed: 100, per_change: 0.05 }],
    ['c', { ...counts, calls: 1, changed: 0, per_change: null }],
  ])
})
