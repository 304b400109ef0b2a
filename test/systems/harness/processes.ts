/**
 * Processes of the systems: each in a group of its own, so that workers and grandchildren are ended with it, and known to a guard
 * that ends them when this process dies without having done so.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Run {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
  /** Given on the standard input, which is then closed. */
  readonly input?: string
}

export interface Child {
  readonly pid: number
  /** The last 64 KB of what it wrote, both streams. */
  output(): string
  ended(): boolean
  /** Ends it with its whole group: SIGTERM (or the named signal) first, SIGKILL after ten seconds. */
  end(signal?: NodeJS.Signals): Promise<void>
  /** Its exit code; 128 when a signal ended it. */
  readonly exit: Promise<number>
}

const KEEP = 65_536

let guard: ChildProcess | undefined
/** Tells the guard; the first time it is started. */
export function guarded(line: `${'+' | '-'}${'group' | 'folder' | 'user'} ${string}`): void {
  if (guard === undefined) {
    guard = spawn(process.execPath, [fileURLToPath(new URL('guard.mjs', import.meta.url))], {
      // Without this process's environment: who ends what carries a mark must not end the guard, which ends by itself.
      stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: { PATH: process.env['PATH'] ?? '' },
    })
    guard.stdin!.on('error', () => {})
    guard.unref()
    ;(guard.stdin as unknown as { unref(): void }).unref()
  }
  guard.stdin!.write(`${line}\n`)
}

/** Whether anything of the group still runs. What has ended and was not fetched by anybody (a machine whose first process does not do that) does not count. */
function alive(group: number): boolean {
  try {
    process.kill(-group, 0)
  } catch {
    return false
  }
  if (!existsSync('/proc/self/stat')) return true
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/u.test(name)) return false
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8')
      // After the name in brackets: state, parent, group.
      const [state, , of] = text.slice(text.lastIndexOf(')') + 2).split(' ')
      return Number(of) === group && state !== 'Z'
    } catch {
      return false
    }
  })
}
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, milliseconds) })

export function run(command: string, args: readonly string[], options: Run = {}): Child {
  const inherited: Record<string, string> = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', TZ: 'UTC' }
  const mark = process.env['PLIMSOLL_CI_MARK']
  if (mark !== undefined) inherited['PLIMSOLL_CI_MARK'] = mark
  const child = spawn(command, args, {
    detached: true, cwd: options.cwd, env: { ...inherited, ...options.env },
    ...(options.owner && { uid: options.owner.uid, gid: options.owner.gid }), stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: Buffer): void => { output = (output + chunk.toString()).slice(-KEEP) }
  child.stdout!.on('data', keep)
  child.stderr!.on('data', keep)
  if (options.input !== undefined) child.stdin!.end(options.input)
  const group = child.pid
  if (group !== undefined) guarded(`+group ${group}`)
  let gone = false
  const exit = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      output += `\n${error.message}`
      gone = true
      resolve(127)
    })
    child.once('exit', (code) => {
      gone = true
      resolve(code ?? 128)
    })
  })
  return {
    pid: group ?? -1, exit, output: () => output, ended: () => gone,
    async end(signal = 'SIGTERM') {
      if (group === undefined) return
      for (const [name, tries] of [[signal, 200], ['SIGKILL', 100]] as const) {
        if (!alive(group)) break
        try {
          process.kill(-group, name)
        } catch {
          break
        }
        for (let attempt = 0; attempt < tries && alive(group); attempt += 1) await pause(50)
      }
      guarded(`-group ${group}`)
    },
  }
}

export async function finish(command: string, args: readonly string[], options: Run & { readonly seconds?: number } = {}): Promise<string> {
  const child = run(command, args, options)
  const late = Symbol('late')
  let timer: NodeJS.Timeout | undefined
  const first = await Promise.race([child.exit, new Promise<typeof late>((resolve) => { timer = setTimeout(() => resolve(late), (options.seconds ?? 60) * 1000) })])
  clearTimeout(timer)
  await child.end()
  const lines = child.output().trim().split('\n')
  // Its first line is what people are shown: the one that says what is wrong.
  const last = `${lines.find((line) => /\berror\b|^E: |fatal/iu.test(line)) ?? lines.at(-1) ?? ''}\n${lines.join('\n').slice(-2000)}`
  if (first === late) throw new Error(`${command} took longer than ${options.seconds ?? 60} s and was ended: ${last}`)
  if (first !== 0) throw new Error(`${command} ended with ${first}: ${last}`)
  return child.output()
}

/** Tries until the attempt succeeds; when the process ended meanwhile, its last words are the error. */
export async function until<Answer>(what: string, seconds: number, child: Child | undefined, attempt: () => Promise<Answer>): Promise<Answer> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    if (child?.ended() === true) throw new Error(`${what} did not start: ${child.output().trim().slice(-2000)}`)
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > end) throw new Error(`${what} does not answer after ${seconds} s: ${(error as Error).message}; ${child?.output().trim().slice(-2000) ?? ''}`, { cause: error })
    }
    await pause(100)
  }
}
