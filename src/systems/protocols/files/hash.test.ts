import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { KeySet } from './hash.ts'

test('A set of keys knows where it met each, whatever it grew to.', () => {
  const keys = new KeySet()
  for (let n = 0; n < 50_000; n += 1) expect(keys.add(`A-${n}`, 0, n + 1)).toBeUndefined()
  for (let n = 50_000; n < 100_000; n += 1) expect(keys.add(`A-${n}`, 3, n + 1)).toBeUndefined()
  for (const n of [0, 1, 49_999, 50_000, 99_999]) expect(keys.add(`A-${n}`, 9, 1)).toEqual({ file: n < 50_000 ? 0 : 3, line: n + 1 })
})

/** What the set has let go of counts until it is collected, which may be any time. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}

test('Of a million keys and more each is still known, at a few bytes each; only their lines are forgotten.', () => {
  const keys = new KeySet()
  const before = process.memoryUsage().arrayBuffers
  const many = 1_500_000
  for (let n = 0; n < many; n += 1) if (keys.add(`A-${n}`, 0, n + 1)) throw new Error(`${n} was never there`)
  collectGarbage()
  expect((process.memoryUsage().arrayBuffers - before) / many).toBeLessThan(16)
  for (const n of [0, 999_999, many - 1]) expect(keys.add(`A-${n}`, 0, 1)).toEqual({ file: 0, line: undefined })
})
