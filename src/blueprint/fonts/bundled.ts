/** The bundled faces: read from beside this file, the one thing that the blueprint reads. Licences (SIL OFL 1.1) lie beside them. */
import { readFileSync } from 'node:fs'
import { COVERAGE } from './coverage.ts'

export const FACES = {
  regular: 'inter-regular.ttf',
  bold: 'inter-semibold.ttf',
  hebrew: 'noto-hebrew-regular.ttf',
  'hebrew-bold': 'noto-hebrew-semibold.ttf',
} as const

export type Face = keyof typeof FACES

export const fontFile = (face: Face): Buffer => readFileSync(new URL(FACES[face], import.meta.url))

function covered(ranges: string): (code: number) => boolean {
  const bounds = ranges.split(' ').map((range) => range.split('-').map((digits) => Number.parseInt(digits, 16)))
  const codes = new Set(bounds.flatMap(([first = 0, last = first]) => Array.from({ length: last - first + 1 }, (_, index) => first + index)))
  return (code) => codes.has(code)
}

/** Whether the Latin, Greek and Cyrillic face, or the Hebrew one, has this character. */
export const IN_LATIN = covered(COVERAGE.inter)
export const IN_HEBREW = covered(COVERAGE.hebrew)
