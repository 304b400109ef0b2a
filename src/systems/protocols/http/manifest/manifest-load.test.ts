import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogNames, keysAt, loadManifest, parseManifest } from './manifest-load.ts'
import { manifestSchema } from './manifest.ts'

const GOOD = `
http: 1
resources:
  customers:
    key: id
    list: { path: /customers }
`
const mistakesIn = (text: string): string[] => {
  try {
    parseManifest(text, '/plans/shop.yaml')
  } catch (error) {
    return (error as Error).message.split('\n')
  }
  return []
}

describe('a manifest', () => {
  test('The smallest one that says something is accepted.', () => {
    expect(parseManifest(GOOD, 'shop.yaml').resources['customers']).toMatchObject({ key: 'id' })
  })

  test('Every entry of the catalogue is accepted.', async () => {
    const names = await catalogNames()
    expect(names).toContain('json-server')
    for (const name of names) await expect(loadManifest(name)).resolves.toMatchObject({ http: 1 })
  })

  test('An unknown key is named with its line and the nearest right word.', () => {
    expect(mistakesIn(GOOD.replace('    list:', '    lst:'))).toEqual(['shop.yaml:6: resources.customers.lst is no key here; did you mean `list`?'])
  })

  test('All mistakes are named at once, each where it stands.', () => {
    const mistakes = mistakesIn(`http: 1
timeout: soon
resources:
  customers:
    list:
      path: customers
      paging:
        kind: page
        parameter: page
        at_most: 0
    update:
      path: /customers
`)
    expect(mistakes).toEqual([
      'shop.yaml:2: timeout must be a duration such as `30s`, `500ms`, `5m`, `1h` or `1d`',
      'shop.yaml:6: resources.customers.list.path must begin with one `/`, without `?`, `#` and `..`; the query stands under `query`',
      'shop.yaml:10: resources.customers.list.paging.at_most must be at least 1',
    ])
  })

  test.each([
    ['an address of another origin as a path', 'list: { path: "//evil.example/x" }', 'must begin with one `/`'],
    ['a path that climbs', 'list: { path: /a/../b }', 'must begin with one `/`'],
    ['an unknown placeholder', 'get: { path: "/c/{kee}" }', 'unknown placeholder {kee}'],
    ['an unknown placeholder in a body', 'list: { path: /c, body: { q: "{foo}" } }', 'unknown placeholder {foo}'],
    ['a get that never uses the key', 'get: { path: /c }', 'never uses {key}'],
    ['a delete that never uses the key', 'delete: { path: /c }', 'never uses {key}'],
    ['a look-up that never uses the value', 'find: { path: /c }', 'never uses {value}'],
    ['put without a way to read', 'update: { path: "/c/{key}", style: put }', 'needs `get`'],
    ['a position without the path of the time', 'list: { path: /c, since: { query: { from: "{since}" } } }', 'needs `changed`'],
    ['a condition without a version', 'update: { path: "/c/{key}", condition: { header: If-Match } }', 'needs `version`'],
    ['an unknown kind of paging', 'list: { path: /c, paging: { kind: pages } }', 'paging'],
    ['a `*` in a field that says nothing of where it is read', 'fields: { "values.*": {} }', 'a `*` stands for each name'],
    ['a `*` in a field that is more than a place', 'fields: { "values.*": { at: "values.*.text", as: date } }', 'a `*` stands for each name'],
    ['a header name with a space', 'version: { header: "E Tag" }', 'name of an HTTP header'],
  ])('It refuses %s.', (_what, line, says) => {
    expect(mistakesIn(`http: 1\nresources:\n  customers:\n    ${line}\n`).join('\n')).toContain(says)
  })

  test('A header that carries a line break is refused.', () => {
    expect(mistakesIn(`${GOOD}headers: { X-A: "a\\r\\nHost: evil" }`).join()).toContain('line breaks')
  })

  test('Text that is no YAML is named with its line.', () => {
    expect(mistakesIn('http: 1\nresources: {\n')[0]).toMatch(/^shop\.yaml:\d+: /)
  })

  test('A time that is not part of what is signed is refused.', () => {
    const mistakes = mistakesIn(`${GOOD}webhooks:
  signature: { kind: hmac-sha256, header: X-Sig, timestamp: { header: X-Time }, signed: "{body}" }
  events: [{ resource: { value: customers }, kind: changed, key: id }]
`)
    expect(mistakes.join()).toContain('must contain {timestamp}')
  })
})

