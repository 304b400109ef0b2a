import type { Mistake } from './mistakes.ts'
import type { Place } from './tree.ts'

/** Texts of the plan's files in the order in which they are included, for order and source lines. */
export type Sources = ReadonlyMap<string, string>

/** In the order of the files, then of the places; what was told twice in the same words only once. */
export function sortMistakes(mistakes: readonly Mistake[], sources: Sources): Mistake[] {
  const order = new Map([...sources.keys()].map((file, i) => [file, i]))
  const rank = (place: Place): number => order.get(place.file) ?? order.size
  const told = new Set<string>()
  return mistakes
    .toSorted((a, b) => rank(a.place) - rank(b.place) || a.place.line - b.place.line || a.place.column - b.place.column)
    .filter((m) => {
      const words = [m.place.file, m.place.line, m.place.column, m.place.pointer, m.id, m.says].join('\n')
      return !told.has(words) && told.add(words)
    })
}

/** For people: place, severity and id; what is wrong; the line; what to do (plan-language §18). */
export function printMistakes(mistakes: readonly Mistake[], sources: Sources): string {
  const lines = new SourceLines(mistakes, sources)
  return sortMistakes(mistakes, sources).map((m) => {
    const excerpt = lines.excerpt(m.place)
    const mend = mendOf(m)
    return [
      `${at(m.place)}  ${m.severity}  ${m.id}`,
      ...indent(m.says, '    '),
      ...(excerpt === undefined ? [] : [`    | ${excerpt}`]),
      ...(mend === undefined ? [] : indent(mend, '    → ', '      ')),
    ].join('\n')
  }).join('\n\n')
}

const GITHUB = { error: 'error', warning: 'warning', note: 'notice' } as const

/** Annotations of a GitHub workflow, one a line. */
export function printForGithub(mistakes: readonly Mistake[], sources: Sources): string {
  return sortMistakes(mistakes, sources).map((m) => {
    const [line, column] = end(m.place, sources)
    const mend = mendOf(m)
    const place = `file=${property(m.place.file)},line=${m.place.line},endLine=${line},col=${m.place.column},endColumn=${column},title=${property(m.id)}`
    return `::${GITHUB[m.severity]} ${place}::${message(mend === undefined ? m.says : `${m.says}\n→ ${mend}`)}`
  }).join('\n')
}

export interface PrintedMistake {
  readonly id: string
  readonly severity: Mistake['severity']
  readonly file: string
  readonly line: number
  readonly column: number
  readonly range: readonly [number, number]
  readonly pointer: string
  readonly says: string
  readonly mend?: string
  readonly suggestion?: string
  readonly also?: readonly { readonly file: string; readonly line: number; readonly column: number; readonly pointer: string }[]
}

/** For programs (`--json`). No source lines: they may hold what must not be copied. */
export function mistakesAsObjects(mistakes: readonly Mistake[], sources: Sources): PrintedMistake[] {
  return sortMistakes(mistakes, sources).map((m) => {
    const mend = mendOf(m)
    return {
      id: m.id, severity: m.severity, file: m.place.file, line: m.place.line, column: m.place.column, range: m.place.range, pointer: m.place.pointer, says: m.says,
      ...(mend !== undefined && { mend }),
      ...(m.suggestion !== undefined && { suggestion: m.suggestion }),
      ...(m.also && { also: m.also.map(({ file, line, column, pointer }) => ({ file, line, column, pointer })) }),
    }
  })
}

