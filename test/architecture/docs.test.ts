/** Pages point at each other, and the code at pages: every pointer leads somewhere. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { keptFiles, lineAt, read, root } from './sources.ts'

const pages = keptFiles.filter((path) => path.endsWith('.md'))
const slug = (heading: string): string => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, (block) => block.replaceAll(/[^\n]/g, ''))
const anchors = (page: string): Set<string> => new Set([...withoutCode(read(page)).matchAll(/^#+ (.+)$/gm)].map((match) => slug(match[1]!)))

test('every link between pages leads to a file and a heading that exist', () => {
  const links = pages.flatMap((page) => {
    const text = withoutCode(read(page)).replaceAll(/`[^`\n]*`/g, (code) => ' '.repeat(code.length))
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => ({ page, to: match[1]!, at: `${page}:${lineAt(text, match.index)}` }))
  })
  const own = links.filter(({ to }) => !/^[a-z]+:/.test(to))
  expect(own.length).toBeGreaterThan(40)
  const broken = own.filter(({ page, to }) => {
    const [file = '', heading] = to.split('#')
    const target = file === '' ? page : join(dirname(page), file)
    if (!existsSync(join(root, target))) return true
    return heading !== undefined && target.endsWith('.md') && !anchors(target).has(heading)
  })
  expect(broken.map(({ at, to }) => `${at} ${to}`)).toEqual([])
})

test('what the code quotes from semantics and plan language is there', () => {
  const sections = (page: string): Set<string> => new Set([...read(page).matchAll(/^#+ (\d+(?:\.\d+)*)\.? /gm)].map((match) => match[1]!))
  const known: Readonly<Record<string, Set<string>>> = { semantics: sections('docs/semantics.md'), 'plan-language': sections('docs/plan-language.md') }
  const quotes = keptFiles.filter((path) => /\.(ts|mjs|yaml)$/.test(path)).flatMap((path) => {
    const text = read(path)
    return [...text.matchAll(/\b(semantics|plan-language|DESIGN) §((?:[\d.]*\d)(?:, §[\d.]*\d)*)/g)].flatMap((match) =>
      match[2]!.split(', §').map((section) => ({ page: match[1]!, section, at: `${path}:${lineAt(text, match.index)}` })))
  })
  expect(quotes.length).toBeGreaterThan(40)
  expect(quotes.filter(({ page, section }) => !known[page]?.has(section))).toEqual([])
})

test('every page of documentation is named in the index', () => {
  const index = read('docs/README.md')
  const below = pages.filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== 'docs/README.md')
  expect(below.filter((path) => !index.includes(`(${path.slice(5)})`))).toEqual([])
  for (const folder of ['connectors', 'decisions']) {
    const list = read(`docs/${folder}/README.md`)
    const inside = pages.filter((path) => path.startsWith(`docs/${folder}/`) && !path.endsWith('README.md'))
    expect(inside.filter((path) => !list.includes(`(${path.slice(`docs/${folder}/`.length)})`)), folder).toEqual([])
  }
})

test('the README leads with the two commands', () => {
  const head = read('README.md').split('\n').slice(0, 12).join('\n')
  expect(head).toContain('npm ci && npm start')
  expect(head).toContain('npm cit')
})
