/** The interface control document of one flow: what both ends must know to build, test and run it. */
import type { Direction } from '../../plan/direction.ts'
import { fieldTable } from '../../plan/direction.ts'
import type { FieldMapping } from '../../plan/model.ts'
import type { Exchange } from '../model.ts'
import type { Block, Column, Document, Inline, Row } from './document.ts'
import { beginsWhen, ladderWords, scenariosOf, serviceLevel, testsOf, triggerWords, triggers, volume } from './exchange-words.ts'
import { receivers, ruleWords, senders } from './strategy.ts'
import type { Telling } from './telling.ts'
import { code, quiet, words } from './telling.ts'

export function interfaceControl(t: Telling, one: Exchange): Document {
  const at = `flows.${one.key}`
  const { flow } = one
  return t.page('flow', one.key, `${one.number} ${one.name}`, 'kicker.interface', [
    t.section('icd.overview', [
      t.facts([
        ['fact.about', t.maybe(one.about)],
        ['fact.carries', t.entity(one.entity)],
        ['fact.from', senders(t, one.key)],
        ['fact.to', receivers(t, one.key)],
        ['fact.serves', one.serves.length === 0 ? undefined : t.join(one.serves.map(t.served), '; '), `${at}.serves`],
        ['fact.criticality', words(t.word('criticality', one.criticality))],
        ['fact.if_lost', t.maybe(one.ifLost), one.criticality === 'critical' ? `${at}.if_lost` : undefined],
        ['fact.if_late', t.maybe(one.ifLate), one.criticality === 'critical' ? `${at}.if_late` : undefined],
        ['fact.live', [...t.states(one.states), ...words((one.liveFrom === undefined ? '' : ` (${one.liveFrom})`) + (one.liveUntil === undefined ? '' : ` – ${one.liveUntil}`))]],
        ['fact.paused', t.maybe(flow.paused)],
      ]),
      t.figure(`sequence-${one.key}`),
    ]),
    t.section('icd.allocation', [
      t.facts([
        ['fact.accountable', one.accountable === undefined ? undefined : t.party(one.accountable), `${at}.accountable`],
        ['fact.operates', one.operates === undefined ? undefined : t.party(one.operates), 'operation.team'],
        ['fact.consulted', t.parties(one.consulted)], ['fact.informed', t.parties(one.informed)],
      ]),
      t.table([['column.system', 1.6], ['column.part', 2], ['column.may', 1.4], ['column.accountable', 1.4], ['column.operates', 1.4]], one.ends.map((end) => {
        const system = t.blueprint.systems.get(end.system)
        const may = flow.ends.find((of) => of.system === end.system)?.may
        return {
          about: { to: 'system', key: end.system },
          cells: [t.system(end.system), words(t.text(end.sends && end.receives ? 'end.both' : end.sends ? 'end.sends' : 'end.receives')),
            words(end.receives && may ? [...may].map((what) => t.word('may', what)).join(', ') : '–'),
            t.orOpen(system?.accountable === undefined ? undefined : t.party(system.accountable), `systems.${end.system}.accountable`), t.orOpen(system?.operates === undefined ? undefined : t.party(system.operates), `systems.${end.system}.operates`)],
        }
      })),
    ]),
    t.section('icd.transfer', [
      t.facts([
        ['fact.trigger', triggers(t, one), `${at}.trigger`],
        ['fact.missed', words(t.word('missed', flow.ends.find((end) => end.sends)?.trigger.missed ?? 'once'))],
        ['fact.volume', volume(t, one), `${at}.volume`],
        ['fact.where', flow.where.length === 0 ? words(t.text('flow.all_records')) : t.join(flow.where.map(code), ` ${t.text('and')} `)],
        ['fact.deleted', words(t.word('when_deleted', flow.whenDeleted))],
        ['fact.first_load', firstLoad(t, one.key), 'launch.first_load'],
        ['fact.expects', t.maybe(one.expects)],
      ]),
    ]),
    t.section('icd.data', data(t, one), { for: 'technology' }),
    t.section('icd.security', [
      t.paragraph(one.personal ? 'icd.personal' : 'icd.not_personal', { entity: t.entity(one.entity) }),
      t.facts([
        ['fact.brake', brake(t, one), 'defaults.flow.brake'],
        ['fact.delivery', t.say('icd.delivery')],
        ['fact.elsewhere', words(t.word('edited_elsewhere', t.plan.entities.get(one.entity)?.golden.editedElsewhere ?? 'revert'))],
      ]),
      t.table([['column.system', 1.6], ['column.protocol', 1.4], ['column.port', 0.7], ['column.encrypted', 1.2]], one.ends.map((end) => {
        const protocol = t.blueprint.systems.get(end.system)?.interface.protocol
        return { cells: [t.system(end.system), t.orOpen(protocol === undefined ? undefined : words(protocol.name), `systems.${end.system}.interface.form`), protocol?.port === undefined ? words('–') : code(String(protocol.port)), encrypted(t, protocol)] }
      })),
    ], { for: 'technology' }),
    t.section('icd.time', [
      t.facts([
        ['fact.service_level', serviceLevel(t, one), `${at}.service_level.freshness`],
        ...one.ends.flatMap((end) => {
          const unavailable = t.blueprint.systems.get(end.system)?.system?.unavailable
          return unavailable === undefined ? [] : [['fact.unavailable', [...t.system(end.system), { text: `: ${unavailable.replaceAll('_', ' ')}` }]] as const]
        }),
      ]),
    ]),
    t.section('icd.format', [formats(t, one)], { for: 'technology' }),
    t.section('icd.failure', failure(t, one)),
    t.section('icd.qualification', qualification(t, one)),
    t.openQuestions(at, 'defaults.flow'),
  ], { about: t.say('icd.about', { entity: t.entity(one.entity), from: senders(t, one.key), to: receivers(t, one.key) }) })
}

