import { dirname } from 'node:path'
import type { Example, ExampleRecords } from '../model.ts'
import { type Native, type NativeRecord, numeral } from '../../base/numeral.ts'
import type { Node } from '../tree.ts'
import type { Name } from '../values.ts'
import { at, entriesAt } from './reading.ts'

/** `tests.examples`: records as a system sends them, written in the plan or in a file beside it. */
export const examples = (node: Node | undefined): ReadonlyMap<Name, Example> =>
  new Map(entriesAt(node).map((e) => [e.key, { given: perSystem(at(e.value, 'given')), expect: perSystem(at(e.value, 'expect')) }] as const))

const perSystem = (node: Node | undefined): Example['given'] =>
  new Map(entriesAt(node).map((s) => [s.key, new Map(entriesAt(s.value).map((e) => [e.key, records(e.value)] as const))] as const))

function records(node: Node): ExampleRecords {
  if (node.is === 'text') return { file: node.text, folder: dirname(node.place.file) }
  return { records: node.is === 'list' ? node.items.map(native) : [native(node)] }
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Here, and only here, a plain value means what it means in JSON: these are records of a system, not of the plan. */
function native(node: Node): Native {
  if (node.is === 'list') return node.items.map(native)
  if (node.is === 'map') {
    const record = Object.create(null) as Record<string, Native>
    for (const e of node.entries) record[e.key] = native(e.value)
    return record as NativeRecord
  }
  if (node.is === 'function') return null
  if (node.quoted) return node.text
  if (node.empty || node.text === 'null' || node.text === '~') return null
  if (node.text === 'true' || node.text === 'false') return node.text === 'true'
  return NUMBER.test(node.text) ? numeral(node.text) : node.text
}
