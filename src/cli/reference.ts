/** The page on the commands, from the same table as the command line. */
import { OPTIONS } from '../base/options.ts'
import type { Command } from './command.ts'

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`)

export function cliReference(commands: readonly Command[]): string {
  return [
    '# Commands', '',
    'Generated from the table of commands (`src/cli/commands.ts`); `npx vitest -u src/cli` writes it.', '',
    'Every command takes `--json` and then answers with one object: `{ command, ok, summary, result, error }`; `error` is null or `{ code, class, message, hint, place? }`. Names in it are stable: they are only added to. Exact numbers are text, times are ISO 8601 in UTC. Without `--json`, results go to standard output, progress and errors to standard error.', '',
    '| exit | meaning |', '|---|---|',
    '| 0 | done |', '| 1 | ran, and something failed: a system does not answer, the ledger does not balance, the brake holds, an example differs |',
    '| 2 | the plan or the arguments are wrong |', '| 3 | the environment lacks something: a setting, a free store |', '| 4 | there is something to do: a preview would write |', '',
    ...commands.flatMap((command) => [
      `## ${command.name}`, '', `\`plimsoll ${[command.name, ...(command.arguments ?? []).map(([name]) => name)].join(' ')}\``, '', `${command.about}.`, '',
      ...((command.arguments ?? []).length + (command.flags ?? []).length === 0 ? [] : [
        '| argument or flag | meaning |', '|---|---|',
        ...(command.arguments ?? []).map(([name, about]) => `| \`${cell(name)}\` | ${cell(about)} |`),
        ...(command.flags ?? []).map(([flag, about, fallback]) => `| \`${cell(flag)}\` | ${cell(about)}${fallback === undefined || fallback === '' ? '' : ` (default: ${cell(fallback)})`} |`), '',
      ]),
    ]),
    '## Variables', '', '| variable | default | meaning |', '|---|---|---|', ...OPTIONS.map((option) => `| \`${option.variable}\` | ${cell(option.default)} | ${cell(option.about)} |`), '',
  ].join('\n')
}