function firstLoad(t: Telling, key: string): Inline | undefined {
  const list = t.blueprint.project.launch.firstLoad
  const at = list.indexOf(key)
  return at === -1 ? undefined : t.say('flow.first_load', { at: at + 1, of: list.length })
}

const encrypted = (t: Telling, protocol: { readonly encrypted?: boolean; readonly overNetwork: boolean } | undefined): Inline => {
  if (protocol === undefined) return t.open()
  if (!protocol.overNetwork) return words(t.text('flow.local'))
  return protocol.encrypted === undefined ? t.open() : protocol.encrypted ? words(t.text('yes')) : [{ text: t.text('no'), mark: 'warning' }]
}

function brake(t: Telling, { flow }: Exchange): Inline | undefined {
  const parts = [...(flow.brake.share ? [flow.brake.share.text] : []), ...(flow.brake.records === undefined ? [] : [t.text('count.records', { n: flow.brake.records })])]
  return parts.length === 0 ? undefined : t.say('flow.brake', { limit: parts.join(' / ') })
}

const ARROWS: Readonly<Record<Direction, string>> = { none: '·', contributes: '→', written: '←', both: '⇄' }
/** More fields than this are listed on the page of the entity only. */
const MOST_FIELDS = 400

function data(t: Telling, one: Exchange): (Block | undefined)[] {
  const table = fieldTable(t.plan, one.flow)
  const entity = t.plan.entities.get(one.entity)
  const rows = table.rows.slice(0, MOST_FIELDS).map((row): Row => {
    const rule = entity?.golden.rules.get(row.field)
    return { cells: [code(row.field), ...row.directions.map((direction) => words(ARROWS[direction])), rule ? ruleWords(t, rule.rule, rule.among) : t.system('plimsoll')] }
  })
  const columns: Column[] = [{ label: t.text('column.field'), weight: 1.6 }, ...table.systems.map((system) => ({ label: t.blueprint.systems.get(system)?.name ?? system, weight: 1 })), { label: t.text('column.decided_by'), weight: 2 }]
  return [
    t.section('icd.directions', [
      t.paragraph('icd.directions.about'),
      table.rows.length === 0 ? t.openNote('open.mapping') : { is: 'table', columns, rows },
      table.rows.length > MOST_FIELDS ? t.paragraph('and_more_at', { n: table.rows.length - MOST_FIELDS, page: t.entity(one.entity) }) : undefined,
    ]),
    t.section('icd.identity', [
      entity?.identifiers === undefined ? t.openNote('open.identifiers') : entity.identifiers.length === 0 ? t.paragraph('icd.no_identifiers') : t.list(entity.identifiers.map((fields) => t.join(fields.map(code), ' + ')), true),
    ]),
    ...one.ends.map((end) => t.section(t.system(end.system), holdsAt(t, end.system, one.entity))),
    entity && entity.rules.length > 0 ? t.section('icd.rules', [rules(t, one.entity)]) : undefined,
  ]
}

