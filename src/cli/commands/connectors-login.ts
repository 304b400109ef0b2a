import { openSystem, readPlan, runnablePlan } from '../../app.ts'
import { PlimsollError } from '../../base/errors.ts'
import { whereAndWhat } from '../arguments.ts'
import { type Command, type CommandContext, ENV, environmentOf } from '../command.ts'
import { listenForLogin, loopbackOf } from '../login-listener.ts'
import type { BrowserLogin } from '../../systems/contract.ts'

const PATIENCE_MS = 10 * 60_000
/** With --paste nothing listens there; the browser shows the address all the same. */
const NOBODY = 'http://127.0.0.1:8976/callback'

export const connectorsLogin: Command = {
  name: 'connectors login',
  about: 'Log in to a system in a browser, once; what comes of it is kept in the store, encrypted, and renewed by itself',
  arguments: [['[where]', 'folder of the plan, or its file (default: here)'], ['[system]', 'the system']],
  flags: [ENV, ['--paste', 'nothing listens: the address to which the browser was led is typed in here (for machines without a browser)']],
  async run(args, flags, context) {
    const { where, what } = whereAndWhat(args['where'], args['system'], context)
    if (what === undefined) throw new PlimsollError('cli.arguments', 'Name the system to log in to.')
    const plan = runnablePlan(await readPlan(context.app, where, environmentOf(flags, context)))
    const system = plan.systems.get(what)
    if (system?.connector === undefined) throw new PlimsollError('cli.arguments', `There is no system ${what} with a connector in the plan. It has ${[...plan.systems.values()].filter((one) => one.connector !== undefined).map((one) => one.key).join(', ')}.`)
    const session = await openSystem(context.app, plan, system, undefined, { readOnly: false })
    try {
      if (!session.login) throw new PlimsollError('cli.arguments', `${what} has no login in a browser: its manifest does not say \`grant: authorization_code\`.`)
      const { renews } = await (flags['paste'] === true ? pasted(session.login, context) : led(session.login, what, context))
      return {
        exit: 0, summary: { renews }, result: { system: what, renews },
        text: renews ? `Logged in to ${what}. The login is kept and renews itself.` : `Logged in to ${what}. The service gave nothing to renew the login with: it ends when its token runs out.`,
      }
    } finally {
      await session.close()
    }
  },
}

async function led(login: BrowserLogin, system: string, context: CommandContext): Promise<{ readonly renews: boolean }> {
  const at = loopbackOf(login.redirect)
  if (!at) throw new PlimsollError('cli.arguments', `The service leads back to ${login.redirect}, which is not this machine. Use --paste.`)
  const listener = await listenForLogin(at, context.app.clock, PATIENCE_MS)
  try {
    const turn = login.begin(login.redirect ?? listener.redirect)
    show(`Open this address in a browser to log in to ${system}:\n\n${turn.address}\n\nWaiting at ${listener.redirect} …`)
    return await listener.answered((answer) => turn.finish(answer), context.signal)
  } finally {
    await listener.close()
  }
}

/** Whoever shall open the address must see it, also where the answer is JSON. */
const show = (text: string): void => void process.stderr.write(`${text}\n`)

async function pasted(login: BrowserLogin, context: CommandContext): Promise<{ readonly renews: boolean }> {
  const turn = login.begin(login.redirect ?? NOBODY)
  show(`Open this address in a browser to log in:\n\n${turn.address}\n\nThen copy the address to which it leads (the page itself may not open) and paste it here:`)
  for await (const line of typedLines(context.signal)) {
    if (line.trim() === '') continue
    try {
      return await turn.finish(line)
    } catch (error) {
      if (!(error instanceof PlimsollError) || error.code !== 'http.login_state') throw error
      show(`${error.message} Paste the whole address:`)
    }
  }
  throw new PlimsollError('cli.login', 'No address was pasted.')
}

/** Longer ones are no addresses. */
const MOST_SIGNS = 16_384

async function* typedLines(signal: AbortSignal): AsyncGenerator<string> {
  const stop = (): void => void process.stdin.destroy()
  signal.addEventListener('abort', stop, { once: true })
  process.stdin.setEncoding('utf8')
  let held = ''
  try {
    for await (const chunk of process.stdin as AsyncIterable<string>) {
      const lines = (held + chunk).split('\n')
      held = lines.pop()!.slice(0, MOST_SIGNS)
      yield* lines
    }
    if (held !== '') yield held
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
