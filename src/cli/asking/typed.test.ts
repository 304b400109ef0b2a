import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Kept } from '../../plan/model.ts'
import { CATALOGUE } from '../../plan/questions/catalogue.ts'
import { readYaml } from '../../plan/read-yaml.ts'
import { keyAt } from '../../plan/schema/key-at.ts'
import { resolve } from '../../plan/schema/kinds.ts'
import { PLAN } from '../../plan/schema/plan-schema.ts'
import { validate } from '../../plan/schema/validate.ts'
import type { MapNode, Node } from '../../plan/tree.ts'
import { longForm, lookUp, schemaAt } from '../../plan/write/content.ts'
import { setValue } from '../../plan/write/write-into.ts'
import { formFor } from './form.ts'
import { typed } from './typed.ts'

const plain = (value: Kept): unknown => (value instanceof Map ? Object.fromEntries([...value].map(([key, one]) => [key, plain(one)])) : Array.isArray(value) ? value.map(plain) : value)
const read = (place: string, text: string): unknown => {
  const found = typed(schemaAt(PLAN, place.split('.')), text, place.split('.').at(-1)!)
  return 'value' in found ? plain(found.value) : found
}

describe('what somebody types', () => {
  it.each([
    ['systems.x.accountable', ' anna ', 'anna'],
    ['flows.x.trigger', '5 minutes', '5 minutes'],
    ['flows.x.trigger', 'event', 'event'],
    ['flows.x.trigger', '{ at: [06:00, 18:00] }', { at: ['06:00', '18:00'] }],
    ['systems.x.functions', 'Takes orders; Keeps stock, and counts it', ['Takes orders', 'Keeps stock, and counts it']],
    ['systems.x.functions', 'sales: Takes orders', { sales: 'Takes orders' }],
    ['entities.x.identifiers', 'email, number', ['email', 'number']],
    ['entities.x.identifiers', '[email, [last_name, birth_date]]', ['email', ['last_name', 'birth_date']]],
    ['entities.x.fields', 'email: email, name; state: { codes: [open, closed] }', { email: 'email', name: 'text', state: { codes: ['open', 'closed'] } }],
    ['systems.x.holds', 'customer, order', ['customer', 'order']],
    ['systems.x.contract', 'ends: 2028-12-31, support: Answers within 4 hours', { ends: '2028-12-31', support: 'Answers within 4 hours' }],
    ['operation.staff', 'integration: 0.5', { integration: '0.5' }],
    ['objectives.x.statement', 'No, # {never} [again]: !', 'No, # {never} [again]: !'],
    ['objectives.x.statement', '[draft] of a sentence', '[draft] of a sentence'],
  ])('at %s, %j is %j', (place, text, value) => {
    expect(read(place, text)).toEqual(value)
  })

  it('says at once what is wrong, in the words of the plan language', () => {
    expect(read('flows.x.volume.usual', '5')).toMatchObject({ says: expect.stringContaining('`usual`'), mend: expect.stringContaining('/') })
    expect(read('systems.x.contract', '{ ends: ')).toMatchObject({ says: expect.any(String), mend: expect.any(String) })
  })
})

describe('every question of the catalogue', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../test/plans/online-shop.yaml'), 'utf8')
  const tree = readYaml(text, '').root!
  const long = longForm(tree)
  /** The place with names of a whole plan for `*`. */
  const named = (pattern: string): string[] => pattern.split('.').reduce<string[]>((path, step) => {
    const at: Node | undefined = lookUp(long, path)
    return [...path, step === '*' ? (at?.is === 'map' ? at.entries[0]?.key ?? 'one' : 'one') : step]
  }, [])

  it.each(CATALOGUE.filter(({ example }) => example !== '').map((question) => [question.id, question] as const))('%s is asked in a form, and its example can be typed and written', (_, question) => {
    const path = question.policy ? ['defaults', 'flow', ...question.place.split('.').slice(2)] : named(question.place)
    expect(keyAt(path), path.join('.')).toBeDefined()
    const form = formFor(path, tree)
    expect(form.is === 'one' || form.is === 'some' ? form.of.length + form.add.length : 1).toBeGreaterThan(0)
    const value = typed(schemaAt(PLAN, path), question.example, path.at(-1)!)
    expect(value).toHaveProperty('value')
    if (!('value' in value)) return
    // Names of the example are somebody else's.
    if (form.is === 'one' && resolve(keyAt(path)!.value).is === 'word') expect(form.of.map((one) => one.value)).toContain(question.example)
    const fresh = setValue('plimsoll: 1\nname: New   # a comment\n', path, value.value)
    expect(fresh).toContain('# a comment')
    const { mistakes } = validate(longForm(readYaml(fresh!, '').root!) as MapNode, PLAN)
    // What an element must say besides is asked with it.
    expect(mistakes.filter((mistake) => !/ needs /.test(mistake.says)).map((mistake) => mistake.says)).toEqual([])
  })
})
