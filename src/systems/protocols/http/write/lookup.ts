/** The key of the one record that a field names by something else (a country by its code), asked for once and remembered. */
import { type Native, type NativeRecord, numeral, PlimsollError, type SourceRecord, type WriteResult } from '../../../contract.ts'
import { alike, type Writing } from '../read/fields.ts'
import { at, merged } from '../../../path.ts'
import { openResource, type SessionContext } from '../resource.ts'

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
  const key = keyOf(record)
  if (memory.size < MOST) memory.set(question, key)
  return key
}

const keyOf = (record: Pick<SourceRecord, 'key' | 'numericKey'>): Native => (record.numericKey ? numeral(record.key) : record.key)

/** Whoever asks for the same at the same time gets the same. */
const underWay = new WeakMap<SessionContext, Map<string, Promise<unknown>>>()

/** Of what belongs to `owner`, the record that holds `value`; made if there is none. What is made twice after a lost answer is found by the next. */
export async function foundOrMade(session: SessionContext, resource: string, owner: NativeRecord, value: NativeRecord, write: Writing): Promise<{ readonly key: Native } | WriteResult> {
  const turns = underWay.get(session) ?? new Map<string, Promise<unknown>>()
  underWay.set(session, turns)
  const question = JSON.stringify([resource, owner])
  const before = turns.get(question)
  const mine = (async () => {
    await before?.catch(() => undefined)
    return findOrMake(session, resource, owner, value, write)
  })()
  turns.set(question, mine)
  try {
    return await mine
  } finally {
    if (turns.get(question) === mine) turns.delete(question)
  }
}

async function findOrMake(session: SessionContext, resource: string, owner: NativeRecord, value: NativeRecord, { options, idempotencyKey }: Writing): Promise<{ readonly key: Native } | WriteResult> {
  const [whose] = Object.keys(owner)
  const target = openResource(session, { resource, key: [], parts: new Map(), identifiers: [[whose!]] }, false)
  if (!target.find || !target.traits.find || !target.write || !target.traits.create) throw new PlimsollError('http.unable', `The manifest does not say how to find ${resource} by ${whose} and how to create it.`)
  const theirs = await target.find([whose!], [[owner[whose!]!]], options.signal)
  const wanted = merged(value, owner)
  const fitting = theirs.find((record) => record.deleted !== true && Object.entries(wanted).every(([path, one]) => alike(at(record.values, path) ?? null, one)))
  if (fitting) return { key: keyOf(fitting) }
  const [made] = await target.write([{ operation: 'create', values: wanted, idempotencyKey }], options)
  if (made?.is === 'done') return { key: session.manifest.resources[resource]?.key_type === 'number' ? numeral(made.key) : made.key }
  if (made?.is === 'refused' || made?.is === 'later') return made
  return { is: 'later', says: `What belongs to it in ${resource} could not be made: ${made && 'says' in made ? made.says : (made?.is ?? 'no answer')}` }
}
