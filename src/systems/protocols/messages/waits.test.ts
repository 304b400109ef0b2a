import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import './failures.ts'
import { soon, within } from './waits.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const over = (stop: AbortSignal): Promise<void> => new Promise((resolve) => { stop.addEventListener('abort', () => resolve(), { once: true }) })

test('A time-out that is joined with another signal comes, also when the memory is cleared meanwhile.', async () => {
  const { signal } = new AbortController()
  const clearing = setInterval(collect, 20)
  try {
    await Promise.all([over(soon(200, signal)), over(soon(250, signal))])
    await expect(within(200, 'The broker', new Promise(() => {}), signal)).rejects.toMatchObject({ code: 'messages.timeout' })
  } finally {
    clearInterval(clearing)
  }
}, 10_000)

test('It ends with the other signal, at once.', async () => {
  const stop = new AbortController()
  const waiting = over(soon(60_000, stop.signal))
  stop.abort()
  await waiting
  await expect(within(60_000, 'The broker', new Promise(() => {}), stop.signal)).rejects.toMatchObject({ code: 'base.stopped' })
})
