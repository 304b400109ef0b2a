/**
 * The catalogue: products as data. `catalog/<product>.yaml` is the manifest of its interface, and under `plan` what a plan would say
 * of such a system; `catalog/standard/entities.yaml` are the entities on which these mappings agree.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

const FOLDER = new URL('./catalog/', import.meta.url)

let names: readonly string[] | undefined
export const productNames = (): readonly string[] =>
  (names ??= readdirSync(FOLDER).filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -5)).toSorted())

const read = new Map<string, unknown>()
function dataIn(file: string): unknown {
  if (!read.has(file)) read.set(file, parse(readFileSync(new URL(file, FOLDER), 'utf8'), { merge: true, maxAliasCount: 1_000 }))
  return read.get(file)
}

/** As the loader of plans wants it (`Catalogue` in plan/). */
export const productCatalogue = {
  product(connector: string): unknown {
    if (!productNames().includes(connector)) return undefined
    const { plan } = dataIn(`${connector}.yaml`) as { readonly plan?: object }
    return { ...plan, connector: 'http', settings: { manifest: connector } }
  },
  standard: (): unknown => dataIn('standard/entities.yaml'),
}
