/** Writing records whose fields may change by calls of their own (`actions`): first the records, several a call where that is possible, then the calls. What a create does not take follows it, too. */
import { type NativeRecord, PlimsollError, type WriteItem, type WriteOptions, type WriteResult } from '../../../contract.ts'
import { type Due, performActions, splitActions, writtenActions } from './actions.ts'
import type { ResourceManifest } from '../manifest/manifest.ts'
import { asNotSent } from '../auth/oauth.ts'
import { barred } from './only-while.ts'
import { at, placed, without } from '../../../path.ts'
import { readOne } from '../read/read.ts'
import type { ResourceContext } from '../resource.ts'
import { guarded, type Progress, writeRecords } from './write.ts'

export async function writeItems(context: ResourceContext, manifest: ResourceManifest, items: readonly WriteItem[], options: WriteOptions): Promise<readonly WriteResult[]> {
  if (manifest.only_while === undefined) return writeAllowed(context, manifest, items, options)
  const results = [...await barred(context, manifest, items, options)]
  const open = items.flatMap((_, index) => (results[index] === undefined ? [index] : []))
  const written = open.length === 0 ? [] : await writeAllowed(context, manifest, open.map((index) => items[index]!), options)
  open.forEach((index, place) => { results[index] = written[place] })
  return results.map((result) => result ?? { is: 'later', says: 'It was not sent.' })
}

async function writeAllowed(context: ResourceContext, manifest: ResourceManifest, items: readonly WriteItem[], options: WriteOptions): Promise<readonly WriteResult[]> {
  const table = manifest.actions
  if (table === undefined) return writeWhole(context, manifest, items, options)
  const results: (WriteResult | undefined)[] = items.map(() => undefined)
  const due = new Map<number, readonly Due[]>()
  const state: Progress = { stop: undefined, failure: undefined, faults: 0, done: 0 }
  const records: { readonly index: number; readonly item: WriteItem }[] = []
  for (const [index, whole] of items.entries()) {
    if (whole.operation === 'delete') {
      records.push({ index, item: whole })
      continue
    }
    const { item, actions: named } = splitActions(table, whole)
    const actions = 'is' in named ? named : await guarded(state, options.signal, () => writtenActions(context, manifest.fields, named))
    const left = Object.keys(item.values)
    if ('is' in actions) results[index] = actions
    else if (item.operation === 'update' && left.length > 0 && !manifest.update) {
      results[index] = { is: 'refused', code: 'action', says: `Of ${context.name} only ${[...new Set(table.map((action) => action.field))].join(', ')} can be changed.`, field: left[0]! }
    } else {
      if (actions.length > 0) due.set(index, actions)
      if (item.operation === 'create' || left.length > 0) records.push({ index, item })
    }
  }
  const written = records.length === 0 ? [] : await writeWhole(context, manifest, records.map(({ item }) => item), options)
  records.forEach(({ index }, place) => { results[index] = written[place]! })
  state.done += records.length
  await context.parallel([...due], async ([index, actions]) => {
    const before = results[index]
    if (before !== undefined && before.is !== 'done') return
    const item = items[index]!
    const acted = await guarded(state, options.signal, async () => (before === undefined ? await changedMeanwhile(context, manifest, item, options) : undefined) ?? performActions(context, before?.key ?? item.key!, actions, options))
    // The record is there; whoever finds it there later gives it what it still lacks.
    results[index] = acted.is !== 'done' && item.operation === 'create' && before?.is === 'done' ? { is: 'unsure', says: `It was created as ${before.key}, but then: ${'says' in acted ? acted.says : acted.is}` } : acted
  })
  if (state.failure && state.done === 0) throw state.failure
  return results.map((result) => result ?? { is: 'later', says: 'It was not sent.' })
}

/** New records first without what a create does not take; that follows by updates, as many a call as those allow. */
async function writeWhole(context: ResourceContext, manifest: ResourceManifest, items: readonly WriteItem[], options: WriteOptions): Promise<readonly WriteResult[]> {
  const paths = manifest.create?.after
  if (paths === undefined) return writeRecords(context, manifest, items, options)
  const results = [...await writeRecords(context, manifest, items.map((item) => (item.operation === 'create' ? { ...item, values: without(item.values, paths) } : item)), options)]
  const due = items.flatMap((item, index) => {
    const result = results[index]!
    const values = item.operation === 'create' && result.is === 'done' ? onlyThese(item.values, paths) : undefined
    return values === undefined || result.is !== 'done' ? [] : [{ index, item: { operation: 'update' as const, key: result.key, values, idempotencyKey: `${item.idempotencyKey}/after` } }]
  })
  if (due.length === 0) return results
  const followed = await writeRecords(context, manifest, due.map(({ item }) => item), options).catch((error: unknown): readonly WriteResult[] => {
    const says = error instanceof PlimsollError ? error.message : 'The work was stopped.'
    return due.map(() => ({ is: 'unsure', says }))
  })
  due.forEach(({ index, item }, place) => {
    const result = followed[place]!
    // The record is there; whoever finds it there later gives it what it still lacks.
    results[index] = result.is === 'done' ? result : { is: 'unsure', says: `It was created as ${item.key}, but then: ${'says' in result ? result.says : result.is}` }
  })
  return results
}

function onlyThese(values: NativeRecord, paths: readonly string[]): NativeRecord | undefined {
  let some: NativeRecord | undefined
  for (const path of paths) {
    const value = at(values, path)
    if (value !== undefined) some = placed(some, path, value) as NativeRecord
  }
  return some
}

/** A call of its own knows no condition: the version is looked at right before it. */
async function changedMeanwhile(context: ResourceContext, manifest: ResourceManifest, item: WriteItem, options: WriteOptions): Promise<WriteResult | undefined> {
  if (item.ifVersion === undefined || !manifest.get) return undefined
  const held = await readOne(context, manifest, item.key!, options.signal).catch((error: unknown) => {
    throw options.signal.aborted ? new PlimsollError('base.stopped', 'It was not sent: the work was stopped.', { cause: error, executed: false }) : asNotSent(error)
  })
  if (!held) return { is: 'missing' }
  return held.version !== undefined && held.version !== item.ifVersion ? { is: 'conflict', record: held } : undefined
}