describe('where a manifest comes from', () => {
  let folder: string
  beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), 'manifest-')) })
  afterAll(() => rm(folder, { recursive: true }))

  test('A file beside the plan wins over the catalogue.', async () => {
    const file = path.join(folder, 'json-server')
    await writeFile(file, GOOD)
    expect(Object.keys((await loadManifest(file)).resources)).toEqual(['customers'])
  })

  test('A name that is no file is looked up in the catalogue, also when it was made absolute.', async () => {
    expect(Object.keys((await loadManifest(path.join(folder, 'elsewhere', 'json-server'))).resources)).toEqual(['*'])
  })

  test('A name that is nowhere is refused with what there is.', async () => {
    await expect(loadManifest(path.join(folder, 'nothing'))).rejects.toMatchObject({ code: 'http.setting', message: expect.stringContaining('json-server') })
  })

  test('A manifest in the plan may have every value as text, as plans hand them over.', async () => {
    const asTexts = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(asTexts)
      if (value === null || typeof value !== 'object') return String(value)
      return Object.assign(Object.create(null) as object, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asTexts(one)])))
    }
    const written = { http: 1, parallel: 2, resources: { a: { omits_empty: true, list: { path: '/a', query: { active: true }, paging: { kind: 'page', parameter: 'p', first: 0, at_most: 50 } } } } }
    const fromPlan = await loadManifest(asTexts(written) as never)
    expect(fromPlan).toEqual(await loadManifest(written))
    expect(fromPlan.resources['a']).toMatchObject({ omits_empty: true, list: { query: { active: 'true' }, paging: { first: 0, at_most: 50 } } })
  })

  test('A map in the plan is checked alike and places are paths.', async () => {
    await expect(loadManifest({ http: 1, resources: { a: { lst: {} } } })).rejects.toMatchObject({ code: 'http.manifest', message: 'manifest.resources.a.lst is no key here; did you mean `list`?' })
  })
})

test('The documents of the manifest explain every key, and their example is accepted.', async () => {
  const folder = new URL('../../../../../docs/connectors/', import.meta.url)
  const pages = ['http-manifest.md', ...(await readdir(new URL('http/', folder))).map((name) => `http/${name}`)]
  const text = (await Promise.all(pages.map((page) => readFile(new URL(page, folder), 'utf8')))).join('\n')
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]!).filter((block) => block.includes('http: 1'))
  expect(blocks.length).toBeGreaterThan(0)
  for (const block of blocks) expect(mistakesIn(block)).toEqual([])
  const missing = allKeys().filter((key) => !text.includes(`\`${key}\``))
  expect(missing).toEqual([])
})

function allKeys(): string[] {
  const found = new Set<string>()
  const walk = (at: readonly string[], depth: number): void => {
    if (depth > 6) return
    for (const key of keysAt(manifestSchema, at)) {
      found.add(key)
      walk([...at, key], depth + 1)
      walk([...at, key, '0'], depth + 1)
    }
  }
  walk([], 0)
  return [...found]
}

test('No file of the connector knows a product by name.', async () => {
  const folder = new URL('../', import.meta.url)
  const names = await catalogNames()
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  expect(files.length).toBeGreaterThan(40)
  for (const file of files) {
    const text = await readFile(new URL(file, folder), 'utf8')
    for (const name of names) expect(text.includes(name), `${file} names ${name}`).toBe(false)
  }
})
