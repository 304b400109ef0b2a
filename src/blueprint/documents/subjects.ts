/** Pages of what a plan names: systems, entities, processes. */
import type { Application, BusinessObject, Process, Step } from '../model.ts'
import type { Block, Document, Inline, Row } from './document.ts'
import { fieldTable } from './design.ts'
import { beginsWhen } from './exchange-words.ts'
import { holdsAt, rules } from './interface-control.ts'
import { receivers, senders } from './strategy.ts'
import type { Telling } from './telling.ts'
import { code, words } from './telling.ts'

export function systemPage(t: Telling, one: Application): Document {
  const at = `systems.${one.key}`
  const holds = [...new Set(one.system?.holds.map((hold) => hold.entity) ?? [])]
  const mine = new Set(one.nodes)
  return t.page('system', one.key, one.name, 'kicker.system', [
    t.section('system.overview', [
      t.facts([
        ['fact.category', words(t.word('category', one.category))],
        ['fact.control', one.control === 'unsaid' ? undefined : words(t.word('control', one.control)), `${at}.operates`],
        ['fact.accountable', one.accountable === undefined ? undefined : t.party(one.accountable), `${at}.accountable`],
        ['fact.operates', one.operates === undefined ? undefined : t.party(one.operates), `${at}.operates`],
        ['fact.consulted', t.parties(one.consulted)], ['fact.informed', t.parties(one.informed)],
        ['fact.state', t.states(one.states)],
        ['fact.live_from', one.liveFrom === undefined ? undefined : words(one.liveFrom)], ['fact.live_until', one.liveUntil === undefined ? undefined : words(one.liveUntil)],
      ]),
      one.modules.size === 0 ? undefined : t.section('system.functions', [{ is: 'facts', facts: [...one.modules].map(([module, list]) => ({ term: module === '' ? t.text('system.functions') : module.replaceAll('_', ' '), text: t.join(list.map(t.rich)) })) }]),
    ]),
    t.section('system.interface', [
      t.facts([
        ['fact.form', one.interface.form === undefined ? undefined : words(t.word('form', one.interface.form)), `${at}.interface.form`],
        ['fact.protocol', one.interface.protocol === undefined ? undefined : words(`${one.interface.protocol.name}${one.interface.protocol.port === undefined ? '' : `, ${one.interface.protocol.port}`}`)],
        ['fact.documentation', one.interface.documentation === undefined ? undefined : words(t.word('documentation', one.interface.documentation)), `${at}.interface.documentation`],
        ['fact.spec', one.interface.spec === undefined ? undefined : t.rich(one.interface.spec)],
        ['fact.sandbox', one.interface.sandbox === undefined ? undefined : words(t.word('sandbox', one.interface.sandbox)), `${at}.interface.sandbox`],
        ['fact.change_notice', t.valued(one.interface.changeNotice), one.control === 'partner' ? `${at}.interface.change_notice` : undefined],
        ['fact.calls', t.rate(one.limits.calls), one.interface.form === 'api' ? `${at}.limits.calls` : undefined],
        ['fact.batch', one.limits.batch === undefined ? undefined : words(String(one.limits.batch))], ['fact.concurrent', one.limits.concurrent === undefined ? undefined : words(String(one.limits.concurrent))],
        ['fact.contract_ends', t.maybe(one.contract.ends)], ['fact.support', t.maybe(one.contract.support)], ['fact.notice', t.valued(one.contract.notice)],
      ]),
    ], { for: 'technology' }),
    t.section('system.flows', [flowTable(t, one.flows) ?? t.paragraph('system.no_flows')]),
    holds.length === 0 ? undefined : t.section('system.holds', holds.map((entity) => t.section(t.entity(entity), holdsAt(t, one.key, entity))), { for: 'technology' }),
    t.section('system.stands', [
      t.table([['column.node', 1.6], ['column.zone', 1.6], ['column.kind', 1]], t.blueprint.nodes.filter((node) => mine.has(node.key) || node.runs.includes(one.key)).map((node) => ({
        cells: [words(node.name), words(t.blueprint.zones.find((zone) => zone.key === node.zone)?.name ?? node.zone), words(t.word('node', node.kind))],
      }))) ?? t.openNote('open.node'),
    ], { for: 'technology' }),
    t.section('system.failures', [failures(t, 'system', one.key) ?? t.paragraph('system.no_scenarios')]),
    t.openQuestions(at),
  ], { about: t.maybe(one.about) })
}

export function flowTable(t: Telling, keys: readonly string[]): Block | undefined {
  return t.table([['column.flow', 2], ['column.entity', 1.4], ['column.from', 1.6], ['column.to', 1.6], ['column.criticality', 1]], keys.flatMap((key): Row[] => {
    const flow = t.blueprint.flows.get(key)
    return flow ? [{ about: { to: 'flow', key }, cells: [t.flow(key), t.entity(flow.entity), senders(t, key), receivers(t, key), words(t.word('criticality', flow.criticality))] }] : []
  }))
}

function failures(t: Telling, kind: 'system' | 'entity', key: string): Block | undefined {
  return t.table([['column.scenario', 2], ['column.begins', 2.4], ['column.platform_does', 1.6], ['column.first_told', 2]], t.blueprint.scenarios.filter((one) => t.isAbout(one, kind, key)).map((one) => ({
    cells: [t.runbook(one), beginsWhen(t, one, kind === 'system' ? t.system(key) : t.entity(key)), words(t.word('reaction', one.reaction)), one.ladder[0] === undefined ? t.parties(one.inform) ?? t.open('operation.team') : t.party(one.ladder[0].who)],
  })))
}

