/** The architecture in three layers: what the business sees, how applications work together, on what they stand. */
import type { Block, Document, Inline } from './document.ts'
import { systems } from './strategy.ts'
import type { Telling } from './telling.ts'
import { code, words } from './telling.ts'

export function architecture(t: Telling): Document {
  const { blueprint } = t
  return t.page('document', 'architecture', t.text('architecture.title'), 'kicker.document', [
    t.section('layer.business', [
      t.paragraph('architecture.business.about'),
      t.section('architecture.processes', blueprint.processes.length === 0 ? [t.openNote('open.processes')] : blueprint.processes.flatMap((one): (Block | undefined)[] => [
        t.section(t.process(one.key), [one.about === undefined ? undefined : { is: 'paragraph', text: t.rich(one.about) }, t.figure(`process-${one.key}`)]),
      ])),
      t.section('architecture.data_flow', [t.figure('data-flow')]),
      t.section('architecture.data_model', [
        t.figure('data-model'),
        t.table([['column.entity', 1.4], ['column.about', 2.6], ['column.accountable', 1.4], 'column.records', ['column.held_by', 2.4], ['column.refers_to', 1.6]], [...blueprint.entities.values()].map((one) => ({
          about: { to: 'entity', key: one.key },
          cells: [t.entity(one.key), t.maybe(one.about) ?? words('–'), t.orOpen(one.accountable === undefined ? undefined : t.party(one.accountable), `entities.${one.key}.accountable`),
            t.orOpen(one.records === undefined ? undefined : words(String(one.records)), `entities.${one.key}.records`), t.orOpen(one.heldBy.length === 0 ? undefined : t.join(one.heldBy.map(t.system))),
            one.references.length === 0 ? words('–') : t.join([...new Set(one.references.map(({ to }) => to))].map(t.entity))],
        }))) ?? t.openNote('open.entities'),
      ]),
      t.section('architecture.golden', [t.figure('golden')]),
    ]),
    t.section('layer.application', [
      t.paragraph('architecture.application.about'),
      t.section('architecture.applications', [t.figure('application'), functions(t)]),
      t.section('architecture.integration', [t.figure('integration'), t.paragraph('architecture.integration.see', { interfaces: t.link('document', 'interfaces', t.text('interfaces.title')) })]),
      t.section('architecture.sequences', [
        t.paragraph('architecture.sequences.about'),
        t.list([...blueprint.flows.keys()].map(t.flow)),
      ]),
      t.section('architecture.states', [t.paragraph('architecture.states.about'), systems(t)]),
    ], { for: 'technology' }),
    t.section('layer.infrastructure', [
      t.paragraph('architecture.infrastructure.about'),
      t.section('architecture.network', [t.figure('network'), openings(t)]),
      t.section('architecture.hardware', [t.figure('hardware'), nodes(t)]),
      t.section('architecture.recovery', [recovery(t)]),
      t.section('architecture.environments', [
        t.table([['column.environment', 1.4], 'column.kind', ['column.data', 2], ['column.about', 3]], blueprint.project.environments.map((one) => ({
          cells: [code(one.key), words(t.word('environment', one.kind)), t.orOpen(t.maybe(one.data), `environments.${one.key}.data`), t.maybe(one.about) ?? words('–')],
        }))) ?? t.openNote('open.environments'),
      ]),
    ], { for: 'technology' }),
    t.section('architecture.people', [t.figure('raci'), t.figure('escalation')]),
    t.openQuestions('systems', 'infrastructure', 'environments'),
  ], { about: t.say('architecture.about') })
}

function functions(t: Telling): Block | undefined {
  return t.table([['column.system', 1.4], ['column.module', 1.2], ['column.functions', 4]], [...t.blueprint.systems.values()].flatMap((one) => (one.modules.size === 0
    ? [{ cells: [t.system(one.key), words('–'), t.open(`systems.${one.key}.functions`)] }]
    : [...one.modules].map(([module, list], at) => ({ cells: [at === 0 ? t.system(one.key) : words(''), words(module === '' ? '–' : module.replaceAll('_', ' ')), t.join(list.map(t.rich))] })))))
}

const nodeName = (t: Telling, key: string): string => t.blueprint.nodes.find((one) => one.key === key)?.name ?? key
const zoneName = (t: Telling, key: string): string => t.blueprint.zones.find((one) => one.key === key)?.name ?? key
const zoneOf = (t: Telling, node: string): string => zoneName(t, t.blueprint.nodes.find((one) => one.key === node)?.zone ?? '')

/** Every connection; what crosses zones is what a firewall must let through. */
function openings(t: Telling): Block | undefined {
  return t.table([['column.from', 1.6], ['column.to', 1.6], ['column.protocol', 1.2], ['column.port', 0.7], ['column.encrypted', 1], ['column.through', 1.6], ['column.opening', 1], ['column.for', 2.4]], t.blueprint.connections.map((one) => {
    const at = (node: string): Inline => [{ text: nodeName(t, node) }, { text: ` · ${zoneOf(t, node)}`, mark: 'quiet' }]
    return {
      cells: [at(one.from), at(one.to), words(one.protocol), one.port === undefined ? words('–') : code(String(one.port)),
        one.encrypted === undefined ? t.open() : one.encrypted ? words(t.text('yes')) : [{ text: t.text('no'), mark: 'warning' }],
        t.maybe(one.through) ?? words('–'), words(one.crossesZones ? t.text('yes') : '–'),
        one.systems.length > 0 ? t.join(one.systems.map(t.system)) : t.maybe(one.about) ?? words('–')],
    }
  }))
}

function nodes(t: Telling): Block | undefined {
  const said = (node: { readonly assumed: boolean; readonly key: string }, value: string | undefined, what: string): Inline =>
    value !== undefined ? words(value) : node.assumed ? words('–') : t.open(`infrastructure.nodes.${node.key}.${what}`)
  return t.table([['column.node', 1.4], ['column.zone', 1.4], 'column.kind', ['column.count', 0.7], ['column.cpu', 0.7], ['column.memory', 0.9], ['column.disk', 0.9], ['column.location', 1.1], ['column.runs', 2.4]], t.blueprint.nodes.map((one) => ({
    cells: [one.assumed ? [{ text: one.name, mark: 'quiet' }] : words(one.name), words(zoneName(t, one.zone)), one.kind === 'unsaid' ? (one.assumed ? words('–') : t.open(`infrastructure.nodes.${one.key}.kind`)) : words(t.word('node', one.kind)),
      words(String(one.count)), said(one, one.cpu, 'cpu'), said(one, one.memory, 'memory'), said(one, one.disk, 'disk'), t.maybe(one.location) ?? words('–'), one.runs.length === 0 ? words('–') : t.join(one.runs.map(t.system))],
  })))
}

export function recovery(t: Telling): Block | undefined {
  const { dataLoss, downtime, backup } = t.blueprint.project.recovery
  return t.facts([
    ['fact.data_loss', t.valued(dataLoss), 'infrastructure.recovery.data_loss'],
    ['fact.downtime', t.valued(downtime), 'infrastructure.recovery.downtime'],
    ['fact.backup', t.valued(backup), 'infrastructure.recovery.backup'],
  ])
}
