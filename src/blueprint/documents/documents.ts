/** Every document of a plan, in the order in which they are read. */
import { architecture } from './architecture.ts'
import { design } from './design.ts'
import { type Document, readFor, type Reading } from './document.ts'
import { interfaceControl } from './interface-control.ts'
import { decisions, interfaces, maintenance, overview, questions } from './papers.ts'
import { runBook } from './run-book.ts'
import { strategy } from './strategy.ts'
import { entityPage, processPage, systemPage } from './subjects.ts'
import { type Material, telling } from './telling.ts'

export function documentsOf(material: Material, reading: Reading): readonly Document[] {
  const t = telling(material)
  const { blueprint } = material
  return readFor([
    overview(t), strategy(t), architecture(t), design(t), interfaces(t),
    ...[...blueprint.flows.values()].map((one) => interfaceControl(t, one)),
    ...blueprint.processes.map((one) => processPage(t, one)),
    ...[...blueprint.systems.values()].map((one) => systemPage(t, one)),
    ...[...blueprint.entities.values()].map((one) => entityPage(t, one)),
    ...blueprint.scenarios.map((one) => runBook(t, one)),
    maintenance(t), questions(t), decisions(t),
  ], reading)
}
