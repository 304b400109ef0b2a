import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agendaOf } from './agenda.ts'
import { changed, COMPLETE, load, type Written } from './complete-plan.test-support.ts'
import { openQuestions } from './open-questions.ts'

/** Every place of the complete plan. */
const PLACES: readonly string[] = (function below(value: unknown, path: readonly string[]): string[] {
  const own = path.length === 0 ? [] : [path.join('.')]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return own
  return [...own, ...Object.entries(value).flatMap(([key, one]) => below(one, [...path, key]))]
})(COMPLETE, []).filter((place) => place !== 'plimsoll' && place !== 'name')

const instead = fc.constantFrom<unknown>(undefined, 'tbd', '', {}, [], ['tbd'], 'nobody', '__proto__', '<b>', 'שלום', { x: {} }, '7', [{}])

test('Whatever a plan leaves out or says wrongly, its questions can be asked, counted and put on an agenda', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...PLACES), instead), { minLength: 1, maxLength: 6 }), (changes) => {
    const plan = changes.reduce<Written>((of, [place, value]) => {
      // A place below one that is gone, or that is no map any more, is no place.
      const parent = place.split('.').slice(0, -1).reduce<unknown>((at, step) => (typeof at === 'object' && at !== null && !Array.isArray(at) ? (at as Record<string, unknown>)[step] : undefined), of)
      return typeof parent === 'object' && parent !== null && !Array.isArray(parent) ? changed(of, place, value) : of
    }, COMPLETE)
    const loaded = load(plan)
    const of = openQuestions(loaded.draft!, '2026-11-21', loaded.mistakes)
    for (const one of [...of.open, ...of.later]) {
      expect(`${one.ask}${one.why}${one.assumed ?? ''}${one.subject ?? ''}`).not.toMatch(/\{(?:it|part)\}|undefined/)
      expect(one.place.join('.')).not.toContain('*')
      expect(one.room.length).toBeGreaterThan(0)
      expect(one.touches.flows.length).toBeLessThanOrEqual(2)
    }
    expect(of.areas.every(({ share }) => share >= 0 && share <= 1)).toBe(true)
    expect(of.areas.reduce((sum, { open }) => sum + open, 0)).toBe(of.open.length)
    expect(agendaOf(of).sessions.flatMap(({ topics }) => topics.flatMap(({ questions }) => questions)).length).toBe(of.open.length)
    for (const { says } of of.derived) expect(says).not.toContain('undefined')
  }), { numRuns: 150, seed: 1121 })
})
