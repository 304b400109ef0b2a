/** A command: what it is called, what it takes, what it does. `main.ts` makes the command line from the list. */
import type { App } from '../app.ts'
import type { Answer } from './envelope.ts'

export interface CommandContext {
  readonly app: App
  readonly signal: AbortSignal
  /** Progress and notes for people; silent with `--json`. */
  readonly say: (line: string) => void
  readonly json: boolean
}

export type Arguments = Readonly<Record<string, string | undefined>>
export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

export interface Command {
  /** `errors list`; words are nested commands. */
  readonly name: string
  readonly about: string
  /** In commander's form: `[where]`, `<id>`, `[values...]`. */
  readonly arguments?: readonly (readonly [name: string, about: string])[]
  readonly flags?: readonly (readonly [flag: string, about: string, fallback?: string])[]
  run(args: Arguments & { readonly rest?: readonly string[] }, flags: Flags, context: CommandContext): Promise<Answer>
}

/** The environment that a command was asked for. */
export const environmentOf = (flags: Flags, context: CommandContext): string => (typeof flags['env'] === 'string' ? flags['env'] : context.app.options.environment)

export const WHERE = ['[where]', 'folder of the plan, or its file (default: here)'] as const
export const ENV = ['--env <name>', 'environment of the plan'] as const
