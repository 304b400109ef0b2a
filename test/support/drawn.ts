/** What the drawings of a blueprint show, by the keys on their shapes. */
import { drawingsOf, finished } from '../../src/blueprint/drawings/drawings.ts'
import type { Language } from '../../src/blueprint/language.ts'
import type { Blueprint } from '../../src/blueprint/model.ts'
import { svgOf } from '../../src/blueprint/scene/svg.ts'

/** Drawing → its sheets as SVG. */
export const sheetsByDrawing = (blueprint: Blueprint, language: Language = 'en'): ReadonlyMap<string, readonly string[]> =>
  new Map(drawingsOf(blueprint, language).map((drawing) => [drawing.name, finished(drawing, blueprint, language).map((sheet) => svgOf(sheet))]))

export const keysIn = (sheets: readonly string[], kind: 'system' | 'flow' | 'step'): ReadonlySet<string> =>
  new Set(sheets.flatMap((svg) => [...svg.matchAll(new RegExp(` data-${kind}="([^"]*)"`, 'g'))].map(([, key = '']) => key)))
