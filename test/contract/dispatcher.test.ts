/** What every dispatcher keeps, whatever carries its bells. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Dispatcher } from '../../src/dispatch/contract.ts'
import { localDispatcher } from '../../src/dispatch/local/dispatcher.ts'

const DISPATCHERS: readonly (readonly [string, () => Promise<Dispatcher>])[] = [['local', async () => localDispatcher()]]
const any = (): boolean => true

describe.each(DISPATCHERS)('dispatcher %s', (_name, open) => {
  let dispatcher: Dispatcher
  let stop: AbortController
  beforeEach(async () => {
    dispatcher = await open()
    stop = new AbortController()
  })
  afterEach(() => dispatcher.close())

  test('A bell rung before anybody waits is kept.', async () => {
    dispatcher.ring('a')
    expect(await dispatcher.next(any, stop.signal)).toBe('a')
  })

  test('A bell rung while somebody waits is answered.', async () => {
    const next = dispatcher.next(any, stop.signal)
    dispatcher.ring('a')
    expect(await next).toBe('a')
  })

  test('Rings of one lane that nobody answered are one.', async () => {
    for (const lane of ['a', 'a', 'b', 'a']) dispatcher.ring(lane)
    expect([await dispatcher.next(any, stop.signal), await dispatcher.next(any, stop.signal)]).toEqual(['a', 'b'])
    const third = dispatcher.next(any, stop.signal)
    dispatcher.ring('c')
    expect(await third).toBe('c')
  })

  test('A worker gets lanes that it takes, and the others stay for other workers.', async () => {
    const onlyB = dispatcher.next((lane) => lane === 'b', stop.signal)
    dispatcher.ring('a')
    dispatcher.ring('b')
    expect(await onlyB).toBe('b')
    expect(await dispatcher.next(any, stop.signal)).toBe('a')
  })

  test('One bell wakes one worker.', async () => {
    const answers: string[] = []
    const waiting = [1, 2].map((n) => dispatcher.next(any, stop.signal).then((lane) => answers.push(`${n} ${lane}`)))
    dispatcher.ring('a')
    await Promise.race(waiting)
    expect(answers).toHaveLength(1)
    dispatcher.ring('b')
    await Promise.all(waiting)
    expect(answers.map((answer) => answer.slice(2)).toSorted()).toEqual(['a', 'b'])
  })

  test('Whoever waits can be stopped, and the bell that comes then is kept for the next one.', async () => {
    const next = dispatcher.next(any, stop.signal)
    stop.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
    await expect(dispatcher.next(any, stop.signal)).rejects.toThrow('enough')
    dispatcher.ring('a')
    expect(await dispatcher.next(any, new AbortController().signal)).toBe('a')
  })

  test('Closing sends everybody away.', async () => {
    const next = dispatcher.next(any, stop.signal)
    await Promise.all([expect(next).rejects.toMatchObject({ code: 'dispatch.closed' }), dispatcher.close()])
    await expect(dispatcher.next(any, stop.signal)).rejects.toMatchObject({ code: 'dispatch.closed' })
  })
})