export function entityPage(t: Telling, one: BusinessObject): Document {
  const at = `entities.${one.key}`
  const { golden, identifiers } = one.entity
  const flows = [...t.blueprint.flows.values()].filter((flow) => flow.entity === one.key).map((flow) => flow.key)
  return t.page('entity', one.key, one.name, 'kicker.entity', [
    t.section('entity.overview', [
      t.facts([
        ['fact.accountable', one.accountable === undefined ? undefined : t.party(one.accountable), `${at}.accountable`],
        ['fact.steward', one.steward === undefined ? undefined : t.party(one.steward), `${at}.steward`],
        ['fact.records', one.records === undefined ? undefined : words(String(one.records)), `${at}.records`],
        ['fact.home', t.system(golden.home)],
        ['fact.identifiers', identifiers === undefined ? undefined : identifiers.length === 0 ? t.say('icd.no_identifiers') : t.join(identifiers.map((fields) => t.join(fields.map(code), ' + ')), ` ${t.text('and_then')} `), `${at}.identifiers`],
        ['fact.together', golden.together.length === 0 ? undefined : t.join(golden.together.map((fields) => t.join(fields.map(code), ' + ')), '; ')],
        ['fact.retention', t.valued(one.retention), `${at}.retention`],
        ['fact.standard', t.maybe(one.entity.standard)],
        ['fact.held_by', one.heldBy.length === 0 ? undefined : t.join(one.heldBy.map(t.system))],
        ['fact.refers_to', one.references.length === 0 ? undefined : t.join(one.references.map(({ field, to, many }): Inline => [...t.entity(to), { text: ` (${field}${many ? ', n' : ''})`, mark: 'quiet' }]))],
      ]),
    ]),
    t.section('entity.fields', [fieldTable(t, one.key, Number.MAX_SAFE_INTEGER)]),
    one.entity.rules.length === 0 ? undefined : t.section('icd.rules', [rules(t, one.key)]),
    t.section('system.flows', [flowTable(t, flows) ?? t.paragraph('entity.no_flows')]),
    t.section('system.failures', [failures(t, 'entity', one.key) ?? t.paragraph('system.no_scenarios')]),
    t.openQuestions(at),
  ], { about: t.maybe(one.about) })
}

export function processPage(t: Telling, one: Process): Document {
  const at = `processes.${one.key}`
  return t.page('process', one.key, one.name, 'kicker.process', [
    t.section('process.overview', [
      t.facts([
        ['fact.accountable', one.accountable === undefined ? undefined : t.party(one.accountable), `${at}.accountable`],
        ['fact.follows', one.follows === undefined ? undefined : t.entity(one.follows), `${at}.follows`],
        ['fact.serves', one.serves.length === 0 ? undefined : t.join(one.serves.map(t.served), '; '), `${at}.serves`],
        ['fact.volume', one.volume.usual === undefined ? undefined : words([t.value(one.volume.usual.text), ...(one.volume.peak ? [t.text('volume.peak', { rate: t.value(one.volume.peak.text) })] : [])].join(', ')), `${at}.volume`],
      ]),
      t.figure(`process-${one.key}`),
    ]),
    t.section('process.happy', [steps(t, one, one.steps) ?? t.openNote('open.steps')]),
    t.section('process.exceptions', one.exceptions.length === 0 ? [t.openNote('open.exceptions')] : one.exceptions.map((exception) => t.section(words(exception.name), [
      t.facts([
        ['fact.after', exception.after.length === 0 ? undefined : t.join(exception.after.map((key) => words(one.steps.find((step) => step.key === key)?.name ?? key)))],
        ['fact.when', exception.when === undefined ? (exception.byHand ? words(t.text('process.by_hand')) : undefined) : code(exception.when)],
        ['fact.then', words(exception.returnsTo === undefined ? t.text('process.ends') : t.text('process.returns', { step: one.steps.find((step) => step.key === exception.returnsTo)?.name ?? exception.returnsTo }))],
      ]),
      steps(t, one, exception.steps),
    ]))),
    t.openQuestions(at),
  ], { about: t.maybe(one.about) })
}

function steps(t: Telling, process: Process, list: readonly Step[]): Block | undefined {
  return t.table([['column.step', 1.4], ['column.who', 1.4], ['column.does', 2.4], ['column.where', 1.4], ['column.carried_by', 1.4], ['column.within', 1], ['column.otherwise', 1.6]], list.map((step) => {
    const lane = process.lanes.find((one) => one.key === step.lane)
    const otherwise = step.otherwise === undefined ? undefined : t.blueprint.scenarios.find((one) => one.key === step.otherwise && !one.standard)
    return {
      cells: [words(step.name), lane === undefined || lane.kind === 'unsaid' ? t.open(`processes.${process.key}.steps.${step.key}.who`) : t.party(step.lane), t.orOpen(t.maybe(step.does), `processes.${process.key}.steps.${step.key}.does`),
        step.system === undefined ? words(step.kind === 'manual' ? t.text('process.by_hand') : '–') : t.system(step.system), step.flow === undefined ? words('–') : t.flow(step.flow), t.duration(step.within) ?? words('–'),
        otherwise ? t.runbook(otherwise) : step.within === undefined ? words('–') : process.accountable === undefined ? t.open(`processes.${process.key}.accountable`) : t.say('process.accountable_told', { who: t.party(process.accountable) })],
    }
  }))
}