export function rules(t: Telling, entity: string): Block | undefined {
  return t.table([['column.rule', 2.4], ['column.condition', 3], ['column.if_broken', 1.4]], (t.plan.entities.get(entity)?.rules ?? []).map((rule) => ({
    cells: [t.rich(rule.says), t.join(rule.must.map(code), ` ${t.text('and')} `), words(t.word('if_broken', rule.ifBroken))],
  })))
}

/** How a system stores an entity: resource, keys, and where each field stands. */
export function holdsAt(t: Telling, system: string, entity: string): (Block | undefined)[] {
  const holds = t.plan.systems.get(system)?.holds.filter((hold) => hold.entity === entity) ?? []
  if (holds.length === 0) return [t.openNote('open.mapping')]
  return holds.flatMap((hold) => {
    const rows = [...hold.fields].flatMap(([field, mapping]) => mappingRows(t, field, mapping))
    return [
      t.facts([
        ['fact.resource', code(hold.resource)],
        ['fact.key', hold.key.length === 0 ? t.say('hold.connector_knows') : t.join(hold.key.map(code))],
        ['fact.changed_at', t.coded(hold.changedAt)],
        ['fact.only', hold.where.length === 0 ? undefined : t.join(hold.where.map(code), ` ${t.text('and')} `)],
        ['fact.archived', hold.archived === undefined ? undefined : t.join([...hold.archived].map(([path, value]) => code(`${path} = ${value}`)))],
      ]),
      t.table([['column.field', 1.6], ['column.stands_at', 2], ['column.notes', 3]], rows.slice(0, MOST_FIELDS)),
      rows.length > MOST_FIELDS ? t.paragraph('and_more', { n: rows.length - MOST_FIELDS }) : undefined,
    ]
  })
}

function mappingRows(t: Telling, field: string, mapping: FieldMapping, below = ''): Row[] {
  const name = below + field
  const notes: Inline[] = []
  const note = (key: string, value: string): number => notes.push([{ text: `${t.word('mapping', key)} ` }, { text: value, code: true }])
  if (mapping.value !== undefined) note('value', mapping.value)
  if (mapping.default !== undefined) note('default', mapping.default)
  if (mapping.unit !== undefined) note('unit', mapping.unit)
  if (mapping.currency !== undefined) note('currency', mapping.currency)
  if (mapping.format !== undefined) note('format', mapping.format)
  if (mapping.timeZone !== undefined) note('time_zone', mapping.timeZone)
  if (mapping.decimal !== undefined) note('decimal', mapping.decimal)
  if (mapping.split !== undefined) note('split', mapping.split)
  if (mapping.take !== undefined) note('take', String(mapping.take))
  if (mapping.transform) note('transform', mapping.transform.join(', '))
  if (mapping.identifier !== undefined) note('identifier', mapping.identifier)
  if (mapping.ignore) note('ignore', mapping.ignore.join(', '))
  if (mapping.codes) note('codes', [...mapping.codes].slice(0, MOST_CODES).map(([golden, own]) => `${golden} = ${own.length === 0 ? '–' : own.join(' | ')}`).join(', ') + (mapping.codes.size > MOST_CODES ? ' …' : ''))
  if (typeof mapping.read === 'string') note('read', mapping.read)
  if (typeof mapping.write === 'string') note('write', mapping.write)
  if (typeof mapping.read === 'function' || typeof mapping.write === 'function' || mapping.function !== undefined) notes.push([{ text: t.word('mapping', 'function') }, ...(mapping.function === undefined ? [] : [{ text: ' ' }, { text: mapping.function, code: true }])])
  if (mapping.access !== 'both') notes.push(quiet(t.word('access_way', mapping.access)))
  const own: Row = { cells: [code(name), mapping.path === undefined ? words('–') : t.join(mapping.path.map(code), mapping.join === undefined ? ' ' : ` ${JSON.stringify(mapping.join)} `), notes.length === 0 ? words('') : t.join(notes, '; ')] }
  return [own, ...[...(mapping.fields ?? [])].flatMap(([inner, of]) => mappingRows(t, inner, of, `${name}.`))]
}
const MOST_CODES = 40

