/**
 * `plan/` turns what people wrote into the plan that runs: text → tree → short forms expanded → validated → normal form →
 * cross-checks. It does no I/O: files are handed in by a reader.
 */
import { type Catalogue, withCatalogue } from './catalogue.ts'
import { type CheckContext, type CrossCheck, crossChecks } from './checks/index.ts'
import { includeFiles, type PlanFiles, type PlanFolder, readPlanFiles } from './files.ts'
import { listKeys } from './list-keys.ts'
import { mergeParts } from './merge-files.ts'
import type { Mistake } from './mistakes.ts'
import type { Plan } from './model.ts'
import { buildPlan, type BuildOptions } from './normal/build-plan.ts'
import { readObject } from './read-object.ts'
import { entriesAt } from './normal/reading.ts'
import { normalise } from './schema/normalise.ts'
import { PLAN } from './schema/plan-schema.ts'
import { pointerOf, validate } from './schema/validate.ts'
import { sharedNames } from './shared-names.ts'
import { typeCycles } from './type-cycles.ts'
import { entry, type MapNode, type Node, type Place } from './tree.ts'

export interface LoadedPlan {
  /** Absent when there is an error. */
  readonly plan?: Plan
  /** Made of whatever was right, also when there are errors: for further checks, never to run. */
  readonly draft?: Plan
  /** All of them, in the order of the files. */
  readonly mistakes: readonly Mistake[]
  /** As written, files merged; absent when the root file could not be read. */
  readonly tree?: MapNode
  /** Text of every file that was read, root first; for printing mistakes and for writing into the plan. */
  readonly sources: ReadonlyMap<string, string>
}

/** What is known of interfaces beyond the plan. */
export interface Known {
  /** What the resources of systems can do (systems/contract.ts), as far as it is known. */
  readonly traitsOf?: NonNullable<CheckContext['traitsOf']>
  readonly canPush?: NonNullable<BuildOptions['canPush']>
}

/** A plan that was read and not checked yet: what its interfaces can do may be looked up in between. */
export interface OpenPlan {
  /** Made of whatever is right so far; absent when the root file could not be read. */
  readonly draft?: Plan
  check(known?: Known): LoadedPlan
}

export interface LoadOptions extends BuildOptions, Known {
  /** Name of the root file in its folder: `plan.yaml`. */
  readonly root: string
  /** The folder of the root file. */
  readonly files: PlanFolder
  /** Checks that need more than plan/ knows, such as those of record/. */
  readonly checks?: readonly CrossCheck[]
  /** What is known of products. Absent: nothing, as for a plan that is read without the connectors. */
  readonly catalogue?: Catalogue
  /** Whether a channel has what it needs in this environment. Absent: nobody knows. */
  readonly isChannelSet?: (channel: string) => boolean
}

/** A plan from its YAML files. */
export const openPlan = (options: LoadOptions): OpenPlan => fromFiles(readPlanFiles(options.root, options.files), options)
export const loadPlan = (options: LoadOptions): LoadedPlan => openPlan(options).check(options)

/** What a TypeScript module exports: a plan (`definePlan`), or a list of the plan and its parts. It may include YAML files like any other. */
export const loadDefinedPlan = (defined: unknown, options: LoadOptions): LoadedPlan => openDefinedPlan(defined, options).check(options)

export function openDefinedPlan(defined: unknown, options: LoadOptions): OpenPlan {
  const parts = (Array.isArray(defined) ? defined : [defined]).map((part: unknown) => readObject(part, options.root))
  const roots = parts.flatMap((part) => part.root ?? [])
  const mistakes = parts.flatMap((part) => part.mistakes)
  if (roots.length === 0) return { check: () => ({ mistakes, sources: new Map() }) }
  const merged = mergeParts(roots)
  const files = includeFiles(merged.root, options.files)
  return fromFiles({ ...files, mistakes: [...mistakes, ...merged.mistakes, ...files.mistakes] }, options)
}

function fromFiles(files: PlanFiles, options: BuildOptions & Pick<LoadOptions, 'checks' | 'isChannelSet' | 'catalogue'>): OpenPlan {
  const { sources, mistakes, root } = files
  if (!root) return { check: () => ({ mistakes, sources }) }
  const { tree: long, mistakes: unfit } = withCatalogue(normalise(root, PLAN) as MapNode, options.catalogue)
  const { tree, mistakes: invalid, wrong, uses } = validate(long, PLAN)
  const draft = buildPlan(tree, options)
  return {
    draft,
    check(known = {}) {
      const plan = known.canPush && known.canPush !== options.canPush ? buildPlan(tree, { ...options, canPush: known.canPush }) : draft
      const context: CheckContext = {
        plan, tree, uses, names: (...section) => new Set(entriesAt(long, ...section).map((e) => e.key)), today: options.today, connectors: options.connectors, incomplete: files.incomplete,
        ...(options.isChannelSet ? { isChannelSet: options.isChannelSet } : {}),
        ...(known.traitsOf ? { traitsOf: known.traitsOf } : {}),
        placeOf: (...path) => find(tree, path).place,
        keyPlaceOf: (...path) => find(tree, path).keyPlace,
        isWrong: (...path) => wrong.size > 0 && isWrongAt(wrong, pointerOf(path)),
      }
      const found = [...mistakes, ...invalid, ...unfit, ...sharedNames(long), ...typeCycles(uses), ...listKeys(tree), ...[...crossChecks, ...(options.checks ?? [])].flatMap((check) => check(context))]
      const all = inOrder(found, [...sources.keys()])
      return { mistakes: all, tree: root, sources, draft: plan, ...(all.some((m) => m.severity === 'error') ? {} : { plan }) }
    },
  }
}

function find(tree: MapNode, path: readonly string[]): { readonly place: Place; readonly keyPlace: Place } {
  let node: Node = tree
  let keyPlace = tree.place
  for (const key of path) {
    const next: { readonly value: Node; readonly keyPlace: Place } | undefined = step(node, key)
    if (!next) break
    node = next.value
    keyPlace = next.keyPlace
  }
  return { place: node.place, keyPlace }
}

function step(node: Node, key: string): { readonly value: Node; readonly keyPlace: Place } | undefined {
  if (node.is === 'map') return entry(node, key)
  const item = node.is === 'list' ? node.items[Number(key)] : undefined
  return item && { value: item, keyPlace: item.place }
}

function isWrongAt(wrong: ReadonlySet<string>, pointer: string): boolean {
  for (const one of wrong) if (one === pointer || one.startsWith(`${pointer}/`) || pointer.startsWith(`${one}/`)) return true
  return false
}

const inOrder = (mistakes: readonly Mistake[], files: readonly string[]): readonly Mistake[] =>
  mistakes.toSorted((a, b) => files.indexOf(a.place.file) - files.indexOf(b.place.file) || a.place.range[0] - b.place.range[0])
