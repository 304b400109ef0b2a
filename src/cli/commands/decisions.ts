import { readPlan, start } from '../../app.ts'
import { answerDeleted, choose, type Decided, pin, unpin } from '../../sync/decide.ts'
import type { EngineParts } from '../../sync/engine.ts'
import { notSame, same } from '../../sync/join.ts'
import { assignments, PLAN, text, whoIs, WHY } from '../arguments.ts'
import { type Arguments, type Command, type CommandContext, ENV, environmentOf, type Flags } from '../command.ts'
import type { Answer } from '../envelope.ts'

type Steward = { readonly who: string; readonly why: string }

/** A decision holds the store, asks no system, and says what the next run will do. */
function decision(of: Pick<Command, 'name' | 'about' | 'arguments'>, decide: (parts: EngineParts, args: Arguments, steward: Steward) => Promise<{ readonly decided: Decided; readonly says: string }>): Command {
  return {
    ...of,
    flags: [PLAN, ENV, WHY],
    async run(args: Arguments, flags: Flags, context: CommandContext): Promise<Answer> {
      const running = await start(context.app, await readPlan(context.app, text(flags, 'plan'), environmentOf(flags, context)), { readOnly: false, offline: true })
      try {
        const { decided, says } = await decide(running.parts, args, { who: whoIs(context), why: text(flags, 'why') ?? '' })
        const next = decided.due === 0 ? 'Nothing has to be written for it.' : `${decided.due} ${decided.due === 1 ? 'write is' : 'writes are'} due; plimsoll sync makes ${decided.due === 1 ? 'it' : 'them'}.`
        return { exit: 0, summary: { id: decided.golden, entity: decided.entity, due: decided.due }, result: decided, text: `${says} ${next}` }
      } finally {
        await running.close()
      }
    },
  }
}

const RECORD = ['<record>', 'id of the golden record, or system/resource/key'] as const
const listOf = (args: Arguments, name: string): string[] => args[name] as unknown as string[]

export const recordsSame = decision(
  { name: 'records same', about: 'Two golden records are one: everything of the second moves to the first', arguments: [['<a>', 'the record that stays'], ['<b>', 'the record that goes into it; its id leads there']] },
  async (parts, args, steward) => {
    const decided = await same(parts, { ...steward, a: args['a']!, b: args['b']! })
    return { decided, says: `They are one record now: ${decided.golden}.` }
  },
)

export const recordsNotSame = decision(
  { name: 'records not-same', about: 'Two records are not the same: nothing joins them again; records of one golden record are divided', arguments: [['<a>', 'the record that stays'], ['<b>', 'the other one: an id, the id that was merged, or system/resource/key']] },
  async (parts, args, steward) => {
    const decided = await notSame(parts, { ...steward, a: args['a']!, b: args['b']! })
    return { decided, says: `They are two records: ${decided.golden} and ${decided.other}.` }
  },
)

export const recordsPin = decision(
  { name: 'records pin', about: 'A field holds this value, whatever anybody says, until it is released', arguments: [RECORD, ['<values...>', 'field=value; nothing after = means empty']] },
  async (parts, args, steward) => ({ decided: await pin(parts, { ...steward, record: args['record']!, values: assignments(listOf(args, 'values')) }), says: 'Pinned.' }),
)

export const recordsUnpin = decision(
  { name: 'records unpin', about: 'Release a pinned field: what the systems say counts again', arguments: [RECORD, ['<fields...>', 'fields that are pinned']] },
  async (parts, args, steward) => ({ decided: await unpin(parts, { ...steward, record: args['record']!, fields: listOf(args, 'fields') }), says: 'Released.' }),
)

export const recordsChoose = decision(
  { name: 'records choose', about: 'Decide a field on which the systems disagree; newer edits follow it', arguments: [RECORD, ['<values...>', 'field=value']] },
  async (parts, args, steward) => ({ decided: await choose(parts, { ...steward, record: args['record']!, values: assignments(listOf(args, 'values')) }), says: 'Chosen.' }),
)

export const recordsKeep = decision(
  { name: 'records keep', about: 'One system deleted the record, another edited it: it stays', arguments: [RECORD] },
  async (parts, args, steward) => ({ decided: await answerDeleted(parts, { ...steward, record: args['record']!, keep: true }), says: 'It stays.' }),
)

export const recordsEnd = decision(
  { name: 'records end', about: 'One system deleted the record, another edited it: it is deleted or archived, as the flow says', arguments: [RECORD] },
  async (parts, args, steward) => ({ decided: await answerDeleted(parts, { ...steward, record: args['record']!, keep: false }), says: 'It ends.' }),
)
