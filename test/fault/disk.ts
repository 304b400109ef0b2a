/** A small disk of its own that can be filled, enlarged and made read-only. Needs the right to mount, as root has. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
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
    const { bavail, bsize } = statfsSync(this.#at)
    const file = join(this.#at, 'filler')
    writeFileSync(file, Buffer.alloc(bavail * bsize))
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
