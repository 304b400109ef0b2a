/** The guessed plan as a person would write it, with a comment at each place where a person decides. */
import { SCHEMA_LINE } from '../schema-file.ts'
import type { FoundSystem, GuessedEntity, GuessedHold } from './guess-plan.ts'

/** A YAML value that can be read in only one way. */
const scalar = (text: string): string => (/^[A-Za-z_./][\w ./-]*$/.test(text) && !/^(true|false|null|yes|no|on|off)$/i.test(text) && !text.endsWith(' ') ? text : JSON.stringify(text))

export function planText(name: string, systems: readonly FoundSystem[], entities: readonly GuessedEntity[], oneWay: boolean): string {
  return [
    SCHEMA_LINE,
    '# Guessed from what the systems hold. Read it, mend it, then:  plimsoll check  →  plimsoll preview  →  plimsoll sync',
    'plimsoll: 1', `name: ${scalar(name)}`, '', 'systems:', ...systems.flatMap((system) => systemText(system, entities)),
    '', 'entities:', ...entities.flatMap((entity) => entityText(entity, oneWay)), '', 'flows:', ...flowsText(entities, oneWay), '',
  ].join('\n')
}

function systemText(system: FoundSystem, entities: readonly GuessedEntity[]): string[] {
  const holds = entities.flatMap((entity) => entity.holds.filter((hold) => hold.system === system).map((hold) => ({ entity, hold })))
  const settings = Object.entries(system.settings).map(([key, value]) => `${key}: ${scalar(value)}`).join(', ')
  return [
    `  ${system.name}:`, `    connector: ${system.connector}`, ...(settings === '' ? [] : [`    settings: { ${settings} }`]),
    ...(system.secrets.length === 0 ? [] : [`    # Not in the plan: set ${system.secrets.join(', ')} where it runs.`]),
    ...(holds.length === 0 ? ['    # Nothing was found in it.'] : ['    holds:', ...holds.flatMap(({ entity, hold }) => holdText(entity, hold))]),
  ]
}

/** A list gives no numbers of its own to new records: where it can be, its key is what is exchanged. */
function keyIn(entity: GuessedEntity, { system, resource, fields }: GuessedHold): readonly string[] {
  if (system.knowsKeys) return []
  const identifier = entity.identifiers.map((name) => fields.get(name)).find((field) => field?.unique === true)
  return identifier && entity.holds.length > 1 ? [identifier.path] : resource.key
}

/** New records can be made where the key is given by the system, or is exchanged. */
const takesNew = (entity: GuessedEntity, hold: GuessedHold): boolean =>
  hold.system.knowsKeys || keyIn(entity, hold).every((path) => [...hold.fields.values()].some((field) => field.path === path))

function holdText(entity: GuessedEntity, { system, resource, fields }: GuessedHold): string[] {
  const key = keyIn(entity, { system, resource, fields })
  const left = resource.fields.filter((field) => ![...fields.values()].includes(field) && !key.includes(field.path) && field.path !== resource.changedAt)
  const path = (text: string): string => scalar(text)
  return [
    `      ${entity.name}:`, `        resource: ${scalar(resource.name)}`,
    ...(key.length === 0 ? [] : [`        key: ${key.length === 1 ? path(key[0]!) : `[${key.map(path).join(', ')}]`}          # what tells its records apart here`]),
    ...(!system.knowsKeys && key.length === 0 ? ['        # key: which column tells its records apart? Without one, the first identifier does.'] : []),
    ...(resource.changedAt === undefined ? [] : [`        changed_at: ${path(resource.changedAt)}`]),
    '        fields:', ...[...fields].map(([name, field]) => `          ${name}: ${path(field.path)}`),
    ...(left.length === 0 ? [] : [`          # not exchanged: ${left.map((field) => field.path).join(', ')}`]),
  ]
}

function entityText(entity: GuessedEntity, oneWay: boolean): string[] {
  const shared = entity.holds.length > 1
  const alone = [...entity.fields.keys()].filter((field) => shared && entity.holds.filter((hold) => hold.fields.has(field)).length === 1)
  return [
    `  ${entity.name}:`,
    entity.identifiers.length > 0
      ? `    identifiers: [${entity.identifiers.join(', ')}]          # the same value is the same ${entity.name}, in whatever system${entity.others.length > 0 ? `; perhaps also: ${entity.others.join(', ')}` : ''}`
      : `    # identifiers: [...]   which field says that two records are the same ${entity.name}? Nothing was found; the flow pauses until you say.`,
    ...(shared && !oneWay ? [`    golden: plimsoll          # no system is right by itself: the latest edit of each field counts. Or name the system that is right: golden: ${entity.holds[0]!.system.name}`] : []),
    '    fields:', ...[...entity.fields].map(([name, type]) => `      ${name}: ${type}`),
    ...(alone.length > 0 ? [`    # Only one system holds ${alone.join(', ')}: is it called differently elsewhere?`] : []),
  ]
}

function flowsText(entities: readonly GuessedEntity[], oneWay: boolean): string[] {
  const lines: string[] = []
  for (const entity of entities) {
    const systems = entity.holds.map((hold) => hold.system.name)
    if (systems.length < 2) {
      lines.push(`  # ${entity.name} is held by ${systems[0]} alone. To bring it elsewhere: ${entity.name}_flow: { entity: ${entity.name}, from: ${systems[0]}, to: ... }`)
      continue
    }
    // A list whose key is a number of its own gets changes, no new records.
    const all = entity.holds.every((hold) => takesNew(entity, hold))
    const named = (holds: readonly GuessedHold[]): string => (all ? `[${holds.map((hold) => hold.system.name).join(', ')}]` : `{ ${holds.map((hold) => `${hold.system.name}: ${takesNew(entity, hold) ? '{}' : '{ may: update }'}`).join(', ')} }`)
    const ends = oneWay ? `from: ${systems[0]}, to: ${named(entity.holds.slice(1))}` : `between: ${named(entity.holds)}`
    const paused = entity.identifiers.length > 0 ? '' : ', paused: no identifier yet'
    lines.push(`  ${entity.name}_flow: { entity: ${entity.name}, ${ends}${paused} }          # ${oneWay ? 'both directions: between: [...]' : `one direction only: from: ${systems[0]}, to: [...]`}`)
  }
  return lines
}
