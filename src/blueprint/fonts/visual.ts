/**
 * A line as it is written from left to right, for a writer that knows no directions: words of a right-to-left script in the order
 * in which they are seen, each word still as it is spelt. A line goes by its first letter; an isolated part (between U+2068 and
 * U+2069) goes by its own and counts as one neutral sign outside. Enough for names and sentences; no nested embeddings.
 */
import { IN_LATIN } from './bundled.ts'

export interface VisualRun { readonly text: string; readonly hebrew: boolean }

type Direction = 'left' | 'right' | 'neutral'
interface Piece { readonly text: string; readonly direction: Direction; readonly inner?: readonly Piece[] }

const RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/
const LEFT = /[\p{L}\p{N}]/u
const MIRROR: Readonly<Record<string, string>> = { '(': ')', ')': '(', '[': ']', ']': '[', '{': '}', '}': '{', '<': '>', '>': '<', '«': '»', '»': '«', '‹': '›', '›': '‹' }

/** Words, blanks and signs; an isolate is one piece. */
function pieces(text: string): Piece[] {
  const result: Piece[] = []
  let rest = text
  while (rest !== '') {
    if (rest.startsWith('\u2068')) {
      const end = rest.indexOf('\u2069')
      const inside = rest.slice(1, end === -1 ? undefined : end)
      result.push({ text: '', direction: 'neutral', inner: ordered(pieces(inside)) })
      rest = end === -1 ? '' : rest.slice(end + 1)
      continue
    }
    const word = /^(?:[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+|[\p{L}\p{N}\p{M}]+|[^\u2068])/u.exec(rest)?.[0] ?? rest.slice(0, 1)
    result.push({ text: word, direction: RIGHT.test(word) ? 'right' : LEFT.test(word) ? 'left' : 'neutral' })
    rest = rest.slice(word.length)
  }
  return result.filter((piece) => piece.text !== '\u2069')
}

/** From left to right as seen. Neutral pieces between two that go the same way go with them, others with the line. */
function ordered(all: readonly Piece[]): Piece[] {
  const line = all.find((piece) => piece.direction !== 'neutral')?.direction ?? 'left'
  const ways = all.map((piece, index): Direction => {
    if (piece.direction !== 'neutral') return piece.direction
    const before = all.slice(0, index).findLast((one) => one.direction !== 'neutral')?.direction ?? line
    const after = all.slice(index + 1).find((one) => one.direction !== 'neutral')?.direction ?? line
    return before === after ? before : line
  })
  const runs: { way: Direction; pieces: Piece[] }[] = []
  for (const [index, piece] of all.entries()) {
    const way = ways[index] ?? 'left'
    const last = runs.at(-1)
    if (last?.way === way) last.pieces.push(piece)
    else runs.push({ way, pieces: [piece] })
  }
  for (const run of runs) if (run.way === 'right') run.pieces = run.pieces.toReversed().map((piece) => ({ ...piece, text: MIRROR[piece.text] ?? piece.text }))
  return (line === 'right' ? runs.toReversed() : runs).flatMap((run) => run.pieces)
}

/** Runs for one face each, in the order in which they are seen. */
export function visualRuns(text: string): readonly VisualRun[] {
  const runs: { text: string; hebrew: boolean }[] = []
  const add = (piece: Piece): void => {
    if (piece.inner !== undefined) return piece.inner.forEach(add)
    const hebrew = [...piece.text].some((character) => !IN_LATIN(character.codePointAt(0) ?? 0))
    const last = runs.at(-1)
    // Each word of the other script stands alone: its writer turns its letters around, not its words.
    if (last !== undefined && !last.hebrew && !hebrew) last.text += piece.text
    else runs.push({ text: piece.text, hebrew })
  }
  ordered(pieces(text)).forEach(add)
  return runs
}
