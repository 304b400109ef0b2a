/** The three procedures of the design: how every flow is tested, how it is watched, and what happens when it fails. */
import type { Exchange, Scenario } from '../model.ts'
import type { Block, Inline, Row } from './document.ts'
import { beginsWhen, ladderWords, scenariosOf, testsOf } from './exchange-words.ts'
import type { Telling } from './telling.ts'
import { code, quiet, words } from './telling.ts'

export function tests(t: Telling): Block | undefined {
  const { project } = t.blueprint
  return t.section('tests.title', [
    t.paragraph('tests.about'),
    t.list([t.say('tests.step.examples'), t.say('tests.step.preview'), t.say('tests.step.acceptance'), t.say('tests.step.rehearse'), t.say('tests.step.load')], true),
    t.section('tests.flows', [
      t.table([['column.flow', 1.8], ['column.examples', 2], ['column.rehearsed', 2.2], ['column.load', 1.4], ['column.sandbox', 2]], [...t.blueprint.flows.values()].map((one) => testRow(t, one))) ?? t.openNote('open.flows'),
    ], { part: 'tests' }),
    t.section('tests.acceptance', project.acceptance.length === 0 ? [t.openNote('open.acceptance')] : [
      t.table([['column.test', 1.4], ['column.given', 2], ['column.when', 2], ['column.then', 2], ['column.accepts', 1.2]], project.acceptance.map((one) => ({
        cells: [words(one.name), t.join(one.given.map(t.rich), '; '), t.join(one.when.map(t.rich), '; '), t.join(one.expected.map(t.rich), '; '), t.orOpen(one.accepts === undefined ? undefined : t.party(one.accepts), `tests.acceptance.${one.key}.accepts`)],
      }))),
    ]),
    t.section('tests.examples', [
      t.table([['column.example', 1.4], ['column.given_in', 2], ['column.expected_in', 2]], [...t.plan.tests.examples].map(([key, example]) => ({
        cells: [code(key), sides(t, example.given), sides(t, example.expect)],
      }))) ?? t.openNote('open.examples'),
    ]),
    t.section('tests.load', [
      t.table([['column.test', 1.4], ['column.flow', 2], 'column.rate', 'column.for_time'], project.load.map((one) => ({ cells: [words(one.key.replaceAll('_', ' ')), t.flow(one.flow), words(t.value(one.rate)), words(t.value(one.for))] }))) ?? t.openNote('open.load'),
    ]),
  ])
}

const sides = (t: Telling, side: ReadonlyMap<string, ReadonlyMap<string, unknown>>): Inline =>
  t.join([...side].map(([system, entities]): Inline => [...t.system(system), { text: ': ' }, ...t.join([...entities.keys()].map(t.entity))]), '; ')

function testRow(t: Telling, one: Exchange): Row {
  const of = testsOf(t, one)
  const own = of.rehearsed
  return {
    about: { to: 'flow', key: one.key },
    cells: [
      t.flow(one.key), t.orOpen(of.examples.length === 0 ? undefined : t.join(of.examples.map(code)), 'tests.examples'),
      own.length === 0 ? t.say('tests.standard_only') : t.join(own.map(t.runbook)),
      of.load.length === 0 ? words('–') : t.join(of.load.map((load) => words(`${t.value(load.rate)}, ${t.value(load.for)}`))),
      t.join([...of.sandboxes].map(([system, sandbox]): Inline => [...t.system(system), { text: ' ' }, ...(sandbox === undefined ? t.open(`systems.${system}.interface.sandbox`) : quiet(t.word('sandbox', sandbox)))])),
    ],
  }
}

const WATCHED = ['late', 'silent', 'stopped', 'failing', 'braked', 'unbalanced', 'queued']

