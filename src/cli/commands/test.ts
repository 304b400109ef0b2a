import { readFileSync, realpathSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { parse } from 'csv-parse/sync'
import { compile, memoryStore, type PlanFile, readPlan, runnablePlan } from '../../app.ts'
import { canonicalNative, parseJson } from '../../base/json.ts'
import { PlimsollError } from '../../base/errors.ts'
import type { Native } from '../../base/numeral.ts'
import type { Example, ExampleRecords } from '../../plan/model.ts'
import { type Difference, playExample, type Records, withEverySystem } from '../../rehearse/examples.ts'
import { type Command, ENV, environmentOf, WHERE } from '../command.ts'

export const test: Command = {
  name: 'test',
  about: "Play the plan's own examples (tests.examples): records in, writes and golden records out, against the real mapping, identity and rules",
  arguments: [WHERE],
  flags: [ENV, ['--only <names...>', 'only these examples']],
  async run({ where }, flags, context) {
    const of = await readPlan(context.app, where, environmentOf(flags, context))
    const plan = runnablePlan(of)
    const only = flags['only'] as readonly string[] | undefined
    const examples = [...plan.tests.examples].filter(([name]) => only === undefined || only.includes(name))
    const played = []
    for (const [name, example] of examples) {
      const store = await memoryStore()
      try {
        // Compiled for each example: nothing of one may be left for the next.
        played.push(await playExample(await compile(withEverySystem(plan)), store, { name, ...read(of, example) }, context.app.clock.now()))
      } finally {
        await store.close()
      }
    }
    const failed = played.filter((one) => !one.ok)
    return {
      exit: failed.length > 0 ? 1 : 0, summary: { examples: played.length, passed: played.length - failed.length, failed: failed.length },
      result: { examples: played.map(({ setAside, ...one }) => ({ ...one, set_aside: setAside })) },
      text: played.length === 0 ? 'The plan has no examples (tests.examples).' : [
        ...played.map((one) => [`${one.ok ? '✓' : '✗'} ${one.example}`, ...one.differences.map(sentence), ...one.setAside.map((says) => `    set aside: ${says}`)].join('\n')),
        `${played.length - failed.length} of ${played.length} examples hold.`,
      ].join('\n'),
    }
  },
}

function sentence(of: Difference): string {
  const where = `${of.system} ${of.entity}`
  if (of.field === '') return of.expected === null ? `    ${where}: nobody expected ${canonicalNative(of.actual)}` : `    ${where}: no record like ${canonicalNative(of.expected)}`
  return `    ${where} ${of.record}, ${of.field}: expected ${canonicalNative(of.expected)}, got ${canonicalNative(of.actual)}`
}

const read = (of: PlanFile, example: Example): { given: Records; expect: Records } => ({ given: readAll(of, example.given), expect: readAll(of, example.expect) })

const readAll = (of: PlanFile, systems: Example['given']): Records =>
  new Map([...systems].map(([system, entities]) => [system, new Map([...entities].map(([entity, records]) => [entity, recordsOf(of, records)]))]))

function recordsOf(of: PlanFile, given: ExampleRecords): readonly Native[] {
  if ('records' in given) return given.records
  const name = join(given.folder, given.file)
  try {
    const file = realpathSync(join(of.folder, name))
    const inside = relative(realpathSync(of.folder), file)
    if (inside.startsWith('..') || isAbsolute(inside)) throw new Error('it is outside of the folder of the plan')
    const text = readFileSync(file, 'utf8')
    if (name.endsWith('.csv')) return parse(text, { columns: true, bom: true }) as Native[]
    if (name.endsWith('.ndjson')) return text.split('\n').filter((line) => line.trim() !== '').map(parseJson)
    const value = parseJson(text)
    return Array.isArray(value) ? value as readonly Native[] : [value]
  } catch (error) {
    throw new PlimsollError('cli.arguments', `The records of an example, ${name}, can't be read: ${(error as Error).message}.`)
  }
}
