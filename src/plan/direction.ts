/**
 * Which way a field goes follows from who sends and receives, how it is mapped and who is right; it is never written
 * (plan-language §9.2). This is the only place that decides it.
 */
import type { FieldMapping, FieldRule, Flow, Plan } from './model.ts'
import type { Name } from './values.ts'

export type Direction = 'none' | 'contributes' | 'written' | 'both'

export function direction(plan: Plan, flow: Flow, system: Name, field: Name): Direction {
  const end = flow.ends.find((e) => e.system === system)
  const mappings = plan.systems.get(system)?.holds.filter((hold) => hold.entity === flow.entity).flatMap((hold) => hold.fields.get(field) ?? []) ?? []
  if (!end || mappings.length === 0) return 'none'
  const rule = plan.entities.get(flow.entity)?.golden.rules.get(field)
  const contributes = end.sends && mappings.some(reads) && rule !== undefined && counts(rule, system)
  const owner = rule?.rule === 'owner' && rule.among.includes(system)
  const written = end.receives && mappings.some(writes) && !owner && (end.writes === 'all' || end.writes.has(field))
  return contributes ? (written ? 'both' : 'contributes') : written ? 'written' : 'none'
}

/** Whether the rule lets a system speak for the field. */
const counts = (rule: FieldRule, system: Name): boolean => rule.among.length === 0 || rule.among.includes(system)

/** Whether a mapping takes the field from the system. `write` alone says nothing about reading. */
export const reads = (mapping: FieldMapping): boolean =>
  mapping.access !== 'write' && (mapping.read !== undefined || mapping.function !== undefined || mapping.path !== undefined || (mapping.write === undefined && (mapping.fields !== undefined || mapping.value !== undefined)))

/** Whether a mapping puts the field into the system. `read` alone can't be turned round. */
export const writes = (mapping: FieldMapping): boolean =>
  mapping.access !== 'read' && (mapping.write !== undefined || mapping.function !== undefined || (mapping.read === undefined && (mapping.path !== undefined || mapping.fields !== undefined || mapping.value !== undefined)))

export interface FieldRow { readonly field: Name; readonly directions: readonly Direction[]; readonly decidedBy: string }
export interface FieldTable { readonly flow: Name; readonly systems: readonly Name[]; readonly rows: readonly FieldRow[] }

/** Every field of a flow that some system has, with its way at each system. */
export function fieldTable(plan: Plan, flow: Flow): FieldTable {
  const entity = plan.entities.get(flow.entity)
  const systems = flow.ends.map((end) => end.system)
  const fields = entity ? ['id', ...entity.fields.keys()] : []
  const rows = fields.flatMap((field): FieldRow[] => {
    const directions = systems.map((system) => direction(plan, flow, system, field))
    if (directions.every((d) => d === 'none')) return []
    const whole = entity?.fields.get(field)?.type.is === 'group'
    const rule = entity?.golden.rules.get(field)
    return [{ field, directions, decidedBy: rule ? `${inWords(rule)}${whole && rule.rule === 'latest' ? ', as a whole' : ''}` : 'plimsoll' }]
  })
  return { flow: flow.key, systems, rows }
}

const WORDS: Readonly<Record<FieldRule['rule'], string>> = {
  owner: '', rank: '', latest: 'latest edit', fill: 'first known', union: 'all together', longest: 'longest', highest: 'highest', lowest: 'lowest', ask: 'steward',
}

function inWords(rule: FieldRule): string {
  if (rule.rule === 'owner' || rule.rule === 'rank') return rule.among.join(', then ')
  return rule.among.length === 0 ? WORDS[rule.rule] : `${WORDS[rule.rule]} of ${rule.among.join(', ')}`
}

const ARROWS: Readonly<Record<Direction, string>> = { none: '·', contributes: '→', written: '←', both: '⇄' }

/** As `check --fields` prints it. */
export function printFieldTable(table: FieldTable): string {
  const lines = [
    [`flow ${table.flow}`, ...table.systems, 'decided by'],
    ...table.rows.map((row) => [row.field, ...row.directions.map((d) => ARROWS[d]), row.decidedBy]),
  ]
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column]! + 3)).join('').trimEnd()).join('\n')
}
