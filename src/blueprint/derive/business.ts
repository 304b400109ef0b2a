/** The business layer: goals, processes, business objects (plan-language §5, §8, §10). */
import type { Field, FieldType, Kept, Plan } from '../../plan/model.ts'
import { labelOf } from '../../plan/names.ts'
import { given } from '../../plan/normal/reading.ts'
import { readDuration, readRate } from '../../plan/times.ts'
import { isWrong, type Duration, type Name, type Parse, type Rate } from '../../plan/values.ts'
import type { BusinessField, BusinessObject, Goal, Lane, Process, ProcessException, Step, Volume } from '../model.ts'
import { dayOf } from './days.ts'
import { entriesOf, inOneLine, keptAt, textOf, textsOf } from './kept.ts'

/** The label for people of a named element. */
export const nameOf = (key: Name, kept: Kept | undefined): string => textOf(kept, 'name') ?? labelOf(key)

function readAt<T>(kept: Kept | undefined, read: Parse<T>, ...keys: readonly string[]): T | undefined {
  const text = textOf(kept, ...keys)
  const found = text === undefined ? undefined : read(text, keys.at(-1)!)
  return found && !isWrong(found) ? found.value : undefined
}

export function goalsOf(plan: Plan, section: 'objectives' | 'problems'): readonly Goal[] {
  const serving = ([['flows', 'flow'], ['processes', 'process']] as const).flatMap(([from, kind]) =>
    entriesOf(plan.written.get(from)).flatMap(([key, value]) => textsOf(value, 'serves').map((goal) => ({ goal, kind, key }))))
  const decider = section === 'objectives' ? textOf(plan.written.get('deciders'), 'purpose') : undefined
  return entriesOf(plan.written.get(section)).map(([key, goal]) => ({
    key,
    statement: textOf(goal, 'statement') ?? labelOf(key),
    ...given({
      measure: textOf(goal, section === 'problems' ? 'costs' : 'measure'), metric: textOf(goal, 'metric'), today: textOf(goal, 'today'), target: textOf(goal, 'target'),
      due: dayOf(plan, textOf(goal, 'due')), accountable: textOf(goal, 'accountable') ?? decider,
    }),
    servedBy: serving.filter((one) => one.goal === key).map((one) => ({ kind: one.kind, key: one.key })),
  }))
}

export const volumeOf = (kept: Kept | undefined): Volume => given({
  usual: readAt<Rate>(kept, readRate, 'volume', 'usual'), peak: readAt<Rate>(kept, readRate, 'volume', 'peak'),
  growth: textOf(kept, 'volume', 'growth'), size: textOf(kept, 'volume', 'size'),
})

export const processesOf = (plan: Plan): readonly Process[] => entriesOf(plan.written.get('processes')).map(([key, process]): Process => {
  const steps = stepsOf(plan, process)
  const exceptions = entriesOf(process, 'exceptions').map(([name, exception]): ProcessException => ({
    key: name, name: nameOf(name, exception), after: textsOf(exception, 'after'), byHand: textOf(exception, 'by_hand') === 'true', steps: stepsOf(plan, exception),
    ...given({ when: inOneLine(keptAt(exception, 'when')), returnsTo: textOf(exception, 'then') }),
  }))
  const lanes = new Map([...steps, ...exceptions.flatMap((one) => one.steps)].map(({ lane }) => [lane, laneOf(plan, lane)] as const))
  return {
    key, name: nameOf(key, process), serves: textsOf(process, 'serves'), volume: volumeOf(process), lanes: [...lanes.values()], steps, exceptions,
    ...given({ about: textOf(process, 'about'), accountable: textOf(process, 'accountable'), follows: textOf(process, 'follows') }),
  }
})

const stepsOf = (plan: Plan, of: Kept): readonly Step[] => entriesOf(of, 'steps').map(([key, step]): Step => {
  const lane = textOf(step, 'who') ?? ''
  const system = textOf(step, 'in')
  const flow = textOf(step, 'flow')
  const isDoneBySystem = plan.systems.has(lane) || lane === 'plimsoll' || (lane === '' && flow !== undefined)
  return {
    key, name: nameOf(key, step), lane,
    kind: isDoneBySystem ? 'service' : system === undefined ? 'manual' : 'user',
    ...given({
      does: textOf(step, 'does'), system, flow, reached: inOneLine(keptAt(step, 'reached')), within: readAt<Duration>(step, readDuration, 'within'),
      otherwise: textOf(step, 'else'), onlyIf: inOneLine(keptAt(step, 'only_if')),
    }),
  }
})

function laneOf(plan: Plan, key: Name): Lane {
  const kind = plan.people.has(key) ? 'person' : plan.systems.has(key) ? 'system' : key === 'plimsoll' ? 'plimsoll' : key === '' ? 'unsaid' : 'team'
  const known = plan.people.get(key) ?? plan.teams.get(key) ?? plan.systems.get(key)
  return { key, kind, name: kind === 'plimsoll' ? 'Plimsoll' : (known?.name ?? labelOf(key)) }
}

export function businessObjectsOf(plan: Plan): ReadonlyMap<Name, BusinessObject> {
  const holders = new Map<Name, Set<Name>>()
  for (const [name, system] of plan.systems) for (const hold of system.holds) holders.set(hold.entity, (holders.get(hold.entity) ?? new Set()).add(name))
  return new Map([...plan.entities].map(([key, entity]) => {
    const written = keptAt(plan.written.get('entities'), key)
    const records = textOf(written, 'records')
    const [required, personal, identifying] = [new Set(entity.required), new Set(entity.personal), new Set(entity.identifiers?.flat())]
    const fields = [...entity.fields].map(([name, field]): BusinessField => {
      const rule = entity.golden.rules.get(name)
      return {
        key: name, type: typeInWords(field.type), required: required.has(name), personal: personal.has(name), identifies: identifying.has(name),
        decidedBy: { rule: rule?.rule ?? 'latest', among: rule?.among ?? [], ...given({ why: rule?.why }) },
      }
    })
    return [key, {
      key, name: entity.name, entity, fields, references: referencesOf(entity.fields), heldBy: [...(holders.get(key) ?? [])],
      ...given({
        about: textOf(written, 'about'), accountable: entity.accountable, steward: entity.steward ?? entity.accountable,
        records: records === undefined ? undefined : Number(records), retention: textOf(written, 'retention'),
      }),
    }] as const
  }))
}

function typeInWords(type: FieldType): string {
  switch (type.is) {
    case 'money': return type.currency === undefined ? 'money' : `money in ${type.currency}`
    case 'quantity': return type.unit === undefined ? 'quantity' : `quantity in ${type.unit}`
    case 'codes': return [...type.codes.keys()].join(' | ')
    case 'group': return `{ ${[...type.fields.keys()].join(', ')} }`
    case 'list': return `list of ${typeInWords(type.of)}`
    case 'reference': return `to ${type.to}`
    default: return type.is
  }
}

type References = BusinessObject['references']

const referencesOf = (fields: ReadonlyMap<Name, Field>, before = '', many = false): References =>
  [...fields].flatMap(([key, field]) => referencesIn(field.type, `${before}${key}`, many))

function referencesIn(type: FieldType, path: string, many: boolean): References {
  if (type.is === 'reference') return [{ field: path, to: type.to, many }]
  if (type.is === 'group') return referencesOf(type.fields, `${path}.`, many)
  return type.is === 'list' ? referencesIn(type.of, path, true) : []
}
