/** Plans that nobody writes in good faith, and what a plan may ask for: refused where it stands, or bounded while it runs. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { arrived, Bounded, GOOD, listPlan } from './bounded.ts'

const MB = 1024 * 1024
let at: Bounded
afterEach(() => {
  at?.done()
})
function many(n: number, row: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => row(i)).join('')
}

/** What `check` says, from a child that lives. */
async function checked(text: string, files: Record<string, string> = {}): Promise<string> {
  at = new Bounded({ 'plan.yaml': text, ...files })
  const answer = await at.run('check')
  expect(at.peak()).toBeLessThan(512)
  expect(answer.exit, answer.out.slice(0, 500)).toBe(2)
  expect(answer.error?.code ?? '').not.toBe('internal.defect')
  return JSON.stringify(answer.result ?? answer.error) + (answer.error?.message ?? '')
}
const head = 'plimsoll: 1\nname: x\n'

const TEXTS: readonly (readonly [what: string, text: () => string, says: RegExp])[] = [
  ['a bomb of anchors', () => `${head}x-a: &a0 [1,2,3,4,5,6,7,8,9]\n${many(20, (i) => `x-b${i}: &a${i + 1} [${many(9, () => `*a${i},`)}]\n`)}`, /yaml-alias/],
  ['a bomb of merges', () => `${head}x-a: &a { b: 1 }\n${many(1_000, (i) => `x-b${i}: &b${i} { <<: *${i === 0 ? 'a' : `b${i - 1}`} }\n`)}`, /yaml-alias/],
  ['more than 10 MB', () => `${head}about: ${'x'.repeat(11 * MB)}\n`, /10 MB/],
  ['nearly 10 MB of values', () => `${head}x-a: [${many(3_000_000, () => '1, ')}1]\n`, /150,000/],
  ['nearly 10 MB of keys', () => `${head}x-a:\n${many(700_000, (i) => `  k${i}: 1\n`)}`, /150,000/],
  ['nearly 10 MB of lists in lists', () => `${head}x-a: ${'['.repeat(5 * MB)}`, /./],
  ['nearly 10 MB of quotes', () => `${head}x-a: ${'"'.repeat(9 * MB)}`, /./],
  ['nearly 10 MB of colons', () => `${head}${'a: '.repeat(3 * MB)}`, /./],
  ['nearly 10 MB of open braces', () => `${head}x-a: ${'{a: '.repeat(2 * MB)}`, /./],
  ['nearly 10 MB of line ends', () => `${head}${'\n'.repeat(9 * MB)}bad`, /./],
  ['nearly 10 MB of comments', () => `${head}${'#\n'.repeat(4 * MB)}bad`, /./],
  ['nearly 10 MB of unknown keys', () => `${head}${many(500_000, (i) => `unknown_${i}: 1\n`)}`, /./],
  ['tags', () => `${head}x-a: !!js/function "x"\nx-b: !!binary aa\n`, /yaml-tag/],
  ['NUL characters', () => `${head}about: a\0b\n`, /./],
  ['UTF-16', () => '\ufeffp\0l\0i\0m\0', /./],
  ['a key named __proto__', () => `${head}__proto__: { polluted: 1 }\nsystems: { __proto__: { connector: csv } }\n`, /__proto__/],
]

describe('the text of a plan', () => {
  test.each(TEXTS)('%s is refused with its place, in the memory there is.', async (_what, text, says) => {
    expect(await checked(text())).toMatch(says)
  })

  test.each(['__proto__.polluted', 'a.__proto__.b', 'constructor.prototype.polluted', '"\\"__proto__\\".x"', 'a(__proto__=1).b', 'a.prototype'])('The path %s in a mapping is never followed.', async (path) => {
    const said = await checked(listPlan('json', 'p.json').replace('name: name', `name: ${path}`), { 'list/p.json': '[]' })
    expect(said).toMatch(/is never followed/)
  })

  test.each(['(a{1,999}){1,999}', '(((a{1,99}){1,99}){1,99}){1,99}', `${'(a|b'.repeat(400)}${')'.repeat(400)}{999}`, '(a+)\\\\1', '(?=a)b', `${'('.repeat(2_000)}`])('The pattern %s is refused, since it would grow without end or needs to go back.', async (pattern) => {
    expect(await checked(listPlan('csv', 'p.csv').replace('name: text', `name: { type: text, pattern: "${pattern}" }`))).toMatch(/pattern/i)
  })

  test.each(['record.a.' + 'map(x, '.repeat(30) + 'x' + ')'.repeat(30), '('.repeat(500) + 'true' + ')'.repeat(500), `[${'1,'.repeat(500)}1].size() > 0`, 'true'.padEnd(11_000, ' || true'), '"a" =~ "b"'])('The condition %s is refused, since it is too large or none.', async (where) => {
    expect(await checked(listPlan('csv', 'p.csv').replace('key: sku,', `key: sku, where: ${JSON.stringify(where)},`))).toMatch(/where|expression/i)
  })
})

