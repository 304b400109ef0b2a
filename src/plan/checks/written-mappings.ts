import type { FieldType, Plan } from '../model.ts'
import { at, entriesAt } from '../normal/reading.ts'
import type { MapNode, Node } from '../tree.ts'
import type { CheckContext } from './index.ts'
import { membersIn } from './known.ts'

/** A mapping as it was written: of a field of a hold, of a member, or of a type of a system. */
export interface WrittenMapping {
  readonly system: string
  /** undefined: it stands in the system's `types`. */
  readonly entity?: string
  /** `order.lines.quantity`, or the type's name. */
  readonly label: string
  readonly path: readonly string[]
  readonly node: Node
  /** undefined where it can't be told, since something is unknown. */
  readonly type: FieldType | undefined
}

const made = new WeakMap<CheckContext, readonly WrittenMapping[]>()
/** All of them, in the order of the plan. */
export function writtenMappings(context: CheckContext): readonly WrittenMapping[] {
  let found = made.get(context)
  if (!found) made.set(context, (found = mappingsIn(context.tree, context.plan)))
  return found
}

interface Of { readonly system: string; readonly entity?: string }
interface Above { readonly label: string; readonly path: readonly string[] }

/** Label and path are put together when somebody asks: most mappings are right. */
class Mapping implements WrittenMapping {
  readonly system: string
  readonly entity?: string
  readonly node: Node
  readonly type: FieldType | undefined
  readonly #key: string
  readonly #above: Above

  constructor(of: Of, above: Above, key: string, node: Node, type: FieldType | undefined) {
    this.system = of.system
    if (of.entity !== undefined) this.entity = of.entity
    this.#above = above
    this.#key = key
    this.node = node
    this.type = type
  }
  get label(): string {
    return this.#above.label === '' ? this.#key : `${this.#above.label}.${this.#key}`
  }
  get path(): readonly string[] {
    return [...this.#above.path, this.#key]
  }
}

function mappingsIn(tree: MapNode, plan: Plan): readonly WrittenMapping[] {
  const found: WrittenMapping[] = []
  const add = (of: Of, above: Above, key: string, node: Node, type: FieldType | undefined): void => {
    const mapping = new Mapping(of, above, key, node, type)
    found.push(mapping)
    const fields = at(node, 'fields')
    if (fields) members(of, { label: mapping.label, path: [...mapping.path, 'fields'] }, fields, membersIn(type))
  }
  const members = (of: Of, above: Above, node: Node | undefined, types: ReadonlyMap<string, { readonly type: FieldType }> | undefined): void => {
    for (const e of entriesAt(node)) add(of, above, e.key, e.value, types?.get(e.key)?.type)
  }
  for (const system of entriesAt(tree, 'systems')) {
    const types = { label: '', path: ['systems', system.key, 'types'] }
    for (const e of entriesAt(system.value, 'types')) add({ system: system.key }, types, e.key, e.value, plan.types.get(e.key) ?? builtIn(e.key))
    for (const held of entriesAt(system.value, 'holds')) {
      const items = held.value.is === 'list' ? held.value.items : []
      for (const [i, hold] of items.entries()) {
        const above = { label: held.key, path: ['systems', system.key, 'holds', held.key, String(i), 'fields'] }
        members({ system: system.key, entity: held.key }, above, at(hold, 'fields'), plan.entities.get(held.key)?.fields)
      }
    }
  }
  return found
}

/** Codes, groups, lists and references have no name of their own. */
const builtIn = (name: string): FieldType => ({ is: name } as FieldType)
