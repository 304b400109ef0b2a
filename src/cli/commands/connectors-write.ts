import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { canonicalNative, parseJson } from '../../base/json.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import { PlimsollError } from '../../base/errors.ts'
import type { Resource, SourceRecord, WriteItem, WriteResult } from '../../systems/contract.ts'
import { isMap } from '../../systems/path.ts'
import { text } from '../arguments.ts'
import { type Command, type CommandContext, type Flags } from '../command.ts'
import { abilities, atResource, RESOURCE, TRIED, wordsOf } from '../one-resource.ts'

export const connectorsWrite: Command = {
  name: 'connectors write',
  about: 'Write records to one resource, past the plan\'s flows, and say what each answer meant: for trying a connector out',
  arguments: [...RESOURCE, ['[rest...]', 'field=text, field:=JSON (a number, a list …); a dot goes into a group: address.city=Kraków']],
  flags: [
    ...TRIED, ['--file <file>', 'JSON: a record, a list of them, or of { operation: create | update | delete, key, values, version }'], ['--update <key>', 'change this record; else a new one is made'],
    ['--delete <key>', 'delete this record'], ['--if-version <version>', 'only if it still has this version'], ['--yes', 'really write'],
  ],
  async run(args, flags, context) {
    const words = wordsOf(args, flags, context)
    const items = itemsOf(words.rest, flags, context)
    if (flags['yes'] !== true) {
      return { exit: 4, summary: { items: items.length, written: 0 }, result: { items }, text: `${items.map((item) => `${item.operation} ${item.key ?? '(new)'}  ${canonicalNative(item.values)}`).join('\n')}\nNothing was written. Write --yes to do it.` }
    }
    return atResource(words, flags, context, false, async (resource, name) => {
      const unable = items.find((item) => !resource.traits[item.operation])
      if (!resource.write || unable) throw new PlimsollError('cli.arguments', `${name} can't ${unable?.operation ?? 'be written'}. It can: ${abilities(resource)}.`)
      const results: WriteResult[] = []
      const size = Math.max(1, resource.traits.batch)
      for (let start = 0; start < items.length; start += size) {
        results.push(...(await resource.write(items.slice(start, start + size), { signal: context.signal, deadline: context.app.clock.now() + 120_000 })))
      }
      const done = results.filter((result) => result.is === 'done').length
      const unseen = await unseenIn(resource, items, results, context.signal)
      return {
        exit: done === items.length ? 0 : 1, summary: { items: items.length, written: done }, result: { resource: name, results, unseen },
        text: [...results.map((result, i) => `${result.is === 'done' ? '✓' : '✗'} ${items[i]!.operation} ${items[i]!.key ?? ''}`.trimEnd() + `: ${meaning(result)}`), ...unseen.map((one) => `! ${one.key}: the record does not hold what was sent at ${one.paths.join(', ')}: under another name, in another form, or passed over in silence.`), `${done} of ${items.length} written.`].join('\n'),
      }
    })
  },
}

/** Records that are looked at again, at most. */
const MOST_SEEN = 20

/** Many interfaces take fields that they do not know and say nothing: what was sent is compared with the record, read again where the answer does not hold it. */
async function unseenIn(resource: Resource, items: readonly WriteItem[], results: readonly WriteResult[], signal: AbortSignal): Promise<{ key: string; paths: string[] }[]> {
  const found: { key: string; paths: string[] }[] = []
  for (const [i, result] of results.slice(0, MOST_SEEN).entries()) {
    const item = items[i]!
    if (result.is !== 'done' || item.operation === 'delete') continue
    const record = result.record ?? (await readAgain(resource, result.key, signal))
    const paths = record ? different(item.values, record.values) : []
    if (paths.length > 0) found.push({ key: result.key, paths })
  }
  return found
}

async function readAgain(resource: Resource, key: string, signal: AbortSignal): Promise<SourceRecord | undefined> {
  try {
    return (await resource.readKeys?.([key], signal))?.find((one) => one.key === key)
  } catch (error) {
    // What became of the write is known; that it can't be looked at is not worth hiding that.
    if (!(error instanceof PlimsollError) || error.code === 'base.stopped') throw error
    return undefined
  }
}

function different(sent: NativeRecord, held: NativeRecord, above = ''): string[] {
  return Object.entries(sent).flatMap(([name, value]) => {
    const there = Object.hasOwn(held, name) ? held[name]! : null
    if (isMap(value) && isMap(there)) return different(value, there, `${above}${name}.`)
    return plain(value) === plain(there) ? [] : [`${above}${name}`]
  })
}
/** Number or text, null or empty: that is the interface's affair. */
const plain = (value: Native): string => (value === null ? '' : typeof value === 'string' ? value : canonicalNative(value))

