// Plimsoll itself, as a user runs it: a process for each command, a store of its own.
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { writesIn } from './writes.mjs'

const CLI = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const PROJECT = fileURLToPath(new URL('..', import.meta.url))

/** `secrets` are the environment's: `{ PLIMSOLL_SYSTEM_SHOP_URL: … }`; `at` says which software the plan's systems are: `{ shop: 'vendure' }`. */
export function openHub(secrets, at, systems) {
  const store = mkdtempSync(join(tmpdir(), 'plimsoll-real-'))
  const env = { ...process.env, ...secrets, PLIMSOLL_STORE: store }
  const run = (...args) => new Promise((done, failed) => {
    execFile(process.execPath, [CLI, ...args, PROJECT, '--json'], { env, maxBuffer: 1024 * 1024 * 1024 }, (error, said) => {
      try {
        done(JSON.parse(said))
      } catch {
        failed(error ?? new Error(`${args.join(' ')} said no JSON: ${said.slice(0, 500)}`))
      }
    })
  })
  /** Writes of all runs so far, by system, as the ledger has them. */
  const ledger = async () => {
    const { result } = await run('runs', 'list', '--limit=10000')
    const total = {}
    for (const one of result.runs) for (const [system, { created, updated, deleted }] of Object.entries(one.writes)) total[system] = (total[system] ?? 0) + created + updated + deleted
    return total
  }
  /** What each system received while nobody else wrote, and what the ledger says of it. */
  const counts = []
  /** Does something while nobody but Plimsoll writes, and compares what the systems received with the ledger. */
  const counted = async (work) => {
    const before = await ledger()
    for (const name of Object.values(at)) await systems.forget(name)
    const done = await work()
    const after = await ledger()
    for (const [system, name] of Object.entries(at)) {
      const received = writesIn(name, await systems.requests(name))
      const says = (after[system] ?? 0) - (before[system] ?? 0)
      counts.push({ system, received, says })
    }
    return done
  }
  const pass = async (n, full) => {
    const { summary, error, result } = await run('sync', ...full ? ['--full'] : [])
    if (!summary) throw new Error(`${error.code}: ${error.message}`)
    console.log(`  pass ${n}: ${summary.read} read, ${summary.writes} written, ${summary.set_aside} set aside, ${summary.unsure} unsure, ${summary.balanced ? 'balanced' : 'NOT BALANCED'}`)
    for (const failure of result.failures ?? []) console.log(`  ! ${JSON.stringify(failure).slice(0, 300)}`)
    return summary.writes === 0 && summary.unsure === 0
  }
  /**
   * Passes until one writes nothing. `each` is what is done around each of them; `full` reads whole lists, as a plan that runs does
   * from time to time: only they show what was deleted.
   */
  const passes = async ({ most, full = false, each = (work) => work() } = {}) => {
    for (let n = 1; ; n += 1) {
      if (await each(() => pass(n, full))) return
      if (n === most) throw new Error('The systems do not come to rest.')
    }
  }
  const start = (...args) => spawn(process.execPath, [CLI, ...args, PROJECT, '--json'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  return {
    run, counted, counts, passes,
    /** Passes until one writes nothing, what the systems received in each being counted. */
    agree: ({ most = 8, full } = {}) => passes({ most, full, each: counted }),
    /** `kill -9` of a `sync` as soon as this software has received so many writes from it; answers with how many there were. */
    async killed(name, writes) {
      const child = start('sync')
      child.stdout.resume()
      const ended = new Promise((done) => { child.once('exit', (_code, signal) => { done(signal) }) })
      const already = writesIn(name, await systems.requests(name))
      let seen = 0
      while (child.exitCode === null && seen < writes) {
        await wait(10)
        seen = writesIn(name, await systems.requests(name)) - already
      }
      child.kill('SIGKILL')
      if (await ended !== 'SIGKILL') throw new Error('The run ended before it could be killed.')
      return seen
    },
    /** Plimsoll as a server: `ask` is its API, `quiet` waits until nothing is due. */
    async serve() {
      const child = start('serve', '--port', '0', '--hooks-port', '0', '--apps-port', '0')
      const ended = new Promise((done) => { child.once('exit', done) })
      const started = await new Promise((done, failed) => {
        createInterface({ input: child.stdout }).on('line', (line) => {
          const said = JSON.parse(line)
          if (said.event === 'started') done(said)
        })
        child.once('exit', () => { failed(new Error('Plimsoll does not serve.')) })
      })
      const ask = async (path, body) => {
        const answer = await fetch(`${started.address}/api/v1${path}`, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${started.token}` }, body: JSON.stringify(body) })
        if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
        return answer.json()
      }
      return {
        ask,
        async quiet(seconds = 240) {
          for (const until = Date.now() + seconds * 1000; ;) {
            const { summary } = await ask('/status')
            if (summary.due + summary.unsure + summary.failing === 0) return
            if (Date.now() > until) throw new Error(`Something is still due: ${JSON.stringify(summary)}`)
            await wait(500)
          }
        },
        async end() {
          child.kill('SIGINT')
          await ended
        },
      }
    },
    end: () => rmSync(store, { recursive: true, force: true }),
  }
}
