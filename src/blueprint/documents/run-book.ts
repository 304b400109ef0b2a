/** The run book of a scenario: how one knows it, what the platform does, who is told when, and what people do. */
import type { Scenario } from '../model.ts'
import type { Document } from './document.ts'
import { beginsWhen } from './exchange-words.ts'
import { flowTable } from './subjects.ts'
import type { LabelKey } from './labels/labels.ts'
import type { Telling } from './telling.ts'
import { words } from './telling.ts'

export function runBook(t: Telling, one: Scenario): Document {
  const meaning = `meaning.${one.is}`
  const known = Object.hasOwn(t.material.labels, meaning)
  return t.page('runbook', one.key, t.scenarioName(one), one.standard ? 'kicker.standard_run_book' : 'kicker.run_book', [
    t.section('runbook.known', [
      t.facts([
        ['fact.begins', beginsWhen(t, one)],
        ['fact.priority', one.priority === undefined ? undefined : words(t.word('criticality', one.priority))],
        ['fact.impact', t.maybe(one.impact), one.standard ? undefined : `scenarios.${one.key}.impact`],
      ]),
      known ? t.paragraph(meaning as LabelKey) : undefined,
    ]),
    t.section('runbook.platform', [
      t.paragraph(`runbook.reaction.${one.reaction}`),
      t.figure(`sequence-scenario-${one.key}`),
    ]),
    t.section('runbook.told', [
      t.table([['column.when', 1.2], ['column.who', 2], ['column.channel', 1.4], ['column.escalation', 1.6], ['column.reachable', 1]], one.ladder.map((rung) => ({
        cells: [words(rung.afterMs === 0 ? t.text('time.at_once') : t.text('time.after', { time: t.millis(rung.afterMs) })), t.party(rung.who), words(rung.channels.join(', ') || '–'), words(t.word('escalation', rung.escalation)),
          rung.reachable ? words(t.text('yes')) : [{ text: t.text('ladder.unreachable'), mark: 'warning' }]],
      }))) ?? (one.inform.length > 0 ? t.paragraph('runbook.nobody_alerted') : t.openNote('open.ladder')),
      one.inform.length === 0 ? undefined : t.paragraph('runbook.informed', { who: t.parties(one.inform)! }),
    ]),
    t.section('runbook.do', [
      t.list(one.do.map(t.rich), true) ?? (one.standard ? t.list(standardSteps(t, one), true) : t.openNote('open.do')),
    ]),
    t.section('runbook.flows', [flowTable(t, one.flows.slice(0, SHOWN)) ?? t.paragraph('runbook.no_flows'), one.flows.length > SHOWN ? t.paragraph('and_more', { n: one.flows.length - SHOWN }) : undefined]),
    t.section('runbook.rehearse', [
      t.facts([
        ['fact.fault_lasts', t.valued(one.rehearse.for)], ['fact.rate', t.valued(one.rehearse.rate)], ['fact.caught_up', t.valued(one.rehearse.caughtUpWithin)],
      ]) ?? t.paragraph('runbook.rehearse.standard'),
    ]),
    one.standard ? undefined : t.openQuestions(`scenarios.${one.key}`),
  ], { about: t.maybe(one.about) })
}
const SHOWN = 60

/** What the product itself offers to do, by what is wrong; words of the commands are code. */
function standardSteps(t: Telling, one: Scenario) {
  const key = `steps.${one.is}`
  const text = Object.hasOwn(t.material.labels, key) ? t.text(key as LabelKey) : t.text('steps.any')
  return text.split('|').map(t.rich)
}
