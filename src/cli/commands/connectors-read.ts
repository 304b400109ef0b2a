import { canonicalNative } from '../../base/json.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import { PlimsollError } from '../../base/errors.ts'
import type { Resource, SourceRecord } from '../../systems/contract.ts'
import { assignments, text, wholeNumber } from '../arguments.ts'
import type { Answer } from '../envelope.ts'
import { type Command, type CommandContext, type Flags } from '../command.ts'
import { abilities, atResource, RESOURCE, TRIED, wordsOf } from '../one-resource.ts'
import { table } from '../report.ts'

const recordAsJson = (record: SourceRecord) => ({ key: record.key, values: record.values, ...(record.version === undefined ? {} : { version: record.version }), ...(record.editedAt === undefined ? {} : { edited_at: new Date(record.editedAt).toISOString() }), ...(record.deleted ? { deleted: true } : {}) })

export const connectorsRead: Command = {
  name: 'connectors read',
  about: 'Read records of one resource as its system sends them; changes nothing',
  arguments: RESOURCE,
  flags: [
    ...TRIED, ['--since <position>', 'only what changed after this position'], ['--limit <n>', 'records at most', '10'], ['--key <key...>', 'the records with these keys'],
    ['--find <path=value...>', 'the records that hold these values'], ['--whole', 'each record whole, not as a table'], ['--count', 'read to the end and count; the first records are shown'],
  ],
  async run(args, flags, context) {
    return atResource(wordsOf(args, flags, context), flags, context, true, async (resource, name) => {
      const keys = Array.isArray(flags['key']) ? (flags['key'] as string[]) : undefined
      if (keys || flags['find'] !== undefined) return { ...asked(name, resource, await looked(resource, name, keys, flags, context), [], flags), exit: 0 }
      return listed(resource, name, flags, context)
    })
  },
}

async function looked(resource: Resource, name: string, keys: readonly string[] | undefined, flags: Flags, context: CommandContext): Promise<readonly SourceRecord[]> {
  if (keys) {
    if (!resource.readKeys) throw new PlimsollError('cli.arguments', `${name} can't be read by key. It can: ${abilities(resource)}.`)
    return resource.readKeys(keys, context.signal)
  }
  const wanted = assignments(flags['find'] as string[])
  if (!resource.find) throw new PlimsollError('cli.arguments', `${name} can't be looked up by value. It can: ${abilities(resource)}.`)
  return resource.find([...wanted.keys()], [[...wanted.values()]], context.signal)
}

const PAGE = 500
/** So many are named. */
const MOST_BROKEN = 1_000

async function listed(resource: Resource, name: string, flags: Flags, context: CommandContext): Promise<Answer> {
  if (!resource.traits.read) throw new PlimsollError('cli.arguments', `${name} has no list. It can: ${abilities(resource)}.`)
  const limit = wholeNumber(flags, 'limit')
  const since = text(flags, 'since')
  const records: SourceRecord[] = []
  const broken: { place: string; says: string }[] = []
  const notes: string[] = []
  let position: string | null = null
  let complete: boolean | null = null
  const counting = flags['count'] === true
  let met = 0
  let unreadable = 0
  const { clock } = context.app
  let saidAt = clock.now()
  for await (const page of resource.read({ signal: context.signal, pageSize: counting ? PAGE : Math.min(PAGE, Math.max(1, limit)), ...(since === undefined ? {} : { since }) })) {
    const here = page.records.slice(0, limit - records.length)
    records.push(...here)
    met += page.records.length
    unreadable += page.broken?.length ?? 0
    broken.push(...(page.broken ?? []).slice(0, Math.max(0, MOST_BROKEN - broken.length)).map(({ place, says }) => ({ place, says })))
    notes.push(...(page.notes ?? []))
    // A position of a page that is shown in part would leave the rest of it out.
    if (here.length === page.records.length) position = page.position ?? position
    complete = here.length === page.records.length ? (page.complete ?? complete) : null
    if (counting) {
      complete = page.complete ?? complete
      position = page.position ?? position
      if (clock.now() - saidAt >= 1_000) {
        saidAt = clock.now()
        context.say(`  reading ${name} … ${met.toLocaleString('en')}`)
      }
    } else if (records.length >= limit) break
  }
  const read = counting ? met : records.length
  const lines = [
    ...broken.map((one) => `✗ ${one.place}: ${one.says}`), ...notes,
    ...(unreadable > broken.length ? [`✗ … and ${(unreadable - broken.length).toLocaleString('en')} more that can't be read`] : []),
    `${read.toLocaleString('en')} records${complete === true ? ', the whole list' : complete === false && since === undefined ? '; the list is not surely whole' : ''}${position === null ? '' : `; position ${position}`}.`,
  ]
  const answer = asked(name, resource, records, lines, flags)
  return { exit: 0, summary: { read, broken: unreadable, complete }, result: { resource: name, position, traits: resource.traits, records: records.map(recordAsJson), broken, notes }, text: answer.text }
}

function asked(name: string, resource: Resource, records: readonly SourceRecord[], lines: readonly string[], flags: Flags): { summary: Record<string, unknown>; result: unknown; text: string } {
  const shown = flags['whole'] === true ? records.map((record) => `${record.key}  ${canonicalNative(record.values)}`) : [tableOf(records)]
  return {
    summary: { read: records.length }, result: { resource: name, traits: resource.traits, records: records.map(recordAsJson) },
    text: [...shown.filter((one) => one !== ''), ...(lines.length > 0 ? lines : [`${records.length} records.`]), `It can: ${abilities(resource)}.`].join('\n'),
  }
}

const MOST_COLUMNS = 7
const MOST_SIGNS = 28
const cut = (text: string): string => ([...text].length > MOST_SIGNS ? `${[...text].slice(0, MOST_SIGNS - 1).join('')}…` : text).replaceAll(/\s+/g, ' ')

/** The first fields side by side, for eyes; what does not fit is named. */
function tableOf(records: readonly SourceRecord[]): string {
  if (records.length === 0) return ''
  const names = [...new Set(records.flatMap((record) => Object.keys(record.values)))]
  const filled = names.filter((name) => records.some((record) => at(record.values, name) !== undefined && at(record.values, name) !== null))
  const shown = filled.slice(0, MOST_COLUMNS)
  const left = names.filter((name) => !shown.includes(name))
  const cell = (value: Native | undefined): string => (value === undefined || value === null ? '' : typeof value === 'object' && !('text' in value) ? canonicalNative(value) : String(value))
  return [
    table([['key', ...shown], ...records.map((record) => [record.key, ...shown.map((name) => cell(at(record.values, name)))])].map((row) => row.map(cut)), 'left'),
    ...(left.length > 0 ? [`(not shown: ${left.slice(0, 30).join(', ')}${left.length > 30 ? ', …' : ''}; --whole shows all)`] : []),
  ].join('\n')
}

const at = (values: NativeRecord, name: string): Native | undefined => (Object.hasOwn(values, name) ? values[name] : undefined)
