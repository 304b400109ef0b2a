/** What an answer means: status, the interface's own error texts, and when to come back. */
import { type Native, PlimsollError } from '../../../contract.ts'
import type { ErrorsManifest, Meaning } from '../manifest/manifest.ts'
import { anyAt, isMap, textOf } from '../../../path.ts'
import type { Answer } from './request.ts'

export type Operation = 'read' | 'create' | 'update' | 'delete'

export interface Said {
  readonly code: string
  readonly text: string
  readonly field?: string
  readonly key?: string
}

/** Retry-After in seconds or as a date; a day at most, so that a wrong clock can't stop a system for ever. */
export function retryAfterMs(answer: Pick<Answer, 'headers' | 'requestedAt'>): number | undefined {
  const text = answer.headers['retry-after']?.trim()
  if (text === undefined) return undefined
  const day = 86_400_000
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1_000, day)
  const then = Date.parse(text)
  // The other side's date is compared with the other side's clock, where it says what that is.
  const now = Date.parse(answer.headers['date'] ?? '')
  return Number.isNaN(then) ? undefined : Math.min(Math.max(then - (Number.isNaN(now) ? answer.requestedAt : now), 0), day)
}

/** Paths that many interfaces use; a manifest names its own. */
const COMMON = {
  code: ['code', 'error.code', 'type', 'errors.0.code', 'error'],
  text: ['message', 'error.message', 'detail', 'title', 'errors.0.message', 'errors.0.detail', 'errors.0', 'errors.*.0', 'errors', 'error_description', 'error'],
  field: ['field', 'error.field', 'errors.0.field', 'errors.0.source.pointer', 'errors.0.path'],
} as const

export function whatItSays(answer: Answer, errors: ErrorsManifest | undefined, mask: (text: string) => string): Said {
  let body: Native = null
  try {
    body = answer.json()
  } catch {
    // Not every error is JSON; then the text itself says it.
  }
  const pick = (own: string | readonly string[] | undefined, common: readonly string[]): string | undefined => {
    for (const path of own === undefined ? common : typeof own === 'string' ? [own] : own) {
      const found = textOf(anyAt(body, path))
      if (found !== undefined && found !== '') return short(mask(found))
    }
    return undefined
  }
  const looksLikeText = /^\s*[^<{[\s]/.test(answer.text)
  const field = pick(errors?.field, COMMON.field)
  const key = errors?.key === undefined ? undefined : textOf(anyAt(body, errors.key))
  return {
    code: pick(errors?.code, COMMON.code) ?? String(answer.status),
    text: pick(errors?.text, COMMON.text) ?? (looksLikeText ? short(mask(answer.text)) : `status ${answer.status}`),
    ...(field === undefined ? {} : { field }),
    ...(key === undefined ? {} : { key }),
  }
}

// oxlint-disable-next-line no-control-regex
const short = (text: string): string => text.slice(0, 300).replaceAll(/[\u0000-\u001F\u007F]+/g, ' ').trim()

/** An answer with a good status that reports a failure all the same (`errors.failed`). */
function failedInside(answer: Answer, errors: ErrorsManifest | undefined): boolean {
  if (errors?.failed === undefined || answer.status >= 400 || answer.text.trim() === '') return false
  let body: Native
  try {
    body = answer.json()
  } catch {
    return false
  }
  return errors.failed.some((place) => {
    const found = anyAt(body, typeof place === 'string' ? place : place.path)
    if (typeof place !== 'string') return place.is.includes(textOf(found) ?? '')
    return !(found === undefined || found === null || found === false || found === '' || found === 0 || Array.isArray(found) && found.length === 0 || isMap(found) && Object.keys(found).length === 0)
  })
}

/** The manifest's own table first, then what the status means by its standard (RFC 9110). */
export function meaningOf(answer: Answer, operation: Operation, errors: ErrorsManifest | undefined, said: () => Said): Meaning {
  const failed = failedInside(answer, errors)
  for (const rule of errors?.means ?? []) {
    if (rule.on !== undefined && !rule.on.includes(operation)) continue
    if (rule.status !== undefined && rule.status !== answer.status) continue
    if (rule.status === undefined && answer.status < 400 && !failed) continue
    if (rule.code !== undefined && rule.code !== said().code) continue
    if (rule.text !== undefined && !answer.text.includes(rule.text)) continue
    return rule.is
  }
  if (failed) return errors?.otherwise ?? 'refused'
  const { status } = answer
  if (status >= 200 && status < 300) return 'done'
  if (status === 404 || status === 410) return 'missing'
  if (status === 409) return operation === 'create' ? 'exists' : 'conflict'
  if (status === 412 || status === 428) return 'conflict'
  if (status === 429 || status === 423 || status === 425) return 'later'
  if (status === 401 || status === 403) return 'auth'
  if (status === 408) return 'unsure'
  if (status >= 400 && status < 500) return 'refused'
  if (status === 501) return 'refused'
  return 'unsure'
}

/** For reads: anything but a good answer is thrown. What is `missing` is the caller's to judge. */
export function orThrow(answer: Answer, operation: 'read', errors: ErrorsManifest | undefined, mask: (text: string) => string): Answer & { readonly missing: boolean } {
  let said: Said | undefined
  const say = () => (said ??= whatItSays(answer, errors, mask))
  const meaning = meaningOf(answer, operation, errors, say)
  if (meaning === 'done' || meaning === 'missing') return { ...answer, missing: meaning === 'missing' }
  const retry = retryAfterMs(answer)
  const options = retry === undefined ? {} : { retryAfterMs: retry }
  if (meaning === 'later') throw new PlimsollError('http.limit', `${answer.what}: the system asks for fewer calls (status ${answer.status}).`, { executed: false, ...options })
  if (meaning === 'auth') throw new PlimsollError('http.auth', `${answer.what} was refused (status ${answer.status}).`)
  if (meaning === 'unsure') throw new PlimsollError('http.server', `${answer.what} failed at the system (status ${answer.status}): ${say().text}.`, options)
  throw new PlimsollError('http.refused', `${answer.what} was refused (status ${answer.status}): ${say().text}.`)
}
