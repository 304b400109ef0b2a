/** Imports point downward only. The table is the rule; each part of the house is a folder, a contract or a file. */
import { expect, test } from 'vitest'
import { type Import, imports, sources } from './sources.ts'

/**
 * Which part a file belongs to. A contract (`systems`, `store`, `dispatch`) is what its folder holds directly; what lies below it
 * is one of its implementations, each a part of its own.
 */
function partOf(path: string): string {
  const [, first = '', second = '', third = ''] = path.split('/')
  if (second === '') return first
  if (path === 'src/systems/registry.ts') return 'systems/registry.ts'
  if (first === 'systems' && second === 'protocols') return `systems/protocols/${third}`
  if (['store', 'dispatch', 'systems'].includes(first) && third !== '') return `${first}/${second}`
  if (first === 'rehearse' && ['systems', 'conformance'].includes(second)) return `rehearse/${second}`
  return first
}

/** `*` stands for every implementation in that folder. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  plan: ['base'],
  record: ['base', 'plan'],
  blueprint: ['base', 'plan', 'record'],
  systems: ['base'],
  'systems/registry.ts': ['base', 'plan', 'systems', 'systems/protocols/*'],
  'systems/protocols/*': ['base', 'systems'],
  store: ['base'],
  'store/*': ['base', 'store'],
  dispatch: ['base'],
  'dispatch/*': ['base', 'dispatch'],
  sync: ['base', 'plan', 'record', 'blueprint', 'systems', 'store', 'dispatch'],
  watch: ['base', 'plan', 'record', 'blueprint', 'systems', 'store', 'dispatch', 'sync'],
  // Simulated systems and the conformance kit are for whoever writes a connector: they know the contract and nothing above it.
  'rehearse/systems': ['base', 'systems'],
  'rehearse/conformance': ['base', 'systems', 'rehearse/systems'],
  rehearse: ['base', 'plan', 'record', 'blueprint', 'systems', 'store', 'dispatch', 'sync', 'watch', 'rehearse/systems', 'rehearse/conformance'],
  server: ['base', 'plan', 'record', 'blueprint', 'systems', 'store', 'dispatch', 'sync', 'watch', 'rehearse'],
  'app.ts': ['base', 'plan', 'record', 'blueprint', 'systems', 'systems/registry.ts', 'store', 'store/*', 'dispatch', 'dispatch/*', 'sync', 'watch',
    'rehearse', 'rehearse/systems', 'rehearse/conformance', 'server', 'apart.ts'],
  // The registry is a table of names; a connector is loaded through it when it is used.
  cli: ['base', 'plan', 'record', 'blueprint', 'systems', 'systems/registry.ts', 'store', 'dispatch', 'sync', 'watch', 'rehearse', 'rehearse/systems',
    'rehearse/conformance', 'server', 'app.ts'],
  // Wiring, like app.ts, of the one thing that runs on a thread of its own.
  'apart.ts': ['base', 'plan', 'systems', 'sync', 'thread.ts'],
  'thread.ts': ['base', 'plan', 'systems', 'systems/registry.ts', 'sync'],
  'index.ts': ['plan'],
  'testing.ts': ['systems', 'rehearse/systems', 'rehearse/conformance'],
}

const rowOf = (part: string): string => (part in MAY_IMPORT ? part : part.replace(/[^/]+$/, '*'))
const own = imports.filter((one) => one.own)
const crossing = own.filter(({ from, to }) => partOf(from) !== partOf(to))
const show = ({ from, to }: Import): string => `${from} → ${to}`

const allowed = ({ from, to }: Import): boolean => {
  const may = MAY_IMPORT[rowOf(partOf(from))] ?? []
  return may.includes(partOf(to)) || may.includes(rowOf(partOf(to)))
}

test('there is something to check', () => {
  expect(sources.length).toBeGreaterThan(200)
  expect(own.length).toBeGreaterThan(500)
  expect(crossing.length).toBeGreaterThan(200)
  const seen = new Set(crossing.map(({ from }) => rowOf(partOf(from))))
  for (const part of ['plan', 'record', 'systems/protocols/*', 'store/*', 'sync', 'cli', 'app.ts']) expect(seen, part).toContain(part)
})

test('every source file belongs to a part of the table', () => {
  expect([...new Set(sources.map(({ path }) => partOf(path)))].filter((part) => !(rowOf(part) in MAY_IMPORT))).toEqual([])
})

test('imports point downward only', () => {
  expect(crossing.filter((edge) => !allowed(edge)).map(show)).toEqual([])
})

test('an import that points upward would be seen', () => {
  expect(allowed({ from: 'src/plan/load.ts', to: 'src/sync/engine.ts', own: true, onlyTypes: false })).toBe(false)
  expect(allowed({ from: 'src/sync/engine.ts', to: 'src/store/sqlite/store.ts', own: true, onlyTypes: false })).toBe(false)
  expect(allowed({ from: 'src/systems/protocols/http/read/read.ts', to: 'src/systems/protocols/sql/read.ts', own: true, onlyTypes: false })).toBe(false)
})

test('a connector never imports another connector', () => {
  const connector = (path: string): string | undefined => /^src\/systems\/protocols\/([^/]+)\//.exec(path)?.[1]
  const inside = own.filter(({ from, to }) => connector(from) !== undefined && connector(to) !== undefined)
  expect(inside.length).toBeGreaterThan(100)
  expect(inside.filter(({ from, to }) => connector(from) !== connector(to)).map(show)).toEqual([])
})

test('only app.ts knows concrete stores, connectors and dispatchers', () => {
  const concrete = /^src\/(store\/[^/]+\/|dispatch\/[^/]+\/|systems\/protocols\/)/
  const users = own.filter(({ from, to }) => concrete.test(to) && partOf(from) !== partOf(to) && partOf(from) !== 'systems/registry.ts')
  expect(users.length).toBeGreaterThan(0)
  expect(users.filter(({ from }) => from !== 'src/app.ts').map(show)).toEqual([])
})

test('nothing that is delivered imports a test', () => {
  expect(own.filter(({ to }) => /\.test\.ts$|test-support\.ts$|^test\//.test(to)).map(show)).toEqual([])
})

/** Rings that are meant, by the files they go through. */
const RINGS: Readonly<Record<string, string>> = {
  'src/record/mapping/computed.ts src/record/mapping/placed.ts src/record/mapping/shape.ts': 'a group holds fields and a field may be a group: the three call each other down a value',
}

test('no file imports itself through others', () => {
  const next = new Map<string, string[]>()
  for (const { from, to, onlyTypes } of own) if (!onlyTypes) next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  const rings: string[] = []
  const walk = (file: string, way: readonly string[]): void => {
    const begin = way.indexOf(file)
    if (begin !== -1) rings.push([...way.slice(begin), file].join(' → '))
    if (begin !== -1 || done.has(file)) return
    for (const to of next.get(file) ?? []) walk(to, [...way, file])
    done.add(file)
  }
  for (const file of next.keys()) walk(file, [])
  expect(done.size).toBeGreaterThan(200)
  const named = (ring: string): string => [...new Set(ring.split(' → '))].toSorted().join(' ')
  expect(rings.filter((ring) => !(named(ring) in RINGS))).toEqual([])
  for (const ring of Object.keys(RINGS)) expect(rings.map(named), 'a ring that is gone leaves the list').toContain(ring)
})
