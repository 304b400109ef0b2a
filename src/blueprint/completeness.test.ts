import { expect, test } from 'vitest'
import { exampleBlueprint } from '../../test/support/example-blueprint.ts'
import { generatedBlueprint } from '../../test/support/generated-plans.ts'
import { libraryFor } from '../../test/support/library-of.ts'
import { incompleteness } from './completeness.ts'
import { type Block, type Document, type Part } from './documents/document.ts'
import type { Mark, Sheet } from './scene/marks.ts'

const blueprint = exampleBlueprint()
const library = libraryFor(blueprint)
const missing = (documents: readonly Document[], sheets: ReadonlyMap<string, readonly Sheet[]> = library.sheets): readonly string[] => incompleteness(blueprint, documents, sheets, 'all')

test('the documents of the example leave nothing out, for either reader', () => {
  expect(missing(library.documents)).toEqual([])
  for (const reading of ['business', 'technology'] as const) {
    const one = libraryFor(blueprint, { reading })
    expect(one.documents.length).toBeGreaterThan(20)
    expect(incompleteness(blueprint, one.documents, one.sheets, reading)).toEqual([])
  }
})

test.each([
  { seed: 1, systems: 1, flows: 0, hubs: 0, names: 'short', lanes: 0 }, { seed: 2, systems: 6, flows: 10, hubs: 0, names: 'hostile', lanes: 3 },
  { seed: 3, systems: 30, flows: 60, hubs: 2, names: 'mixed', lanes: 12 }, { seed: 4, systems: 14, flows: 25, hubs: 1, names: 'long', lanes: 2 },
] as const)('nor do those of a plan with $systems systems and $flows flows', (wished) => {
  const generated = generatedBlueprint(wished)
  const made = libraryFor(generated)
  expect(incompleteness(generated, made.documents, made.sheets, 'all')).toEqual([])
})

/** Without every row about that flow in that chapter. */
const withoutRow = (documents: readonly Document[], part: Part, flow: string): readonly Document[] => {
  const outside = (block: Block): Block => (block.is === 'section' ? { ...block, blocks: block.blocks.map(block.part === part ? inside : outside) } : block)
  const inside = (block: Block): Block => {
    if (block.is === 'table') return { ...block, rows: block.rows.filter((row) => row.about?.key !== flow) }
    return block.is === 'section' ? { ...block, blocks: block.blocks.map(inside) } : block
  }
  return documents.map((document) => ({ ...document, blocks: document.blocks.map(outside) }))
}

test.each(['catalogue', 'tests', 'monitoring', 'escalation'] as const)('a flow that is left out of %s is missed', (part) => {
  for (const flow of blueprint.flows.keys()) expect(missing(withoutRow(library.documents, part, flow))).toEqual([`${flow} is not in ${part}`])
})

test('an interface control document, a system page or a run book that is left out is missed', () => {
  for (const [subject, where] of [['flow', 'the interface control documents'], ['system', 'the pages of the systems'], ['runbook', 'the run books']] as const) {
    for (const { key } of library.documents.filter((one) => one.subject === subject)) {
      expect(missing(library.documents.filter((one) => one.subject !== subject || one.key !== key))).toEqual([`${key} is not in ${where}`])
    }
  }
})

const withoutShape = (marks: readonly Mark[], what: string, key: string): readonly Mark[] =>
  marks.flatMap((mark): readonly Mark[] => (mark.is !== 'group' ? [mark] : mark.data.get(what) === key ? [] : [{ ...mark, marks: withoutShape(mark.marks, what, key) }]))
const sheetsWithout = (drawing: string, what: string, key: string): ReadonlyMap<string, readonly Sheet[]> =>
  new Map([...library.sheets].map(([name, list]) => [name, name === drawing ? list.map((sheet) => ({ ...sheet, marks: withoutShape(sheet.marks, what, key) })) : list]))

test('a flow that is left out of the landscape or has no sequence is missed', () => {
  for (const flow of blueprint.flows.keys()) {
    expect(missing(library.documents, sheetsWithout('integration', 'flow', flow))).toEqual([`${flow} is not in the landscape`])
    expect(missing(library.documents, new Map([...library.sheets].filter(([name]) => name !== `sequence-${flow}`)))).toEqual([`${flow} is not in the sequence diagrams`])
  }
})

test.each(['network', 'hardware'])('a system that is left out of the %s drawing is missed', (drawing) => {
  for (const system of blueprint.systems.keys()) expect(missing(library.documents, sheetsWithout(drawing, 'system', system))).toEqual([`${system} is not in the ${drawing} drawing`])
})
