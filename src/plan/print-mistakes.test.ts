import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Mistake } from './mistakes.ts'
import { countMistakes, mistakesAsObjects, printForGithub, printMistakes, sortMistakes } from './print-mistakes.ts'
import type { Place } from './tree.ts'

/** The place of some words in a file. */
function placeOf(words: string, file: string, text: string): Place {
  const from = text.indexOf(words)
  const before = text.slice(0, from).split('\n')
  return { file, line: before.length, column: before.at(-1)!.length + 1, range: [from, from + words.length], pointer: '/x' }
}
const mistake = (place: Place, more: Partial<Mistake> = {}): Mistake => ({ id: 'bad-value', severity: 'error', place, says: 'This is wrong.', ...more })

const plan = [
  'plimsoll: 1',
  'systems:',
  '  shop: { category: shop, connector: vendure, operates: intgration, holds: [customer, order] }',
  '  crm:',
  '    settings: { token: sk_live_abc123, url: https://crm.example }',
  '    limits: { calls: 100 per minute }',
].join('\n')
const sources = new Map([['plan.yaml', plan], ['teams.yaml', 'teams:\n  integration: {}\n']])

describe('printMistakes', () => {
  it('looks as the specification says', () => {
    const text = printMistakes([
      mistake(placeOf('100 per minute', 'plan.yaml', plan), { says: '`100 per minute` is no rate.', mend: 'Write 100/minute.' }),
      mistake(placeOf('intgration', 'plan.yaml', plan), { id: 'unknown-party', says: '`intgration` is no person or team of this plan.', suggestion: 'integration', also: [placeOf('integration', 'teams.yaml', sources.get('teams.yaml')!)] }),
      mistake(placeOf('sk_live_abc123', 'plan.yaml', plan), { id: 'secret-in-plan', says: '`token` is a secret and must not stand in the plan.', mend: 'Leave it out and set PLIMSOLL_SYSTEM_CRM_TOKEN.' }),
    ], sources)
    expect(text).toBe(`plan.yaml:3:57  error  unknown-party
    \`intgration\` is no person or team of this plan.
    | shop: { category: shop, connector: vendure, operates: intgration, holds: [customer, order] }
    → Did you mean \`integration\`?   (teams.yaml:2)

plan.yaml:5:24  error  secret-in-plan
    \`token\` is a secret and must not stand in the plan.
    | settings: { token: sk_…, url: https://crm.example }
    → Leave it out and set PLIMSOLL_SYSTEM_CRM_TOKEN.

plan.yaml:6:22  error  bad-value
    \`100 per minute\` is no rate.
    | limits: { calls: 100 per minute }
    → Write 100/minute.`)
  })

  it('prints sentences of several lines under each other', () => {
    expect(printMistakes([mistake(placeOf('shop', 'plan.yaml', plan), { says: 'One.\nTwo.', mend: 'A.\nB.' })], new Map())).toBe('plan.yaml:3:3  error  bad-value\n    One.\n    Two.\n    → A.\n      B.')
  })

  it('does not ask again what the mend asks already', () => {
    const text = printMistakes([mistake(placeOf('shop', 'plan.yaml', plan), { mend: 'Did you mean `shops`?', suggestion: 'shops' })], sources)
    expect(text.match(/Did you mean/g)).toHaveLength(1)
  })

  it('shows the pointer where there are no lines', () => {
    const place: Place = { file: 'plan.ts', line: 1, column: 1, range: [0, 0], pointer: '/systems/crm' }
    expect(printMistakes([mistake(place)], new Map([['plan.ts', 'import …']]))).toBe('plan.ts#/systems/crm  error  bad-value\n    This is wrong.')
  })

  it('shows of a long line the part around the place', () => {
    const text = `a: ${'x'.repeat(500)} HERE ${'y'.repeat(500)}`
    const shown = printMistakes([mistake(placeOf('HERE', 'p', text))], new Map([['p', text]]))
    expect(shown).toContain(' HERE ')
    expect(Math.max(...shown.split('\n').map((l) => l.length))).toBeLessThan(140)
  })

  it('turns control signs of the terminal into blanks', () => {
    const text = 'a: x\u{9b}31m\u{202e}y\u{1b}[2J\n'
    expect(printMistakes([mistake(placeOf('x', 'p', text))], new Map([['p', text]]))).toContain('| a: x 31m y [2J')
  })
})