/** What the engine would make of the answer. */
function meaning(result: WriteResult): string {
  switch (result.is) {
    case 'done': return `done, key ${result.key}${result.version === undefined ? '' : `, version ${result.version}`}${result.record ? `\n  it now holds ${canonicalNative(result.record.values)}` : '; the answer does not hold the record'}`
    case 'conflict': return 'conflict: it has changed meanwhile; it would be read again and merged'
    case 'exists': return `exists already${result.key === undefined ? '' : ` as ${result.key}`}; it would be looked up and linked`
    case 'missing': return 'missing: there is no such record'
    case 'refused': return `refused (${result.code})${result.field === undefined ? '' : ` at ${result.field}`}: ${result.says}; it would be set aside`
    case 'later': return `not executed, later: ${result.says}`
    case 'unsure': return `unsure whether it was executed: ${result.says}; it would be looked up before anything is repeated`
  }
}

function itemsOf(words: readonly string[], flags: Flags, context: CommandContext): WriteItem[] {
  const file = text(flags, 'file')
  const [update, remove, version] = [text(flags, 'update'), text(flags, 'delete'), text(flags, 'ifVersion')]
  if (file !== undefined && words.length > 0) throw new PlimsollError('cli.arguments', 'Values stand in the file or on the command line, not in both.')
  if (update !== undefined && remove !== undefined) throw new PlimsollError('cli.arguments', 'One record is changed or deleted, not both.')
  if (file === undefined && words.length === 0 && remove === undefined) throw new PlimsollError('cli.arguments', 'Say what to write: field=value …, --file, or --delete <key>.')
  const idempotencyKey = `cli-${context.app.clock.now()}`
  const condition = version === undefined ? {} : { ifVersion: version }
  if (remove !== undefined) return [{ operation: 'delete', key: remove, values: {}, ...condition, idempotencyKey }]
  const items = file === undefined ? [{ operation: 'create', values: valuesOf(words), idempotencyKey } satisfies WriteItem] : itemsFrom(parseJson(readText(resolve(context.app.cwd, file))), idempotencyKey)
  if (update === undefined) return items
  if (items.length !== 1) throw new PlimsollError('cli.arguments', `--update changes one record; the file has ${items.length}.`)
  return [{ ...items[0]!, operation: 'update', key: update, ...condition }]
}

function valuesOf(words: readonly string[]): NativeRecord {
  let values: NativeRecord = {}
  for (const word of words) {
    const match = /^([^=]+?)(:?)=([\s\S]*)$/.exec(word)
    if (!match) throw new PlimsollError('cli.arguments', `${JSON.stringify(word)} is no field=text and no field:=JSON.`)
    values = laid(values, match[1]!.split('.'), match[2] === ':' ? parseJson(match[3]!) : match[3]!)
  }
  return values
}

function laid(onto: NativeRecord, [name = '', ...rest]: readonly string[], value: Native): NativeRecord {
  const held = Object.hasOwn(onto, name) ? onto[name] : undefined
  const inner = held !== null && typeof held === 'object' && !Array.isArray(held) ? (held as NativeRecord) : {}
  return Object.fromEntries([...Object.entries(onto).filter(([one]) => one !== name), [name, rest.length === 0 ? value : laid(inner, rest, value)]])
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new PlimsollError('cli.arguments', `${file} can't be read: ${(error as Error).message}.`)
  }
}

function itemsFrom(native: Native, idempotencyKey: string): WriteItem[] {
  const list = Array.isArray(native) ? native : [native]
  return list.map((item, i): WriteItem => {
    const record = item as NativeRecord
    if (item === null || typeof item !== 'object' || Array.isArray(item)) throw new PlimsollError('cli.arguments', `Item ${i + 1} of the file is no object.`)
    const { operation, version } = record
    const own = { idempotencyKey: `${idempotencyKey}-${i}` }
    if (operation !== 'create' && operation !== 'update' && operation !== 'delete') return { operation: 'create', values: record, ...own }
    return { operation, values: (record['values'] ?? {}) as NativeRecord, ...own, ...(record['key'] === undefined ? {} : { key: String(record['key']) }), ...(version === undefined ? {} : { ifVersion: String(version) }) }
  })
}
