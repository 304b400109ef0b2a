/**
 * The connector for websites and mobile apps of one's own, which call Plimsoll instead of being called: their records lie in a box
 * here (`box.ts`), which the engine reads and writes like any system, and which the application reads and changes over HTTP.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { type Connector, type ConnectorContext, keyOf, type NativeRecord, type Page, PlimsollError, type Resource, type ResourceSpec, type SourceRecord, type SystemSession, type Traits, type WriteItem, type WriteResult } from '../../contract.ts'
import type { Hosted, HostedChange, HostedOutcome } from '../../hosted.ts'
import { openBell } from './bell.ts'
import { Box, type BoxRecord } from './box.ts'
import { plainSteps, valueAt } from './paths.ts'
import { moveTables } from './tables.ts'
import { type AppSettings, appSettings, readSettings } from './settings.ts'

export const appConnector: Connector = {
  name: 'app',
  about: 'A website or mobile app of your own: it reads and changes records through an API that Plimsoll serves, and is called when something changed.',
  form: 'api',
  settings: appSettings,
  async open(values, context) {
    const settings = readSettings(values, context)
    const { file, before } = settings
    // A renamed system keeps its records; in a preview they stay where they are.
    if (before !== undefined && !context.readOnly) moveTables(before, file)
    return session(settings, context, new Box({ file: context.readOnly ? (before ?? file) : file, readOnly: context.readOnly, clock: context.clock }))
  },
}

const TRAITS: Traits = {
  read: true, incremental: true, complete: true, version: 'opaque', readByKey: true, find: true, create: true, update: true, delete: true,
  updateStyle: 'put', conditional: true, idempotency: true, answers: true, omitsEmpty: false, listLagMs: 0, keyLagMs: 0, lateMs: 0, batch: 500, pushes: true,
}

function session(settings: AppSettings, context: ConnectorContext, box: Box): SystemSession {
  return {
    async check(signal) {
      signal.throwIfAborted()
      box.check()
      return {}
    },
    resource: (spec) => resource(spec, box, context),
    hosted: hosted(settings, context, box),
    close: async () => box.close(),
  }
}

function resource(spec: ResourceSpec, box: Box, { clock }: ConnectorContext): Resource {
  const name = spec.resource
  const keySteps = spec.key.map((path) => {
    const steps = plainSteps(path)
    if (!steps) throw new PlimsollError('apps.key', `The key ${path} of ${name} is more than a plain path.`, { executed: false })
    return steps
  })
  box.naming(name, spec.identifiers)

  /** The key that a record has by its own values; undefined where the box makes it. */
  const keyIn = (values: NativeRecord): string | 'missing' | undefined => {
    if (keySteps.length === 0) return undefined
    const parts = keySteps.map((steps) => valueAt(values, steps) ?? null)
    return parts.includes(null) ? 'missing' : keyOf(parts)
  }

  async function* whole(pageSize: number, signal: AbortSignal): AsyncGenerator<Page> {
    // What changes from now on comes with the next read.
    const position = String(box.last())
    for (let after = ''; ;) {
      signal.throwIfAborted()
      const requestedAt = clock.now()
      const records = box.byKey(name, after, pageSize)
      const last = records.length < pageSize
      yield { records: records.map(sourceRecord), requestedAt, ...(last ? { position, complete: true } : {}) }
      if (last) return
      after = records.at(-1)!.key
    }
  }
  async function* since(position: string, pageSize: number, signal: AbortSignal): AsyncGenerator<Page> {
    for (let after = /^\d{1,16}$/.test(position) ? Number(position) : 0; ;) {
      signal.throwIfAborted()
      const requestedAt = clock.now()
      const records = box.after(name, after, pageSize)
      after = records.at(-1)?.position ?? after
      yield { records: records.map(sourceRecord), position: String(after), requestedAt }
      if (records.length < pageSize) return
    }
  }

  return {
    traits: TRAITS,
    read: (options) => {
      const size = Math.max(1, Math.floor(options.pageSize))
      return options.since === undefined ? whole(size, options.signal) : since(options.since, size, options.signal)
    },
    async readKeys(keys, signal) {
      signal.throwIfAborted()
      return [...new Set(keys)].flatMap((key) => box.get(name, key) ?? []).filter((record) => record.values !== undefined).map(sourceRecord)
    },
    async find(paths, values, signal) {
      signal.throwIfAborted()
      return box.find(name, paths, values).map(sourceRecord)
    },
    async write(items, { signal, deadline }) {
      signal.throwIfAborted()
      if (clock.now() >= deadline) throw new PlimsollError('base.timeout', 'The time for this write is over; nothing was written.', { executed: false })
      const results: WriteResult[] = []
      const changes: { readonly at: number; readonly change: HostedChange }[] = []
      for (const [at, item] of items.entries()) {
        const key = item.operation === 'create' ? (item.key ?? keyIn(item.values)) : item.key
        if (key === 'missing' && item.operation === 'create') results[at] = { is: 'refused', code: 'required', says: `A record of ${name} needs its key in ${spec.key.join(', ')}.`, ...(spec.key.length === 1 ? { field: spec.key[0]! } : {}) }
        else if (item.operation === 'update' && keySteps.length > 0 && keyIn(item.values) !== key && box.get(name, key!)?.values !== undefined) results[at] = { is: 'refused', code: 'key', says: `The key of a record of ${name} can't be changed.`, ...(spec.key.length === 1 ? { field: spec.key[0]! } : {}) }
        else changes.push({ at, change: changeOf(name, item, key) })
      }
      const outcomes = box.write(changes.map(({ change }) => change), 'hub')
      for (const [i, { at }] of changes.entries()) results[at] = resultOf(outcomes[i]!, items[at]!)
      return results
    },
  }
}

