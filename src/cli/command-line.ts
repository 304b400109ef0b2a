/** The command line: parse → call → print. Thin on purpose. */
import { existsSync } from 'node:fs'
import { Command as Commander, CommanderError } from 'commander'
import { type App, createApp } from '../app.ts'
import { PlimsollError } from '../base/errors.ts'
import { type Answer, envelope, failure, toJson } from './envelope.ts'
import { type Command, WHERE } from './command.ts'
import { PLAN } from './arguments.ts'
import { commandsFor } from './commands.ts'
import { VERSION } from './version.ts'

/** Returns the exit code. */
/**
 * Names and values come from anywhere: signs that make a terminal do something, or turn the direction of writing round, are shown
 * as what they are.
 */
// oxlint-disable-next-line no-control-regex
const visible = (text: string): string => text.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

export async function commandLine(argv: readonly string[], of: Partial<App> = {}): Promise<number> {
  const app = createApp({ ...of, command: `plimsoll ${argv.join(' ')}`.trim() })
  const stop = new AbortController()
  let stops = 0
  const onSignal = (): void => {
    stops += 1
    if (stops > 1) process.exit(1)
    process.stderr.write('\nStopping: what is under way is finished first. Once more stops at once.\n')
    stop.abort(new PlimsollError('base.stopped', 'stopped on request'))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)

  // The reader of a pipe may have seen enough (`| head`).
  for (const stream of [process.stdout, process.stderr]) stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    // The terminal was closed; what a command does then is its own matter.
    if (error.code === 'EIO') return
    throw error
  })

  let exit = 0
  const json = argv.includes('--json')
  const finish = (name: string, answer: Answer): void => {
    exit = answer.exit
    if (json) process.stdout.write(`${toJson(envelope(name, answer))}\n`)
    else if (answer.text !== '') (answer.error ? process.stderr : process.stdout).write(`${visible(answer.text)}\n`)
  }
  const program = new Commander('plimsoll').description('The integration platform in which the plan is the program').version(VERSION)
    .exitOverride().configureOutput({ writeErr: () => undefined, writeOut: (text) => void process.stdout.write(text) }).enablePositionalOptions()
  for (const command of await commandsFor(argv)) {
    const made = nested(program, command.name)
    made.description(command.about).option('--json', 'answer as one JSON object').exitOverride().configureOutput({ writeErr: () => undefined, writeOut: (text) => void process.stdout.write(text) })
    const declared = withPlan(command)
    for (const [name, about] of declared) made.argument(name, about)
    for (const [flag, about, fallback] of command.flags ?? []) made.option(flag, about, fallback as string)
    made.action(async (...given: unknown[]) => {
      const flags = given.at(-2) as Record<string, string | boolean>
      const values = given.slice(0, -2)
      const args = Object.fromEntries(declared.map(([name], i) => [name.replaceAll(/[<>[\].]/g, ''), values[i]]))
      planLast(args, flags)
      const say = (line: string): void => {
        if (!json) process.stderr.write(`${visible(line)}\n`)
      }
      try {
        finish(command.name, await command.run(args as never, flags, { app, signal: stop.signal, say, json }))
      } catch (error) {
        if (app.options.logLevel === 'debug') process.stderr.write(`${(error as Error).stack}\n`)
        finish(command.name, failure(error))
      }
    })
  }
  try {
    await program.parseAsync(['node', 'plimsoll', ...argv])
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) finish(argv[0] ?? '', failure(new PlimsollError('cli.arguments', error.message.replace(/^error: /, ''))))
  }
  return exit
}

/** Every command takes its plan as its last word too; where that word belongs to a list, `planLast` tells them apart. */
function withPlan(command: Command): readonly (readonly [name: string, about: string])[] {
  const own = command.arguments ?? []
  const takesPlan = (command.flags ?? []).some(([flag]) => flag === PLAN[0])
  const last = own.at(-1)?.[0] ?? ''
  return takesPlan && !last.startsWith('[') && !last.includes('...') ? [...own, WHERE] : own
}

/** The plan: `--plan`, else the last word if it is a folder or file that is there. */
function planLast(args: Record<string, unknown>, flags: Record<string, unknown>): void {
  if (flags['plan'] !== undefined) return
  const last = Object.keys(args).at(-1)
  const list = last === undefined ? undefined : args[last]
  if (last === 'where') flags['plan'] = args['where']
  else if (Array.isArray(list) && list.length > 1 && existsSync(String(list.at(-1)))) flags['plan'] = list.pop() as string
}

/** `errors list` is the command `list` of the command `errors`. */
function nested(program: Commander, name: string): Commander {
  return name.split(' ').reduce((parent, word, i, words) => {
    const found = parent.commands.find((c) => c.name() === word)
    if (found) return found
    const made = parent.command(word)
    if (i < words.length - 1) made.description(`${word}: see \`plimsoll ${word} --help\``).exitOverride()
    return made
  }, program)
}

export type { Command }
