/** The integration design: data structures, security and performance, and the three procedures: test, monitor, respond. */
import type { Block, Document, Inline } from './document.ts'
import { recovery } from './architecture.ts'
import { capacitySection } from './capacity-words.ts'
import { serviceLevel, triggers, volume } from './exchange-words.ts'
import { escalation, monitoring, tests } from './procedures.ts'
import { ruleWords } from './strategy.ts'
import type { Telling } from './telling.ts'
import { code, words } from './telling.ts'

export function design(t: Telling): Document {
  return t.page('document', 'integration-design', t.text('design.title'), 'kicker.document', [
    t.section('design.structures', structures(t)),
    t.section('design.security', security(t)),
    t.section('design.performance', performance(t)),
    tests(t),
    monitoring(t),
    escalation(t),
    t.openQuestions('entities', 'flows', 'defaults', 'security', 'performance', 'tests', 'scenarios', 'operation', 'channels'),
  ], { about: t.say('design.about'), audience: 'technology' })
}

function structures(t: Telling): (Block | undefined)[] {
  const held = [...t.plan.systems.values()].flatMap((system) => system.holds.map((hold) => ({ system, hold })))
  return [
    t.paragraph('design.structures.about'),
    ...[...t.blueprint.entities.values()].map((one) => t.section(t.entity(one.key), [
      one.about === undefined ? undefined : { is: 'paragraph', text: t.rich(one.about) },
      fieldTable(t, one.key, SHOWN),
    ])),
    t.section('design.holds', [
      t.table([['column.system', 1.4], ['column.entity', 1.4], ['column.resource', 2], ['column.key', 1.2], ['column.changed_at', 1.2], ['column.fields', 0.7]], held.map(({ system, hold }) => ({
        cells: [t.system(system.key), t.entity(hold.entity), code(hold.resource), hold.key.length === 0 ? t.say('hold.connector_knows') : t.join(hold.key.map(code)), t.coded(hold.changedAt) ?? words('–'), words(String(hold.fields.size))],
      }))) ?? t.openNote('open.holds'),
    ]),
  ]
}
/** In the design; the page of the entity has all of them. */
const SHOWN = 60

export function fieldTable(t: Telling, entity: string, most: number): Block | undefined {
  const one = t.blueprint.entities.get(entity)
  if (!one) return undefined
  const yes = (flag: boolean): Inline => words(flag ? t.text('yes') : '–')
  const rows = one.fields.slice(0, most).map((field) => ({
    cells: [code(field.key), words(field.type), yes(field.identifies), yes(field.required), one.entity.personal === undefined ? t.open(`entities.${entity}.personal`) : yes(field.personal),
      [...ruleWords(t, field.decidedBy.rule, field.decidedBy.among), ...(field.decidedBy.why === undefined ? [] : [{ text: ` (${field.decidedBy.why})`, mark: 'quiet' as const }])]],
  }))
  const more = one.fields.length > most ? [{ cells: [t.say('and_more_at', { n: one.fields.length - most, page: t.entity(entity) }), words(''), words(''), words(''), words(''), words('')] }] : []
  return t.table([['column.field', 1.4], ['column.type', 2], ['column.identifies', 0.8], ['column.required', 0.8], ['column.personal', 0.8], ['column.decided_by', 2.4]], [...rows, ...more]) ?? t.openNote('open.fields')
}

