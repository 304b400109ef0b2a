import { dirname, resolve } from 'node:path'
import type { Hold, Settings, SettingValue, System } from '../model.ts'
import { labelOf } from '../names.ts'
import { readDuration, readRate } from '../times.ts'
import type { MapNode, Node } from '../tree.ts'
import type { Name } from '../values.ts'
import type { TypedField } from './fields.ts'
import { fieldMappings, type MappingContext } from './mappings.ts'
import { at, entriesAt, given, itemsAt, overlay, textAt, textsAt, valueAt, without } from './reading.ts'

/** Words for a connector with one of its settings (plan-language §7.1). */
export const CONNECTOR_WORDS: Readonly<Record<string, { readonly connector: string; readonly setting: readonly [string, string] }>> = {
  csv: { connector: 'files', setting: ['format', 'csv'] },
  xlsx: { connector: 'files', setting: ['format', 'xlsx'] },
  json: { connector: 'files', setting: ['format', 'json'] },
  ndjson: { connector: 'files', setting: ['format', 'ndjson'] },
  xml: { connector: 'files', setting: ['format', 'xml'] },
  sqlite: { connector: 'sql', setting: ['dialect', 'sqlite'] },
  postgres: { connector: 'sql', setting: ['dialect', 'postgres'] },
  mariadb: { connector: 'sql', setting: ['dialect', 'mariadb'] },
  mysql: { connector: 'sql', setting: ['dialect', 'mysql'] },
  graphql: { connector: 'http', setting: ['graphql', 'true'] },
}

/** Keys that a second account of the same product does not take from the first. */
const NOT_LIKE = ['name', 'settings', 'live_from', 'live_until', 'like', 'was']

/** Every system with the keys it takes from another by `like`; chains and loops end at the first step. */
export function withLike(systems: Node | undefined): readonly { readonly key: Name; readonly node: MapNode }[] {
  const written = new Map(entriesAt(systems).flatMap((e) => (e.value.is === 'map' ? [[e.key, e.value] as const] : [])))
  return [...written].map(([key, node]) => {
    const model = written.get(textAt(node, 'like') ?? '')
    return { key, node: model && model !== node ? (overlay(without(model, ...NOT_LIKE), node) as MapNode) : node }
  })
}

export interface SystemContext {
  readonly timeZone: string
  readonly country?: string
  readonly entities: ReadonlyMap<Name, { readonly fields: ReadonlyMap<Name, TypedField>; readonly identifiers?: readonly (readonly Name[])[] }>
  /** `environments.<name>.systems`, if an environment is chosen. */
  readonly there?: Node
  /** Absolute folder of the root file. */
  readonly folder?: string
}

export function system(key: Name, node: MapNode, context: SystemContext): System {
  const there = context.there?.is === 'text' ? context.there : at(context.there, key)
  const written = textAt(node, 'connector')
  const settings = overlay(at(node, 'settings'), at(there, 'settings'))
  const own = connectorOf(written, settings)
  const timeZone = textAt(node, 'time_zone') ?? context.timeZone
  const limits = overlay(at(node, 'limits'), at(there, 'limits'))
  const number = (name: string): number | undefined => (textAt(limits, name) === undefined ? undefined : Number(textAt(limits, name)))
  const folder = dirname((at(node, 'settings') ?? node).place.file)
  const types = new Map(entriesAt(node, 'types').map((e) => [e.key, e.value]))
  return {
    key,
    name: textAt(node, 'name') ?? labelOf(key),
    was: textsAt(node, 'was'),
    category: textAt(node, 'category') ?? 'custom',
    ...given({
      accountable: textAt(node, 'accountable'),
      operates: textAt(node, 'operates'),
      connector: own.connector,
      country: textAt(node, 'country') ?? context.country,
      unavailable: textAt(node, 'unavailable'),
      liveFrom: textAt(node, 'live_from'),
      liveUntil: textAt(node, 'live_until'),
      folder: context.folder === undefined ? undefined : resolve(context.folder, folder),
    }),
    settings: own.settings,
    interface: given({
      form: textAt(node, 'interface', 'form'),
      documentation: textAt(node, 'interface', 'documentation'),
      spec: textAt(node, 'interface', 'spec'),
      sandbox: textAt(node, 'interface', 'sandbox'),
      changeNotice: valueAt(at(node, 'interface'), 'change_notice', readDuration),
    }),
    limits: given({ calls: valueAt(limits, 'calls', readRate), batch: number('batch'), concurrent: number('concurrent') }),
    timeZone,
    mode: there?.is === 'text' ? (there.text as System['mode']) : 'real',
    holds: entriesAt(node, 'holds').flatMap((e) => {
      const entity = context.entities.get(e.key)
      return entity && e.value.is === 'list' ? e.value.items.map((item) => hold(item, key, e.key, entity, { ...own, types, folder })) : []
    }),
  }
}

