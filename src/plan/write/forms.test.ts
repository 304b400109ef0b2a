/** Forms of YAML that people and programs write: a value is set in each of them without touching the others. */
import { describe, expect, it } from 'vitest'
import { readYaml } from '../read-yaml.ts'
import { keyOf, resolve, type Schema } from '../schema/kinds.ts'
import { PLAN } from '../schema/plan-schema.ts'
import type { Node } from '../tree.ts'
import { longForm, lookUp, schemaBelow } from './content.ts'
import { setValue } from './write-into.ts'

const HEAD = 'plimsoll: 1\nname: A\n'
const forms: Readonly<Record<string, string>> = {
  'a document between its signs': '---\nplimsoll: 1\nname: A\n...\n',
  'a byte order mark': `\uFEFF${HEAD}systems:\n  a: {}\n`,
  'keys in quotes': '"plimsoll": 1\n\'name\': A\n"systems":\n  "shop": { "category": shop }\n  \'erp\':\n    "category": erp\n',
  'blanks before the colons': 'plimsoll : 1\nname : A\nsystems :\n  shop : { category : shop }\n  erp :\n    category : erp\n',
  'empty braces on several lines': `${HEAD}systems: {}\nflows: {\n}\nentities: {\n  # nothing yet\n}\n`,
  'braces on several lines': `${HEAD}systems: {\n  shop: { category: shop }, # first\n  erp: {\n    category: erp, # second\n    interface: files,   # third\n  },\n}\n`,
  'braces that go on in the next line': `${HEAD}systems:\n  shop: { category: shop,\n    interface: files, # third\n    functions: [ Sells, # c\n      Shows ] }\n`,
  'lists that are not indented': `${HEAD}systems:\n  shop:\n    functions:\n    - Sells\n    - Shows   # too\n    category: shop\nteams:\n  it:\n    kind: technology\n    on_call:\n    - who: it # c\n      channels: [email]\n    - { who: it, after: 1 hour }\n`,
  'blocks of text': `${HEAD}systems:\n  shop:\n    about: |-\n      Text\n  erp:\n    about: >-\n      Folded\n      more\n\n    # after\n    category: erp\nobjectives:\n  a:\n    statement: "two\n      lines"\n`,
  'a comment at the end, without a line break': `${HEAD}systems:\n  shop:\n    category: shop\n    # the end`,
  'a key at the end, without a line break': `${HEAD}systems:\n  shop:`,
  'blanks at the ends of lines': `plimsoll: 1  \nname: A \t\nsystems:   # c\n  shop:   \n    category: shop   \n  \n\n  erp: # x\n\n# end\n`,
  'comments everywhere': `${HEAD}# before systems\nsystems:\n  # before shop\n  shop:\n    # before category\n    category: shop # at\n    # after category\n  # after shop\n# after systems\n\n# before flows\nflows:\n  # none yet\n`,
  'lists of what a system holds': `${HEAD}systems:\n  shop:\n    holds:\n      - a # one\n      - b # two\n  erp: { holds: [a, b] }\n  crm:\n    holds: a # alone\n  pim:\n    holds:\n      a: table # c\n      b:\n        - resource: x\n        - resource: y\n          where: record.z\n`,
  'JSON in one line': '{"plimsoll": 1, "name": "A", "systems": {"shop": {"category": "shop", "holds": ["a"]}}}',
  'JSON on many lines': '{\n    "plimsoll": 1,\n    "name": "A",\n    "systems": {\n        "shop": {\n            "category": "shop"\n        }\n    }\n}\n',
}

/** Places of single texts, and texts that could stand and do not. */
function places(node: Node, schema: Schema, path: readonly string[] = []): { said: string[][]; open: string[][] } {
  const kind = resolve(schema)
  const below = node.is === 'map' ? node.entries.map((e) => [e.key, e.value] as const) : node.is === 'list' ? node.items.map((item, i) => [String(i), item] as const) : []
  const inner = below.map(([key, value]) => places(value, schemaBelow(kind, key), [...path, key]))
  const missing = kind.is === 'shape' && node.is === 'map' ? Object.keys(kind.keys).filter((key) => resolve(keyOf(kind, key)!.value).is === 'scalar' && !node.entries.some((e) => e.key === key)) : []
  return { said: [...(node.is === 'text' && !node.empty ? [[...path]] : []), ...inner.flatMap((one) => one.said)], open: [...missing.map((key) => [...path, key]), ...inner.flatMap((one) => one.open)] }
}

function gone(before: string, after: string): number {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  let first = 0
  while (first < old.length && first < fresh.length && old[first] === fresh[first]) first += 1
  let last = 0
  while (last < old.length - first && last < fresh.length - first && old.at(-1 - last) === fresh.at(-1 - last)) last += 1
  return old.length - first - last
}
const comments = (text: string): readonly string[] => (text.match(/(?<=^|[ \t])# ?[a-z].*?(?=\r?$)/gm) ?? []).map((comment) => comment.trim())

describe.each(Object.entries(forms))('%s', (name, form) => {
  it.each([['\n'], ['\r\n']])('with line ends %j', (end) => {
    const text = form.replaceAll('\n', end)
    const json = name.startsWith('JSON')
    const file = json ? 'plan.json' : 'plan.yaml'
    const long = longForm(readYaml(text, file).root!)
    const { said, open } = places(long, PLAN)
    expect(said.length).toBeGreaterThan(1)
    for (const [path, value] of [...said.flatMap((path) => ['other', 'a: b', 'two\nlines', ''].map((value) => [path, value] as const)), ...open.map((path) => [path, 'some words'] as const)]) {
      const after = setValue(text, path, value, file)
      expect(after, path.join('.')).toBeDefined()
      const read = lookUp(longForm(readYaml(after!, file).root!), path)
      if (read?.is === 'text') expect(read.text).toBe(value)
      const there = lookUp(long, path)
      // A list of names becomes names with values as a whole.
      expect(gone(text, after!), `${path.join('.')}\n${after}`).toBeLessThanOrEqual(there ? Math.max(1, text.slice(...there.place.range).trimEnd().split('\n').length) : name === 'lists of what a system holds' ? 2 : 1)
      expect(comments(after!)).toEqual(comments(text))
      if (end === '\r\n') expect(after).not.toMatch(/[^\r]\n/)
      if (json) expect(() => JSON.parse(after!) as unknown).not.toThrow()
    }
  })
})
