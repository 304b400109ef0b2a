import type { Mistake } from './mistakes.ts'
import { nearest } from './names.ts'
import { Types } from './normal/fields.ts'
import { at, entriesAt } from './normal/reading.ts'
import type { MapNode, Node } from './tree.ts'

/** The key of a list must be a member of its items, else no two items could be told apart. */
export function listKeys(tree: MapNode): readonly Mistake[] {
  const types = new Types(at(tree, 'types'))
  const fields = [...entriesAt(tree, 'types'), ...entriesAt(tree, 'entities').flatMap((e) => entriesAt(e.value, 'fields'))]
  return fields.flatMap((field) => inside(field.value, types))
}

function inside(field: Node, types: Types): readonly Mistake[] {
  const item = at(field, 'list')
  if (!item && !at(field, 'group')) return []
  const below = [...entriesAt(field, 'group').map((e) => e.value), ...(item ? [item] : [])].flatMap((node) => inside(node, types))
  const key = at(field, 'key')
  const made = key?.is === 'text' && item ? types.field(item) : undefined
  if (!made || key?.is !== 'text' || made.members?.has(key.text)) return below
  const members = [...(made.members?.keys() ?? [])]
  const near = nearest(key.text, members)
  return [...below, {
    id: 'unknown-field', severity: 'error', place: key.place,
    says: members.length > 0 ? `\`${key.text}\` is no member of the items of this list (${members.join(', ')}).` : 'The items of this list have no members, so none can be its key.',
    mend: near ? `Did you mean \`${near}\`?` : members.length > 0 ? `Write ${members[0]}, or another member.` : 'Take `key` away.',
    ...(near ? { suggestion: near } : {}),
  }]
}
