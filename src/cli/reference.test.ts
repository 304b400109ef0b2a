import { expect, test } from 'vitest'
import { allCommands } from './commands.ts'
import { cliReference } from './reference.ts'

const COMMANDS = await allCommands()

test('the page on the commands is the one that their table gives (vitest -u writes it)', async () => {
  await expect(cliReference(COMMANDS)).toMatchFileSnapshot('../../docs/cli.md')
})

test('every command says what it does, has a name of its own, and names no flag twice', () => {
  expect(new Set(COMMANDS.map((command) => command.name)).size).toBe(COMMANDS.length)
  for (const command of COMMANDS) {
    expect(command.about.length, command.name).toBeGreaterThan(10)
    expect(command.about, command.name).not.toMatch(/\.$/)
    const flags = (command.flags ?? []).map(([flag]) => flag.split(/[ ,]/)[0])
    expect(new Set(flags).size, command.name).toBe(flags.length)
    expect(flags, command.name).not.toContain('--json')
  }
})
