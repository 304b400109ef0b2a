/**
 * The program behind `test/systems/run.mjs`: starts systems for people and for other programs, installs them, or runs their tests.
 *
 *   node test/systems/run.mjs start vendure,tryton    one JSON line each, then until Ctrl-C
 *   node test/systems/run.mjs install [names]
 *   node test/systems/run.mjs list
 *   node test/systems/run.mjs test [--only vendure,tryton] [--long] [-- what vitest is told]
 */
import { prepare, startSystem, type RunningSystem } from './start.ts'
import { startControl } from './control.ts'
import { runTests } from './run-tests.ts'
import { SYSTEMS } from './table.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const complain = (line: string): void => void process.stderr.write(`${line}\n`)
const named = (list: string | undefined): string[] => (list === undefined || list === 'all' ? SYSTEMS.filter((system) => system.long !== true).map((system) => system.name) : list.split(',').filter(Boolean))
const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`

async function start(names: readonly string[], bodies: boolean): Promise<number> {
  const running: RunningSystem[] = []
  let ending: Promise<void> | undefined
  let finished: () => void = () => {}
  const end = (): Promise<void> => (ending ??= Promise.all(running.map((system) => system.end())).then(() => finished()))
  const done = new Promise<void>((resolve) => { finished = resolve })
  process.on('SIGINT', () => void end())
  process.on('SIGTERM', () => void end())
  process.on('SIGHUP', () => void end())
  const control = await startControl(running)
  say(JSON.stringify({ control: control.url }))
  let failed = 0
  await Promise.all(names.map(async (name) => {
    const since = Date.now()
    try {
      const system = await startSystem(name, { bodies })
      running.push(system)
      if (ending !== undefined) return system.end()
      say(JSON.stringify({ name, kind: system.kind, url: system.url, version: system.version, ...system.access, ...(Object.keys(system.beside).length > 0 && { beside: system.beside }), started: seconds(since) }))
    } catch (error) {
      failed += 1
      complain(`${name}: ${(error as Error).message}`)
    }
    return undefined
  }))
  if (running.length === 0) return 1
  await done
  await control.close()
  return failed > 0 ? 1 : 0
}

async function installAll(names: readonly string[]): Promise<number> {
  let failed = 0
  await Promise.all(names.map(async (name) => {
    const since = Date.now()
    try {
      await prepare(name)
      say(`${name}: installed and seeded (${seconds(since)})`)
    } catch (error) {
      failed += 1
      complain(`${name}: ${(error as Error).message}`)
    }
  }))
  return failed > 0 ? 1 : 0
}

/** `--only a,b` or `--only=a,b`. */
function only(args: readonly string[]): string[] | undefined {
  const at = args.findIndex((arg) => arg === '--only' || arg.startsWith('--only='))
  if (at < 0) return undefined
  return (args[at]!.split('=')[1] ?? args[at + 1] ?? '').split(',').filter(Boolean)
}

export async function main(args: readonly string[]): Promise<number> {
  if (args[0] === 'test') {
    const chosen = only(args)
    const long = args.includes('--long')
    const names = SYSTEMS.filter((system) => (system.long === true) === long).map((system) => system.name).filter((name) => chosen === undefined || chosen.includes(name))
    const passed = args.indexOf('--')
    return runTests({ only: chosen, long }, names, passed < 0 ? [] : args.slice(passed + 1))
  }
  const [command = 'list', list] = args.filter((arg) => !arg.startsWith('--'))
  if (command === 'start') return start(named(list), args.includes('--bodies'))
  if (command === 'install') return installAll(named(list))
  for (const system of SYSTEMS) say(`${system.name.padEnd(16)} ${system.kind.padEnd(24)} ${String(system.memory).padStart(4)} MB  ${system.seconds} s`)
  return 0
}
