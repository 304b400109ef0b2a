/** The blueprint of examples/online-shop, read from its files. */
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { blueprintOf } from '../../src/blueprint/derive/blueprint-of.ts'
import type { Blueprint } from '../../src/blueprint/model.ts'
import { loadTexts } from './load-text.ts'

export function exampleBlueprint(): Blueprint {
  const folder = fileURLToPath(new URL('../../examples/online-shop', import.meta.url))
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile() && /\.(ya?ml|json)$/.test(item.name))
    .map((item) => join(item.parentPath, item.name))
  const { plan, mistakes } = loadTexts(Object.fromEntries(files.map((file) => [relative(folder, file), readFileSync(file, 'utf8')])))
  if (plan === undefined) throw new Error(mistakes.map((one) => one.says).join('\n'))
  return blueprintOf(plan)
}
