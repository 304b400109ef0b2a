/**
 * One error class; what an error means is its code. `ERRORS` is the registry: each code has a class that decides what the
 * engine does, and a hint that tells a person what to do. Decide by `code` or `class`, never by `instanceof` of a subclass.
 */

/**
 * What is done about an error:
 * `limit`, `remote` retry with back-off · `auth` pauses the system · `data` sets the record aside · `conflict` re-reads and
 * merges again · `config`, `plan` stop before anything is written (exit 2) · `environment` something is missing on this
 * machine (exit 3) · `internal` a defect of Plimsoll.
 */
export type ErrorClass =
  | 'limit' | 'remote' | 'auth' | 'data' | 'conflict' | 'config' | 'plan' | 'environment' | 'internal'

export interface ErrorEntry {
  readonly class: ErrorClass
  /** What a person does about it; `{name}` is replaced by details of that name. */
  readonly hint: string
}

const registry = new Map<string, ErrorEntry>()

/** Adds a folder's codes to the registry. A code that is registered twice is a defect. */
export function registerErrors<const T extends Record<string, ErrorEntry>>(entries: T): T {
  for (const [code, entry] of Object.entries(entries)) {
    if (registry.has(code)) throw new Error(`error code ${code} is registered twice`)
    registry.set(code, entry)
  }
  return entries
}

export const registeredErrors = (): ReadonlyMap<string, ErrorEntry> => registry

registerErrors({
  'internal.defect': { class: 'internal', hint: 'This is a defect of Plimsoll. Please report it with the command you ran.' },
  'base.timeout': { class: 'remote', hint: 'It is tried again. If it goes on, see whether the system is overloaded.' },
  'base.stopped': { class: 'internal', hint: 'The work was stopped on request; start it again to go on.' },
})

export interface ErrorOptions {
  /** Values for the hint and for whoever prints the error. Never secrets. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>
  /** Where: `system/resource/key`, `file:line:column`, or a field. */
  readonly place?: string
  readonly cause?: unknown
  /** Milliseconds after which the other side asked to be tried again (Retry-After). */
  readonly retryAfterMs?: number
  /** `false`: the request surely was not executed. Default: unknown, so a write that failed is unsure. */
  readonly executed?: false
}

export class PlimsollError extends Error {
  readonly code: string
  readonly class: ErrorClass
  readonly hint: string
  readonly place: string | undefined
  readonly details: Readonly<Record<string, string | number | boolean | null>>
  readonly retryAfterMs: number | undefined
  readonly executed: false | undefined

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    const entry = registry.get(code)
    if (!entry) throw new Error(`error code ${code} is not registered (message: ${message})`)
    this.name = 'PlimsollError'
    this.code = code
    this.class = entry.class
    this.details = options.details ?? {}
    this.hint = entry.hint.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(this.details[name] ?? name))
    this.place = options.place
    this.retryAfterMs = options.retryAfterMs
    this.executed = options.executed
  }
}

/** Any thrown thing as a PlimsollError; what is not one is a defect. */
export function asPlimsollError(thrown: unknown): PlimsollError {
  if (thrown instanceof PlimsollError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new PlimsollError('internal.defect', message, { cause: thrown })
}
