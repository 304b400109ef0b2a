/** Prompts in a terminal, by the keyboard alone. Every prompt can be left: Esc goes back to the question, Ctrl-C ends the interview. */
import { autocomplete, intro, isCancel, log, multiselect, outro, select, text } from '@clack/prompts'

export interface Option { readonly value: string; readonly label: string; readonly hint?: string }
/** Esc. */
export const LEFT = Symbol('left')
/** Ctrl-C, or the terminal is gone. */
export class Interrupted extends Error {}

/** Whoever is asked: a person at a terminal, or a test. */
export interface Prompts {
  say(lines: readonly string[]): void
  done(line: string): void
  warn(line: string): void
  one(message: string, options: readonly Option[]): Promise<string | typeof LEFT>
  some(message: string, options: readonly Option[]): Promise<readonly string[] | typeof LEFT>
  text(message: string, placeholder: string, wrong?: (given: string) => string | undefined): Promise<string | typeof LEFT>
}

/** Lists longer than this are searched by typing. */
const LONG = 14

export class Terminal implements Prompts {
  readonly #gone = new AbortController()
  readonly #signal: AbortSignal
  #interrupted = false

  constructor(signal: AbortSignal) {
    this.#signal = AbortSignal.any([signal, this.#gone.signal])
    process.stdin.on('keypress', this.#onKey)
    for (const event of ['end', 'close', 'error'] as const) process.stdin.on(event, this.#onGone)
    process.on('SIGHUP', this.#onGone)
  }

  close(): void {
    process.stdin.off('keypress', this.#onKey)
    for (const event of ['end', 'close', 'error'] as const) process.stdin.off(event, this.#onGone)
    process.off('SIGHUP', this.#onGone)
    process.stdin.unref()
  }

  begin(title: string): void {
    intro(fitting(title).join('\n│  '))
  }
  end(sentence: string): void {
    outro(fitting(sentence).join('\n   '))
  }
  say(lines: readonly string[]): void {
    log.message(lines.flatMap(fitting))
  }
  done(line: string): void {
    log.success(fitting(line).join('\n'))
  }
  warn(line: string): void {
    log.warn(fitting(line).join('\n'))
  }

  async one(message: string, options: readonly Option[]): Promise<string | typeof LEFT> {
    const of = options.map((option) => ({ ...option, label: shown(option.label), ...(option.hint === undefined ? {} : { hint: shown(option.hint) }) }))
    if (of.length <= LONG) return this.#answer(await select({ message: shown(message), options: of, signal: this.#signal, maxItems: LONG }))
    for (;;) {
      const picked = this.#answer<string | symbol | undefined>(await autocomplete({ message: `${shown(message)} (type to search; skip, back and stop are at the end)`, options: of, signal: this.#signal, maxItems: LONG, placeholder: 'Type to search' }))
      if (picked !== undefined) return picked
      this.warn('Nothing in the list fits what was typed.')
    }
  }

  async some(message: string, options: readonly Option[]): Promise<readonly string[] | typeof LEFT> {
    const of = options.map((option) => ({ ...option, label: shown(option.label), ...(option.hint === undefined ? {} : { hint: shown(option.hint) }) }))
    return this.#answer(await multiselect({ message: shown(message), options: of, required: false, signal: this.#signal, maxItems: LONG }))
  }

  async text(message: string, placeholder: string, wrong: (given: string) => string | undefined = () => undefined): Promise<string | typeof LEFT> {
    const given = await text({ message: shown(message), placeholder: shown(placeholder), signal: this.#signal, validate: (value) => (value === undefined || value.trim() === '' ? undefined : wrong(value)) })
    const answer = this.#answer(given)
    return answer === LEFT ? LEFT : (answer ?? '').trim()
  }

  #answer<T>(given: T): Exclude<T, symbol> | typeof LEFT {
    if (!isCancel(given)) return given as Exclude<T, symbol>
    if (this.#interrupted || this.#signal.aborted) throw new Interrupted()
    return LEFT
  }

  readonly #onKey = (_: unknown, key: { readonly ctrl?: boolean; readonly name?: string } | undefined): void => {
    if (key?.ctrl === true && key.name === 'c') this.#interrupted = true
  }
  readonly #onGone = (): void => {
    this.#interrupted = true
    this.#gone.abort()
  }
}

/** Names come from anywhere: what makes a terminal do something, or turns the direction of writing round, is left out. */
// oxlint-disable-next-line no-control-regex
const shown = (line: string): string => line.replaceAll(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, ' ')

/** Broken between words, so that it stands beside the guide line. */
function fitting(line: string): string[] {
  const width = Math.max(20, (process.stdout.columns ?? 80) - 4)
  const lines: string[] = []
  let now = ''
  for (const word of shown(line).split(' ')) {
    if (now !== '' && now.length + word.length >= width) {
      lines.push(now)
      now = word
    } else now += (now === '' ? '' : ' ') + word
  }
  return [...lines, now]
}
