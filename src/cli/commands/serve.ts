import { openDispatcher, type PlanFile, readPlan, start } from '../../app.ts'
import { newSecret } from '../../base/clock.ts'
import { DAY, SECOND } from '../../base/duration.ts'
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import { applications } from '../../server/apps/application.ts'
import { openApps } from '../../server/apps/listener.ts'
import { openTelling } from '../../server/apps/telling.ts'
import { openHooks } from '../../server/hooks.ts'
import { metrics } from '../../server/metrics.ts'
import { openServer } from '../../server/server.ts'
import type { StateChange } from '../../sync/conditions.ts'
import type { PassReport } from '../../sync/engine.ts'
import { eventSystems } from '../../sync/lanes.ts'
import { openWorker } from '../../sync/serve.ts'
import { type Command, type CommandContext, ENV, environmentOf, WHERE } from '../command.ts'
import { outcomeText } from '../report.ts'
import { VERSION } from '../version.ts'

registerErrors({ 'serve.not_ready': { class: 'plan', hint: 'Answer them with `plimsoll ask`, or waive them with a reason and a name; `plimsoll check` shows all of them.' } })

export const serve: Command = {
  name: 'serve',
  about: 'Run the plan: read when it is due, deliver continuously, take webhooks, serve the API and the pages',
  arguments: [WHERE],
  flags: [ENV, ['--port <n>', 'port of the API and the pages on this machine (0: a free one)'], ['--hooks-port <n>', 'port on which webhooks are taken, if a flow needs one (0: a free one)'], ['--apps-port <n>', 'port on which websites and mobile apps are answered, if the plan has any (0: a free one)']],
  async run({ where }, flags, context) {
    const { app, signal } = context
    const plan = await readPlan(app, where, environmentOf(flags, context))
    await mustBeReady(plan, context)
    const running = await start(app, plan, { readOnly: false })
    const { parts } = running
    const dispatcher = openDispatcher()
    const stop = new AbortController()
    const onSignal = (): void => stop.abort(signal.reason)
    signal.addEventListener('abort', onSignal, { once: true })
    if (signal.aborted) onSignal()
    running.lost.addEventListener('abort', () => stop.abort(running.lost.reason), { once: true })
    let runs = 0
    let unbalanced = 0
    const measured = metrics(parts)
    const say = speaker(context)
    const worker = openWorker(parts, {
      dispatcher, signal: stop.signal,
      silenceMs: Number(app.options.silence) * SECOND, keepMs: Number(app.options.keepRuns) * DAY,
      onTrouble: (lane, error) => say.trouble(lane, error),
      onChange(change) {
        measured.changed(change)
        say.changed(change)
      },
      onRun(report) {
        runs += 1
        if (!report.summary.balanced) unbalanced += 1
        measured.ran(report)
        say.ran(report)
      },
    })
    const open: { close(): Promise<void> }[] = []
    let working: Promise<void> | undefined
    try {
      const given = app.options.token
      const token = given === '' ? newSecret() : given
      const served = { parts, worker, signal: stop.signal }
      const server = await openServer({ served, metrics: measured, token, version: VERSION, port: portOf(flags['port'], app.options.port), onDefect: (error) => say.trouble('api', error) })
      open.push(server)
      const systems = eventSystems(parts.runtime).filter((system) => parts.connections.session(system)?.receive)
      const hooks = systems.length > 0 ? await openHooks({ served, systems, host: app.options.hooksHost, port: portOf(flags['hooksPort'], app.options.hooksPort), onTrouble: (system, error) => say.trouble(`hooks/${system}`, error) }) : undefined
      if (hooks) open.push(hooks)
      const apps = applications(parts)
      const answering = apps.length > 0 ? await openApps({ served, applications: apps, host: app.options.appsHost, port: portOf(flags['appsPort'], app.options.appsPort), version: VERSION, onDefect: (error) => say.trouble('apps', error) }) : undefined
      if (answering) open.push(answering)
      for (const flow of running.plan.flows.values()) if (flow.notRunnable.length > 0) context.say(`Flow ${flow.key} does not run: ${flow.notRunnable.join('; ')}.`)
      say.started({ address: server.address, token, given: given !== '', hooks: hooks ? systems.map((system) => `${hooks.address}/hooks/${system}`) : [], apps: answering ? apps.map(({ system }) => `${answering.address}/apps/${system}`) : [] })
      working = worker.work()
      if (apps.length > 0) open.push(openTelling(served, apps, (lane, error) => say.trouble(lane, error)))
      await working
    } finally {
      stop.abort(signal.reason)
      await Promise.allSettled(open.map((one) => one.close()))
      await working
      await dispatcher.close()
      await running.close()
    }
    running.lost.throwIfAborted()
    return { exit: unbalanced > 0 ? 1 : 0, summary: { runs, not_balanced: unbalanced }, text: 'Stopped; what was under way is finished.' }
  },
}

