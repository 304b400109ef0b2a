import { createHash } from 'node:crypto'
import type { PlanFolder } from './files.ts'

/** Everything outside the program on which the answer of a check rests, without any value of a variable. */
export interface LookedAt {
  /** File → hash of its content, and whether it is a link out of the folder. */
  readonly files: Readonly<Record<string, string>>
  /** Folder → hash of the names in it. */
  readonly folders: Readonly<Record<string, string>>
  /** Variables that were asked for. */
  readonly variables: readonly string[]
  /** A variable was set, or something else was read: the answer can't be had again from the files alone. */
  readonly more: boolean
}

type Variables = Readonly<Record<string, string | undefined>>

const hash = (of: string | Uint8Array): string => createHash('sha256').update(of).digest('base64url')
const fileHash = (folder: PlanFolder, name: string): string => `${hash(folder.read(name))}${folder.leadsOut?.(name) === true ? ' out' : ''}`
/** Only what a plan may include counts: beside it stand stores and data that change with every run. */
const namesHash = (names: readonly string[]): string => hash(names.filter((name) => /(?:\.(?:ya?ml|json)|\/)$/i.test(name) && name !== '.plimsoll/').toSorted().join('\n'))
const isSet = (variables: Variables, name: string): boolean => Object.hasOwn(variables, name) && variables[name] !== undefined

/** Notes what a load looks at while it goes on. */
export class Following {
  readonly folder: PlanFolder
  readonly variables: Variables
  readonly #files: Record<string, string> = {}
  readonly #folders: Record<string, string> = {}
  readonly #asked = new Set<string>()
  #more = false

  constructor(folder: PlanFolder, variables: Variables) {
    this.folder = {
      list: (of) => {
        const names = folder.list(of)
        this.#folders[of] = namesHash(names)
        return names
      },
      read: (name) => {
        const content = folder.read(name)
        this.#files[name] = `${hash(content)}${folder.leadsOut?.(name) === true ? ' out' : ''}`
        return content
      },
      ...(folder.leadsOut ? { leadsOut: (name: string) => folder.leadsOut!(name) } : {}),
    }
    const asked = (name: string | symbol): void => {
      if (typeof name !== 'string') return
      this.#asked.add(name)
      if (isSet(variables, name)) this.#more = true
    }
    this.variables = new Proxy(variables, {
      get: (of, name) => {
        asked(name)
        return Reflect.get(of, name) as unknown
      },
      getOwnPropertyDescriptor: (of, name) => {
        asked(name)
        return Reflect.getOwnPropertyDescriptor(of, name)
      },
    })
  }

  /** Something was read that this does not follow. */
  elsewhere(): void {
    this.#more = true
  }

  get at(): LookedAt {
    return { files: this.#files, folders: this.#folders, variables: [...this.#asked], more: this.#more }
  }
}

/** Whether a load would find everything as it was. */
export function isAsBefore(before: LookedAt, folder: PlanFolder, variables: Variables): boolean {
  if (before.more || before.variables.some((name) => isSet(variables, name))) return false
  try {
    return Object.entries(before.folders).every(([of, was]) => namesHash(folder.list(of)) === was) && Object.entries(before.files).every(([name, was]) => fileHash(folder, name) === was)
  } catch {
    return false
  }
}