/** One line under a list of mistakes: `2 errors, 1 warning`. */
export function countMistakes(mistakes: readonly Mistake[]): string {
  const of = (severity: Mistake['severity']): string[] => {
    const count = mistakes.filter((m) => m.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`]
  }
  return [...of('error'), ...of('warning'), ...of('note')].join(', ') || 'no mistakes'
}

/** A place as an editor opens it. Places of TypeScript plans have no line but a pointer. */
const hasNoLine = (place: Place): boolean => place.range[1] === 0 && place.pointer !== ''
const at = (place: Place): string => (hasNoLine(place) ? `${place.file}#${place.pointer}` : `${place.file}:${place.line}:${place.column}`)

/** What to do; a suggestion that nobody put into words becomes a question, with the place of its definition behind it. */
function mendOf(m: Mistake): string | undefined {
  const asks = m.suggestion === undefined ? undefined : `Did you mean \`${m.suggestion}\`?`
  const defined = m.suggestion !== undefined && m.also?.[0]
  const where = defined ? `   (${defined.file}:${defined.line})` : ''
  if (asks === undefined || m.mend?.includes(`\`${m.suggestion}\``)) return m.mend === undefined ? undefined : m.mend + where
  return m.mend === undefined ? asks + where : `${asks}${where}\n${m.mend}`
}

const indent = (text: string, first: string, others = first): string[] => text.split('\n').map((line, i) => (i === 0 ? first : others) + line)

/** Escapes of workflow commands. */
const message = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => message(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

function end(place: Place, sources: Sources): readonly [line: number, column: number] {
  const written = (sources.get(place.file) ?? '').slice(...place.range).trimEnd()
  const lines = written.split('\n')
  const last = lines.at(-1)!.length
  return lines.length === 1 ? [place.line, place.column + last] : [place.line + lines.length - 1, last + 1]
}

const LONGEST = 120
/** A key whose name says that its value is a secret, and the value; also where the check for secrets has not come that far. */
const SECRET = /((?:secret|passwor[dt]|passwd|passphrase|token|api_?key|private_?key|credential|pwd)\w*["']?\s*:\s*)(?!["']?\$\{|[\s{[])("[^"]*"?|'[^']*'?|[^\s,}\]]+)/gi
/** `sk_`, `ghp_`, `xoxb-`: says of which kind the secret is, not what it is. */
const KIND = /^["']?([A-Za-z]{2,4}[_-])/

class SourceLines {
  readonly #sources: Sources
  readonly #secrets = new Map<string, (readonly [number, number])[]>()

  constructor(mistakes: readonly Mistake[], sources: Sources) {
    this.#sources = sources
    for (const m of mistakes) {
      if (m.id !== 'secret-in-plan') continue
      const ranges = this.#secrets.get(m.place.file)
      if (ranges) ranges.push(m.place.range)
      else this.#secrets.set(m.place.file, [m.place.range])
    }
  }

  /** The line of a place without what must not be shown; the part around the place of a long one. */
  excerpt(place: Place): string | undefined {
    const text = this.#sources.get(place.file)
    if (text === undefined || text === '' || hasNoLine(place)) return undefined
    const start = place.range[0] - (place.column - 1)
    const newline = text.indexOf('\n', Math.max(start, 0))
    const stop = newline === -1 ? text.length : newline
    // An excerpt is for reading: of a line of megabytes only the part around the place is looked at.
    const from = Math.max(start, place.range[0] - 2_000)
    const until = Math.min(stop, place.range[0] + 2_000)
    const line = this.#mask(place.file, text.slice(from, until), from)
    const shown = line.replaceAll(/[\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu, ' ').trim()
    if (shown === '') return undefined
    if (shown.length <= LONGEST) return shown
    const middle = Math.max(0, Math.min(place.range[0] - from, line.length) - (line.length - line.trimStart().length))
    const left = Math.max(0, Math.min(middle - LONGEST / 2, shown.length - LONGEST))
    return `${left > 0 ? '…' : ''}${shown.slice(left, left + LONGEST)}${left + LONGEST < shown.length ? '…' : ''}`
  }

  #mask(file: string, line: string, from: number): string {
    let masked = line
    const ranges = (this.#secrets.get(file) ?? []).toSorted((a, b) => b[0] - a[0])
    for (const [begin, stop] of ranges) {
      if (stop <= from || begin >= from + line.length) continue
      masked = masked.slice(0, Math.max(0, begin - from)) + hidden(line.slice(Math.max(0, begin - from), stop - from)) + masked.slice(Math.min(masked.length, stop - from))
    }
    return masked.replaceAll(SECRET, (_, key: string, value: string) => key + hidden(value))
  }
}

const hidden = (secret: string): string => `${KIND.exec(secret)?.[1] ?? ''}…`
