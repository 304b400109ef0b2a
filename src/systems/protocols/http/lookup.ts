/** The key of the one record that a field names by something else (a country by its code), asked for once and remembered. */
import { type Native, numeral, PlimsollError } from '../../contract.ts'
import { openResource, type SessionContext } from './resource.ts'

const MOST = 10_000
const known = new WeakMap<SessionContext, Map<string, Native>>()

export async function lookedUp(session: SessionContext, resource: string, field: string, value: string): Promise<Native | undefined> {
  const memory = known.get(session) ?? new Map<string, Native>()
  known.set(session, memory)
  const question = JSON.stringify([resource, field, value])
  const held = memory.get(question)
  if (held !== undefined) return held
  const target = openResource(session, { resource, key: [], parts: new Map(), identifiers: [[field]] }, false)
  if (!target.find || !target.traits.find) throw new PlimsollError('http.unable', `The manifest does not say how to find ${resource} by ${field}.`)
  const found = await target.find([field], [[value]], new AbortController().signal)
  const record = found[0]
  if (!record || found.length > 1) return undefined
  const key = record.numericKey ? numeral(record.key) : record.key
  if (memory.size < MOST) memory.set(question, key)
  return key
}
