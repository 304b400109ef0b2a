/** For tests: a plan from texts instead of files. */
import type { PlanFolder } from '../../src/plan/files.ts'
import type { Mistake } from '../../src/plan/mistakes.ts'
import type { Plan } from '../../src/plan/model.ts'
import { type BuildOptions, buildPlan } from '../../src/plan/normal/build-plan.ts'
import { readYaml } from '../../src/plan/read-yaml.ts'
import { normalise } from '../../src/plan/schema/normalise.ts'
import { PLAN } from '../../src/plan/schema/plan-schema.ts'
import { validate } from '../../src/plan/schema/validate.ts'
import type { MapNode } from '../../src/plan/tree.ts'
import { type LoadedPlan, type LoadOptions, loadDefinedPlan, loadPlan } from '../../src/plan/load.ts'

type Options = Partial<Omit<LoadOptions, 'root' | 'files'>>
const USUAL = { environment: 'development', today: '2026-11-21' }

export const textFolder = (files: Readonly<Record<string, string>>): PlanFolder => ({
  list: (folder) => {
    const prefix = folder === '' ? '' : `${folder}/`
    const below = Object.keys(files).filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length))
    return [...new Set(below.map((file) => (file.includes('/') ? file.slice(0, file.indexOf('/') + 1) : file)))]
  },
  read: (file) => {
    const text = files[file]
    if (text === undefined) throw new Error('no such file')
    return text
  },
})

export const loadText = (text: string, options: Options = {}): LoadedPlan => loadTexts({ 'plan.yaml': text }, options)
export const loadTexts = (files: Readonly<Record<string, string>>, options: Options = {}): LoadedPlan =>
  loadPlan({ root: 'plan.yaml', files: textFolder(files), ...USUAL, ...options })
export const loadObject = (plan: unknown, options: Options = {}): LoadedPlan =>
  loadDefinedPlan(plan, { root: 'plan.ts', files: textFolder({}), ...USUAL, ...options })

/** The normal form alone, without cross-checks: for plans of a few lines that nobody would run. */
export function buildText(text: string, options: Partial<BuildOptions> = {}): { readonly plan: Plan; readonly mistakes: readonly Mistake[] } {
  const read = readYaml(text, 'plan.yaml')
  const { tree, mistakes } = validate(normalise(read.root!, PLAN) as MapNode, PLAN)
  return { plan: buildPlan(tree, { ...USUAL, ...options }), mistakes: [...read.mistakes, ...mistakes] }
}
