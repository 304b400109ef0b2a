/** Plays one scene to its end, lets everything calm down, and asks the judge. */
import { localDispatcher } from '../../src/dispatch/local/dispatcher.ts'
import { keepEvents } from '../../src/sync/keep-events.ts'
import { activate } from '../../src/sync/activate.ts'
import { type EngineParts, pass, type PassReport } from '../../src/sync/engine.ts'
import { heldLists, release, shrunken } from '../../src/sync/release.ts'
import { openWorker } from '../../src/sync/serve.ts'
import type { Action, During, Scene } from './actions.ts'
import { judge } from './oracle.ts'
import { outcomeOf } from './outcome.ts'
import { CHANGES, inPlan, nameOf, namesOfC, sends, SYSTEMS } from './plan.ts'
import { World } from './world.ts'

export interface Played { readonly wrong: readonly string[]; readonly happened: ReadonlySet<string>; readonly log: readonly string[] }

const MINUTE = 60_000
/** Passes until nothing is written any more. Refused and repeated writes take some. */
const MOST_PASSES = 14
const QUIET_PASSES = 3
/** How often a person is asked. */
const MOST_ANSWERS = 4

function reported(world: World, { summary, balances }: PassReport): void {
  for (const [place, balance] of balances) {
    if (!balance.balanced) world.wrong.push(`${place} does not balance: ${balance.wrong}`)
    if ((balance.counts['parked'] ?? 0) > 0) world.happened.add('parked')
  }
  if (summary.stale > 0) world.happened.add('stale')
  for (const name of ['waiting', 'held', 'unsure', 'set_aside', 'review', 'gone'] as const) if (summary[name] > 0) world.happened.add(`listed: ${name}`)
}

async function activated(world: World, parts: EngineParts): Promise<void> {
  await activate(parts, { removed: namesOfC(world.plan) })
}

function sync(world: World, options: { full: boolean; during?: readonly During[]; crash?: { at: number } | undefined }): Promise<PassReport | undefined> {
  return world.live(async (parts) => {
    await activated(world, parts)
    const report = await pass(parts, { signal: new AbortController().signal, full: options.full })
    reported(world, report)
    return report
  }, options.during ?? [], options.crash)
}

/** The real worker for a while, with webhooks as they come. */
async function serve(world: World, seconds: number, during: readonly During[], crash: { at: number } | undefined): Promise<void> {
  await world.live(async (parts) => {
    await activated(world, parts)
    const stop = new AbortController()
    const dispatcher = localDispatcher()
    const worker = openWorker(parts, { dispatcher, signal: stop.signal, onRun: (report) => reported(world, report) })
    const work = worker.work()
    const end = world.clock.now() + seconds * 1000
    while (world.clock.now() < end) {
      await world.clock.sleep(250)
      for (const name of SYSTEMS) {
        const events = world.hooks[name].arrived()
        if (events.length === 0 || !inPlan(world.plan, name) || !sends(world.plan, name)) continue
        const system = nameOf(world.plan, name)
        await keepEvents(parts, system, events, world.clock.now())
        world.happened.add('webhook')
        worker.ring(`inbox/${system}`)
      }
    }
    stop.abort(new Error('stopped on request'))
    await work
    await dispatcher.close()
  }, during, crash)
}

async function act(world: World, action: Action): Promise<void> {
  switch (action.does) {
    case 'sync':
      await sync(world, action)
      break
    case 'serve':
      await serve(world, action.seconds, action.during, action.crash)
      break
    case 'wait':
      world.clock.advance(action.seconds * 1000)
      break
    case 'down':
      world.systems[action.system].vices.down = !world.systems[action.system].vices.down
      break
    case 'plan': {
      const change = CHANGES[action.change]
      world.change(change(world.plan))
      world.happened.add(action.change)
      break
    }
    default:
      world.act(action)
  }
}

export async function play(scene: Scene): Promise<Played> {
  const world = new World(scene)
  try {
    world.firstRecords(scene.first)
    for (const [i, action] of scene.actions.entries()) {
      world.clock.advance(1500)
      world.say(`── ${i + 1}. ${action.does}`)
      await act(world, action)
    }
    for (const name of SYSTEMS) {
      world.systems[name].calm = true
      world.systems[name].vices.down = false
    }
    world.say('── calm')
    await calm(world)
    const outcome = await outcomeOf(world)
    if (outcome.links.some((link) => link.altered.length > 0)) world.happened.add('altered')
    world.wrong.push(...judge(outcome))
    if ((await world.store.transaction((tx) => tx.changes({ kind: 'conflict', limit: 1 }), { readOnly: true })).length > 0) world.happened.add('conflict')
  } catch (error) {
    world.wrong.push(`it stopped with: ${(error as Error).stack ?? String(error)}`)
  }
  for (const name of SYSTEMS) for (const write of world.systems[name].writes) world.happened.add(write.operation)
  for (const name of SYSTEMS) for (const vice of world.systems[name].happened.keys()) world.happened.add(vice)
  return { wrong: world.wrong, happened: world.happened, log: world.log }
}

async function calm(world: World): Promise<void> {
  // What is held for a person is let go, and then everything has to agree.
  for (let answers = 0; await becomesQuiet(world) && await saysYes(world); answers += 1) {
    if (answers < MOST_ANSWERS) continue
    world.wrong.push('whatever a person lets go, something is held again')
    return
  }
  const written = (): string => JSON.stringify(SYSTEMS.map((name) => world.systems[name].writes.length))
  const before = written()
  for (let passes = 1; passes <= QUIET_PASSES; passes += 1) {
    world.clock.advance(2 * MINUTE)
    const report = (await sync(world, { full: passes !== 2 }))!
    if (!report.ok && report.failures.size > 0) world.wrong.push(`a pass in calm failed: ${[...report.failures.values()].map((error) => error.message).join('; ')}`)
  }
  if (written() !== before) world.wrong.push(`it is quiet, and then ${QUIET_PASSES} passes write again`)
}

/** A person lets go what the brake holds, and takes a list for whole that became much shorter. False: nothing is held. */
async function saysYes(world: World): Promise<boolean> {
  const systems = SYSTEMS.filter((name) => inPlan(world.plan, name)).map((name) => nameOf(world.plan, name))
  const places = await world.store.transaction(async (tx) => new Set([
    ...(await shrunken(tx)).map(({ row }) => row), ...await heldLists(tx),
  ].filter((one) => systems.includes(one.system)).map((one) => JSON.stringify([one.system, one.resource]))), { readOnly: true })
  for (const place of places) {
    const [system, resource] = JSON.parse(place) as [string, string]
    world.say(`a person lets go what is held at ${system}`)
    world.happened.add('held-and-let-go')
    await world.look((parts) => release(parts, { system, resource, who: 'a person', why: 'that is right' }))
  }
  return places.size > 0
}

async function becomesQuiet(world: World): Promise<boolean> {
  for (let passes = 1; ; passes += 1) {
    world.clock.advance(2 * MINUTE)
    for (const name of SYSTEMS) world.hooks[name].arrived()
    const report = (await sync(world, { full: true }))!
    if (report.summary.writes === 0 && report.summary.due === 0 && report.summary.unsure === 0 && report.summary.changed + report.summary.new === 0 && passes > 2) break
    if (passes >= MOST_PASSES) {
      world.wrong.push(`it never becomes quiet: ${JSON.stringify(report.summary)}`)
      return false
    }
  }
  return true
}
