/** Who says, decides and gets each field of an entity; fields of which all this is the same are one row. */
import { labelOf } from '../../../plan/names.ts'
import type { Blueprint, BusinessField, BusinessObject } from '../../model.ts'
import type { GoldenWords } from './words.ts'

export type Part = 'decides' | 'says' | 'gets' | 'both'
export interface Cell { readonly part: Part; readonly text: string }
export interface MapRow {
  readonly fields: readonly string[]
  readonly who: string
  /** Why the plan says so. */
  readonly why?: string
  readonly cells: ReadonlyMap<string, Cell>
}
export interface EntityMap { readonly entity: BusinessObject; readonly home: string; readonly systems: readonly string[]; readonly rows: readonly MapRow[] }

export function mapOf(blueprint: Blueprint, entity: BusinessObject, words: GoldenWords): EntityMap {
  const says = new Map<string, Set<string>>()
  const gets = new Map<string, Set<string>>()
  const taking = new Set<string>(entity.heldBy)
  for (const { entity: carried, ends } of blueprint.flows.values()) {
    if (carried !== entity.key) continue
    for (const { system, contributes, written } of ends) {
      taking.add(system)
      says.set(system, new Set([...(says.get(system) ?? []), ...contributes]))
      gets.set(system, new Set([...(gets.get(system) ?? []), ...written]))
    }
  }
  for (const { decidedBy } of entity.fields) for (const system of decidedBy.among) if (blueprint.systems.has(system)) taking.add(system)
  const systems = [...blueprint.systems.keys()].filter((key) => taking.has(key))
  const nameOf = (key: string): string => (key === 'plimsoll' ? 'Plimsoll' : (blueprint.systems.get(key)?.name ?? key))
  const rows = new Map<string, { fields: string[]; readonly row: Omit<MapRow, 'fields'> }>()
  for (const field of entity.fields) {
    const cells = new Map(systems.flatMap((system) => {
      const cell = cellOf(field, system, says.get(system)?.has(field.key) === true, gets.get(system)?.has(field.key) === true, words)
      return cell === undefined ? [] : [[system, cell] as const]
    }))
    const who = whoOf(field, nameOf, words)
    const same = [who, field.decidedBy.why ?? '', ...[...cells].map(([system, { text }]) => `${system} ${text}`)].join('\n')
    const before = rows.get(same)
    if (before !== undefined) before.fields.push(labelOf(field.key))
    else rows.set(same, { fields: [labelOf(field.key)], row: { who, cells, ...(field.decidedBy.why === undefined ? {} : { why: field.decidedBy.why }) } })
  }
  return { entity, home: nameOf(entity.entity.golden.home), systems, rows: [...rows.values()].map(({ fields, row }) => ({ ...row, fields })) }
}

function cellOf({ decidedBy: { rule, among } }: BusinessField, system: string, says: boolean, gets: boolean, { cells }: GoldenWords): Cell | undefined {
  const place = among.indexOf(system)
  if (rule === 'owner' && place !== -1) return { part: 'decides', text: cells.decides }
  if (rule === 'rank' && place !== -1) return { part: 'decides', text: cells.place(place + 1) }
  if (says) return gets ? { part: 'both', text: cells.both } : { part: 'says', text: cells.says }
  return gets ? { part: 'gets', text: cells.gets } : undefined
}

function whoOf({ decidedBy: { rule, among } }: BusinessField, nameOf: (key: string) => string, words: GoldenWords): string {
  const names = among.map(nameOf)
  if ((rule === 'owner' || rule === 'rank') && names.length > 0) return names.join(words.after)
  const said = words.rules[rule] ?? rule
  return names.length === 0 ? said : words.among(said, names.join(', '))
}