describe('secrets', () => {
  it('are masked in the line of every mistake, also of one that is about something else', () => {
    const text = 's: { token: sk_live_abc123, other: hunter22, calls: fast }\n'
    const all = printMistakes([
      mistake(placeOf('fast', 'p', text)),
      mistake(placeOf('hunter22', 'p', text), { id: 'secret-in-plan' }),
      mistake(placeOf('sk_live_abc123', 'p', text), { id: 'secret-in-plan' }),
    ], new Map([['p', text]]))
    expect(all.match(/\| s: \{ token: sk_…, other: …, calls: fast \}/g)).toHaveLength(3)
  })

  it('are masked by the name of their key where no check has found them yet', () => {
    const values = ['abc123', '"a b, c"', "'x y'", 'abc"def']
    for (const [i, key] of ['password', 'client_secret', 'apiKey', 'access_token'].entries()) {
      const text = `settings: { user: me, ${key}: ${values[i]}, url: !x }\n`
      expect(printMistakes([mistake(placeOf('!x', 'p', text))], new Map([['p', text]]))).toContain(`| settings: { user: me, ${key}: …, url: !x }`)
    }
  })

  it('leave references to variables as they are', () => {
    const text = 'settings: { token: "${env:CRM_TOKEN}", url: !x }\n'
    expect(printMistakes([mistake(placeOf('!x', 'p', text))], new Map([['p', text]]))).toContain('token: "${env:CRM_TOKEN}"')
  })

  it('never appear, wherever on the line they stand', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abc ,:{}"\'#-'), maxLength: 200 })
    fc.assert(fc.property(word, word, fc.boolean(), (before, after, first) => {
      const text = `${before}TOPSECRET123${after}`
      const secret = mistake(placeOf('TOPSECRET123', 'p', text), { id: 'secret-in-plan' })
      const other = mistake({ ...placeOf('TOPSECRET123', 'p', text), line: 1, column: 1, range: [0, 1] })
      expect(printMistakes(first ? [secret, other] : [other, secret], new Map([['p', text]]))).not.toMatch(/TOPSECRET|SECRET123/)
    }))
  })
})

describe('order and other forms', () => {
  it('follows the order of the files, then of the places, and says nothing twice', () => {
    const of = (file: string, line: number, column: number): Mistake => mistake({ file, line, column, range: [line * 100 + column, line * 100 + column + 1], pointer: '' })
    const sorted = sortMistakes([of('b.yaml', 1, 1), of('plan.yaml', 10, 2), of('plan.yaml', 2, 9), of('plan.yaml', 2, 9), of('other', 1, 1), of('plan.yaml', 2, 1)], new Map([['plan.yaml', ''], ['b.yaml', '']]))
    expect(sorted.map((m) => `${m.place.file}:${m.place.line}:${m.place.column}`)).toEqual(['plan.yaml:2:1', 'plan.yaml:2:9', 'plan.yaml:10:2', 'b.yaml:1:1', 'other:1:1'])
  })

  it('annotates for GitHub with everything escaped', () => {
    const place = placeOf('intgration', 'plan.yaml', plan)
    expect(printForGithub([mistake({ ...place, file: 'a,b:c.yaml' }, { severity: 'note', says: '100%\nsure', mend: 'Go.' }), mistake(place, { severity: 'warning' })], sources)).toBe(
      '::warning file=plan.yaml,line=3,endLine=3,col=57,endColumn=67,title=bad-value::This is wrong.\n::notice file=a%2Cb%3Ac.yaml,line=3,endLine=3,col=57,endColumn=57,title=bad-value::100%25%0Asure%0A→ Go.',
    )
  })

  it('gives programs the range and the pointer, and no source lines', () => {
    const place = placeOf('intgration', 'plan.yaml', plan)
    expect(mistakesAsObjects([mistake(place, { suggestion: 'integration' })], sources)).toEqual([
      { id: 'bad-value', severity: 'error', file: 'plan.yaml', line: 3, column: 57, range: place.range, pointer: '/x', says: 'This is wrong.', mend: 'Did you mean `integration`?', suggestion: 'integration' },
    ])
  })

  it('counts', () => {
    const place = placeOf('shop', 'plan.yaml', plan)
    expect(countMistakes([mistake(place), mistake(place), mistake(place, { severity: 'note' })])).toBe('2 errors, 1 note')
    expect(countMistakes([])).toBe('no mistakes')
  })
})
