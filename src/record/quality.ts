/**
 * Quality rules of an entity: required fields and the plan's own `rules`. Limits, patterns, check digits, code lists and
 * doubled list keys are the types' (`types/`): a value that breaks them never becomes a golden value.
 */
import type { Entity, Name } from '../plan/model.ts'
import { type CompiledCondition, compileCondition } from './cel.ts'
import type { FollowLink } from './contracts.ts'
import type { Value } from './value.ts'

export interface Finding {
  /** `required`, or the rule's name in the plan. */
  readonly rule: string
  /** Where one field is to blame. */
  readonly field?: Name
  /** The sentence that the plan gives. */
  readonly says: string
  /** `wait`: the golden record is kept, but not delivered before it is complete. */
  readonly ifBroken: 'set_aside' | 'warn' | 'wait'
}

export interface CompiledEntity {
  readonly required: readonly Name[]
  readonly rules: readonly CompiledRule[]
}

interface CompiledRule {
  readonly key: Name
  readonly says: string
  readonly ifBroken: 'set_aside' | 'warn'
  readonly conditions: readonly CompiledCondition[]
  /** Fields that the rule looks at; undefined: the whole record. */
  readonly reads: readonly Name[] | undefined
}

/** Rules whose expression has a problem are left out: the plan's check names them, and nothing runs then. */
export function compileEntity(entity: Entity, entities: ReadonlyMap<Name, Entity>): CompiledEntity {
  return {
    required: entity.required,
    rules: entity.rules.flatMap((rule): CompiledRule[] => {
      const conditions = rule.must.map((text) => compileCondition(text, { entity, entities }))
      if (conditions.some((condition) => condition.problems.length > 0)) return []
      const reads = conditions.some((condition) => condition.reads === undefined) ? undefined : [...new Set(conditions.flatMap((condition) => condition.reads!))]
      return [{ key: rule.key, says: rule.says, ifBroken: rule.ifBroken, conditions, reads }]
    }),
  }
}

/**
 * What is wrong with these values. `only`: the fields that a source can say anything about; a rule that looks at others is
 * not judged by what this source says. A rule that compares a missing value is not broken by it: that is what `required`
 * is for.
 */
export function checkRecord(entity: CompiledEntity, values: Readonly<Record<string, Value>>, only?: ReadonlySet<Name>, follow?: FollowLink): Finding[] {
  const findings: Finding[] = []
  for (const field of entity.required) {
    const value = Object.hasOwn(values, field) ? values[field] : undefined
    if ((value === undefined || value === null || (Array.isArray(value) && value.length === 0)) && (!only || only.has(field))) {
      findings.push({ rule: 'required', field, says: `${field} is required, and it is empty.`, ifBroken: 'wait' })
    }
  }
  for (const rule of entity.rules) {
    if (only && rule.reads?.some((field) => field !== 'id' && !only.has(field))) continue
    const broken = whyBroken(rule, values, follow)
    if (broken === undefined) continue
    findings.push({ rule: rule.key, says: broken, ifBroken: rule.ifBroken, ...(rule.reads?.length === 1 ? { field: rule.reads[0]! } : {}) })
  }
  return findings
}

function whyBroken(rule: CompiledRule, values: Readonly<Record<string, Value>>, follow: FollowLink | undefined): string | undefined {
  for (const condition of rule.conditions) {
    try {
      if (condition.judge(values, follow) === false) return rule.says
    } catch (error) {
      return `${rule.says} (It can't be computed: ${(error as Error).message})`
    }
  }
  return undefined
}
