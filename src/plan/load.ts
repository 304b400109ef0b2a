/**
 * `plan/` turns what people wrote into the plan that runs: text → tree → short forms expanded → validated → normal form →
 * cross-checks. It does no I/O: files are handed in by a reader.
 */
import { type CheckContext, crossChecks } from './checks/index.ts'
import type { Mistake } from './mistakes.ts'
import type { Plan } from './model.ts'
import { buildPlan, type BuildOptions } from './normal/build-plan.ts'
import { readYaml } from './read-yaml.ts'
import { normalise } from './schema/normalise.ts'
import { PLAN } from './schema/plan-schema.ts'
import { pointerOf, validate } from './schema/validate.ts'
import { sharedNames } from './shared-names.ts'
import type { MapNode, Place } from './tree.ts'

export interface LoadedPlan {
  /** Absent when there is an error. */
  readonly plan?: Plan
  /** In the order of the files, all of them. */
  readonly mistakes: readonly Mistake[]
  /** As written, files merged; absent when nothing could be read. */
  readonly tree?: MapNode
}

/** From the merged tree on; `mistakes` are those of reading and merging. */
export function loadTree(written: MapNode, options: BuildOptions, mistakes: readonly Mistake[] = []): LoadedPlan {
  const long = normalise(written, PLAN)
  if (long.is !== 'map') return { mistakes, tree: written }
  const { tree, mistakes: invalid, wrong, uses } = validate(long, PLAN)
  const plan = buildPlan(tree, options)
  const context: CheckContext = {
    plan, tree, uses, today: options.today, connectors: options.connectors,
    placeOf: (...path) => find(tree, path).place,
    keyPlaceOf: (...path) => find(tree, path).keyPlace,
    isWrong: (...path) => isWrongAt(wrong, pointerOf(path)),
  }
  const all = inOrder([...mistakes, ...invalid, ...sharedNames(tree), ...crossChecks.flatMap((check) => check(context))])
  return { mistakes: all, tree: written, ...(all.some((m) => m.severity === 'error') ? {} : { plan }) }
}

function find(tree: MapNode, path: readonly string[]): { place: Place; keyPlace: Place } {
  let node: MapNode['entries'][number]['value'] = tree
  let keyPlace = tree.place
  for (const key of path) {
    if (node.is === 'map') {
      const entry: MapNode['entries'][number] | undefined = node.entries.find((e) => e.key === key)
      if (!entry) break
      node = entry.value
      keyPlace = entry.keyPlace
    } else if (node.is === 'list') {
      const item: typeof node | undefined = node.items[Number(key)] as typeof node | undefined
      if (!item) break
      node = item
      keyPlace = item.place
    } else break
  }
  return { place: node.place, keyPlace }
}

function isWrongAt(wrong: ReadonlySet<string>, pointer: string): boolean {
  for (const one of wrong) if (one === pointer || one.startsWith(`${pointer}/`) || pointer.startsWith(`${one}/`)) return true
  return false
}

/** Files in the order in which they were first named, then by place. */
function inOrder(mistakes: readonly Mistake[]): readonly Mistake[] {
  const files = [...new Set(mistakes.map((m) => m.place.file))]
  return mistakes.toSorted((a, b) => files.indexOf(a.place.file) - files.indexOf(b.place.file) || a.place.range[0] - b.place.range[0])
}

export interface LoadOptions extends BuildOptions {
  /** Name of the root file, relative to the folder of the plan. */
  readonly root: string
  readonly files: { read(name: string): string | undefined }
}

/** A plan from its root file. */
export function loadPlan(options: LoadOptions): LoadedPlan {
  const read = readYaml(options.files.read(options.root) ?? '', options.root)
  return read.root ? loadTree(read.root, options, read.mistakes) : { mistakes: read.mistakes }
}
