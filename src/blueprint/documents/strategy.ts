/** The strategy: why the systems are integrated, what takes part, who decides, how it is carried out and what it may cost. */
import type { Goal } from '../model.ts'
import type { Block, Document, Inline } from './document.ts'
import type { Telling } from './telling.ts'
import { words } from './telling.ts'

export function strategy(t: Telling): Document {
  const { blueprint } = t
  const flows = [...blueprint.flows.values()]
  return t.page('document', 'strategy', t.text('strategy.title'), 'kicker.document', [
    t.section('strategy.purpose', [
      blueprint.about === undefined ? t.openNote('open.about') : { is: 'paragraph', text: t.rich(blueprint.about), lead: true },
      t.section('strategy.objectives', [goals(t, blueprint.objectives, 'objectives') ?? t.openNote('open.objectives')]),
      t.section('strategy.problems', [goals(t, blueprint.problems, 'problems') ?? t.openNote('open.problems')]),
    ]),
    t.section('strategy.processes', [
      t.table([['column.process', 2], ['column.accountable', 1.5], ['column.serves', 3], 'column.volume', ['column.steps', 0.7]], blueprint.processes.map((one) => ({
        about: { to: 'process', key: one.key },
        cells: [t.process(one.key), t.orOpen(one.accountable === undefined ? undefined : t.party(one.accountable), `processes.${one.key}.accountable`), t.orOpen(one.serves.length > 0 ? t.join(one.serves.map(t.served)) : undefined),
          t.orOpen(t.rate(one.volume.usual), `processes.${one.key}.volume`), words(String(one.steps.length))],
      }))) ?? t.openNote('open.processes'),
    ]),
    t.section('strategy.systems', [
      t.paragraph('strategy.systems.count', { n: [...blueprint.systems.values()].filter((one) => one.states.has('to-be')).length, flows: t.say('count.flows', { n: flows.length }) }),
      systems(t),
      t.figure('integration'),
    ]),
    t.section('strategy.existing', [
      t.table([['column.integration', 1.6], 'column.from', 'column.to', 'column.carries', ['column.how', 2], 'column.works', 'column.fate', 'column.replaced_by'], blueprint.existing.map((one) => ({
        cells: [words(one.name), t.orOpen(systemList(t, one.from)), t.orOpen(systemList(t, one.to)), t.orOpen(t.maybe(one.carries)), t.orOpen(t.maybe(one.how)),
          words(t.word('works', one.works)), words(t.word('fate', one.fate)), one.flow === undefined ? words('–') : t.flow(one.flow)],
      }))) ?? t.openNote('open.existing'),
    ]),
    t.section('strategy.scope', [
      t.table([['column.flow', 2], 'column.entity', ['column.from', 1.4], ['column.to', 1.4], 'column.criticality', ['column.serves', 2.4], 'column.live'], flows.map((one) => ({
        about: { to: 'flow', key: one.key },
        cells: [t.flow(one.key), t.entity(one.entity), senders(t, one.key), receivers(t, one.key), words(t.word('criticality', one.criticality)),
          t.orOpen(one.serves.length > 0 ? t.join(one.serves.map(t.served)) : undefined, `flows.${one.key}.serves`), live(t, one.liveFrom)],
      }))) ?? t.openNote('open.flows'),
    ]),
    t.section('strategy.golden', [t.paragraph('strategy.golden.about'), golden(t), t.figure('golden')]),
    t.section('strategy.people', [
      t.section('strategy.deciders', [t.table([['column.aspect', 1], ['column.decides', 2]], [...blueprint.deciders].map(([aspect, who]) => ({ cells: [words(t.word('aspect', aspect)), t.party(who)] }))) ?? t.openNote('open.deciders')]),
      t.section('strategy.stakeholders', [
        t.table([['column.party', 2], ['column.kind', 1], ['column.role', 2], ['column.lead', 1.4], ['column.reached', 2.2]], [...blueprint.parties.values()].map((one) => ({
          cells: [words(one.name), words(t.word('party', one.kind)), one.role === undefined ? words(one.kind === 'person' ? '–' : t.partyList(one.members)) : t.rich(one.role), one.lead === undefined ? words('–') : t.party(one.lead),
            contact(t, one.email, one.phone)],
        }))) ?? t.openNote('open.people'),
      ]),
      t.section('strategy.raci', [t.figure('raci')]),
    ]),
    t.section('strategy.approach', [...approach(t)]),
    t.section('strategy.money', [...money(t)]),
    t.openQuestions('objectives', 'problems', 'deciders', 'teams', 'people', 'existing', 'launch', 'milestones', 'budget'),
  ], { about: t.say('strategy.about'), audience: 'business' })
}