function changeOf(resource: string, item: WriteItem, key: string | undefined): HostedChange {
  const once = { token: `hub ${item.idempotencyKey}`, digest: '' }
  if (item.operation === 'create') return { resource, values: item.values, at: 'none', once, ...(key === undefined ? {} : { key }) }
  const at = item.ifVersion === undefined ? 'any' : /^\d{1,16}$/.test(item.ifVersion) ? Number(item.ifVersion) : 0
  return { resource, key: key!, values: item.operation === 'delete' ? undefined : item.values, at }
}

function resultOf(outcome: HostedOutcome, item: WriteItem): WriteResult {
  if (outcome.is === 'missing') return { is: 'missing' }
  if (outcome.is === 'other_once') return { is: 'refused', code: 'idempotency', says: 'The same idempotency key was used for another record.' }
  const { record } = outcome
  const held = record.values === undefined ? undefined : sourceRecord({ ...record, editedAt: null })
  if (outcome.is === 'conflict') return item.operation === 'create' ? { is: 'exists', key: record.key } : { is: 'conflict', ...(held ? { record: held } : {}) }
  return { is: 'done', key: record.key, version: String(record.position), ...(held ? { record: held } : {}) }
}

const sourceRecord = ({ key, position, values, editedAt }: BoxRecord): SourceRecord =>
  ({ key, values: values ?? {}, version: String(position), ...(editedAt === null ? {} : { editedAt }), ...(values === undefined ? { deleted: true } : {}) })

function hosted(settings: AppSettings, context: ConnectorContext, box: Box): Hosted {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const digests = settings.tokens.map(digest)
  return {
    bears(token) {
      const given = digest(token)
      // All are compared, so that the time taken says nothing.
      return digests.map((one) => timingSafeEqual(one, given)).includes(true)
    },
    origins: settings.origins,
    list: (name, options) => box.list(name, options),
    get: (name, key) => box.get(name, key),
    reach: () => ({ last: box.last(), forgotten: box.forgotten() }),
    change: together(context, (changes) => box.write(changes, 'application')),
    untold: (limit) => box.saidBy('application', Number(box.state('told') ?? 0), limit),
    told: (position) => box.keep('told', String(position)),
    onChange: (heard) => box.onChange(heard),
    ...(settings.webhook ? { bell: openBell(settings.webhook, context, box) } : {}),
  }
}

/** Calls that come in one moment share the wait for the disk. */
function together({ clock }: ConnectorContext, write: (changes: readonly HostedChange[]) => HostedOutcome[]): (change: HostedChange) => Promise<HostedOutcome> {
  let waiting: { readonly change: HostedChange; readonly done: (outcome: HostedOutcome) => void; readonly failed: (error: unknown) => void }[] = []
  const go = (): void => {
    const calls = waiting
    waiting = []
    try {
      const outcomes = write(calls.map((call) => call.change))
      for (const [i, call] of calls.entries()) call.done(outcomes[i]!)
    } catch (error) {
      for (const call of calls) call.failed(error)
    }
  }
  return (change) => new Promise((done, failed) => {
    waiting.push({ change, done, failed })
    if (waiting.length === 1) void clock.sleep(0).then(go, failed)
  })
}
