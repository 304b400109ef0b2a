import { expect, test } from 'vitest'
import { exchange } from '../../test/support/exchange.ts'
import { SECOND } from '../base/duration.ts'
import { PlimsollError } from '../base/errors.ts'
import { type Held, UnderWay } from './under-way.ts'

const PLAN = `
plimsoll: 1
name: Lanes
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code } } } }
entities:
  thing: { identifiers: [code], fields: { code: text } }
flows:
  things: { entity: thing, from: a, to: b }
`
const SILENT = new PlimsollError('serve.lane_silent', 'a gave no sign of life for 30 seconds.')

/** Work that goes on when it is told to, and what it holds. */
function working(under: UnderWay, lane: string, failures: string[] = []): { readonly held: Held; readonly end: () => void } {
  let held: Held | undefined
  let end = (): void => undefined
  under.begin(lane, async (given) => {
    held = given
    await new Promise<void>((resolve) => (end = resolve))
  }, (error) => void failures.push(error.code))
  return { held: held!, end: () => end() }
}
const mark = (held: Held) => held.parts.store.transaction((tx) => tx.save({ conditions: [] }), { as: 'condition' })

test('A lane that was given up reaches the store no more, and whoever took its place does.', async () => {
  const x = exchange(PLAN, { a: {}, b: {} })
  const under = new UnderWay(x.parts())
  const failures: string[] = []
  const first = working(under, 'a', failures)
  await mark(first.held)
  x.clock.advance(31 * SECOND)
  expect(under.silent(30 * SECOND)).toEqual(['a'])
  under.giveUp('a', SILENT)
  expect([first.held.signal.aborted, first.held.calls.aborted, under.has('a')]).toEqual([true, true, false])
  const second = working(under, 'a')
  await expect(mark(first.held)).rejects.toMatchObject({ code: 'store.fenced' })
  await expect(first.held.parts.store.transaction((tx) => tx.resources(), { readOnly: true })).rejects.toMatchObject({ code: 'store.fenced' })
  await mark(second.held)
  first.end()
  await Promise.all([Promise.resolve(), Promise.resolve()])
  // The end of the one that was given up frees nobody else's place, and is no failure any more.
  expect([under.names(), failures]).toEqual([['a'], []])
  second.end()
  await Promise.all(under.over('a'))
  expect(under.names()).toEqual([])
})

test('Transactions are signs of life, and waiting for other work is no silence.', async () => {
  const x = exchange(PLAN, { a: {}, b: {} })
  const under = new UnderWay(x.parts())
  const { held, end } = working(under, 'a')
  x.clock.advance(29 * SECOND)
  await mark(held)
  x.clock.advance(29 * SECOND)
  expect(under.silent(30 * SECOND)).toEqual([])
  let done = (): void => undefined
  const waited = held.waits(new Promise<void>((resolve) => (done = resolve)))
  x.clock.advance(300 * SECOND)
  expect(under.silent(30 * SECOND)).toEqual([])
  done()
  await waited
  expect(under.silent(30 * SECOND)).toEqual([])
  x.clock.advance(31 * SECOND)
  expect(under.silent(30 * SECOND)).toEqual(['a'])
  end()
  await Promise.all(under.over())
})
