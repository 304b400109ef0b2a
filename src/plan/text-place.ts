import type { Place } from './tree.ts'

/** A file of a plan; where its lines begin is looked up when somebody asks. */
export class TextLines {
  readonly file: string
  readonly #text: string
  #starts: readonly number[] | undefined

  constructor(text: string, file: string) {
    this.#text = text
    this.file = file
  }

  /** From 1, both. */
  at(offset: number): { readonly line: number; readonly column: number } {
    this.#starts ??= startsOf(this.#text)
    let low = 0
    let high = this.#starts.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#starts[middle]! <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: offset - this.#starts[low]! + 1 }
  }
}

function startsOf(text: string): readonly number[] {
  const starts = [0]
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  return starts
}

/**
 * A place in a large plan: there are several for each value and hardly one is ever looked at, so line, column and pointer are worked
 * out then. It can't be spread: what is asked for are getters.
 */
export class TextPlace implements Place {
  readonly #lines: TextLines
  readonly #from: number
  #until: number
  /** The map or list in which it stands, and under which key; undefined: the root. */
  readonly up: TextPlace | undefined
  readonly key: string | number

  constructor(lines: TextLines, from: number, until: number, up: TextPlace | undefined, key: string | number) {
    this.#lines = lines
    this.#from = from
    this.#until = until
    this.up = up
    this.key = key
  }

  endsAt(until: number): void {
    this.#until = until
  }
  get file(): string {
    return this.#lines.file
  }
  get line(): number {
    return this.#lines.at(this.#from).line
  }
  get column(): number {
    return this.#lines.at(this.#from).column
  }
  get range(): readonly [number, number] {
    return [this.#from, this.#until]
  }
  get pointer(): string {
    return this.up === undefined ? '' : step(this.up.pointer, this.key)
  }
}

/** A JSON pointer's next step (RFC 6901). */
export const step = (pointer: string, key: string | number): string =>
  `${pointer}/${typeof key === 'number' || !/[~/]/.test(key) ? key : key.replaceAll('~', '~0').replaceAll('/', '~1')}`