const SHOWN = 5

/** Production is for plans whose blocking questions are answered; everywhere else it runs, and is told how many are open. */
async function mustBeReady(of: PlanFile, context: CommandContext): Promise<void> {
  const { plan } = of.loaded
  if (!plan) return
  const { openQuestions } = await import('../../plan/questions/open-questions.ts')
  const { open, later } = openQuestions(plan, new Date(context.app.clock.now()).toISOString().slice(0, 10), of.mistakes)
  const blocking = [...open, ...later].filter((one) => one.blocking)
  if (blocking.length === 0) return
  const what = blocking.length === 1 ? '1 blocking question is open' : `${blocking.length} blocking questions are open`
  if (plan.environment.kind !== 'production') {
    context.say(`Not ready for production: ${what}; \`plimsoll check\` shows them.`)
    return
  }
  const list = blocking.slice(0, SHOWN).map((one) => `\n  ${one.place.join('.')}: ${one.ask}`)
  throw new PlimsollError('serve.not_ready', `${plan.environment.name} is not served, since ${what}:${list.join('')}${blocking.length > SHOWN ? `\n  and ${blocking.length - SHOWN} more` : ''}`, { details: { blocking: blocking.length } })
}

function portOf(flag: unknown, option: string): number {
  const text = typeof flag === 'string' ? flag : option
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new PlimsollError('cli.arguments', `${JSON.stringify(text)} is no port.`)
  return port
}

function speaker(context: CommandContext) {
  const { json } = context
  const time = (): string => new Date(context.app.clock.now()).toISOString().slice(11, 19)
  const last = new Map<string, string>()
  // One object a line, for whoever reads this by program; the envelope is the last line.
  const event = (of: Record<string, unknown>): void => {
    if (json) process.stdout.write(`${JSON.stringify(of)}\n`)
  }
  return {
    started(of: { address: string; token: string; given: boolean; hooks: readonly string[]; apps: readonly string[] }): void {
      event({ event: 'started', address: of.address, token: of.given ? null : of.token, hooks: of.hooks, apps: of.apps })
      if (json) return
      process.stdout.write([
        `Plimsoll serves at ${of.address}`, of.given ? 'Changes need the token in PLIMSOLL_TOKEN.' : `Changes need this token, which is shown once: ${of.token}`,
        ...of.hooks.map((address) => `Webhooks are taken at ${address}`), ...of.apps.map((address) => `An application is answered at ${address}`), 'Ctrl-C stops.', '',
      ].join('\n'))
    },
    trouble(lane: string, error: PlimsollError): void {
      event({ event: 'trouble', lane, code: error.code, message: error.message })
      const text = `✗ ${lane}: ${error.message}`
      // The same trouble again and again is said once, until something else is said of that lane.
      if (last.get(lane) !== text) context.say(`${time()} ${text}\n  → ${error.hint}`)
      last.set(lane, text)
    },
    changed(change: StateChange): void {
      event({ event: 'state', about: change.about, name: change.name, was: change.was, state: change.state, since: new Date(change.since).toISOString(), code: change.code, says: change.says })
      context.say(`${time()} ${change.state === 'ok' ? '✓' : '✗'} ${change.about} ${change.name}: ${change.state === 'ok' ? `well again (was ${change.was})` : `${change.state}, ${change.says}`}`)
    },
    ran(report: PassReport): void {
      const { summary } = report
      event({ event: 'run', run: report.run, ok: report.ok, summary })
      const news = summary.new + summary.changed + summary.writes + summary.set_aside + summary.gone
      if (report.ok && news === 0) return
      if (report.failures.size === 0) last.clear()
      context.say(`${time()} ${report.ok ? '✓' : '✗'} ${summary.read.toLocaleString('en')} read, ${(summary.new + summary.changed).toLocaleString('en')} changed, ${summary.writes.toLocaleString('en')} written${summary.set_aside > 0 ? `, ${summary.set_aside.toLocaleString('en')} set aside` : ''}${summary.balanced ? '' : ', ledger NOT balanced'}`)
      if (!summary.balanced) for (const line of outcomeText(report)) context.say(line)
    },
  }
}
