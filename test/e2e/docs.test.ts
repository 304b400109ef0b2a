/** `plimsoll docs` as a person runs it: what lies in the folder, twice the same, and stale when the plan has changed. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { DIST, Project, ROOT } from './project.ts'

let at: Project
afterEach(() => at?.done())

const example = (): Project => {
  at = new Project()
  cpSync(join(ROOT, 'examples/online-shop'), at.path('shop'), { recursive: true, filter: (path) => !/\/(data|docs|\.plimsoll)(\/|$)/.test(relative(join(ROOT, 'examples'), path)) })
  return at
}
const below = (folder: string): string[] => (readdirSync(folder, { recursive: true }) as string[]).filter((path) => statSync(join(folder, path)).isFile()).toSorted()
const digests = (folder: string): Record<string, string> => Object.fromEntries(below(folder).map((path) => [path, createHash('sha256').update(readFileSync(join(folder, path))).digest('hex')]))
/** Under other circumstances: place, zone, language of the machine. */
const elsewhere = (args: readonly string[], cwd: string): string =>
  execFileSync(process.execPath, [join(DIST, 'cli/main.js'), ...args], { cwd, encoding: 'utf8', env: { ...process.env, TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }, stdio: ['ignore', 'pipe', 'ignore'] })

test('Site, Markdown, drawings and PDF of the example, every link of the Markdown leads to a file.', async () => {
  const said = await example().run('docs', 'shop', '--out', 'site')
  expect(said.exit, said.out).toBe(0)
  const files = below(at.path('site'))
  for (const file of ['index.html', 'strategy.html', 'flows/orders.html', 'run-books/backoffice_down.html', 'markdown/README.md', 'markdown/flows/orders.md', 'drawings/integration.svg', 'assets/site.css', 'plimsoll-docs.json']) expect(files).toContain(file)
  expect(files.filter((file) => file.endsWith('.pdf'))).toHaveLength(1)
  expect(said.summary['files']).toBe(files.length - 1)
  const links = files.filter((file) => file.endsWith('.md')).flatMap((file) => [...at.text(`site/${file}`).replaceAll(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map((match) => ({ file, to: match[1]! })))
  expect(links.length).toBeGreaterThan(500)
  expect(links.filter(({ file, to }) => !to.startsWith('http') && !existsSync(join(at.path('site'), file, '..', to)))).toEqual([])
})

test('Two runs are the same to the byte, wherever and on whatever day they are made.', async () => {
  example()
  expect((await at.run('docs', 'shop', '--out', 'first')).exit).toBe(0)
  elsewhere(['docs', at.path('shop'), '--out', at.path('second')], '/')
  const first = digests(at.path('first'))
  expect(Object.keys(first).length).toBeGreaterThan(150)
  expect(digests(at.path('second'))).toEqual(first)
})

test('A check says which documents are stale, asks for nothing that was not asked for, and writes nothing.', async () => {
  example()
  expect((await at.run('docs', 'shop', '--out', 'docs', '--format', 'markdown', '--lang', 'pl')).exit).toBe(0)
  expect(below(at.path('docs')).some((file) => /\.(html|pdf)$/.test(file))).toBe(false)
  expect((await at.run('docs', 'shop', '--out', 'docs', '--check')).exit).toBe(0)
  const before = digests(at.path('docs'))
  at.put('shop/flows.yaml', at.text('shop/flows.yaml').replace('volume: { usual: 2500/day', 'volume: { usual: 2600/day'))
  const said = await at.run('docs', 'shop', '--out', 'docs', '--check')
  expect(said.exit).toBe(4)
  expect(said.result['changed']).toContain('markdown/flows/stock.md')
  expect(said.result['missing']).toEqual([])
  expect(digests(at.path('docs'))).toEqual(before)
})

test('The documents that lie beside the example are those of its plan.', async () => {
  at = new Project()
  const said = await at.run('docs', join(ROOT, 'examples/online-shop'), '--check')
  expect(said.exit, said.out).toBe(0)
})

test('A folder with something else in it is left alone.', async () => {
  example()
  at.put('home/letter.txt', 'mine')
  const said = await at.run('docs', 'shop', '--out', 'home')
  expect([said.exit, said.error?.code]).toEqual([2, 'docs.folder'])
  expect(below(at.path('home'))).toEqual(['letter.txt'])
})

test('Each reader gets its own documents, each language its own words.', async () => {
  example()
  expect((await at.run('docs', 'shop', '--out', 'b', '--for', 'business', '--format', 'site', '--lang', 'pl')).exit).toBe(0)
  expect((await at.run('docs', 'shop', '--out', 't', '--for', 'technology', '--format', 'site')).exit).toBe(0)
  expect(existsSync(at.path('b/strategy.html'))).toBe(true)
  expect(existsSync(at.path('b/interfaces.html'))).toBe(false)
  expect(existsSync(at.path('t/strategy.html'))).toBe(false)
  expect(existsSync(at.path('t/interfaces.html'))).toBe(true)
  expect(at.text('b/strategy.html')).toContain('<html lang="pl">')
  expect(at.text('b/flows/stock.html')).toContain('co 1 minuta')
  expect((await at.run('docs', 'shop', '--out', 'x', '--lang', 'xx')).exit).toBe(2)
})