export function monitoring(t: Telling): Block | undefined {
  const { operation } = t.blueprint.project
  return t.section('monitoring.title', [
    t.paragraph('monitoring.about'),
    t.facts([
      ['fact.operation_team', operation.team === undefined ? undefined : t.party(operation.team), 'operation.team'],
      ['fact.operation_hours', operation.hours === undefined ? undefined : hours(t, operation.hours), 'operation.hours'],
      ['fact.tools', operation.tools.length === 0 ? undefined : t.join(operation.tools.map(t.rich)), 'operation.tools'],
      ['fact.report', operation.report === undefined ? undefined : t.say('operation.to', { who: t.parties(operation.report.who) ?? t.open(), each: operation.report.each === undefined ? t.open() : t.value(operation.report.each) }), 'operation.report'],
    ]),
    t.section('monitoring.measures', [t.table([['column.measure', 1.2], ['column.meaning', 4]], (['freshness', 'completeness', 'consistency', 'validity', 'uniqueness'] as const).map((key) => ({ cells: [words(t.word('level', key)), t.say(`measure.${key}`)] })))]),
    t.section('monitoring.flows', [
      t.table([['column.flow', 1.8], ['column.watched', 2.6], ['column.objective', 2.2], ['column.expects', 1.6], ['column.first_told', 1.6]], [...t.blueprint.flows.values()].map((one) => monitoringRow(t, one))) ?? t.openNote('open.flows'),
    ], { part: 'monitoring' }),
    t.section('monitoring.systems', [
      t.table([['column.system', 1.6], ['column.watched', 3], ['column.first_told', 2]], [...t.blueprint.systems.values()].filter((one) => one.system).map((one) => {
        const mine = t.blueprint.scenarios.filter((scenario) => t.isAbout(scenario, 'system', one.key))
        return { about: { to: 'system', key: one.key }, cells: [t.system(one.key), mine.length === 0 ? words('–') : t.join(mine.map((scenario) => conditions(t, scenario))), firstTold(t, mine)] }
      })),
    ]),
  ])
}

const conditions = (t: Telling, one: Scenario): Inline => [
  { text: t.word('is', one.is), target: { to: 'runbook', key: one.key } },
  ...(one.above === undefined ? [] : quiet(` ${t.text('scenario.above', { above: one.above })}`)), ...(one.for === undefined ? [] : quiet(` ${t.text('scenario.for', { time: t.value(one.for) })}`)),
]

function monitoringRow(t: Telling, one: Exchange): Row {
  const mine = t.blueprint.scenarios.filter((scenario) => t.isAbout(scenario, 'flow', one.key))
  const level = [...one.serviceLevel].map(([what, value]) => words(`${t.word('level', what)} ${t.value(value)}`))
  const watched = mine.filter(({ is }) => WATCHED.includes(is)).map((scenario) => conditions(t, scenario))
  return {
    about: { to: 'flow', key: one.key },
    cells: [t.flow(one.key), watched.length === 0 ? words('–') : t.join(watched), t.orOpen(level.length === 0 ? undefined : t.join(level), `flows.${one.key}.service_level.freshness`), t.maybe(one.expects === undefined ? undefined : t.value(one.expects)) ?? words('–'), firstTold(t, mine)],
  }
}

function firstTold(t: Telling, scenarios: readonly Scenario[]): Inline {
  const first = [...new Set(scenarios.flatMap(({ ladder }) => ladder.slice(0, 1).map(({ who }) => who)))]
  return t.orOpen(first.length === 0 ? undefined : t.join(first.map(t.party)), 'operation.team')
}

export function hours(t: Telling, key: string): Inline {
  const calendar = t.blueprint.project.calendars.find((one) => one.key === key)
  if (!calendar) return words(key.replaceAll('_', ' '))
  return words([key.replaceAll('_', ' '), [calendar.days === undefined ? '' : t.value(calendar.days), calendar.hours ?? ''].filter((part) => part !== '').join(' ')].filter((part) => part !== '').join(': '))
}

