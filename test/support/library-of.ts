/** The documents of a blueprint, as `plimsoll docs` would write them. */
import { openQuestions } from '../../src/plan/questions/open-questions.ts'
import { FORMATS, type Library, libraryOf, type Wish } from '../../src/blueprint/documents/library.ts'
import type { Blueprint } from '../../src/blueprint/model.ts'

export const wish = (of: Partial<Wish> = {}): Wish => ({ language: 'en', reading: 'all', formats: new Set(FORMATS), ...of })

export const libraryFor = (blueprint: Blueprint, of: Partial<Wish> = {}): Library => libraryOf(blueprint, openQuestions(blueprint.plan, blueprint.date ?? ''), wish(of))
