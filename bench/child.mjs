// Runs a program as its user would, and says how long it took, what it cost and how much memory it held.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const PLIMSOLL = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const LINUX = existsSync('/proc/self/stat')
const TICK_MS = 10
const LOOK_MS = 20

/** The variables of whoever calls, without those that would change what Plimsoll does. */
const environment = (more) => ({ ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PLIMSOLL_|NODE_OPTIONS$)/.test(name))), ...more })

/** `ms` is wall time from the start of the process to its end; `cpuMs` and `rssMb` (the most it held) are known on Linux only. */
export function run(command, args, { cwd, env = {}, input, timeoutMs = 1_200_000, expect = [0] } = {}) {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn(command, args, { cwd, env: environment(env), stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
    const out = []
    const err = []
    const used = { cpuMs: 0, rssMb: 0 }
    const looking = LINUX ? setInterval(() => Object.assign(used, usage(child.pid, used)), LOOK_MS) : undefined
    const ending = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    if (input !== undefined) child.stdin.end(input)
    child.stdout.on('data', (part) => out.push(part))
    child.stderr.on('data', (part) => err.push(part))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearInterval(looking)
      clearTimeout(ending)
      const answer = { ms: performance.now() - began, ...used, code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }
      if (expect.includes(code)) resolve(answer)
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}:\n${answer.stderr.slice(-2000)}${answer.stdout.slice(-2000)}`))
    })
  })
}

/** What a running process has used so far. */
export function usage(pid, before = { cpuMs: 0, rssMb: 0 }) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, rssMb: peak ? Number(peak[1]) / 1024 : before.rssMb }
  } catch {
    return before
  }
}

export const plimsoll = (args, options) => run(process.execPath, [PLIMSOLL, ...args], options)

/** The answer of a command with `--json`. */
export async function asked(args, options) {
  const done = await plimsoll([...args, '--json'], options)
  return { ...done, answer: JSON.parse(done.stdout) }
}