export function escalation(t: Telling): Block | undefined {
  const { project, scenarios } = t.blueprint
  const own = scenarios.filter((one) => !one.standard)
  const standard = scenarios.filter((one) => one.standard)
  return t.section('escalation.title', [
    t.paragraph('escalation.about'),
    t.figure('escalation'),
    t.section('escalation.own', [
      t.table([['column.scenario', 1.8], ['column.begins', 2.4], 'column.priority', ['column.platform_does', 1.6], ['column.ladder', 3], ['column.informed', 1.6]], own.map((one) => ({
        cells: [t.runbook(one), beginsWhen(t, one), words(one.priority === undefined ? '–' : t.word('criticality', one.priority)), words(t.word('reaction', one.reaction)),
          one.alert.length === 0 && one.ladder.length === 0 ? words('–') : t.orOpen(ladderWords(t, one)), t.parties(one.inform) ?? words('–')],
      }))) ?? t.openNote('open.scenarios'),
    ]),
    t.section('escalation.standard', [
      t.paragraph('escalation.standard.about'),
      t.table([['column.scenario', 1.8], ['column.holds_for', 3], ['column.begins_after', 1.2], ['column.platform_does', 1.6], ['column.ladder', 2.4], ['column.informed', 1.6]], standard.map((one) => ({
        cells: [t.runbook(one), t.subjectsOf(one), words([...(one.above === undefined ? [] : [t.text('scenario.above', { above: one.above })]), ...(one.for === undefined ? [] : [t.value(one.for)])].join(', ') || t.text('time.at_once')), words(t.word('reaction', one.reaction)),
          one.ladder.length === 0 && one.inform.length > 0 ? words('–') : t.orOpen(ladderWords(t, one), 'operation.team'), t.parties(one.inform) ?? words('–')],
      }))),
    ]),
    t.section('escalation.flows', [
      t.table([['column.flow', 1.8], 'column.criticality', ['column.run_books', 3], ['column.ladder', 3]], [...t.blueprint.flows.values()].map((one) => escalationRow(t, one))) ?? t.openNote('open.flows'),
    ], { part: 'escalation' }),
    t.section('escalation.teams', [
      t.table([['column.party', 1.6], ['column.ladder', 3], ['column.hours', 2]], [...t.blueprint.parties.values()].filter((one) => one.kind !== 'person' && one.ladder.length > 0).map((one) => ({
        cells: [words(one.name), t.join(one.ladder.map((rung): Inline => [...t.party(rung.who), ...quiet(` ${rung.channels.join(', ')} ${rung.afterMs === 0 ? t.text('time.at_once') : t.text('time.after', { time: t.millis(rung.afterMs) })}`), ...(rung.reachable ? [] : [{ text: ` ${t.text('ladder.unreachable')}`, mark: 'warning' as const }])]), ' → '), one.hours === undefined ? words('–') : hours(t, one.hours)],
      }))),
    ]),
    project.channels.length === 0 ? undefined : t.section('escalation.channels', [t.table([['column.channel', 1], ['column.kind', 2]], project.channels.map((one) => ({ cells: [words(one.name), words(one.kind)] })))]),
  ])
}

function escalationRow(t: Telling, one: Exchange): Row {
  const mine = scenariosOf(t, one.key)
  const own = mine.filter((scenario) => !scenario.standard)
  const standard = mine.filter((scenario) => scenario.standard && t.isAbout(scenario, 'flow', one.key))
  const ladder = [...standard, ...own].find((scenario) => scenario.ladder.length > 0)
  return {
    about: { to: 'flow', key: one.key },
    cells: [
      t.flow(one.key), words(t.word('criticality', one.criticality)),
      t.orOpen(own.length + standard.length === 0 ? undefined : t.join([...own.map(t.runbook), ...standard.map((scenario) => t.link('runbook', scenario.key, t.word('is', scenario.is)))])),
      t.orOpen(ladder === undefined ? undefined : ladderWords(t, ladder), 'operation.team'),
    ],
  }
}
