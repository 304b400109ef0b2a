/** The description of the language at a place: `systems.*.interface.form`. */
import { type Key, key, keyOf, resolve, type Schema } from './kinds.ts'
import { PLAN } from './plan-schema.ts'

/** What may stand at a place; `*` and any name mean an element of a map. undefined: there is no such place. */
export function keyAt(place: readonly string[]): Key | undefined {
  let found: Key | undefined = key(PLAN, '')
  for (const step of place) {
    found = stepInto(found.value, step)
    if (!found) return undefined
  }
  return found
}

function stepInto(schema: Schema, step: string): Key | undefined {
  const kind = resolve(schema)
  switch (kind.is) {
    case 'shape': return keyOf(kind, step)
    case 'map': return key(kind.of, '')
    case 'form': return stepInto(kind.map, step) ?? stepInto(kind.other, step)
    case 'list': return /^\d+$|^\*$/.test(step) ? key(kind.of, '') : undefined
    default: return undefined
  }
}
