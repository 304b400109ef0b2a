/** A small disk of its own that can be filled, enlarged and made read-only. Needs the right to mount, as root has. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const mount = (...words: readonly string[]): void => void execFileSync('mount', [...words], { stdio: ['ignore', 'ignore', 'pipe'] })

export class Disk {
  readonly #at: string
  constructor(at: string, kilobytes: number) {
    this.#at = at
    mkdirSync(at, { recursive: true })
    mount('-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', at)
  }
  resize(kilobytes: number): void {
    mount('-o', `remount,size=${kilobytes}k`, this.#at)
  }
  readOnly(yes: boolean): void {
    mount('-o', `remount,${yes ? 'ro' : 'rw'}`, this.#at)
  }
  /** Takes all room that is left, until it is given back. */
  fill(): { giveBack(): void } {
    const file = join(this.#at, 'filler')
    try {
      // Somebody else may take room meanwhile: until there is none.
      for (;;) appendFileSync(file, Buffer.alloc(4_096))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
    return { giveBack: () => rmSync(file) }
  }
  done(): void {
    execFileSync('umount', ['-l', this.#at])
  }
}

/** Why there can't be one here; undefined: there can. */
export function noDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-disk-'))
  try {
    new Disk(folder, 64).done()
    return undefined
  } catch (error) {
    return (error as Error).message.trim().split('\n').at(-1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
