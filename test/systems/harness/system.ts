/**
 * What a system for the tests is: real software that nobody here wrote, installed, started on the loopback interface, seeded and
 * stopped by us. Each system is one entry of `table.ts`; how it is started is in the file that is named after it.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Child, Run } from './processes.ts'

/** Where one started system lives. */
export interface Place {
  /** Its data; goes with it. */
  readonly folder: string
  /** Where its software was installed from npm, with the files of `software/<name>` beside it; Debian's packages are where Debian puts them. */
  readonly software: string
  /** Starts a process that belongs to the system: it is ended with it, with everything that it started in turn. */
  run(command: string, args: readonly string[], options?: Run): Child
  /** Runs a process to its end, with a time limit; its output, or an error with its last words. */
  finish(command: string, args: readonly string[], options?: Run & { readonly seconds?: number }): Promise<string>
  /** A free port of the loopback interface. */
  port(): Promise<number>
  /** The port at which the proxy will be asked: for servers that say their own address. */
  readonly front: number
  /** A user of this machine that exists as long as the system's data, the same at each start: for servers that let users of the machine in. */
  user(home: string, password: string): Promise<{ readonly name: string; readonly uid: number; readonly gid: number }>
}

/** A server that answers. */
export interface Answering {
  /** The port that the counting proxy goes in front of. */
  readonly port: number
  readonly version: string
  /** What is needed to talk to it, beside its address: user, password, token, folder … */
  readonly access: Readonly<Record<string, string | number>>
  /** Ports that are reached directly, without the proxy. */
  readonly beside?: Readonly<Record<string, number>>
  /** What the server wrote about itself: its own log. */
  log(): string
  /** For servers that ask to be stopped in a way of their own. The processes are ended after it in any case. */
  stop?(): Promise<void>
}

export interface SystemDefinition {
  readonly name: string
  readonly kind: string
  /** What the page calls it, where the catalogue does not say so. */
  readonly title?: string
  /**
   * `double`: what others wrote that behaves like the system. `description`: requests are held to what the maker published of the
   * interface, and answers are made up from it. Default: the server itself.
   */
  readonly proof?: 'double' | 'description'
  /**
   * Files of the Debian packages that `test/support/install-servers.sh <name>` installs: with all of them there, nothing is installed.
   * What comes from npm needs no word here: it has a lock file in `software/<name>`; what is made in another way has a `make.sh` there.
   */
  readonly programs?: readonly string[]
  /** What `npm ci` is told, where the lock was written with it. */
  readonly npm?: readonly string[]
  /** 'http': requests are counted by method and path; 'tcp': connections and bytes. */
  readonly speaks: 'http' | 'tcp'
  /** Scheme and path of the address: `{ scheme: 'http', path: '/admin-api' }`. */
  readonly address: { readonly scheme: string; readonly path?: string }
  /** Resident memory when it has started, in MB: measured. */
  readonly memory: number
  /** Seconds until it answers, from its seeded data: measured, and four times as much is waited. */
  readonly seconds: number
  /** Its data are in its memory: stopping it closes its address, and the process lives on. */
  readonly inMemory?: boolean
  /** Takes so long to install that it is not in `npm run test:systems`, but in `npm run test:systems:long`. */
  readonly long?: boolean
  /** Fills a folder with the data that each start begins with: done once per version of the software, then copied. */
  seed?(place: Place): Promise<void>
  start(place: Place): Promise<Answering>
}

/** The version that npm installed: for software that does not say it in an answer. */
export const installedVersion = (place: Place, name: string): string => (JSON.parse(readFileSync(join(place.software, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version

/** Servers refuse to run as root: then the user that their package made owns them. */
export function ownerOf(name: string): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }).trim())
  return { uid: id('-u'), gid: id('-g') }
}

/** The version of a Debian package: for servers that do not say their own. */
export const debianVersion = async (place: Place, name: string): Promise<string> => (await place.finish('dpkg-query', ['-W', '-f', '${Version}', name])).trim()