function security(t: Telling): (Block | undefined)[] {
  const { security: of } = t.blueprint.project
  const personal = [...t.blueprint.entities.values()].filter((one) => one.fields.some((field) => field.personal))
  const bare = t.blueprint.connections.filter((one) => one.encrypted === false)
  return [
    t.facts([
      ['fact.officer', of.officer === undefined ? undefined : t.party(of.officer), 'security.personal_data.officer'],
      ['fact.basis', t.maybe(of.basis), 'security.personal_data.basis'],
      ['fact.region', t.maybe(of.region), 'security.personal_data.region'],
      ['fact.masked_for', of.maskedFor.length === 0 ? undefined : words(of.maskedFor.map((role) => t.word('access', role)).join(', ')), 'security.personal_data.masked_for'],
      ['fact.transport', t.maybe(of.transport), 'security.transport'],
      ['fact.audit', t.valued(of.audit), 'security.audit'],
      ['fact.secrets', t.maybe(of.secrets.keptIn), 'security.secrets.kept_in'],
      ['fact.rotate', of.secrets.rotate === undefined ? undefined : t.say('security.rotate', { time: t.value(of.secrets.rotate), who: of.secrets.accountable === undefined ? t.open('security.secrets.accountable') : t.party(of.secrets.accountable) }), 'security.secrets.rotate'],
      ['fact.standards', of.standards.length === 0 ? undefined : t.join(of.standards.map(t.rich)), 'security.standards'],
    ]),
    t.section('security.personal', [
      t.table([['column.entity', 1.4], ['column.personal_fields', 3], ['column.systems', 2.4], ['column.retention', 1.6]], personal.map((one) => ({
        cells: [t.entity(one.key), t.join(one.fields.filter((field) => field.personal).slice(0, SHOWN).map((field) => code(field.key))), t.join(one.heldBy.map(t.system)), t.orOpen(t.valued(one.retention), `entities.${one.key}.retention`)],
      }))) ?? t.paragraph('security.no_personal'),
    ]),
    t.section('security.access', [
      t.table([['column.access', 1], ['column.who', 3]], [...of.access].map(([role, who]) => ({ cells: [words(t.word('access', role)), t.parties(who) ?? t.open()] }))) ?? t.openNote('open.access'),
    ]),
    t.section('security.connections', [
      bare.length === 0 ? t.paragraph('security.all_encrypted') : t.note('warning', t.say('security.bare', { n: bare.length }), bare.slice(0, SHOWN).map((one) => [...words(`${one.from} → ${one.to}: ${one.protocol}${one.port === undefined ? '' : ` ${one.port}`} `), ...(t.parties(one.systems) ?? [])])),
      t.paragraph('security.connections.see', { architecture: t.link('document', 'architecture', t.text('architecture.title')) }),
    ]),
    t.section('security.reviews', [
      t.table([['column.review', 2], 'column.due', ['column.who', 2]], of.reviews.map((one) => ({ cells: [words(one.name), t.orOpen(t.maybe(one.due)), t.orOpen(one.who === undefined ? undefined : t.party(one.who))] }))) ?? t.openNote('open.reviews'),
    ]),
  ]
}

function performance(t: Telling): (Block | undefined)[] {
  const { performance: of } = t.blueprint.project
  return [
    t.section('performance.flows', [
      t.table([['column.flow', 2], ['column.trigger', 2.2], ['column.volume', 2], ['column.service_level', 2.4]], [...t.blueprint.flows.values()].map((one) => ({
        about: { to: 'flow', key: one.key },
        cells: [t.flow(one.key), triggers(t, one), t.orOpen(volume(t, one), `flows.${one.key}.volume`), t.orOpen(serviceLevel(t, one), `flows.${one.key}.service_level.freshness`)],
      }))),
    ]),
    t.section('performance.limits', [
      t.table([['column.system', 1.6], ['column.calls', 1], ['column.batch', 1], ['column.concurrent', 1], ['column.unavailable', 1.4]], [...t.blueprint.systems.values()].filter((one) => one.system).map((one) => ({
        cells: [t.system(one.key), t.orOpen(t.rate(one.limits.calls), `systems.${one.key}.limits.calls`), one.limits.batch === undefined ? words('–') : words(String(one.limits.batch)),
          one.limits.concurrent === undefined ? words('–') : words(String(one.limits.concurrent)), one.system!.unavailable === undefined ? words('–') : words(one.system!.unavailable.replaceAll('_', ' '))],
      }))),
    ]),
    t.section('performance.peaks', [
      t.table([['column.peak', 2], 'column.from_day', 'column.until_day', 'column.times'], of.peaks.map((one) => ({ cells: [words(one.name), words(one.from), words(one.until), words(`× ${one.times}`)] }))) ?? t.openNote('open.peaks'),
      t.facts([
        ['fact.catch_up', of.catchUp?.within === undefined ? undefined : t.say('performance.catch_up', { after: t.value(of.catchUp.after ?? '–'), within: t.value(of.catchUp.within) }), 'performance.catch_up'],
        ['fact.headroom', t.valued(of.headroom), 'performance.headroom'],
      ]),
    ]),
    t.section('performance.recovery', [recovery(t)]),
    capacitySection(t),
  ]
}
