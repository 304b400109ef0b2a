// The example's systems: `node run.mjs start|stop|status|reset [system …]`. They listen on 127.0.0.1 only.
// EXAMPLE_STOREFRONT_PORT, EXAMPLE_PAYDESK_PORT and EXAMPLE_PARCELWAY_PORT move them (then run the plan with
// `--env other_ports` and all three set); EXAMPLE_DATA keeps the data in another folder.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { defaultFolder, generate } from './generate.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const folder = resolve(process.env.EXAMPLE_DATA ?? defaultFolder)
const services = { storefront: 7311, paydesk: 7312, parcelway: 7313 }
const others = ['backoffice', 'salesdesk', 'goodsbook', 'tradebook']
const [command = 'status', ...named] = process.argv.slice(2)
const chosen = Object.keys(services).filter((system) => named.length === 0 || named.includes(system))
const portOf = (system) => Number(process.env[`EXAMPLE_${system.toUpperCase()}_PORT`] ?? services[system])
const addressOf = (system) => `http://127.0.0.1:${portOf(system)}`
const pidFile = (system) => join(folder, 'run', `${system}.pid`)

/** The process that this folder's pid file names, if it is still ours: a number may have been given to somebody else. */
function pidOf(system) {
  if (!existsSync(pidFile(system))) return undefined
  const pid = Number(readFileSync(pidFile(system), 'utf8'))
  try {
    process.kill(pid, 0)
    const runs = existsSync('/proc/self') ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : String(spawnSync('ps', ['-o', 'command=', '-p', String(pid)]).stdout)
    return runs.includes('server.mjs') && runs.includes(folder) ? pid : undefined
  } catch {
    return undefined
  }
}

async function answers(system) {
  try {
    const response = await fetch(`${addressOf(system)}/health`, { signal: AbortSignal.timeout(1000) })
    return (await response.json()).system === system
  } catch {
    return false
  }
}

async function start() {
  if (!existsSync(join(folder, 'truth.json'))) {
    console.log(`Making the data in ${shown(folder)} …`)
    generate(folder)
  }
  mkdirSync(join(folder, 'run'), { recursive: true })
  for (const system of chosen) {
    if (pidOf(system) !== undefined) continue
    const log = openSync(join(folder, 'run', `${system}.log`), 'w')
    const child = spawn(process.execPath, [join(here, 'server.mjs'), system, String(portOf(system)), folder], { detached: true, stdio: ['ignore', log, log] })
    writeFileSync(pidFile(system), String(child.pid))
    child.unref()
  }
  for (const system of chosen) {
    const until = Date.now() + 15000
    while (!(await answers(system))) {
      if (pidOf(system) === undefined || Date.now() > until) {
        const said = readFileSync(join(folder, 'run', `${system}.log`), 'utf8').trim().split('\n')[0]
        console.error(`${system} does not answer at ${addressOf(system)}: ${said || 'nothing in its log'}`)
        console.error(`Another port: EXAMPLE_${system.toUpperCase()}_PORT=<port>, see examples/online-shop/README.md`)
        process.exitCode = 1
        break
      }
      await pause(50)
    }
  }
  await status()
}

async function stop() {
  for (const system of chosen) {
    const pid = pidOf(system)
    if (pid !== undefined) {
      process.kill(pid, 'SIGTERM')
      for (let i = 0; i < 100 && pidOf(system) !== undefined; i++) await pause(50)
      if (pidOf(system) !== undefined) process.kill(pid, 'SIGKILL')
    }
    rmSync(pidFile(system), { force: true })
  }
}

async function reset() {
  const ran = chosen.filter((system) => pidOf(system) !== undefined)
  await stop()
  if (named.length === 0) generate(folder)
  else {
    const fresh = mkdtempSync(join(tmpdir(), 'example-'))
    generate(fresh)
    for (const system of named) {
      for (const name of [system, `${system}.json`, `${system}.sqlite`, `${system}.sqlite-wal`, `${system}.sqlite-shm`, `run/${system}.journal`]) {
        rmSync(join(folder, name), { recursive: true, force: true })
        if (existsSync(join(fresh, name))) cpSync(join(fresh, name), join(folder, name), { recursive: true })
      }
    }
    rmSync(fresh, { recursive: true })
  }
  if (ran.length > 0) await start()
  else await status()
}

async function status() {
  const rows = [['system', 'what it is', 'where', 'state', 'records']]
  for (const system of Object.keys(services)) {
    const up = pidOf(system) !== undefined && (await answers(system))
    rows.push([system, 'json-server', addressOf(system), up ? `runs (${pidOf(system)})` : 'stopped', await recordsOf(system, up)])
  }
  for (const system of ['backoffice', 'salesdesk']) {
    const file = join(folder, `${system}.sqlite`)
    rows.push([system, 'SQLite', shown(file), existsSync(file) ? 'ready' : 'no data yet', existsSync(file) ? countRows(file) : ''])
  }
  for (const system of ['goodsbook', 'tradebook']) {
    const place = join(folder, system)
    const files = existsSync(place) ? readdirSync(place).filter((name) => name.endsWith('.csv')) : []
    rows.push([system, 'CSV folder', shown(place), files.length > 0 ? 'ready' : 'no data yet', files.map((name) => `${name} ${Math.ceil(statSync(join(place, name)).size / 1024)} KB`).join(', ')])
  }
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)))
  for (const row of rows) console.log(row.map((value, i) => String(value).padEnd(widths[i])).join('  ').trimEnd())
}

async function recordsOf(system, up) {
  const file = join(folder, `${system}.json`)
  if (!up && !existsSync(file)) return ''
  const data = up ? await (await fetch(`${addressOf(system)}/db`)).json() : JSON.parse(readFileSync(file, 'utf8'))
  return Object.entries(data).map(([name, list]) => `${name} ${list.length}`).join(', ')
}

function countRows(file) {
  const db = new Database(file, { readonly: true })
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").pluck().all()
  const counts = tables.map((name) => `${name} ${db.prepare(`SELECT count(*) FROM ${name}`).pluck().get()}`)
  db.close()
  return counts.join(', ')
}

function shown(path) {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}

const commands = { start, stop: async () => { await stop(); await status() }, status, reset }
const stranger = named.find((system) => !(system in services) && !others.includes(system))
if (commands[command] === undefined || stranger !== undefined) {
  console.error(stranger === undefined ? 'Usage: start|stop|status|reset [system …]' : `There is no system ${stranger}. Systems: ${[...Object.keys(services), ...others].join(', ')}`)
  process.exitCode = 2
} else await commands[command]()