function goals(t: Telling, list: readonly Goal[], section: 'objectives' | 'problems'): Block | undefined {
  const by = (one: Goal): Inline | undefined => (one.servedBy.length === 0 ? undefined : t.join(one.servedBy.map(({ kind, key }) => (kind === 'flow' ? t.flow(key) : t.process(key)))))
  const who = (one: Goal): Inline => t.orOpen(one.accountable === undefined ? undefined : t.party(one.accountable), `${section}.${one.key}.accountable`)
  if (section === 'problems') {
    return t.table([['column.problem', 3], ['column.costs', 2.4], ['column.accountable', 1.4], ['column.solved_by', 2]], list.map((one) => ({
      cells: [t.rich(one.statement), t.orOpen(t.maybe(one.measure), `problems.${one.key}.costs`), who(one), t.orOpen(by(one))],
    })))
  }
  return t.table([['column.objective', 3], ['column.measure', 2.4], 'column.today', 'column.target', ['column.due', 1.1], ['column.accountable', 1.4], ['column.served_by', 2]], list.map((one) => ({
    cells: [t.rich(one.statement), t.orOpen(t.maybe(one.measure), `objectives.${one.key}.measure`), t.orOpen(t.valued(one.today), `objectives.${one.key}.today`), t.orOpen(t.valued(one.target), `objectives.${one.key}.target`),
      t.orOpen(t.maybe(one.due), `objectives.${one.key}.due`), who(one), t.orOpen(by(one))],
  })))
}

const systemList = (t: Telling, keys: readonly string[]): Inline | undefined => (keys.length === 0 ? undefined : t.join(keys.map(t.system)))
export const senders = (t: Telling, flow: string): Inline => t.orOpen(systemList(t, (t.blueprint.flows.get(flow)?.ends ?? []).filter((end) => end.sends).map((end) => end.system)), `flows.${flow}`)
export const receivers = (t: Telling, flow: string): Inline => systemList(t, (t.blueprint.flows.get(flow)?.ends ?? []).filter((end) => end.receives).map((end) => end.system)) ?? words(t.text('flow.view_only'))
const live = (t: Telling, from: string | undefined): Inline => words(from === undefined ? t.text('live.launch') : from)

function contact(t: Telling, email: string | undefined, phone: string | undefined): Inline {
  const ways = [email, phone].filter((way) => way !== undefined)
  return ways.length === 0 ? words('–') : t.join(ways.map(words))
}

export function systems(t: Telling): Block | undefined {
  return t.table([['column.system', 1.6], 'column.category', 'column.control', ['column.accountable', 1.4], ['column.operates', 1.4], ['column.state', 1.3]], [...t.blueprint.systems.values()].map((one) => ({
    about: { to: 'system', key: one.key },
    cells: [t.system(one.key), words(t.word('category', one.category)), one.control === 'unsaid' ? t.open(`systems.${one.key}.operates`) : words(t.word('control', one.control)),
      t.orOpen(one.accountable === undefined ? undefined : t.party(one.accountable), `systems.${one.key}.accountable`), t.orOpen(one.operates === undefined ? undefined : t.party(one.operates), `systems.${one.key}.operates`),
      t.states(one.states)],
  })))
}

