/** Texts with `{path}` in them, filled from a record. What a value itself contains is never taken for a placeholder. */
import type { Native } from '../../contract.ts'
import { textOf } from '../../path.ts'

const PLACEHOLDER = /\{(@?[\p{L}_][\p{L}\p{N}_.-]*)\}/gu

export const placeholders = (text: string): string[] => [...text.matchAll(PLACEHOLDER)].map((match) => match[1]!)

/** undefined from `value`: there is nothing at this path; what has no text form leaves nothing. */
export function filled(text: string, value: (path: string) => Native | undefined, encode: (text: string) => string = String): string {
  return text.replaceAll(PLACEHOLDER, (_, path: string) => encode(textOf(value(path)) ?? ''))
}
