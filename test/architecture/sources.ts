/** What the tests of this folder look at: the source files, what they import, and the files that git keeps. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

export interface Source {
  /** From the package's root: `src/sync/claim.ts`. */
  readonly path: string
  readonly text: string
  /** The text without comments, lines kept, so that words in prose are no finding. */
  readonly code: string
}

export const isTest = (path: string): boolean => /\.(test|contract|test-support)\.ts$/.test(path)

/** All TypeScript of src/ that is delivered; tests and their support lie beside it and are left out. */
export const sources: readonly Source[] = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((item) => item.isFile() && item.name.endsWith('.ts'))
  .map((item) => relative(root, join(item.parentPath, item.name)))
  .filter((path) => !isTest(path))
  .toSorted()
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    return { path, text, code: withoutComments(text) }
  })

/** Good enough for our own style: comments begin a line or follow a blank; `//` inside a text follows a colon or a quote. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ''))
    .replaceAll(/(^|[ \t])\/\/[^\n]*/g, '$1')
}

export interface Import {
  readonly from: string
  /** Path from the root for our own files, else the package or `node:` module. */
  readonly to: string
  readonly own: boolean
  /** Gone at run time. */
  readonly onlyTypes: boolean
}

const IMPORT = /(^(?:import|export)\s+type\s[^;']*?)?(?:\bfrom\s|\bimport\s*\(\s*|^import\s)\s*'([.@a-z][^'\s]*)'/gm

export const imports: readonly Import[] = sources.flatMap(({ path, code }) =>
  [...code.matchAll(IMPORT)].map(([, type, name = '']) => {
    const own = name.startsWith('.')
    return { from: path, to: own ? join(dirname(path), name) : packageOf(name), own, onlyTypes: type !== undefined }
  }))

export function packageOf(name: string): string {
  if (name.startsWith('node:')) return name
  return name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')
}

/** Files that git keeps or would keep: also those not yet added, so that a finding comes before the commit. */
export const keptFiles: readonly string[] = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  cwd: root, encoding: 'utf8', maxBuffer: 1 << 26,
}).split('\0').filter(Boolean)

export const read = (path: string): string => readFileSync(join(root, path), 'utf8')
/** 1-based line of a place in a text. */
export const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length

/** Every match of a pattern in the code, as `path:line match`. */
export function found(pattern: RegExp, where: (path: string) => boolean): string[] {
  return sources.filter(({ path }) => where(path)).flatMap(({ path, code }) =>
    [...code.matchAll(new RegExp(pattern, 'g'))].map((match) => `${path}:${lineAt(code, match.index)} ${match[0]}`))
}