function golden(t: Telling): Block | undefined {
  return t.table([['column.entity', 1.4], ['column.home', 1.4], ['column.exceptions', 4]], [...t.blueprint.entities.values()].map((one) => {
    const { home, rules } = one.entity.golden
    const different = [...rules].filter(([, rule]) => !(rule.rule === 'owner' && rule.among[0] === home))
    return {
      about: { to: 'entity', key: one.key },
      cells: [t.entity(one.key), t.system(home), different.length === 0 ? words(t.text('golden.all_fields')) : t.join(different.slice(0, MOST).map(([field, rule]): Inline => [{ text: field, code: true }, { text: ' ' }, ...ruleWords(t, rule.rule, rule.among)]).concat(different.length > MOST ? [t.say('and_more', { n: different.length - MOST })] : []))],
    }
  }))
}
const MOST = 12

export function ruleWords(t: Telling, rule: string, among: readonly string[]): Inline {
  if (rule === 'owner' || rule === 'rank') return t.join(among.map(t.system), ` ${t.text('and_then')} `)
  return among.length === 0 ? words(t.word('rule', rule)) : t.say('rule.among', { rule: t.word('rule', rule), systems: t.join(among.map(t.system)) })
}

function approach(t: Telling): (Block | undefined)[] {
  const { milestones, launch } = t.blueprint.project
  return [
    t.table([['column.milestone', 2], 'column.date', ['column.accountable', 1.4], ['column.about', 3]], milestones.map((one) => ({
      cells: [words(one.name), words(one.date), t.orOpen(one.accountable === undefined ? undefined : t.party(one.accountable), `milestones.${one.key}.accountable`), t.maybe(one.about) ?? words('–')],
    }))) ?? t.openNote('open.milestones'),
    t.section('strategy.launch', [
      t.facts([
        ['fact.launch_day', t.blueprint.launchDay === undefined ? undefined : words(t.blueprint.launchDay), 'launch.milestone'],
        ['fact.decides_launch', launch.decides === undefined ? undefined : t.party(launch.decides), 'launch.decides'],
        ['fact.first_load', launch.firstLoad.length === 0 ? undefined : t.join(launch.firstLoad.map(t.flow), ' → '), 'launch.first_load'],
        ['fact.freeze', launch.freeze === undefined ? undefined : t.say('launch.freeze', { systems: systemList(t, launch.freeze.systems) ?? words('–'), from: launch.freeze.from ?? '…', until: launch.freeze.until ?? '…' }), 'launch.freeze'],
        ['fact.alongside', launch.alongside === undefined ? undefined : [...t.rich(launch.alongside.what ?? '–'), ...(launch.alongside.for === undefined ? [] : words(` (${t.value(launch.alongside.for)})`))], 'launch.alongside'],
      ]),
      t.section('launch.go_if', [t.list(launch.goIf.map(t.rich)) ?? t.openNote('open.go_if')]),
      t.section('launch.go_back', [t.list(launch.goBack.map(t.rich), true) ?? t.openNote('open.go_back')]),
    ]),
  ]
}

export function money(t: Telling): (Block | undefined)[] {
  const { budget } = t.blueprint.project
  const priced = (title: 'money.rates' | 'money.running', of: ReadonlyMap<string, string>): Block | undefined =>
    of.size === 0 ? undefined : t.section(title, [{ is: 'facts', facts: [...of].map(([what, price]) => ({ term: what.replaceAll('_', ' '), text: words(t.value(price)) })) }])
  return [
    t.facts([
      ['fact.limit', t.valued(budget.limit), 'budget.project.limit'],
      ['fact.contingency', t.valued(budget.contingency), 'budget.project.contingency'],
      ['fact.budget_accountable', budget.accountable === undefined ? undefined : t.party(budget.accountable), 'budget.project.accountable'],
      ['fact.maintenance', budget.maintenance?.yearly === undefined ? undefined : t.say('money.yearly', { amount: budget.maintenance.yearly }), 'budget.maintenance'],
    ]),
    priced('money.rates', budget.rates), priced('money.running', budget.running),
  ]
}
