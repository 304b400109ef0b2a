import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildText, loadTexts } from '../../../test/support/load-text.ts'
import type { Plan } from '../model.ts'
import type { BuildOptions } from './build-plan.ts'

const HEAD = 'plimsoll: 1\nname: Normal\n'
function plan(text: string, options: Partial<BuildOptions> = {}): Plan {
  const { plan: made, mistakes } = buildText(HEAD + text, options)
  expect(mistakes).toEqual([])
  return made
}
const fieldsOf = (made: Plan, system: string, hold = 0) => Object.fromEntries(made.systems.get(system)!.holds[hold]!.fields)
const THING = 'entities: { thing: { identifiers: [sku], fields: { sku: text, price: money, size: { group: { w: integer, h: integer } }, tags: { list: text } } } }\n'

describe('systems', () => {
  test.each([
    ['csv', 'files', 'format'], ['xlsx', 'files', 'format'], ['json', 'files', 'format'], ['ndjson', 'files', 'format'], ['xml', 'files', 'format'],
    ['sqlite', 'sql', 'dialect'], ['postgres', 'sql', 'dialect'], ['mariadb', 'sql', 'dialect'], ['mysql', 'sql', 'dialect'],
  ])('the word %s is the connector %s with its %s', (word, connector, setting) => {
    const system = plan(`systems: { s: { connector: ${word}, settings: { folder: x } } }`).systems.get('s')!
    expect([system.connector, ...system.settings]).toEqual([connector, ['folder', 'x'], [setting, word]])
  })

  test('another connector stays what it is', () => {
    expect(plan('systems: { s: { connector: http } }').systems.get('s')).toMatchObject({ connector: 'http', settings: new Map() })
  })

  test('like takes everything but name, settings and dates; own keys win and maps merge', () => {
    const made = plan(`${THING}systems:
  a: { name: A, connector: http, category: crm, settings: { url: x }, limits: { calls: 5/minute, batch: 7 }, live_from: 2020-01-01, holds: { thing: { resource: items, fields: { sku: code, price: cost } } } }
  b: { like: a, category: erp, limits: { batch: 9 }, holds: { thing: { fields: { price: amount } } } }
`)
    const b = made.systems.get('b')!
    expect(b).toMatchObject({ name: 'B', connector: 'http', category: 'erp', limits: { calls: { count: 5 }, batch: 9 } })
    expect([b.settings.size, b.liveFrom]).toEqual([0, undefined])
    expect(b.holds).toHaveLength(1)
    expect(b.holds[0]!.resource).toBe('items')
    expect(fieldsOf(made, 'b')).toMatchObject({ sku: { path: ['code'] }, price: { path: ['amount'] } })
  })

  test('an entity that is held without more has every field under its own name', () => {
    expect(fieldsOf(plan(`${THING}systems: { s: { connector: http, holds: [thing] } }`), 's')).toEqual({
      sku: { path: ['sku'], access: 'both' },
      price: { path: ['price'], access: 'both' },
      size: { path: ['size'], fields: new Map([['w', { path: ['w'], access: 'both' }], ['h', { path: ['h'], access: 'both' }]]), access: 'both' },
      tags: { path: ['tags'], access: 'both' },
    })
  })

  test('only named fields are exchanged, in the order of the entity, and none is not had', () => {
    expect(Object.keys(fieldsOf(plan(`${THING}systems: { s: { connector: http, holds: { thing: { fields: { tags: t, sku: code, price: none, id: number } } } } }`), 's'))).toEqual(['id', 'sku', 'tags'])
  })

  test('how a system writes a type holds for each of its fields, and the field itself wins', () => {
    const made = plan(`types: { address: { group: { street: text, since: date } } }
entities: { c: { fields: { home: address, work: address, cost: money, born: date, flags: { list: boolean } } } }
systems:
  s:
    connector: http
    types: { address: { fields: { street: line1, since: from } }, date: { format: dd.MM.yyyy }, money: { unit: minor, currency: cur }, boolean: { codes: { true: J, false: N } } }
    holds: { c: { fields: { home: homeAddress, work: { path: w, fields: { street: s } }, cost: { path: c, currency: EUR }, born: b, flags: f } } }
`)
    expect(fieldsOf(made, 's')).toMatchObject({
      home: { path: ['homeAddress'], fields: new Map([['street', { path: ['line1'], access: 'both' }], ['since', { path: ['from'], format: 'dd.MM.yyyy', access: 'both' }]]) },
      work: { path: ['w'], fields: new Map([['street', { path: ['s'], access: 'both' }], ['since', { path: ['from'], format: 'dd.MM.yyyy', access: 'both' }]]) },
      cost: { path: ['c'], unit: 'minor', currency: 'EUR' },
      born: { path: ['b'], format: 'dd.MM.yyyy' },
      flags: { path: ['f'], codes: new Map([['true', ['J']], ['false', ['N']]]) },
    })
  })

  test('members of a group without a path stand at the top of the record', () => {
    expect(fieldsOf(plan(`${THING}systems: { s: { connector: csv, holds: { thing: { fields: { size: { fields: { w: width, h: height } } } } } } }`), 's')['size']).toEqual({
      fields: new Map([['w', { path: ['width'], access: 'both' }], ['h', { path: ['height'], access: 'both' }]]), access: 'both',
    })
  })

  test('a file has its first identifier as key and a name of its own; a table leaves both to the connector', () => {
    const made = plan(`${THING}systems: { f: { connector: json, holds: { thing: { fields: { sku: code } } } }, d: { connector: sqlite, holds: [thing] }, g: { connector: csv, holds: { thing: { key: nr } } } }`)
    const hold = (system: string) => made.systems.get(system)!.holds[0]!
    expect([hold('f').resource, hold('f').key]).toEqual(['thing*.json', ['code']])
    expect([hold('d').resource, hold('d').key]).toEqual(['thing', []])
    expect(hold('g').key).toEqual(['nr'])
  })

  test('one entity may be held in several resources, and travel another way than the rest', () => {
    const made = plan(`${THING}systems: { s: { connector: http, holds: { thing: [{ resource: a, where: record.x }, { resource: b, connector: csv, settings: { folder: y } }] } } }`)
    expect(made.systems.get('s')!.holds.map((h) => [h.resource, h.where, h.connector, h.settings && [...h.settings]])).toEqual([
      ['a', ['record.x'], undefined, undefined],
      ['b', [], 'files', [['folder', 'y'], ['format', 'csv']]],
    ])
  })

  test('a mapping keeps codes in their order, and none means that there is no code', () => {
    const made = plan('entities: { c: { fields: { s: { codes: [9, 10, a] } } } }\nsystems: { s: { connector: http, holds: { c: { fields: { s: { path: p, codes: { 10: [X, Y], 9: Z, a: none }, unknown: a, ignore: Q, take: 2 } } } } } }')
    expect(fieldsOf(made, 's')['s']).toEqual({ path: ['p'], codes: new Map([['10', ['X', 'Y']], ['9', ['Z']], ['a', []]]), unknown: { code: 'a' }, ignore: ['Q'], take: 2, access: 'both' })
    expect([...(fieldsOf(made, 's')['s']!.codes!.keys())]).toEqual(['10', '9', 'a'])
  })
})

