import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { systemClock, virtualClock } from '../../base/clock.ts'
import { replaceFile } from './replace-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-ask-'))
  writeFileSync(join(folder, 'plan.yaml'), 'a: ż 1\r\n')
})
const now = (name = 'plan.yaml'): string => readFileSync(join(folder, name), 'utf8')

it('writes the new text, keeps the rights and leaves nothing beside it', async () => {
  chmodSync(join(folder, 'plan.yaml'), 0o640)
  expect(await replaceFile(folder, 'plan.yaml', 'a: ż 1\r\n', 'a: ż 2\r\n', systemClock)).toBe(true)
  expect(now()).toBe('a: ż 2\r\n')
  expect(statSync(join(folder, 'plan.yaml')).mode & 0o777).toBe(0o640)
  expect(readdirSync(folder)).toEqual(['plan.yaml'])
})

it('writes nothing when the file holds something else by now', async () => {
  writeFileSync(join(folder, 'plan.yaml'), 'a: 3\n')
  expect(await replaceFile(folder, 'plan.yaml', 'a: ż 1\r\n', 'a: 2\n', systemClock)).toBe(false)
  expect(now()).toBe('a: 3\n')
  expect(readdirSync(folder)).toEqual(['plan.yaml'])
})

it('follows a link inside of the folder and leaves the link a link', async () => {
  mkdirSync(join(folder, 'below'))
  symlinkSync('../plan.yaml', join(folder, 'below/link.yaml'))
  expect(await replaceFile(folder, 'below/link.yaml', 'a: ż 1\r\n', 'a: 2\n', systemClock)).toBe(true)
  expect(now()).toBe('a: 2\n')
  expect(lstatSync(join(folder, 'below/link.yaml')).isSymbolicLink()).toBe(true)
})

it.each([['a file', 'plan.yaml'], ['a folder', 'out/plan.yaml']])('does not follow %s that is a link out of the folder', async (_, name) => {
  const inside = mkdtempSync(join(tmpdir(), 'plimsoll-ask-'))
  if (name === 'plan.yaml') symlinkSync(join(folder, 'plan.yaml'), join(inside, 'plan.yaml'))
  else symlinkSync(folder, join(inside, 'out'))
  await expect(replaceFile(inside, name, 'a: ż 1\r\n', 'a: 2\n', systemClock)).rejects.toMatchObject({ code: 'cli.outside' })
  expect(now()).toBe('a: ż 1\r\n')
})

it('takes over what somebody left behind who was killed while writing', async () => {
  writeFileSync(join(folder, '.plan.yaml.plimsoll-new'), 'half')
  expect(await replaceFile(folder, 'plan.yaml', 'a: ż 1\r\n', 'a: 2\n', virtualClock(0))).toBe(true)
  expect(now()).toBe('a: 2\n')
  expect(existsSync(join(folder, '.plan.yaml.plimsoll-new'))).toBe(false)
})

it('says what is missing where there is no such file', async () => {
  await expect(replaceFile(folder, 'gone.yaml', '', 'a: 2\n', systemClock)).rejects.toMatchObject({ code: 'cli.not_writable', class: 'environment' })
})

it('of many that write at once each sees what the others wrote', async () => {
  const add = async (name: string): Promise<void> => {
    for (;;) {
      const before = now()
      if (await replaceFile(folder, 'plan.yaml', before, `${before}${name}: 1\n`, systemClock)) return
    }
  }
  const names = Array.from({ length: 20 }, (_, i) => `n${i}`)
  await Promise.all(names.map(add))
  expect(now().split('\n').filter((line) => line.startsWith('n')).toSorted()).toEqual(names.map((name) => `${name}: 1`).toSorted())
})
