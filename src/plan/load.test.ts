import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadText, loadTexts, textFolder } from '../../test/support/load-text.ts'
import { openPlan } from './load.ts'

const HEAD = 'plimsoll: 1\nname: Mistakes\n'
const told = (text: string) => loadText(HEAD + text).mistakes.filter((m) => m.id !== 'kept').map((m) => `${m.place.line - 2}:${m.place.column} ${m.severity} ${m.id}: ${m.says} → ${m.mend}`)

describe('the plans of the specification', () => {
  test.each(['first-25-lines', 'customer-360', 'online-shop'])('%s loads and nothing of its form is wrong', (name) => {
    const { plan, mistakes } = loadText(readFileSync(`test/plans/${name}.yaml`, 'utf8'))
    expect(mistakes.filter((m) => m.severity !== 'note')).toEqual([])
    expect(plan?.systems.size).toBeGreaterThan(1)
  })

  test('first-25-lines.yaml runs as it is', () => {
    const { plan } = loadText(readFileSync('test/plans/first-25-lines.yaml', 'utf8'), { connectors: new Set(['files', 'sql']), file: '/plans/plan.yaml' })
    expect(plan!.flows.get('products')!.notRunnable).toEqual([])
    const supplier = plan!.systems.get('supplier')!
    expect([supplier.connector, [...supplier.settings], supplier.folder]).toEqual(['files', [['folder', './inbox'], ['format', 'csv']], '/plans'])
    expect(supplier.holds[0]!.key).toEqual(['Article no.'])
    expect(plan!.systems.get('database')!.holds[0]!).toMatchObject({ resource: 'product', key: [] })
    expect(plan!.entities.get('product')!.golden.home).toBe('supplier')
  })
})

const FORM = / (unknown-key|bad-value|bad-name|reserved-name|name-twice|env-differs):| is no member of the items /

