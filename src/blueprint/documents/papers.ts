/** Documents that exist once: overview, interface catalogue, open questions, decisions, maintenance and further development. */
import type { Block, Card, Document, Inline } from './document.ts'
import { volume, serviceLevel, triggers } from './exchange-words.ts'
import { hours } from './procedures.ts'
import { money, receivers, senders } from './strategy.ts'
import type { AskedQuestion, Telling } from './telling.ts'
import { code, quiet, words } from './telling.ts'

export function overview(t: Telling): Document {
  const { blueprint, material } = t
  const open = material.questions.filter((one) => !one.waived)
  const card = (key: string, n: number): Card => ({ big: words(String(n)), small: words(t.text(`card.${key}` as 'card.systems', { n })) })
  const paper = (key: string, title: Inline, about: Inline): Card => ({ big: title.map((run) => ({ ...run, target: { to: 'document', key } })), small: about })
  return t.page('document', 'index', blueprint.name, 'kicker.overview', [
    { is: 'cards', cards: [card('systems', blueprint.systems.size), card('flows', blueprint.flows.size), card('entities', blueprint.entities.size), card('processes', blueprint.processes.length), card('scenarios', blueprint.scenarios.filter((one) => !one.standard).length), card('questions', open.length)] },
    t.section('overview.picture', [t.figure('integration') ?? t.figure('data-flow')]),
    t.section('overview.documents', [{ is: 'cards', cards: [
      paper('strategy', t.say('strategy.title'), t.say('strategy.about')), paper('architecture', t.say('architecture.title'), t.say('architecture.about')), paper('integration-design', t.say('design.title'), t.say('design.about')),
      paper('interfaces', t.say('interfaces.title'), t.say('interfaces.about')), paper('maintenance', t.say('maintenance.title'), t.say('maintenance.about')), paper('questions', t.say('questions.title'), t.say('questions.about')), paper('decisions', t.say('decisions.title'), t.say('decisions.about')),
    ] }]),
    t.section('overview.readiness', [readiness(t)]),
    t.section('overview.first', [t.list(open.slice(0, FIRST).map(t.questionLine)) ?? t.paragraph('questions.none'), open.length > FIRST ? t.paragraph('overview.all_questions', { questions: t.link('document', 'questions', t.text('questions.title')) }) : undefined]),
  ], { about: blueprint.about === undefined ? t.open() : t.rich(blueprint.about) })
}
const FIRST = 8

const readiness = (t: Telling): Block | undefined => (t.material.readiness.length === 0 ? undefined : {
  is: 'meter', rows: t.material.readiness.map((one) => ({
    label: words(t.word('area', one.area)), done: one.answered + one.waived, of: one.of,
    text: t.say('readiness.of', { answered: one.answered + one.waived, of: one.of }),
  })),
})

export function interfaces(t: Telling): Document {
  return t.page('document', 'interfaces', t.text('interfaces.title'), 'kicker.document', [
    t.section('interfaces.catalogue', [
      t.table([['column.flow', 1.8], ['column.entity', 1.1], ['column.from', 1.3], ['column.to', 1.3], ['column.protocol', 1.4], ['column.trigger', 1.8], ['column.volume', 1.6], ['column.service_level', 1.8], ['column.criticality', 0.9], ['column.accountable', 1.2]], [...t.blueprint.flows.values()].map((one) => ({
        about: { to: 'flow', key: one.key },
        cells: [t.flow(one.key), t.entity(one.entity), senders(t, one.key), receivers(t, one.key), protocols(t, one.ends.map((end) => end.system)), triggers(t, one), t.orOpen(volume(t, one), `flows.${one.key}.volume`),
          t.orOpen(serviceLevel(t, one), `flows.${one.key}.service_level.freshness`), words(t.word('criticality', one.criticality)), t.orOpen(one.accountable === undefined ? undefined : t.party(one.accountable), `flows.${one.key}.accountable`)],
      }))) ?? t.openNote('open.flows'),
    ], { part: 'catalogue' }),
    t.section('interfaces.systems', [
      t.table([['column.system', 1.6], ['column.form', 1], ['column.protocol', 1.2], ['column.documentation', 1.4], ['column.sandbox', 1], ['column.calls', 1], ['column.change_notice', 1], ['column.operates', 1.4]], [...t.blueprint.systems.values()].filter((one) => one.system).map((one) => ({
        about: { to: 'system', key: one.key },
        cells: [t.system(one.key), t.orOpen(one.interface.form === undefined ? undefined : words(t.word('form', one.interface.form)), `systems.${one.key}.interface.form`), t.orOpen(one.interface.protocol === undefined ? undefined : words(one.interface.protocol.name)),
          t.orOpen(one.interface.documentation === undefined ? undefined : words(t.word('documentation', one.interface.documentation)), `systems.${one.key}.interface.documentation`), t.orOpen(one.interface.sandbox === undefined ? undefined : words(t.word('sandbox', one.interface.sandbox)), `systems.${one.key}.interface.sandbox`),
          t.orOpen(t.rate(one.limits.calls), `systems.${one.key}.limits.calls`), t.valued(one.interface.changeNotice) ?? words('–'), t.orOpen(one.operates === undefined ? undefined : t.party(one.operates), `systems.${one.key}.operates`)],
      }))) ?? t.openNote('open.systems'),
    ]),
    t.section('interfaces.matrix', [matrix(t)]),
  ], { about: t.say('interfaces.about'), audience: 'technology' })
}

