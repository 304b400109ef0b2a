/** For tests: a plan from one text. */
import { type LoadedPlan, type LoadOptions, loadPlan } from '../../src/plan/load.ts'

export const loadText = (text: string, options: Partial<Omit<LoadOptions, 'root' | 'files'>> = {}): LoadedPlan =>
  loadPlan({ root: 'plan.yaml', files: { read: () => text }, environment: 'development', today: '2026-11-21', ...options })
