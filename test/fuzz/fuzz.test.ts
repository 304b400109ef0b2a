/** `npm run fuzz -- --inputs N --seed S`: readers are given what is nearly right. What once failed is kept in `found`. */
import { performance } from 'node:perf_hooks'
import { describe, expect, test } from 'vitest'
import { random } from './mutate.ts'
import { READERS } from './readers.ts'

const INPUTS = Number(process.env['FUZZ_INPUTS'] ?? 1000)
const SEED = process.env['FUZZ_SEED'] ?? '1'
const [PART, PARTS] = [Number(process.env['FUZZ_PART'] ?? 0), Number(process.env['FUZZ_PARTS'] ?? 1)]
/** For a hang, not for speed. */
const MOST_MS = 10_000

/** `reader seed`: inputs that were found, and mended. */
const FOUND: readonly string[] = ['webhook 251210/18010', 'file 251210/16153']

const clean = (): string => JSON.stringify([Object.prototype, Array.prototype, String.prototype].map((of) => Reflect.ownKeys(of).length))
const CLEAN = clean()

async function tried(name: string, seed: string): Promise<string | undefined> {
  const from = performance.now()
  let wrong: string | undefined
  try {
    wrong = await READERS[name]!.run(random(`${name} ${seed}`))
  } catch (error) {
    wrong = `threw ${(error as Error).stack}`
  }
  wrong ??= clean() === CLEAN ? undefined : 'a prototype was changed'
  wrong ??= performance.now() - from > MOST_MS ? `took ${Math.round(performance.now() - from)} ms` : undefined
  return wrong === undefined ? undefined : `${name} ${seed}: ${wrong}`
}

describe(`seed ${SEED}`, () => {
  test.each(Object.keys(READERS))('The reader of a %s is never stopped by what it reads.', async (name) => {
    const count = Math.ceil((INPUTS * READERS[name]!.share) / 100)
    const failures: string[] = []
    for (let i = PART; i < count && failures.length < 5; i += PARTS) {
      const failure = await tried(name, `${SEED}/${i}`)
      if (failure !== undefined) failures.push(failure)
    }
    expect(failures.join('\n\n')).toBe('')
  })

  test('What was found once stays mended.', async () => {
    const failures: (string | undefined)[] = []
    for (const one of FOUND) failures.push(await tried(...(one.split(' ') as [string, string])))
    expect(failures).toEqual(FOUND.map(() => undefined))
  })
})
