/** A story: systems with data, and stages in which people change something and a command is run. Each stage can be played again. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Driven } from './machine.ts'
import type { CrashPoint } from '../../src/store/crash-points.ts'
import { Project, type Row } from '../e2e/project.ts'

export interface World {
  readonly project: Project
  /** Data of the servers that take part. */
  readonly servers: readonly Record<string, Row[]>[]
  close(): Promise<void>
}

export interface Stage {
  readonly name: string
  /** What people did since the stage before. */
  readonly before?: (world: World) => void | Promise<void>
  /** The command that dies. */
  readonly words: (world: World) => readonly string[] | Promise<readonly string[]>
  /** Steps at which a second process dies too, after the first one died at `after`. */
  readonly again?: readonly (readonly [after: CrashPoint, at: CrashPoint])[]
  /** What happens to a command that goes on by itself, until it is stopped. */
  readonly drive?: (world: World, serving: Driven) => Promise<void>
  /** What was the matter is put right, before it is started again. */
  readonly mend?: (world: World) => void
  /** Throws when the systems do not hold what they must; reads the systems themselves. */
  readonly judge: (world: World) => void
  /** What must be as if nothing had happened. */
  readonly same?: (world: World) => unknown
}

export interface Story {
  readonly name: string
  readonly open: () => Promise<World>
  readonly stages: readonly Stage[]
  /** Points of each stage at which it is killed besides, drawn by lot. */
  readonly points: number
  /** Steps that this story is there for; each is died at once at least. */
  readonly shows: RegExp
}

/** Everything that a stage begins with: the folder with the store, databases and files, and what the servers hold. */
export class Snapshot {
  readonly #folder = mkdtempSync(join(tmpdir(), 'plimsoll-story-'))
  readonly #data: string
  readonly #world: World
  constructor(world: World) {
    this.#world = world
    cpSync(world.project.folder, this.#folder, { recursive: true, preserveTimestamps: true })
    this.#data = JSON.stringify(world.servers)
  }
  restore(): void {
    const { project, servers } = this.#world
    rmSync(project.folder, { recursive: true, force: true })
    cpSync(this.#folder, project.folder, { recursive: true, preserveTimestamps: true })
    const data = JSON.parse(this.#data) as Record<string, Row[]>[]
    for (const [i, server] of servers.entries()) {
      for (const [name, rows] of Object.entries(data[i]!)) server[name]!.splice(0, Infinity, ...rows)
    }
  }
  done(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