function protocols(t: Telling, systems: readonly string[]): Inline {
  const names = [...new Set(systems.flatMap((key) => t.blueprint.systems.get(key)?.interface.protocol?.name ?? []))]
  return t.orOpen(names.length === 0 ? undefined : words(names.join(', ')))
}

/** From whom to whom. Wide plans have it as a list instead: such a table can't be read. */
function matrix(t: Telling): Block | undefined {
  const systems = [...t.blueprint.systems.values()].filter((one) => one.flows.length > 0)
  if (systems.length > MATRIX || systems.length === 0) return systems.length === 0 ? undefined : t.paragraph('interfaces.matrix_large', { n: systems.length })
  const flows = [...t.blueprint.flows.values()]
  return t.table([{ label: t.text('column.from_to'), weight: 1.4 }, ...systems.map((one) => ({ label: one.name, weight: 1 }))], systems.map((from) => ({
    cells: [t.system(from.key), ...systems.map((to): Inline => {
      if (from === to) return words('')
      return t.join(flows.filter((flow) => flow.ends.some((end) => end.system === from.key && end.sends) && flow.ends.some((end) => end.system === to.key && end.receives))
        .map((flow): Inline => [{ text: flow.number, target: { to: 'flow', key: flow.key } }]))
    })],
  })))
}
const MATRIX = 14

export function questions(t: Telling): Document {
  const { questions: all } = t.material
  const open = all.filter((one) => !one.waived)
  const waived = all.filter((one) => one.waived)
  const areas = [...new Set(open.map((one) => one.area))]
  const noted = t.blueprint.project.questions.filter((one) => one.question !== undefined && !one.waived)
  return t.page('document', 'questions', t.text('questions.title'), 'kicker.document', [
    t.section('overview.readiness', [readiness(t)]),
    noted.length === 0 ? undefined : t.section('questions.own', [t.table([['column.question', 3], ['column.asked', 1.2], 'column.due', ['column.assumed', 2.4]], noted.map((one) => ({
      cells: [t.rich(one.question!), t.orOpen(one.ask === undefined ? undefined : t.party(one.ask)), t.orOpen(t.maybe(one.due)), t.orOpen(t.maybe(one.assume))],
    })))]),
    t.section('questions.open', open.length === 0 ? [t.paragraph('questions.none')] : areas.map((area) => t.section(words(t.word('area', area)), [questionTable(t, open.filter((one) => one.area === area))]))),
    t.section('questions.waived', [
      t.table([['column.question', 2.6], ['column.place', 1.8], ['column.why', 2.4], ['column.who', 1.2], ['column.until', 1]], waived.map((one) => ({
        cells: [words(one.ask), code(one.place), t.rich(one.waived!.why), t.orOpen(one.waived!.who === undefined ? undefined : t.party(one.waived!.who)), t.maybe(one.waived!.until) ?? words('–')],
      }))) ?? t.paragraph('questions.nothing_waived'),
    ]),
  ], { about: t.say('questions.about') })
}

const questionTable = (t: Telling, list: readonly AskedQuestion[]): Block | undefined =>
  t.table([['column.question', 3], ['column.why_it_matters', 2.6], ['column.place', 1.8], ['column.in_the_room', 1.4], ['column.assumed', 1.8]], list.map((one) => ({
    cells: [[...t.questionLine(one), ...(one.note === undefined ? [] : quiet(` ${one.note}`)), ...(one.due === undefined ? [] : quiet(` (${one.due})`))], t.rich(one.why), code(one.place), one.room.length === 0 ? words('–') : t.join(one.room.map(({ who, label }) => (who === undefined ? words(label) : t.party(who)))), one.assumed === undefined ? words('–') : t.rich(one.assumed)],
  })))

export function decisions(t: Telling): Document {
  const { decisions: list } = t.blueprint.project
  return t.page('document', 'decisions', t.text('decisions.title'), 'kicker.document', [
    ...(list.length === 0 ? [t.openNote('open.decisions')] : list.map((one, at) => t.section(words(`${at + 1}. ${one.name}`), [
      { is: 'paragraph', text: t.rich(one.decision), lead: true },
      t.facts([
        ['fact.date', one.date === undefined ? undefined : words(one.date)],
        ['fact.decided', one.who.length === 0 ? t.open() : t.parties(one.who)],
        ['fact.status', words(t.word('decision', one.status))],
        ['fact.because', one.because === undefined ? t.open() : t.rich(one.because)],
        ['fact.instead_of', one.insteadOf.length === 0 ? undefined : t.join(one.insteadOf.map(t.rich), '; ')],
        ['fact.concerns', one.concerns.length === 0 ? undefined : t.join(one.concerns.map((place) => concerned(t, place)))],
      ]),
    ]))),
    t.section('decisions.who', [t.table([['column.aspect', 1], ['column.decides', 2]], [...t.blueprint.deciders].map(([aspect, who]) => ({ cells: [words(t.word('aspect', aspect)), t.party(who)] }))) ?? t.openNote('open.deciders')]),
  ], { about: t.say('decisions.about') })
}

