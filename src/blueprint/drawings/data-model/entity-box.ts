/** One entity as a box: its name, then a row for each field that matters, on the lattice that lines of the layout end on. */
import type { Blueprint, BusinessObject } from '../../model.ts'
import type { Label, ShapeItem } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { labelOf } from '../../../plan/names.ts'
import type { DataModelWords } from './words.ts'

export const ROW = 18
export const BOX_WIDTH = 244

/** More are told, not drawn: `and 9,970 more`. */
const MOST_ROWS = 16
const MOST_REFERENCES = 11
const PAD = 9
const SIGNS = 24
const SUB_GAP = 2
/** The outline reaches a little below the last row; the gap of the layout has room for it. */
export const FOOT = 6

interface FieldRow { /** Of a reference: its path. */ readonly field?: string; readonly sign: string; readonly name: string; readonly type: string; readonly strong: boolean }

export interface EntityBox {
  readonly entity: BusinessObject
  readonly height: number
  /** References that have a row, with its number from the top of the box. */
  readonly references: readonly { readonly field: string; readonly to: string; readonly many: boolean; readonly alone: boolean; readonly row: number }[]
  readonly shape: (x: number, y: number) => ShapeItem
}

export function entityBox(blueprint: Blueprint, entity: BusinessObject, words: DataModelWords): EntityBox {
  const name = label(entity.name, { size: 13, bold: true, width: BOX_WIDTH - 2 * PAD, lines: 5 })
  const home = entity.entity.golden.home
  const subText = [...(entity.records === undefined ? [] : [words.records(entity.records)]), words.home(home === 'plimsoll' ? 'Plimsoll' : (blueprint.systems.get(home)?.name ?? home))].join(' · ')
  const sub = label(subText, { size: 10.5, colour: 'quiet', width: BOX_WIDTH - 2 * PAD, lines: 2 })
  const headRows = Math.ceil((name.height + SUB_GAP + sub.height + 12) / ROW)
  const { rows, references, more } = rowsOf(blueprint, entity, words)
  const tail = more === 0 ? [] : [label(words.more(more), { size: 10.5, colour: 'quiet', width: BOX_WIDTH - 2 * PAD, lines: 1 })]
  const height = (headRows + rows.length + tail.length) * ROW
  const textTop = (row: number, text: Label): number => (headRows + row + 0.5) * ROW - text.height / 2
  const head = (headRows * ROW - name.height - SUB_GAP - sub.height) / 2
  const texts = [
    { label: name, x: PAD, y: head }, { label: sub, x: PAD, y: head + name.height + SUB_GAP },
    ...rows.flatMap((row, index) => rowTexts(row).map(({ text, x, anchor }) => ({ label: text, x, y: textTop(index, text), anchor }))),
    ...tail.map((text) => ({ label: text, x: PAD + SIGNS, y: textTop(rows.length, text) })),
  ]
  return {
    entity, height, references: references.map((one) => ({ ...one, row: headRows + rows.findIndex(({ field }) => field === one.field) })),
    shape: (x, y) => ({
      kind: 'shape', id: entity.key, shape: 'box', x, y, width: BOX_WIDTH, height: height + FOOT, radius: 7, fill: 'paper', edge: 'accent-2', weight: 1.5, texts, ...(rows.length === 0 ? {} : { rules: [headRows * ROW] }),
      hint: entity.about === undefined ? entity.name : `${entity.name}: ${entity.about}`,
    }),
  }
}

const pathLabel = (path: string): string => path.split('.').map(labelOf).join(' · ')

function rowsOf(blueprint: Blueprint, { fields, references, entity }: BusinessObject, words: DataModelWords): { readonly rows: FieldRow[]; readonly references: Omit<EntityBox['references'][number], 'row'>[]; readonly more: number } {
  const alone = new Set((entity.identifiers ?? []).flatMap((together) => (together.length === 1 ? together : [])))
  const shown = references.slice(0, MOST_REFERENCES)
  const byKey = new Map(fields.map((field) => [field.key, field]))
  const signOf = (key: string): string => {
    const field = byKey.get(key)
    return `${field?.identifies === true ? '#' : ''}${field?.required === true ? '*' : ''}${field?.personal === true ? '!' : ''}`
  }
  const ofReference = shown.map(({ field, to, many }): FieldRow => ({ field, sign: signOf(field), name: pathLabel(field), type: `${many ? words.several : ''}→ ${blueprint.entities.get(to)?.name ?? to}`, strong: byKey.get(field)?.identifies === true }))
  const referring = new Set(references.map(({ field }) => field))
  const rest = fields.filter(({ key }) => !referring.has(key))
  const ranked = [...rest.filter(({ identifies }) => identifies), ...rest.filter((field) => !field.identifies && field.required), ...rest.filter((field) => !field.identifies && !field.required)]
  const others = ranked.slice(0, Math.max(3, MOST_ROWS - shown.length)).map(({ key, type, identifies }): FieldRow => ({ sign: signOf(key), name: labelOf(key), type, strong: identifies }))
  const identifying = others.filter(({ strong }) => strong)
  return {
    rows: [...identifying, ...ofReference, ...others.filter(({ strong }) => !strong)],
    references: shown.map(({ field, to, many }) => ({ field, to, many, alone: alone.has(field) })),
    more: ranked.length - others.length + references.length - shown.length,
  }
}

function rowTexts({ sign, name, type, strong }: FieldRow): { readonly text: Label; readonly x: number; readonly anchor: 'start' | 'end' }[] {
  const room = BOX_WIDTH - 2 * PAD - SIGNS
  const said = label(name, { size: 11, bold: strong, width: room * 0.62, lines: 1 })
  const kind = label(type, { size: 10, colour: 'quiet', width: room - said.width - 8, lines: 1 })
  return [
    ...(sign === '' ? [] : [{ text: label(sign, { size: 11, bold: true, colour: 'accent-2' }), x: PAD, anchor: 'start' as const }]),
    { text: said, x: PAD + SIGNS, anchor: 'start' },
    ...(type === '' || room - said.width < 40 ? [] : [{ text: kind, x: BOX_WIDTH - PAD, anchor: 'end' as const }]),
  ]
}
