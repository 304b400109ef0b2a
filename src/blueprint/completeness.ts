/**
 * Whether everything that the plan has is told and drawn: the honest test of documents that are made from it. `docs` runs it
 * each time, so that a document that leaves something out is never handed on.
 */
import { type Document, everyBlock, type Part, type Reading } from './documents/document.ts'
import type { Blueprint } from './model.ts'
import type { Mark, Sheet } from './scene/marks.ts'

const PARTS: readonly Part[] = ['catalogue', 'tests', 'monitoring', 'escalation']

/** A sentence for each thing that is missing; none: it is all there. A business reader is not given the technical documents. */
export function incompleteness(blueprint: Blueprint, documents: readonly Document[], sheets: ReadonlyMap<string, readonly Sheet[]>, reading: Reading): readonly string[] {
  const missing: string[] = []
  const flows = [...blueprint.flows.keys()]
  const systems = [...blueprint.systems.keys()]
  const demand = (where: string, there: ReadonlySet<string>, keys: readonly string[]): void => {
    for (const key of keys) if (!there.has(key)) missing.push(`${key} is not in ${where}`)
  }
  const pages = (subject: Document['subject']): Set<string> => new Set(documents.filter((one) => one.subject === subject).map((one) => one.key))
  demand('the interface control documents', pages('flow'), flows)
  demand('the pages of the systems', pages('system'), systems)
  demand('the run books', pages('runbook'), blueprint.scenarios.map((one) => one.key))
  if (reading !== 'business') {
    for (const part of PARTS) demand(part, toldIn(documents, part), flows)
    const drawn = (name: string, what: 'flow' | 'system'): Set<string> => new Set((sheets.get(name) ?? []).flatMap((sheet) => [...dataOf(sheet.marks, what)]))
    demand('the landscape', drawn('integration', 'flow'), flows)
    demand('the sequence diagrams', new Set(flows.filter((key) => sheets.has(`sequence-${key}`))), flows)
    demand('the network drawing', drawn('network', 'system'), systems)
    demand('the hardware drawing', drawn('hardware', 'system'), systems)
  }
  return missing
}

function toldIn(documents: readonly Document[], part: Part): Set<string> {
  const told = new Set<string>()
  for (const document of documents) {
    for (const block of everyBlock(document.blocks)) {
      if (block.is !== 'section' || block.part !== part) continue
      for (const inside of everyBlock(block.blocks)) if (inside.is === 'table') for (const row of inside.rows) if (row.about?.to === 'flow') told.add(row.about.key)
    }
  }
  return told
}

function* dataOf(marks: readonly Mark[], what: 'flow' | 'system'): Generator<string> {
  for (const mark of marks) {
    if (mark.is !== 'group') continue
    const key = mark.data.get(what)
    if (key !== undefined) yield key
    yield* dataOf(mark.marks, what)
  }
}
