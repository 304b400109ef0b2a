/** Texts with `{placeholders}`: paths (each value percent-encoded as one segment), queries and bodies. */
import type { Native } from '../../../contract.ts'
import { isMap, put } from '../../../path.ts'

const PLACEHOLDER = /\{([A-Za-z_][\w.-]*)\}/g

export const placeholders = (text: string): string[] => [...text.matchAll(PLACEHOLDER)].map((match) => match[1]!)

/** Undefined: no such value. */
export type Fill = (name: string) => Native | undefined

/** One pass: what a value itself contains is never taken for a placeholder. */
export function fillText(text: string, fill: Fill, encode: (value: string) => string = String): string {
  return text.replaceAll(PLACEHOLDER, (_, name: string) => {
    const value = fill(name)
    return value === undefined || value === null ? '' : encode(String(value))
  })
}

/** A text that is nothing but one placeholder keeps the type of its value: `{key}` may become a number or a list. */
export function fillBody(value: Native, fill: Fill): Native {
  if (typeof value === 'string') {
    const only = /^\{([A-Za-z_][\w.-]*)\}$/.exec(value)
    return only ? (fill(only[1]!) ?? null) : fillText(value, fill)
  }
  if (Array.isArray(value)) return value.map((item) => fillBody(item, fill))
  if (!isMap(value)) return value
  const result: Record<string, Native> = {}
  for (const name of Object.keys(value)) put(result, fillText(name, fill), fillBody(value[name]!, fill))
  return result
}

/**
 * Can this text be one segment of a path? Percent-encoding is not enough: an empty segment names the whole list, and dots
 * between slashes climb out of it at every server or proxy that decodes before it routes.
 */
export function fitsPath(value: string): boolean {
  // oxlint-disable-next-line no-control-regex
  if (value === '' || /[\u0000-\u001F\u007F]/.test(value) || /\p{Surrogate}/u.test(value)) return false
  return value.split(/[/\\]/).every((part) => part !== '.' && part !== '..')
}

export const encodeSegment = (value: string): string =>
  encodeURIComponent(value).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
