import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSystem, planFromText, readPlan } from '../../app.ts'
import { PlimsollError } from '../../base/errors.ts'
import { countMistakes, printMistakes } from '../../plan/print-mistakes.ts'
import { labelOf, nearest, toName } from '../../plan/names.ts'
import { variableOf } from '../../plan/settings.ts'
import type { DiscoveredResource } from '../../systems/contract.ts'
import { connectorAliases, connectorNames, loadConnector } from '../../systems/registry.ts'
import { text } from '../arguments.ts'
import type { Command, CommandContext } from '../command.ts'
import { planSchema, SCHEMA_FILE } from '../schema-file.ts'
import { type FoundSystem, guessEntities } from '../starting/guess-plan.ts'
import { planText } from '../starting/plan-text.ts'
import { TEMPLATES } from '../starting/templates.ts'

const FOLDER = fileURLToPath(new URL('../templates/', import.meta.url))
/** Templates of which the plan runs as it is; of the others the next step is to answer what they ask. */
const RUNS = new Set(['list-to-database', 'two-way'])

export const init: Command = {
  name: 'init',
  about: 'Make the folder of a plan, from a template or from what systems hold; never overwrites',
  arguments: [['[folder]', 'where (default: here)']],
  flags: [
    ['--template <name>', [...TEMPLATES].map(([name, about]) => `${name}: ${about}`).join(' · '), 'empty'],
    ['--from <parts...>', 'a system to look into: [name=]connector key=value …; once for each system'],
    ['--one-way', 'from the first system to the others; else all keep each other equal'],
  ],
  async run(args, flags, context) {
    const folder = resolve(context.app.cwd, args['folder'] ?? '.')
    const there = ['plan.yaml', 'plan.yml', 'plan.ts'].find((name) => existsSync(join(folder, name)))
    if (there !== undefined) throw new PlimsollError('cli.arguments', `${folder} holds ${there} already; it is not overwritten.`)
    const parts = flags['from'] as readonly string[] | undefined
    const made = parts === undefined ? fromTemplate(folder, text(flags, 'template') ?? 'empty') : await fromSystems(folder, await asked(parts), flags['one-way'] === true, context)
    const plan = await readPlan(context.app, folder)
    writeNew(folder, SCHEMA_FILE, `${JSON.stringify(await planSchema(plan.loaded), null, 1)}\n`)
    writeNew(folder, '.gitignore', '.plimsoll/\n')
    const errors = plan.mistakes.filter((mistake) => mistake.severity === 'error').length
    const where = relative(context.app.cwd, folder) || '.'
    return {
      exit: 0, summary: { folder, systems: made.systems, entities: made.entities, mistakes: errors }, result: { folder, files: readdirSync(folder), secrets: made.secrets },
      text: [
        `${join(folder, 'plan.yaml')} is made${parts === undefined ? '' : `: ${made.systems} systems, ${made.entities} entities`}.`,
        ...(made.secrets.length > 0 ? [`Secrets are not in the plan; set ${made.secrets.join(', ')}.`] : []),
        ...(errors > 0 ? [printMistakes(plan.mistakes, plan.loaded.sources), countMistakes(plan.mistakes)] : []),
        parts !== undefined || RUNS.has(text(flags, 'template') ?? '') ? `Next: plimsoll check ${where}  →  plimsoll preview ${where}  →  plimsoll sync ${where}` : `Next: plimsoll check ${where}  →  plimsoll ask ${where}`,
      ].join('\n'),
    }
  },
}

interface Made { readonly systems: number; readonly entities: number; readonly secrets: readonly string[] }

/** Only what is not there yet: whatever else is in the folder stays as it is. */
function writeNew(folder: string, name: string, content: string): void {
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(folder, name))) writeFileSync(join(folder, name), content, { flag: 'wx' })
}

function fromTemplate(folder: string, name: string): Made {
  if (!TEMPLATES.has(name)) {
    const near = nearest(name, TEMPLATES.keys())
    throw new PlimsollError('cli.arguments', `There is no template ${name}${near === undefined ? '' : `; did you mean ${near}?`}. There are ${[...TEMPLATES.keys()].join(', ')}.`)
  }
  mkdirSync(folder, { recursive: true })
  cpSync(join(FOLDER, name), folder, { recursive: true, force: false, errorOnExist: false })
  return { systems: 0, entities: 0, secrets: [] }
}

interface Asked { readonly name: string; readonly connector: string; readonly settings: ReadonlyMap<string, string> }

/** `[name=]connector key=value … [name=]connector …` */
async function asked(parts: readonly string[]): Promise<Asked[]> {
  const known = new Set([...connectorNames(), ...connectorAliases.keys()])
  const found: { name: string; connector: string; settings: Map<string, string> }[] = []
  let settings = new Set<string>()
  for (const part of parts) {
    const at = part.indexOf('=')
    const [left, right] = at < 0 ? ['', part] : [part.slice(0, at), part.slice(at + 1)]
    if (known.has(right) && !settings.has(left)) {
      const free = (name: string): string => (found.some((one) => one.name === name) ? free(`${name}_2`) : name)
      found.push({ name: free(toName(left === '' ? right : left) ?? 'system'), connector: right, settings: new Map() })
      settings = new Set((await loadConnector(right)).settings.map((setting) => setting.name))
    } else if (at < 0 || found.length === 0) throw new PlimsollError('cli.arguments', `${JSON.stringify(part)} is no connector. There are ${[...known].join(', ')}.`)
    else if (!settings.has(left)) throw new PlimsollError('cli.arguments', `The connector ${found.at(-1)!.connector} has no setting ${left}. It has ${[...settings].join(', ')}.`)
    else found.at(-1)!.settings.set(left, right)
  }
  return found
}

async function fromSystems(folder: string, systems: readonly Asked[], oneWay: boolean, context: CommandContext): Promise<Made> {
  const found: FoundSystem[] = []
  const env: Record<string, string | undefined> = { ...context.app.env }
  for (const system of systems) {
    const connector = await loadConnector(system.connector)
    const settings: Record<string, string> = {}
    const secrets: string[] = []
    for (const [name, value] of system.settings) {
      const rule = connector.settings.find((setting) => setting.name === name)!
      if (rule.secret) {
        const variable = variableOf('system', system.name, name)
        env[variable] = value
        secrets.push(variable)
      } else if (rule.type === 'path') {
        const path = relative(folder, resolve(context.app.cwd, value))
        settings[name] = path.startsWith('.') ? path : `./${path}`
      } else settings[name] = value
    }
    found.push({ name: system.name, connector: system.connector, settings, secrets, resources: [], knowsKeys: connector.name === 'sql' })
  }
  const app = { ...context.app, env }
  const draft = await planFromText(app, join(folder, 'plan.yaml'), planText('Draft', found, [], oneWay))
  const discovered: FoundSystem[] = []
  for (const system of found) {
    context.say(`  looking into ${system.name} …`)
    const session = await openSystem(app, draft, draft.systems.get(system.name)!, undefined, { readOnly: true })
    try {
      const resources: readonly DiscoveredResource[] = session.discover ? await session.discover(context.signal) : []
      discovered.push({ ...system, resources })
      context.say(`  ✓ ${system.name}: ${resources.length} resources`)
    } finally {
      await session.close()
    }
  }
  const entities = guessEntities(discovered)
  writeNew(folder, 'plan.yaml', planText(labelOf(toName(basename(folder)) ?? 'my_project'), discovered, entities, oneWay))
  return { systems: discovered.length, entities: entities.length, secrets: found.flatMap((system) => system.secrets) }
}