test("a function's path is relative to the file in which it stands, and is said from the system's folder", () => {
  const { plan: made } = loadTexts({
    'plan.yaml': `${HEAD}include: [systems/a.yaml, maps/b.yaml]\nentities: { c: { fields: { a: text } } }\nsystems: { b: { connector: csv, settings: { folder: ./in } } }\n`,
    'systems/a.yaml': 'systems: { a: { connector: csv, holds: { c: { fields: { a: { function: "./map.ts#a" } } } } } }\n',
    'maps/b.yaml': 'systems: { b: { holds: { c: { fields: { a: { function: "../map.ts#a" } } } } } }\n',
  }, { file: '/plans/plan.yaml' })
  expect([made!.systems.get('a')!.folder, fieldsOf(made!, 'a')['a']!.function]).toEqual(['/plans/systems', './map.ts#a'])
  expect([made!.systems.get('b')!.folder, fieldsOf(made!, 'b')['a']!.function]).toEqual(['/plans', './map.ts#a'])
})

describe('entities', () => {
  test('every form of a field becomes its type', () => {
    const { fields } = plan(`types: { small: { type: integer, at_most: 9 } }
entities:
  c:
    fields:
      a: { type: text, length: 80, pattern: "[A-Z]+", default: X }
      b: small
      m: { money: PLN }
      q: { quantity: kg, at_least: 0 }
      k: { codes: { x: Label, y: Other } }
      l: { list: { line: integer, ref: { to: c, late: true } }, key: line, ordered: false }
      r: { list: { to: c } }
      t: { list: small }
`).entities.get('c')!
    expect(Object.fromEntries([...fields].map(([key, field]) => [key, field.type]))).toEqual({
      a: { is: 'text', length: 80, pattern: '[A-Z]+' },
      b: { is: 'integer', atMost: '9' },
      m: { is: 'money', currency: 'PLN' },
      q: { is: 'quantity', unit: 'kg', atLeast: '0' },
      k: { is: 'codes', codes: new Map([['x', 'Label'], ['y', 'Other']]) },
      l: { is: 'list', key: 'line', ordered: false, of: { is: 'group', fields: new Map([['line', { type: { is: 'integer' }, was: [] }], ['ref', { type: { is: 'reference', to: 'c', late: true }, was: [] }]]) } },
      r: { is: 'list', ordered: true, of: { is: 'reference', to: 'c', late: false } },
      t: { is: 'list', ordered: true, of: { is: 'integer', atMost: '9' } },
    })
    expect(fields.get('a')!.default).toBe('X')
  })

  const TWO = (flows: string, golden = '') => plan(`entities: { c: { identifiers: [a], ${golden} fields: { a: text, b: text } } }\nsystems: { x: { connector: csv, holds: [c] }, y: { connector: sqlite, holds: [c] } }\nflows: ${flows}`).entities.get('c')!.golden

  test('the only sender is the home; where there are two, nobody is', () => {
    expect(TWO('{ f: { entity: c, from: x, to: y } }')).toMatchObject({ home: 'x', rules: new Map([['a', { rule: 'owner', among: ['x'] }], ['b', { rule: 'owner', among: ['x'] }]]) })
    expect(TWO('{ f: { entity: c, between: [x, y] } }')).toMatchObject({ home: 'plimsoll', rules: new Map([['a', { rule: 'latest', among: [] }], ['b', { rule: 'latest', among: [] }]]) })
  })

  test.each([
    ['y', { rule: 'owner', among: ['y'] }],
    ['[y, x]', { rule: 'rank', among: ['y', 'x'] }],
    ['[y]', { rule: 'owner', among: ['y'] }],
    ['highest', { rule: 'highest', among: [] }],
    ['{ rule: latest, among: [x], first_load: lowest, why: So it is }', { rule: 'latest', among: ['x'], firstLoad: 'lowest', why: 'So it is' }],
  ])('the rule %s decides', (written, rule) => {
    const golden = TWO('{ f: { entity: c, between: [x, y] } }', `golden: { home: x, by_field: { b: ${written} } },`)
    expect([golden.rules.get('a'), golden.rules.get('b')]).toEqual([{ rule: 'owner', among: ['x'] }, rule])
  })

  test('identifiers are lists of fields, and an empty list is an answer', () => {
    const ids = (written: string) => plan(`entities: { c: { ${written} fields: { a: text, b: text, d: text } } }`).entities.get('c')!.identifiers
    expect([ids('identifiers: [a, [b, d]],'), ids('identifiers: [],'), ids('')]).toEqual([[['a'], ['b', 'd']], [], undefined])
  })
})