describe('files that a plan names', () => {
  test.each([
    ['include: ../outside.yaml', /include|outside|\.\./], ['include: /etc/passwd', /./], ['include: link.yaml', /link|outside|folder/], ['include: "*/../../outside.yaml"', /./],
  ] as const)('%s leads nowhere outside the folder of the plan.', async (include, says) => {
    at = new Bounded({ 'in/plan.yaml': `${head}${include}\n`, 'outside.yaml': 'about: SECRET-OUTSIDE\n' })
    symlinkSync('../outside.yaml', at.path('in/link.yaml'))
    const answer = await at.run('check', 'in')
    expect(answer.exit).toBe(2)
    expect(answer.out).toMatch(says)
    expect(answer.out).not.toContain('SECRET-OUTSIDE')
    expect(answer.out).not.toContain('root:x:')
  })

  test.each(['../outside.csv', '/etc/passwd', 'a/../../outside.csv', '..\\\\outside.csv', './outside.csv', 'sub/*/x.csv'])('The resource %s names no file inside the folder of its system.', async (resource) => {
    at = new Bounded({ 'plan.yaml': listPlan('csv', resource), 'outside.csv': 'sku,name,stock\nX,x,1\n', 'list/good.csv': 'sku,name,stock\n' })
    const answer = await at.sync()
    expect(answer.exit).not.toBe(0)
    expect(answer.out).toMatch(/files\.pattern/)
  })

  test('A function outside the folder of the plan never runs.', async () => {
    at = new Bounded({ 'in/plan.yaml': listPlan('csv', 'p.csv').replace('name: name', 'name: { path: name, function: ../evil.ts#f }'), 'in/list/p.csv': 'sku,name,stock\nA,b,1\n' })
    writeFileSync(at.path('evil.ts'), `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(at.path('ran'))}, '')\nexport const f = { read: (x) => x, write: (x) => x }\n`)
    const answer = await at.run('sync', 'in')
    expect(answer.exit).toBe(2)
    expect(() => at.text('ran')).toThrow(/ENOENT/)
  })

  test('A store that is a link to somebody else\'s file is not made there.', async () => {
    at = new Bounded({ 'plan.yaml': listPlan('csv', 'p.csv'), 'list/p.csv': 'sku,name,stock\nA,b,1\n', 'other.txt': 'not a database, and nobody may change it' })
    mkdirSync(at.path('.plimsoll'))
    symlinkSync('../other.txt', at.path('.plimsoll/store.db'))
    const answer = await at.sync()
    expect(answer.exit).not.toBe(0)
    expect(at.text('other.txt')).toBe('not a database, and nobody may change it')
  })
})

describe('what a plan lets run over each record', () => {
  test('A pattern that explodes elsewhere takes time by the length of the text; what does not fit is set aside, the others arrive.', async () => {
    const rows = [...GOOD.map((row) => row.join(',')), `B-1,${'a'.repeat(300_000)}!,1`, `B-2,${'ab'.repeat(100_000)}!,1`]
    at = new Bounded({ 'plan.yaml': listPlan('csv', 'p.csv').replace('name: text', 'name: { type: text, pattern: "(([\\\\w ]|\\\\p{L})+)+" }'), 'list/p.csv': ['sku,name,stock', ...rows, ''].join('\n') })
    const { asides } = await at.survives()
    expect(arrived(at)).toEqual(GOOD)
    expect(asides.map((aside) => aside.key).toSorted()).toEqual(['B-1', 'B-2'])
  })

  test('A condition that would go over a list again and again is stopped for its record; the others arrive.', async () => {
    const items = `[${'1,'.repeat(5_000)}1]`
    const where = 'record.items == null || record.items.all(a, record.items.all(b, record.items.all(c, record.items.all(d, a + b + c + d < 99))))'
    at = new Bounded({
      'plan.yaml': listPlan('json', 'p.json').replace('key: sku,', `key: sku, where: ${JSON.stringify(where)},`),
      'list/p.json': `[${[...GOOD.map(([sku, name, stock]) => JSON.stringify({ sku, name, stock, items: [1, 2] })), `{"sku":"B-1","name":"Saw","stock":1,"items":${items}}`].join(',')}]`,
    })
    const { reasons } = await at.survives()
    expect(arrived(at)).toEqual(GOOD)
    expect(reasons).toMatch(/B-1 .*looks at more than 100000 items/)
  })

  test('A condition that builds ever longer texts is stopped, or small enough.', async () => {
    const where = `"${'x'.repeat(100)}${'y'}" != "" && record.name.split("").map(a, record.name.split("").map(b, record.name.split("").map(c, record.name))).size() > 0`
    at = new Bounded({ 'plan.yaml': listPlan('csv', 'p.csv').replace('key: sku,', `key: sku, where: ${JSON.stringify(where)},`), 'list/p.csv': ['sku,name,stock', `B-1,${'z'.repeat(100_000)},1`, ...GOOD.map((row) => row.join(',')), ''].join('\n') })
    const answer = await at.sync()
    expect(at.peak()).toBeLessThan(512)
    expect([0, 1, 2]).toContain(answer.exit)
    expect(answer.error?.code).not.toBe('internal.defect')
  })
})
