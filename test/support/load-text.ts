/** For tests: a plan from texts instead of files. */
import type { PlanFolder } from '../../src/plan/files.ts'
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