describe('flows', () => {
  const flow = (written: string, options: Partial<BuildOptions> = {}, more = '') =>
    plan(`entities: { c: { identifiers: [a], fields: { a: text } } }\nsystems: { y: { connector: sqlite, holds: [c] }, x: { connector: csv, holds: [c] } }\nflows: { f: { entity: c, ${written} } }\n${more}`, options).flows.get('f')!
  const of = (made: ReturnType<typeof flow>, system: string) => made.ends.find((end) => end.system === system)!

  test('ends stand in the order of the plan and say who sends and receives', () => {
    expect(flow('between: { x: { may: update, writes: a } }, to: y').ends.map((e) => [e.system, e.sends, e.receives, [...e.may], e.writes])).toEqual([
      ['y', false, true, ['create', 'update'], 'all'],
      ['x', true, true, ['update'], new Set(['a'])],
    ])
  })

  test.each<[string, object]>([
    ['', { every: { text: '15 minutes' }, event: false }],
    ['trigger: event', { every: { text: '1 hour' }, event: true }],
    ['trigger: { event: true, every: 5 minutes }', { every: { text: '5 minutes' }, event: true }],
    ['trigger: { at: [06:00, 18:00], days: mon-fri, missed: skip }', { every: undefined, at: ['06:00', '18:00'], days: 'mon-fri', missed: 'skip' }],
    ['trigger: on_demand', { every: undefined, onDemand: true }],
    ['trigger: { file: arrives }', { every: undefined, file: true }],
    ['trigger: { cron: "0 4 1 * *" }', { every: undefined, cron: '0 4 1 * *' }],
  ])('the trigger of a flow with `%s`', (written, expected) => {
    expect({ every: undefined, ...of(flow(`from: x, to: y${written ? `, ${written}` : ''}`), 'x').trigger }).toMatchObject(expected)
  })

  test('a sender that can call is waited for, and swept each hour', () => {
    expect(of(flow('from: x, to: y', { canPush: (system) => system === 'x' }), 'x').trigger).toMatchObject({ event: true, every: { text: '1 hour' } })
  })

  test("a system's own trigger replaces the flow's", () => {
    const made = flow('between: { x: { trigger: { every: 1 minute } }, y: {} }, trigger: { event: true }')
    expect([of(made, 'x').trigger.event, of(made, 'x').trigger.every?.text, of(made, 'y').trigger.event]).toEqual([false, '1 minute', true])
  })

  test('defaults hold where the flow says nothing, key by key', () => {
    const made = flow('from: x, to: y, brake: 5%', {}, 'defaults: { flow: { brake: { share: 30%, records: 500 }, when_deleted: archive, criticality: high } }')
    expect(made).toMatchObject({ brake: { share: { text: '5%' }, records: 500 }, whenDeleted: 'archive', criticality: 'high' })
    expect(flow('from: x, to: y')).toMatchObject({ brake: { share: { of1: 0.2 } }, whenDeleted: 'ignore', criticality: 'normal' })
  })

  const CONNECTORS = new Set(['files', 'sql'])
  test.each<[string, string, string[]]>([
    ['from: x, to: y', '', []],
    ['to: y', '', ['Nobody sends: no system stands at from or between.']],
    ['from: x, to: y, paused: We wait', '', ['It is paused: We wait']],
    ['from: x, to: y, live_from: 2027-Q1', '', ['The flow f goes live on 2027-03-31.']],
    ['from: x, to: y, live_until: open', 'milestones: { open: 2026-11-01 }', ['The flow f ended on 2026-11-01.']],
    ['from: x, to: y', 'environments: { development: { systems: { y: absent } } }', ['y is absent in development.']],
    ['from: x, to: y', 'environments: { development: { systems: simulated } }', ['y is simulated in development; only a rehearsal runs it.', 'x is simulated in development; only a rehearsal runs it.']],
    ['from: x, to: y', 'environments: { development: { flows: { f: { paused: Not here } } } }', ['It is paused: Not here']],
    ['from: x, to: y', 'environments: { test: { systems: simulated } }', []],
  ])('a flow with `%s` and `%s` says why it does not run', (written, more, expected) => {
    expect(flow(written, { connectors: CONNECTORS }, more).notRunnable).toEqual(expected)
  })

  test('a connector that does not exist yet is named', () => {
    const made = plan('entities: { c: { identifiers: [a], fields: { a: text } } }\nsystems: { x: { connector: hubspot, holds: { c: { resource: r } } }, y: { holds: [c] } }\nflows: { f: { entity: c, from: x, to: y } }', { connectors: CONNECTORS })
    expect(made.flows.get('f')!.notRunnable).toEqual(['x needs the connector hubspot, which does not exist yet.', 'y has no connector yet.'])
  })
})