interface Way { readonly connector?: string; readonly settings: Settings; readonly format?: string }

function connectorOf(written: string | undefined, settings: Node | undefined): Way {
  const values = new Map(entriesAt(settings).map((e) => [e.key, settingValue(e.value)]))
  if (written === undefined) return { settings: values }
  const meant = Object.hasOwn(CONNECTOR_WORDS, written) ? CONNECTOR_WORDS[written]! : undefined
  if (meant) values.set(...meant.setting)
  const format = values.get('format')
  return { connector: meant?.connector ?? written, settings: values, ...(typeof format === 'string' ? { format } : {}) }
}

function settingValue(node: Node): SettingValue {
  if (node.is === 'list') return node.items.map(settingValue)
  // Names such as __proto__ become keys like any other.
  if (node.is === 'map') return Object.assign(Object.create(null) as object, Object.fromEntries(node.entries.map((e) => [e.key, settingValue(e.value)])))
  return node.is === 'text' ? node.text : ''
}

type EntityShape = SystemContext['entities'] extends ReadonlyMap<Name, infer E> ? E : never

function hold(node: Node, system: Name, entity: Name, shape: EntityShape, of: Way & MappingContext): Hold {
  const own = at(node, 'connector') || at(node, 'settings') ? connectorOf(textAt(node, 'connector') ?? undefined, at(node, 'settings')) : undefined
  const connector = own?.connector ?? of.connector
  const format = own?.format ?? (own?.connector === undefined ? of.format : undefined)
  const resource = textAt(node, 'resource') ?? (connector === 'files' ? `${entity}*.${format ?? 'csv'}` : entity)
  const parts = new Map(entriesAt(node, 'parts').map((e) => [e.key, {
    resource: textAt(e.value, 'resource')!, parent: textAt(e.value, 'parent')!,
    ...given({ key: textAt(e.value, 'key'), where: textAt(e.value, 'where') }),
  }]))
  const fields = fieldMappings(at(node, 'fields'), shape.fields, of)
  const key = textsAt(node, 'key')
  return {
    system, entity, resource,
    key: key.length === 0 && connector === 'files' ? identifierPaths(shape.identifiers?.[0], fields) : key,
    ...given({
      changedAt: textAt(node, 'changed_at'),
      archived: at(node, 'archived') && new Map(entriesAt(node, 'archived').flatMap((e) => (e.value.is === 'text' ? [[e.key, e.value.text] as const] : []))),
      connector: own?.connector,
      settings: own?.settings,
    }),
    where: itemsAt(node, 'where').flatMap((item) => (item.is === 'text' ? [item.text] : [])),
    parts,
    fields,
  }
}

/** A file has no key of its own: the first identifier is it, where each of its fields is one column. */
function identifierPaths(identifier: readonly Name[] | undefined, fields: Hold['fields']): readonly string[] {
  const paths = (identifier ?? []).map((field) => fields.get(field)?.path)
  return paths.every((path) => path?.length === 1) ? paths.map((path) => path![0]!) : []
}