function formats(t: Telling, one: Exchange): Block | undefined {
  return t.table([['column.system', 1.5], ['column.form', 1], ['column.protocol', 1.2], ['column.resource', 1.6], ['column.trigger', 2], ['column.documentation', 1.3], ['column.limits', 1.5]], one.ends.map((end) => {
    const system = t.blueprint.systems.get(end.system)
    const limits = [...(system?.limits.calls ? [t.value(system.limits.calls.text)] : []), ...(system?.limits.batch === undefined ? [] : [t.text('limit.batch', { n: system.limits.batch })]), ...(system?.limits.concurrent === undefined ? [] : [t.text('limit.concurrent', { n: system.limits.concurrent })])]
    const of = one.flow.ends.find((found) => found.system === end.system)
    return {
      cells: [t.system(end.system), t.orOpen(system?.interface.form === undefined ? undefined : words(t.word('form', system.interface.form)), `systems.${end.system}.interface.form`), t.orOpen(system?.interface.protocol === undefined ? undefined : words(system.interface.protocol.name)),
        t.orOpen(end.resources.length === 0 ? undefined : t.join(end.resources.map(code)), `systems.${end.system}.holds`), end.sends && of ? triggerWords(t, of.trigger, end.system) : words(t.text('end.receives')),
        t.orOpen(system?.interface.documentation === undefined ? undefined : words(t.word('documentation', system.interface.documentation)), `systems.${end.system}.interface.documentation`), words(limits.length === 0 ? '–' : limits.join(', '))],
    }
  }))
}

function failure(t: Telling, one: Exchange): (Block | undefined)[] {
  // What may happen to a system or to all of Plimsoll is told where it belongs; here only what the plan says itself.
  const mine = scenariosOf(t, one.key).filter((scenario) => !scenario.standard || t.isAbout(scenario, 'flow', one.key))
  return [
    t.paragraph('icd.failure.about'),
    t.table([['column.scenario', 2], ['column.begins', 2.4], ['column.platform_does', 1.6], ['column.ladder', 3]], mine.map((scenario) => ({
      cells: [t.runbook(scenario), beginsWhen(t, scenario, t.isAbout(scenario, 'flow', one.key) ? t.flow(one.key) : undefined), words(t.word('reaction', scenario.reaction)), ladderWords(t, scenario) ?? t.parties(scenario.inform) ?? t.open('operation.team')],
    }))),
  ]
}

function qualification(t: Telling, one: Exchange): (Block | undefined)[] {
  const of = testsOf(t, one)
  return [t.table([['column.test', 1.6], ['column.what', 4]], [
    { cells: [words(t.text('tests.kind.examples')), t.orOpen(of.examples.length === 0 ? undefined : t.join(of.examples.map(code)), 'tests.examples')] },
    { cells: [words(t.text('tests.kind.preview')), t.say('tests.step.preview')] },
    { cells: [words(t.text('tests.kind.rehearse')), of.rehearsed.length === 0 ? t.say('tests.standard_only') : t.join(of.rehearsed.map(t.runbook))] },
    { cells: [words(t.text('tests.kind.load')), of.load.length === 0 ? words('–') : t.join(of.load.map((load) => words(`${t.value(load.rate)}, ${t.value(load.for)}`)))] },
  ])]
}