describe('environments', () => {
  const TEXT = `entities: { c: { identifiers: [a], fields: { a: text } } }
systems: { x: { connector: csv, settings: { folder: live, sheet: S }, limits: { calls: 5/minute, batch: 3 }, holds: [c] }, y: { connector: sqlite, holds: [c] } }
flows: { f: { entity: c, from: { x: { trigger: 5 minutes } }, to: y } }
environments: { test: { systems: { x: { settings: { folder: ./fixtures }, limits: 1/minute }, y: simulated }, flows: { f: { trigger: on_demand } } }, production: }
`
  test('change where a system is and how often it is asked, nothing else', () => {
    const made = plan(TEXT, { environment: 'test' })
    const x = made.systems.get('x')!
    expect([[...x.settings], x.limits.calls?.text, x.limits.batch]).toEqual([[['folder', './fixtures'], ['sheet', 'S'], ['format', 'csv']], '1/minute', 3])
    expect(made.systems.get('y')!.mode).toBe('simulated')
    expect(made.flows.get('f')!.ends[0]!.trigger).toMatchObject({ onDemand: true })
  })

  test('what was agreed is the same everywhere: the digest does not depend on the environment', () => {
    const digests = ['development', 'test', 'production'].map((environment) => plan(TEXT, { environment }).digest)
    expect(new Set(digests).size).toBe(1)
    expect(plan(TEXT, { environment: 'production' }).environment).toEqual({ name: 'production', kind: 'production' })
  })
})

