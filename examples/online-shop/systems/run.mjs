// The example's systems: `node run.mjs start|stop|status|reset`. They listen on 127.0.0.1 only.
// PLIMSOLL_SYSTEM_<SYSTEM>_URL moves one to another port (the plan reads the same variable);
// PLIMSOLL_EXAMPLE_DATA keeps the data in another folder.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { defaultFolder, generate } from './generate.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const folder = resolve(process.env.PLIMSOLL_EXAMPLE_DATA ?? defaultFolder)
const services = { storefront: 7311, paydesk: 7312, parcelway: 7313 }
const addressOf = (system) => process.env[`PLIMSOLL_SYSTEM_${system.toUpperCase()}_URL`] ?? `http://127.0.0.1:${services[system]}`
const portOf = (system) => Number(new URL(addressOf(system)).port || 80)
const pidFile = (system) => join(folder, 'run', `${system}.pid`)

/** The process that this folder's pid file names, if it is still ours: a number may have been given to somebody else. */
function pidOf(system) {
  if (!existsSync(pidFile(system))) return undefined
  const pid = Number(readFileSync(pidFile(system), 'utf8'))
  try {
    process.kill(pid, 0)
    if (existsSync('/proc/self')) {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      if (!command.includes('server.mjs') || !command.includes(folder)) return undefined
    }
    return pid
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
  for (const system of Object.keys(services)) {
    if (pidOf(system) !== undefined) continue
    const log = openSync(join(folder, 'run', `${system}.log`), 'w')
    const child = spawn(process.execPath, [join(here, 'server.mjs'), system, String(portOf(system)), folder], { detached: true, stdio: ['ignore', log, log] })
    writeFileSync(pidFile(system), String(child.pid))
    child.unref()
  }
  for (const system of Object.keys(services)) {
    const until = Date.now() + 15000
    while (!(await answers(system))) {
      if (pidOf(system) === undefined || Date.now() > until) {
        const said = readFileSync(join(folder, 'run', `${system}.log`), 'utf8').trim().split('\n')[0]
        console.error(`${system} does not answer at ${addressOf(system)}: ${said || 'nothing in its log'}`)
        console.error(`Another port: PLIMSOLL_SYSTEM_${system.toUpperCase()}_URL=http://127.0.0.1:<port> (also for plimsoll)`)
        process.exitCode = 1
        break
      }
      await pause(50)
    }
  }
  await status()
}

async function stop() {
  for (const system of Object.keys(services)) {
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
  const ran = Object.keys(services).some((system) => pidOf(system) !== undefined)
  await stop()
  generate(folder)
  if (ran) await start()
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
const command = commands[process.argv[2] ?? 'status']
if (command === undefined) {
  console.error('Usage: run.mjs start|stop|status|reset')
  process.exitCode = 2
} else await command()
