/** One plan with everything wrong that people get wrong, and what a single run of the loader says about it. */
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalise } from '../../src/plan/schema/normalise.ts'
import { PLAN } from '../../src/plan/schema/plan-schema.ts'
import { validate } from '../../src/plan/schema/validate.ts'
import type { MapNode } from '../../src/plan/tree.ts'
import { recordChecks } from '../../src/record/plan-checks.ts'
import { loadText, loadTexts } from '../support/load-text.ts'

const FILES = Object.fromEntries(['plan.yaml', 'people.yaml', 'more.yaml'].map((name) => [name, readFileSync(`test/plans/broken/${name}`, 'utf8')]))

describe('the broken plan', () => {
  const { mistakes, plan } = loadTexts(FILES, { checks: recordChecks })
  const errors = mistakes.filter((m) => m.severity === 'error')

  test('has every mistake told in one run, at its place, in the order of the files', () => {
    expect(errors.map((m) => `${m.place.file}:${m.place.line}:${m.place.column} ${m.id}`)).toEqual(readFileSync('test/plans/broken/expected.txt', 'utf8').trim().split('\n'))
    expect(plan).toBeUndefined()
  })

  test('has at least 24 kinds of mistakes, each with its mend', () => {
    expect(new Set(errors.map((m) => m.id)).size).toBeGreaterThanOrEqual(24)
    for (const { says, mend } of errors) {
      expect(says).toMatch(/^[A-Z`a-z0-9].*[.?]$/)
      expect(mend).toMatch(/^[A-Z][^.]*/)
    }
  })

  test('shows no secret', () => {
    expect(JSON.stringify(mistakes)).not.toContain('crm-test-0815')
  })
})

describe('any name of the shop plan that is misspelt', () => {
  const text = readFileSync('test/plans/online-shop.yaml', 'utf8')
  const loaded = loadText(text, { checks: recordChecks })
  const { uses } = validate(normalise(loaded.tree!, PLAN) as MapNode, PLAN)
  const written = uses.filter((use) => use.to !== 'type' && text.slice(...use.place.range) === use.name)

  test('is told once, where it stands, with the right one', () => {
    expect(written.length).toBeGreaterThan(400)
    fc.assert(fc.property(fc.constantFrom(...written), ({ name, place }) => {
      const { mistakes } = loadText(`${text.slice(0, place.range[0])}${name}x${text.slice(place.range[1])}`, { checks: recordChecks })
      expect(mistakes.filter((m) => m.severity !== 'note').map((m) => [m.place.range[0], m.suggestion])).toEqual([[place.range[0], name]])
    }), { numRuns: 40 })
  })

  test.each(['people', 'teams', 'systems', 'entities', 'milestones', 'calendars', 'scenarios'])('as it is defined in %s: every use of it asks for the new name', (section) => {
    const defined = loaded.tree!.entries.find((e) => e.key === section)!.value as MapNode
    for (const { key, keyPlace } of defined.entries.slice(0, 4)) {
      const used = uses.filter((use) => use.name === key && !['field', 'step', 'type'].includes(use.to))
      const { mistakes } = loadText(`${text.slice(0, keyPlace.range[0])}${key}x${text.slice(keyPlace.range[1])}`, { checks: recordChecks })
      const unknown = mistakes.filter((m) => m.id.startsWith('unknown-'))
      expect(new Set(unknown.map((m) => m.suggestion))).toEqual(new Set(used.length > 0 || unknown.length > 0 ? [`${key}x`] : []))
    }
  })
})
