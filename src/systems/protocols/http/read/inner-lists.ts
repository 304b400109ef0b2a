/** Lists of lists: records that an interface only shows inside others, and records that a GraphQL server could not answer whole. */
import type { Native, NativeRecord } from '../../../contract.ts'
import { at, isMap, put, steps, textOf, without } from '../../../path.ts'
import type { Answer } from '../call/request.ts'

export interface Each {
  readonly path: string
  readonly parent?: string | undefined
}

/** What `record` holds at `each.path`; the record around it, without that list, stands in each at `each.parent`. Undefined: there is no list. */
export function innerRecords(record: Native, each: Each): readonly Native[] | undefined {
  const held = at(record, each.path)
  if (held === null) return []
  if (!Array.isArray(held)) return undefined
  if (each.parent === undefined || !isMap(record)) return held
  const around = without(record, [each.path])
  return held.map((one) => {
    if (!isMap(one)) return one
    const child: Record<string, Native> = { ...(one as NativeRecord) }
    put(child, each.parent!, around)
    return child
  })
}

/**
 * An answer with `data` and `errors` where each error lies inside one record of the list: place of the record → what was said.
 * Undefined: it is no such answer, and counts as a failure or as a whole. A field that failed is null, as if it were empty.
 */
export function faultyRecords(answer: Answer, records: string | undefined): ReadonlyMap<number, string> | undefined {
  if (answer.status >= 300 || records === undefined) return undefined
  let body: Native
  try {
    body = answer.json()
  } catch {
    return undefined
  }
  const errors = isMap(body) ? body['errors'] : undefined
  if (!Array.isArray(errors) || errors.length === 0 || !Array.isArray(at(body, records))) return undefined
  // Paths of errors begin inside `data`.
  const above = (steps(records) ?? []).slice(1).map((step) => step.name)
  const found = new Map<number, string>()
  for (const error of errors) {
    const path = at(error, 'path')
    const place = Array.isArray(path) ? path[above.length] : undefined
    if (!Array.isArray(path) || typeof place !== 'number' || above.some((name, index) => path[index] !== name)) return undefined
    found.set(place, textOf(at(error, 'message')) ?? 'no reason given')
  }
  return found
}