describe('the digest', () => {
  const BASE = 'people: { anna: { name: Anna, email: a@b.example } }\nentities: { c: { identifiers: [a, b], fields: { a: text, b: text } } }\n'
  const digest = (text: string) => plan(text).digest
  test.each<[what: string, text: string, before?: string]>([
    ['a comment', `# note\n${BASE}`],
    ['contact data', BASE.replace('a@b.example', 'other@b.example')],
    ['a description', BASE.replace('identifiers', 'about: Something, identifiers')],
    ['own notes', `${BASE}x-note: 5\n`],
    ['the order of entities and people', 'entities: { d: { fields: { x: text } }, c: { identifiers: [a, b], fields: { a: text, b: text } } }\npeople: { eva: { name: E }, anna: { name: A } }\n', 'people: { anna: { name: Anna }, eva: { name: E } }\nentities: { c: { identifiers: [a, b], fields: { a: text, b: text } }, d: { fields: { x: text } } }\n'],
    ['a question', `${BASE}questions: { q: { question: Why? } }\n`],
  ])('is not changed by %s', (_what, text, before = BASE) => expect(digest(text)).toBe(digest(before)))

  test.each<[what: string, text: string, before?: string]>([
    ['the order of identifiers', BASE.replace('[a, b]', '[b, a]')],
    ['the type of a field', BASE.replace('b: text', 'b: integer')],
    ['the order of systems, which decides ties', `${BASE}systems: { y: {}, x: {} }\n`, `${BASE}systems: { x: {}, y: {} }\n`],
    ['a link between machines', `${BASE}infrastructure: { links: { from: a, to: b, port: 1 }, nodes: { a: { runs: plimsoll }, b: {} } }\n`, `${BASE}infrastructure: { links: { from: a, to: b, port: 2 }, nodes: { a: { runs: plimsoll }, b: {} } }\n`],
    ['the time zone', `time_zone: Europe/Warsaw\n${BASE}`],
    ['another person', BASE.replace('anna:', 'eva:')],
    ['a decision of the project', `${BASE}launch: { go_back: [Point the domain back] }\n`],
  ])('is changed by %s', (_what, text, before = BASE) => expect(digest(text)).not.toBe(digest(before)))

  test('is the same however the plan is split over files', () => {
    const sections = [
      'systems: { x: { connector: csv, holds: [c] } }', 'systems: { y: { connector: sqlite, holds: [c] } }', 'entities: { c: { identifiers: [a] } }',
      'entities: { c: { fields: { a: text } } }', 'flows: { f: { entity: c } }', 'flows: { f: { from: x, to: y } }', 'milestones: { m: 2027-03-01 }',
    ]
    const whole = plan('systems:\n  x: { connector: csv, holds: [c] }\n  y: { connector: sqlite, holds: [c] }\nentities: { c: { identifiers: [a], fields: { a: text } } }\nflows: { f: { entity: c, from: x, to: y } }\nmilestones: { m: 2027-03-01 }\n').digest
    fc.assert(fc.property(fc.array(fc.nat(3), { minLength: sections.length, maxLength: sections.length }), (cut) => {
      // Files keep the order of their sections, so that systems are named in the same order.
      const parts = cut.toSorted((a, b) => a - b)
      const files: Record<string, string> = { 'plan.yaml': `${HEAD}include: [part-*.yaml]\n` }
      sections.forEach((section, i) => {
        const key = section.slice(0, section.indexOf(':'))
        const name = [0, 1, 2].map((n) => `part-${parts[i]}-${n}.yaml`).find((file) => !files[file]?.includes(`${key}:`))!
        files[name] = `${files[name] ?? ''}${section}\n`
      })
      const { plan: made, mistakes } = loadTexts(files)
      expect(mistakes).toEqual([])
      expect(made!.digest).toBe(whole)
    }), { numRuns: 50 })
  })
})

