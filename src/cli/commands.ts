/** Every command of the product. A command's code, and what it needs, is loaded when it is called. */
import type { Command } from './command.ts'

/** By their first word, in the order in which `--help` lists them. */
const COMMANDS: ReadonlyMap<string, () => Promise<readonly Command[]>> = new Map<string, () => Promise<readonly Command[]>>([
  ['init', async () => [(await import('./commands/init.ts')).init]],
  ['check', async () => [(await import('./commands/check.ts')).check]],
  ['ask', async () => [(await import('./commands/ask.ts')).ask]],
  ['docs', async () => [(await import('./commands/docs.ts')).docs]],
  ['schema', async () => [(await import('./commands/schema.ts')).schema]],
  ['preview', async () => [(await import('./commands/preview.ts')).preview]],
  ['sync', async () => [(await import('./commands/sync.ts')).sync]],
  ['serve', async () => [(await import('./commands/serve.ts')).serve]],
  ['status', async () => [(await import('./commands/status.ts')).status]],
  ['release', async () => [(await import('./commands/release.ts')).release]],
  ['runs', async () => {
    const of = await import('./commands/runs.ts')
    return [of.runsList, of.runsShow]
  }],
  ['test', async () => [(await import('./commands/test.ts')).test]],
  ['records', async () => {
    const [look, decide] = await Promise.all([import('./commands/records.ts'), import('./commands/decisions.ts')])
    return [
      look.recordsSearch, look.recordsShow, look.recordsExplain, look.recordsReview,
      decide.recordsSame, decide.recordsNotSame, decide.recordsChoose, decide.recordsPin, decide.recordsUnpin, decide.recordsKeep, decide.recordsEnd,
    ]
  }],
  ['errors', async () => {
    const of = await import('./commands/errors.ts')
    return [of.errorsList, of.errorsShow, of.errorsFix, of.errorsRetry, of.errorsDiscard]
  }],
  ['connectors', async () => {
    const [of, { connectorsTest }, { connectorsLogin }, { connectorsRead }, { connectorsWrite }] = await Promise.all([
      import('./commands/connectors.ts'), import('./commands/connectors-test.ts'), import('./commands/connectors-login.ts'), import('./commands/connectors-read.ts'), import('./commands/connectors-write.ts'),
    ])
    return [of.connectorsList, of.connectorsCheck, of.connectorsDiscover, connectorsTest, connectorsRead, connectorsWrite, connectorsLogin, of.connectorsForget]
  }],
])

export const allCommands = async (): Promise<readonly Command[]> => (await Promise.all([...COMMANDS.values()].map((load) => load()))).flat()

/** Those that a command line can mean: all of them, unless its first word tells. */
export const commandsFor = async (argv: readonly string[]): Promise<readonly Command[]> => COMMANDS.get(argv[0] ?? '')?.() ?? allCommands()
