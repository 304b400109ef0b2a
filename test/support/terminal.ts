/** A command in a real terminal (`script` of util-linux makes one): what it shows can be waited for, keys can be pressed, the window can be closed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'

/** Why there is no terminal on this machine; undefined: there is one. */
export const noTerminal: string | undefined = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0 ? undefined : '`script` of util-linux is not there, so no terminal can be made.'

export const KEYS = { enter: '\r', down: '\u001B[B', up: '\u001B[A', space: ' ', escape: '\u001B', interrupt: '\u0003' } as const

export interface TerminalOptions {
  readonly cwd: string
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
}

export class TestTerminal {
  /** Everything that was shown, as it came. */
  raw = ''
  readonly #child: ChildProcess
  readonly ended: Promise<number | null>
  #from = 0

  constructor(command: readonly string[], { cwd, columns = 100, env = {} }: TerminalOptions) {
    const quoted = command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ')
    // The shell says which process the command is, so that it alone can be killed.
    this.#child = spawn('script', ['-qefc', `stty rows 50 cols ${columns}; echo "<$$>"; exec ${quoted}`, '/dev/null'], { cwd, env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: '1', FORCE_COLOR: undefined, CI: undefined, ...env } })
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => void (this.raw += text))
    this.ended = new Promise((resolve) => void this.#child.on('exit', (code) => resolve(code)))
  }

  /** Without the signs that move the cursor. */
  get shown(): string {
    return stripVTControlCharacters(this.raw)
  }
  get pid(): number {
    return Number(/<(\d+)>/.exec(this.raw)![1])
  }

  /** Waits until this is shown, after what was waited for before. */
  async until(text: string | RegExp, ms = 60_000): Promise<void> {
    const begun = performance.now()
    for (;;) {
      const rest = this.shown.slice(this.#from)
      const at = typeof text === 'string' ? rest.indexOf(text) : rest.search(text)
      if (at >= 0) {
        this.#from += at + (typeof text === 'string' ? text.length : 1)
        return
      }
      if (performance.now() - begun > ms) throw new Error(`never shown: ${String(text)}\n${rest.slice(-3_000)}`)
      await pause(15)
    }
  }

  /** Keys one after the other, as fingers press them. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#child.stdin!.write(key)
      await pause(40)
    }
  }
  async type(text: string): Promise<void> {
    await this.press(text, KEYS.enter)
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal)
  }
  /** As if the window were closed. */
  close(): void {
    this.#child.kill('SIGKILL')
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms))