describe('kept sections and examples', () => {
  test('sections that nothing runs yet are kept in long form, in their order', () => {
    const { kept } = plan('processes: { p: { steps: { z: { who: plimsoll, reached: a.b > 1 }, a: { by_hand: true } } } }\nmilestones: { m: 2027-Q1 }')
    expect([...kept]).toEqual([
      ['processes', new Map([['p', new Map([['steps', new Map([['z', new Map<string, unknown>([['who', 'plimsoll'], ['reached', ['a.b > 1']]])], ['a', new Map([['by_hand', 'true']])]])]])]])],
      ['milestones', new Map([['m', new Map([['date', '2027-Q1']])]])],
    ])
  })

  test('every section is there as written, with like and defaults, for whoever asks what was said', () => {
    const { written } = plan('systems: { a: { connector: csv, functions: [Sells] }, b: { like: a } }\ndefaults: { flow: { brake: 5% } }\nentities: { c: { fields: { a: text } } }\nflows: { f: { entity: c, from: a, volume: 5/day } }')
    const at = (...path: string[]) => path.reduce<unknown>((value, key) => (value as ReadonlyMap<string, unknown>).get(key), written)
    expect([at('systems', 'b', 'functions'), at('flows', 'f', 'brake', 'share'), at('flows', 'f', 'volume', 'usual'), at('entities', 'c', 'golden')]).toEqual([['Sells'], '5%', '5/day', undefined])
  })

  test('records of an example mean what they mean in JSON; a text names a file', () => {
    const { tests } = plan('entities: { c: { fields: { a: text } } }\nsystems: { x: { connector: csv, holds: [c] } }\ntests: { examples: { e: { given: { x: { c: { a: 1, b: "1", d: true, e: null, f: 12345678901234567890 } } }, expect: { x: { c: tests/c.json } } } } }')
    const example = tests.examples.get('e')!
    expect(JSON.parse(JSON.stringify(example.given.get('x')!.get('c')))).toEqual({ records: [{ a: 1, b: '1', d: true, e: null, f: { text: '12345678901234567890' } }] })
    expect(example.expect.get('x')!.get('c')).toEqual({ file: 'tests/c.json', folder: '.' })
  })
})
