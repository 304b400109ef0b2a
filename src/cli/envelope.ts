/** Every command answers in one envelope: `--json` prints it, else people get sentences. */
import { asPlimsollError, type ErrorClass, type PlimsollError } from '../base/errors.ts'

export interface Envelope {
  readonly command: string
  readonly ok: boolean
  readonly summary: unknown
  readonly result: unknown
  readonly error: { readonly code: string; readonly class: string; readonly message: string; readonly hint: string; readonly place?: string } | null
}

/** 0 done · 1 ran and something failed · 2 plan or arguments are wrong · 3 the environment lacks something · 4 there is something to do. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

export interface Answer {
  readonly exit: ExitCode
  readonly summary?: unknown
  readonly result?: unknown
  readonly error?: PlimsollError
  /** For people; ends without a line break. */
  readonly text: string
}

const EXIT: Readonly<Record<ErrorClass, ExitCode>> = { plan: 2, config: 2, environment: 3, limit: 1, remote: 1, auth: 1, data: 1, conflict: 1, internal: 1 }

export const exitOf = (error: PlimsollError): ExitCode => EXIT[error.class]

export function failure(thrown: unknown): Answer {
  const error = asPlimsollError(thrown)
  // Several mistakes of a file each begin with their own place.
  const where = error.place === undefined || error.message.startsWith(error.place) ? '' : `${error.place}: `
  return { exit: exitOf(error), error, text: `✗ ${where}${error.message}\n  → ${error.hint}` }
}

export function envelope(command: string, answer: Answer): Envelope {
  const { error } = answer
  return {
    command, ok: answer.exit === 0 || answer.exit === 4, summary: answer.summary ?? null, result: answer.result ?? null,
    error: error ? { code: error.code, class: error.class, message: error.message, hint: error.hint, ...(error.place === undefined ? {} : { place: error.place }) } : null,
  }
}

/** Exact numbers stay exact: what JSON can't hold as a number is text. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) => {
    if (item instanceof Map) return Object.fromEntries(item)
    if (item instanceof Set) return [...item]
    if (typeof item === 'object' && item !== null && 'text' in item && item.constructor?.name === 'Numeral') return (item as { text: string }).text
    return item instanceof Uint8Array ? Buffer.from(item).toString('base64') : item
  })
