/** Words that every part of the manifest's schema uses: texts and numbers as plans write them, paths, durations, headers, templates. */
import { z } from 'zod'
import { steps } from '../../../path.ts'
import { placeholders } from './template.ts'
import { durationMs } from '../call/times.ts'

/**
 * Where a text is meant, `100` and `true` are that text; where a number or yes/no is meant, so is its text: in a plan every
 * value arrives as text.
 */
export const asText = (value: unknown): unknown => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value)
export const asNumber = (value: unknown): unknown => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value)
const asFlag = (value: unknown): unknown => (value === 'true' ? true : value === 'false' ? false : value)
export const text = z.preprocess(asText, z.string())
export const flag = z.preprocess(asFlag, z.boolean())

export const path = z.string().refine((text) => text === '' || steps(text) !== undefined, { error: 'must be a path such as `data.items` or `"odd name".id`' })
export const duration = z.string().refine((text) => durationMs(text) !== undefined, { error: 'must be a duration such as `30s`, `500ms`, `5m`, `1h` or `1d`' })
export const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'must be the name of an HTTP header' })
// oxlint-disable-next-line no-control-regex
export const headerValue = z.preprocess(asText, z.string().regex(/^[^\u0000-\u001F\u007F]*$/, { error: 'must not contain line breaks or control characters' }))
export const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
export const whole = (least: number, most: number) => z.preprocess(asNumber, z.number().int().min(least).max(most))
export const count = (most: number) => whole(1, most)

/** Whether a resource has a partition or a parent is seen where its keys are checked together. */
const ALWAYS = /^(?:parameter\..*|partition|parent(?:\..*)?)$/

export const template = (allowed: readonly string[]) =>
  text.superRefine((text, check) => {
    for (const name of placeholders(text)) {
      const known = allowed.includes(name) || ALWAYS.test(name) || (allowed.includes('key') && name.startsWith('key.'))
      if (!known) check.addIssue({ code: 'custom', message: `has the unknown placeholder {${name}}; known here: ${[...allowed, 'parameter.<name>'].map((known) => `{${known}}`).join(' ')}` })
    }
  })
export const urlPath = (allowed: readonly string[]) =>
  template(['resource', ...allowed]).refine((text) => text.startsWith('/') && !text.includes('?') && !text.includes('#') && !text.startsWith('//') && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(text), {
    error: 'must begin with one `/`, without `?`, `#` and `..`; the query stands under `query`',
  })
export const query = (allowed: readonly string[]) => z.record(z.string(), template(['resource', ...allowed]))
/** JSON that is sent as written; texts in it may have placeholders. */
export const body = z.json()
/** `graphql` is sent as it stands; only its `variables` have placeholders. */
export const sent = { body: body.optional(), graphql: text.optional(), variables: body.optional() }
/** As plans write them: so many in so long. */
export const rate = z.string().regex(/^\d{1,9}\s*\/\s*(?:second|minute|hour|day)$/, { error: 'must be a rate such as `60/minute`' })