/** A place in the plan, linked to the page of what it belongs to. */
function concerned(t: Telling, place: string): Inline {
  const [section, name] = place.split('.')
  const to = ({ systems: 'system', flows: 'flow', entities: 'entity', processes: 'process', scenarios: 'runbook' } as const)[section as 'systems']
  const known = name !== undefined && (to === undefined ? false : ({ systems: t.blueprint.systems, flows: t.blueprint.flows, entities: t.blueprint.entities, processes: new Map(t.blueprint.processes.map((one) => [one.key, one])), scenarios: new Map(t.blueprint.scenarios.map((one) => [one.key, one])) } as Readonly<Record<string, ReadonlyMap<string, unknown>>>)[section!]!.has(name))
  return [{ text: place, code: true, ...(known ? { target: { to: to!, key: name } } : {}) }]
}

export function maintenance(t: Telling): Document {
  const { operation } = t.blueprint.project
  const systems = [...t.blueprint.systems.values()].filter((one) => one.system)
  const later = [...t.blueprint.systems.values()].filter((one) => !one.states.has('to-be') && one.states.has('later'))
  const laterFlows = [...t.blueprint.flows.values()].filter((one) => !one.states.has('to-be') && one.states.has('later'))
  const ending = [...t.blueprint.systems.values()].filter((one) => one.liveUntil !== undefined)
  return t.page('document', 'maintenance', t.text('maintenance.title'), 'kicker.document', [
    t.section('maintenance.people', [
      t.facts([
        ['fact.operation_team', operation.team === undefined ? undefined : t.party(operation.team), 'operation.team'],
        ['fact.operation_hours', operation.hours === undefined ? undefined : hours(t, operation.hours), 'operation.hours'],
        ['fact.tools', operation.tools.length === 0 ? undefined : t.join(operation.tools.map(t.rich)), 'operation.tools'],
      ]),
      t.table([['column.party', 2], ['column.share', 1]], [...operation.staff].map(([who, share]) => ({ cells: [t.party(who), words(t.text('operation.full_time', { share }))] }))) ?? t.openNote('open.staff'),
    ]),
    t.section('maintenance.routine', [
      t.facts([
        ['fact.report', operation.report === undefined ? undefined : t.say('operation.to', { who: t.parties(operation.report.who) ?? t.open(), each: operation.report.each === undefined ? t.open() : t.value(operation.report.each) }), 'operation.report'],
        ['fact.review', operation.review === undefined ? undefined : t.say('operation.to', { who: t.parties(operation.review.who) ?? t.open(), each: operation.review.each === undefined ? t.open() : t.value(operation.review.each) }), 'operation.review'],
        ['fact.checks', operation.review === undefined || operation.review.checks.length === 0 ? undefined : t.join(operation.review.checks.map(t.rich))],
      ]),
      t.section('maintenance.weekly', [t.list(t.text('maintenance.tasks').split('|').map(t.rich))]),
    ]),
    t.section('maintenance.money', money(t)),
    t.section('maintenance.changes', [
      t.paragraph('maintenance.changes.about'),
      t.table([['column.system', 1.6], ['column.change_notice', 1.2], ['column.documentation', 1.4], ['column.contract_ends', 1.2], ['column.support', 1.6], ['column.operates', 1.4]], systems.map((one) => ({
        about: { to: 'system', key: one.key },
        cells: [t.system(one.key), one.interface.changeNotice === undefined ? (one.control === 'partner' ? t.open(`systems.${one.key}.interface.change_notice`) : words('–')) : words(t.value(one.interface.changeNotice)), t.orOpen(one.interface.documentation === undefined ? undefined : words(t.word('documentation', one.interface.documentation)), `systems.${one.key}.interface.documentation`),
          t.maybe(one.contract.ends) ?? words('–'), t.maybe(one.contract.support) ?? words('–'), t.orOpen(one.operates === undefined ? undefined : t.party(one.operates), `systems.${one.key}.operates`)],
      }))),
    ]),
    t.section('maintenance.development', [
      later.length + laterFlows.length === 0 ? t.paragraph('maintenance.nothing_later') : t.table([['column.what', 2], ['column.kind', 1], ['column.live', 1]], [
        ...later.map((one) => ({ cells: [t.system(one.key), words(t.text('kicker.system')), words(one.liveFrom ?? '–')] })), ...laterFlows.map((one) => ({ cells: [t.flow(one.key), words(t.text('kicker.interface')), words(one.liveFrom ?? '–')] })),
      ]),
      ending.length === 0 ? undefined : t.table([['column.ends_what', 2], ['column.live_until', 1]], ending.map((one) => ({ cells: [t.system(one.key), words(one.liveUntil!)] }))),
    ]),
    t.openQuestions('operation', 'budget'),
  ], { about: t.say('maintenance.about') })
}