describe('a mistake of form', () => {
  test.each<[what: string, text: string, expected: string[]]>([
    ['an unknown key', 'sytems: {}', ['1:1 error unknown-key: `sytems` is no key of a plan. → Did you mean `systems`?']],
    ['a key far from any other', 'flows:\n  f: { entity: c, colour: blue }', ['2:19 error unknown-key: `colour` is no key of a flow. → Its keys are name, about, links, tags, was, accountable, consulted, informed, entity, from, to, between, where, writes, trigger, when_deleted, brake, expects, service_level, volume, criticality, if_lost, if_late, serves, operates, live_from, live_until, paused. Own notes begin with x-.']],
    ['a word that is none of the choices', 'systems:\n  s: { category: shopp }', ['2:18 error bad-value: `category` is one of `shop`, `website`, `mobile_app`, `crm`, `erp`, `cms`, `pim`, `cdp`, `payment`, `courier`, `warehouse`, `contractors`, `finance`, `marketing`, `support`, `analytics`, `database`, `files`, `custom`, not `shopp`. → Write `shop`.']],
    ['a rate in words', 'systems:\n  s: { limits: { calls: 100 per minute } }', ['2:25 error bad-value: `100 per minute` is no rate. → Write 100/minute.']],
    ['a bare number for a duration', 'flows:\n  f: { entity: c, trigger: { every: 5 } }', ['2:37 error bad-value: `every` is a duration. 5 what? → Write 5 minutes, 5 seconds or 5 hours.']],
    ['yes for true', 'flows:\n  f: { entity: c, trigger: { event: yes } }', ['2:37 error bad-value: `event` is true or false, not `yes`. → Write true.']],
    ['a list where a text stands', 'flows:\n  f: { entity: [a, b] }', ['2:16 error bad-value: `entity` is the name of an entity, not a list. → Write the name of an entity.']],
    ['a value that is missing', 'flows:\n  f:\n    entity:', ['3:12 error bad-value: `entity` has no value. → Write the name of an entity, or leave `entity` out.']],
    ['a bad name', 'entities:\n  Big-Thing: {}', ['2:3 error bad-name: `Big-Thing` is no name: a name has small letters a-z, digits and _, and begins with a letter. → Write `big_thing`; the label for people is `name:`.']],
    ['a reserved name', 'entities:\n  record: {}', ['2:3 error reserved-name: `record` has a meaning of its own and can\'t be a name. → Choose another one, for example `record_1` or a fuller word.']],
    ['a name that two elements share', 'teams:\n  shop: { kind: business }\nsystems:\n  shop: {}', ['4:3 error name-twice: `shop` is already the name of a team, so it can\'t also be that of a system. → Give one of them another name, for example `shop_system`.']],
    ['a key that is needed', 'problems:\n  slow: { costs: much }', ['2:9 error bad-value: `slow` is a problem and needs `statement`. → Write `statement: Orders are typed into the ERP by hand`.']],
    ['two forms of a field at once', 'entities:\n  c: { fields: { a: { type: text, to: c } } }', ['2:21 error bad-value: `a` is a field and has `type` and `to`; only one of them can hold. → Keep one of them.']],
    ['a meaning that differs by environment', 'environments:\n  test: { entities: {} }', ['2:11 error env-differs: `entities` means the same in every environment. → Write it once, at the top of the plan.']],
    ['a connector that differs by environment', 'systems: { s: { connector: csv } }\nenvironments: { test: { systems: { s: { connector: sqlite } } } }', ['2:41 error env-differs: `connector` means the same in every environment. → Write it at the system itself; here only `settings` and `limits` may differ.']],
    ['a key of each flow in the defaults', 'defaults: { flow: { where: a } }', ['1:21 error unknown-key: `where` is said by each flow itself, not as a default. → Write it in the flows.']],
    ['a list with something twice', 'flows:\n  f: { entity: c, from: [a, a] }', ['2:29 error bad-value: `a` stands twice in this list. → Keep one of them.']],
    ['a type that contains itself', 'types: { a: { group: { b: text, c: { list: a } } } }', ['1:44 error bad-value: The type `a` contains itself. → Write a reference to an entity ({ to: … }) where a thing points at its own kind.']],
    ['a state that its subject never has', 'scenarios: { s: { when: { flow: f, is: unreachable }, alert: t } }', ['1:40 error bad-value: A flow is never `unreachable`. → Write one of late, silent, stopped, failing, braked, unbalanced, queued.']],
    ['a list key that its items lack', 'types: { l: { list: { line: integer, text: text }, key: lien } }', ['1:57 error unknown-field: `lien` is no member of the items of this list (line, text). → Did you mean `line`?']],
    ['one field to hold together', 'entities: { c: { golden: { together: [a, b] } } }', [
      '1:39 error bad-value: The list at `together` needs at least 2 items. → Put them into one list inside the list: [[first, second]].',
      '1:42 error bad-value: The list at `together` needs at least 2 items. → Put them into one list inside the list: [[first, second]].',
    ]],
  ])('%s is told once, at its place, with its mend', (_what, text, expected) => {
    // Names that do not exist and the like are for cross-checks; these plans are too short to be free of them.
    expect(told(text).filter((line) => FORM.test(line))).toEqual(expected)
  })

  test('a key that is misspelt is not also reported as missing', () => {
    expect(told('problems:\n  slow: { statment: Orders wait }')).toEqual(['2:11 error unknown-key: `statment` is no key of a problem. → Did you mean `statement`?'])
  })

  test('a plan without a name needs one', () => {
    expect(loadText('plimsoll: 1\n').mistakes.map((m) => m.says)).toEqual(['The plan needs `name`.'])
  })

  test('several mistakes come in the order of the files', () => {
    const { mistakes } = loadTexts({
      'plan.yaml': 'plimsoll: 1\nname: A\ninclude: [b.yaml, a.yaml]\nflows: { f: { entity: e, brake: 2 } }\nteams: { t: { kind: x } }\n',
      'a.yaml': 'entities: { e: { records: many } }\n',
      'b.yaml': 'systems: { s: { limits: 5 } }\n',
    })
    expect(mistakes.filter((m) => m.id === 'bad-value').map((m) => `${m.place.file}:${m.place.line}`)).toEqual(['plan.yaml:4', 'plan.yaml:5', 'b.yaml:1', 'a.yaml:1'])
  })

  test('own notes may stand anywhere', () => {
    expect(told('x-top: { a: [1] }\nentities: { x-note: hello, c: { x-ticket: 5, fields: { a: text } } }')).toEqual([])
  })
})

test('what interfaces can do is looked up between reading and checking, and nothing is read twice for it', () => {
  const text = 'plimsoll: 1\nname: A\nsystems: { a: { connector: http, holds: [c] }, b: { connector: csv, holds: [c] } }\nentities: { c: { identifiers: [n], fields: { n: text } } }\nflows: { f: { entity: c, from: a, to: b } }\n'
  const read: string[] = []
  const folder = textFolder({ 'plan.yaml': text })
  const open = openPlan({ root: 'plan.yaml', environment: 'development', today: '2026-11-21', files: { ...folder, read: (file) => (read.push(file), folder.read(file)) } })
  expect(open.draft?.systems.get('a')?.connector).toBe('http')
  const triggers = ['a', 'nobody'].map((pushing) => open.check({ canPush: (system) => system === pushing }).plan?.flows.get('f')?.ends[0]?.trigger.event)
  expect([triggers, read]).toEqual([[true, false], ['plan.yaml']])
})
