/**
 * Several records in one GraphQL request, each under an alias. What comes back is cut into one answer for each record, which is
 * then judged as if it had been asked for by itself.
 */
import { writeJson } from '../../../../base/json.ts'
import { type Native, type NativeRecord, PlimsollError, type WriteItem, type WriteOptions, type WriteResult } from '../../../contract.ts'
import { aliasOf, readGraphql } from '../manifest/graphql-text.ts'
import { at, isMap, put } from '../../../path.ts'
import type { Answer } from './request.ts'
import type { ResourceContext } from '../resource.ts'
import { otherThanDone } from '../write/result.ts'

/** The body that asks for all of them; undefined: this text can't be repeated (the manifest's checks refuse that). */
export function aliasedBody(text: string, variables: readonly Native[]): NativeRecord | undefined {
  const graphql = readGraphql(text)
  if ('problem' in graphql || !graphql.repeated) return undefined
  const joined: Record<string, Native> = {}
  variables.forEach((one, index) => {
    if (isMap(one)) for (const name of Object.keys(one)) if (graphql.variables.has(name)) put(joined, `${aliasOf(index)}_${name}`, one[name]!)
  })
  return { query: graphql.repeated(variables.length), variables: joined }
}

export interface Parts {
  /** One for each record. Undefined: the answer says nothing about it. */
  readonly each: readonly (Answer | undefined)[]
  /** A record was refused in such a way that the answer of all others was lost with it. */
  readonly lost: boolean
}

/** Undefined: the request was refused as a whole, before anything of it was executed. */
export function partsOf(answer: Answer, text: string, count: number): Parts | undefined {
  const field = fieldOf(text)
  let body: Native
  try {
    body = answer.json()
  } catch {
    return undefined
  }
  if (!isMap(body) || field === undefined) return undefined
  const data = Object.hasOwn(body, 'data') ? body['data'] : undefined
  const errors = Array.isArray(body['errors']) ? body['errors'] : []
  const own = (index: number): Native[] => errors.flatMap((error) => {
    const path = isMap(error) && Array.isArray(error['path']) ? error['path'] : []
    return path[0] === aliasOf(index) ? [{ ...(error as NativeRecord), path: [field, ...path.slice(1)] }] : []
  })
  const named = Array.from({ length: count }, (_, index) => own(index))
  if (!isMap(data) && named.every((one) => one.length === 0)) return undefined
  return {
    lost: !isMap(data),
    each: named.map((said, index) => {
      const held = isMap(data) && Object.hasOwn(data, aliasOf(index)) ? data[aliasOf(index)]! : null
      if (!isMap(data) && said.length === 0) return undefined
      const part: NativeRecord = { ...(said.length === 0 ? {} : { errors: said }), data: { [field]: held } }
      return { ...answer, text: writeJson(part), json: () => part }
    }),
  }
}

/** An answer with `errors` that shows that some of the request was executed. */
export function isBegun(answer: Answer): boolean {
  if (answer.status >= 300) return false
  let body: Native
  try {
    body = answer.json()
  } catch {
    return false
  }
  if (!isMap(body) || !Array.isArray(body['errors'])) return false
  const data = Object.hasOwn(body, 'data') ? body['data'] : undefined
  if (isMap(data) && Object.values(data).some((value) => value !== null)) return true
  const path = at(body, 'errors.0.path.0')
  return typeof path === 'string' && /^m[1-9]\d*$/.test(path)
}

function fieldOf(text: string): string | undefined {
  const graphql = readGraphql(text)
  return 'problem' in graphql ? undefined : graphql.field
}

/** What is particular to one record: its body, and what the answer about it means. */
export interface Alike {
  prepare(item: WriteItem): Promise<{ readonly body: Native } | WriteResult>
  judge(item: WriteItem, answer: Answer): WriteResult
}

/** `'single'`: surely not executed, or harmless to repeat; this record is sent by itself. `'again'`: likewise, but it was executed already. */
export async function writeAliased(
  context: ResourceContext, call: { readonly path: string; readonly graphql: string }, operation: 'create' | 'update' | 'delete', items: readonly WriteItem[], options: WriteOptions, alike: Alike,
): Promise<readonly (WriteResult | 'single' | 'again')[]> {
  const results: (WriteResult | 'single' | 'again' | undefined)[] = items.map(() => undefined)
  const sent: number[] = []
  const variables: Native[] = []
  for (const [index, item] of items.entries()) {
    const ready = await alike.prepare(item)
    if ('is' in ready) {
      results[index] = ready
      continue
    }
    sent.push(index)
    variables.push(isMap(ready.body) ? (ready.body['variables'] ?? {}) : {})
  }
  const body = sent.length < 2 ? undefined : aliasedBody(call.graphql, variables)
  if (!body) return results.map((result) => result ?? 'single')
  if (context.now() >= options.deadline) return results.map((result) => result ?? { is: 'later', says: 'It was not sent: its time was over.' })
  const answer = await context.send({ method: 'POST', path: context.path(call.path, () => undefined), body: writeJson(body), signal: options.signal, deadline: options.deadline })
  const parts = partsOf(answer, call.graphql, sent.length)
  if (!parts) {
    // What concerns the system is thrown; a refusal of the request is some record's fault, and each is told by itself.
    const whole = otherThanDone(context, operation, answer) ?? { is: 'unsure', says: 'The request was answered without results.' }
    return results.map((result) => result ?? (whole.is === 'unsure' || whole.is === 'later' ? whole : 'single'))
  }
  const blamed = parts.each.findIndex((part) => part !== undefined)
  sent.forEach((index, place) => {
    const part = parts.each[place]
    if (part) results[index] = judged(alike, items[index]!, part, parts.lost && place > 0)
    // Those before the refused one were executed, those after it may have been.
    else results[index] = operation === 'create' ? { is: 'unsure', says: 'Another record of the same request was refused, and the answer about this one was lost with it.' } : place < blamed ? 'again' : 'single'
  })
  return results.map((result) => result ?? 'single')
}

/** `others`: records before this one were executed, so that the call as a whole did not fail. */
function judged(alike: Alike, item: WriteItem, part: Answer, others: boolean): WriteResult {
  try {
    return alike.judge(item, part)
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.executed !== false || !others) throw error
    return { is: 'later', says: error.message }
  }
}
