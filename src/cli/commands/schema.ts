import { readPlan } from '../../app.ts'
import { text } from '../arguments.ts'
import { type Command, ENV, environmentOf } from '../command.ts'
import { planSchema } from '../schema-file.ts'

export const schema: Command = {
  name: 'schema',
  about: 'Print the JSON Schema of plans, for completion and hints in editors',
  flags: [['--for <where>', 'with the names of this plan'], ENV],
  async run(_args, flags, context) {
    const where = text(flags, 'for')
    const loaded = where === undefined ? undefined : (await readPlan(context.app, where, environmentOf(flags, context))).loaded
    const made = await planSchema(loaded)
    return { exit: 0, summary: { definitions: Object.keys((made['definitions'] ?? {}) as object).length }, result: made, text: JSON.stringify(made, null, 2) }
  },
}
