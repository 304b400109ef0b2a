/** Paths into an answer, as the plan language writes them: `a.b`, `a.0`, `a(type=email).value`, `a."odd name"`. Own keys only. */
import { type Native, type NativeRecord, Numeral } from './contract.ts'

interface Step {
  readonly name: string
  readonly quoted: boolean
  readonly where?: readonly [string, string]
}

const STEP = /(?:"((?:[^"\\]|\\.)*)"|([^."()]+))(?:\(([^=()]+)=([^()]*)\))?(\.|$)/y
const cache = new Map<string, readonly Step[] | undefined>()

/** Undefined: this is no path. */
export function steps(path: string): readonly Step[] | undefined {
  if (cache.has(path)) return cache.get(path)
  const found: Step[] = []
  let at = 0
  let open = true
  while (at < path.length) {
    STEP.lastIndex = at
    const match = STEP.exec(path)
    if (!match) return undefined
    const name = match[1] === undefined ? match[2]! : match[1].replaceAll(/\\(.)/g, '$1')
    found.push({
      name,
      quoted: match[1] !== undefined,
      ...(match[3] === undefined ? {} : { where: [match[3].trim(), match[4]!.trim()] as const }),
    })
    at = STEP.lastIndex
    open = match[5] === '.'
  }
  const result = found.length > 0 && !open ? found : undefined
  if (cache.size < 10_000) cache.set(path, result)
  return result
}

export const isMap = (value: Native | undefined): value is NativeRecord =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)

/** The value at `path`; undefined: not there. The empty path is the value itself. `filled`: what a condition of the path means. */
export function at(value: Native | undefined, path: string, filled?: (wanted: string) => string | undefined): Native | undefined {
  if (path === '') return value
  // Flat names that look like paths (`contact.email` as one column) win over stepping.
  if (isMap(value) && Object.hasOwn(value, path)) return value[path]
  let here = value
  for (const step of steps(path) ?? []) {
    if (Array.isArray(here) && !step.quoted && /^\d{1,9}$/.test(step.name)) here = here[Number(step.name)]
    else if (isMap(here) && Object.hasOwn(here, step.name)) here = here[step.name]
    else return undefined
    if (step.where) {
      const name = step.where[0]
      const wanted = filled === undefined ? step.where[1] : filled(step.where[1])
      here = Array.isArray(here) && wanted !== undefined ? here.find((item) => textOf(at(item, name)) === wanted) : undefined
    }
    if (here === undefined) return undefined
  }
  return steps(path) ? here : undefined
}

/** As `at`, where a step `*` stands for any name or place: the first value that is there. */
export function anyAt(value: Native | undefined, path: string): Native | undefined {
  const star = /^(?:(.*?)\.)?\*(?:\.(.*))?$/.exec(path)
  if (!star) return at(value, path)
  const held = at(value, star[1] ?? '')
  const inner = Array.isArray(held) ? held : isMap(held) ? Object.values(held) : []
  for (const one of inner) {
    const found = anyAt(one, star[2] ?? '')
    if (found !== undefined) return found
  }
  return undefined
}

/** Every value that is there, where a step `*` stands for each item of a list; none: an empty list. */
export function allAt(value: Native | undefined, path: string): Native[] {
  const star = /^(?:(.*?)\.)?\*(?:\.(.*))?$/.exec(path)
  if (!star) {
    const found = at(value, path)
    return found === undefined ? [] : [found]
  }
  const held = at(value, star[1] ?? '')
  return Array.isArray(held) ? held.flatMap((one) => allAt(one, star[2] ?? '')) : []
}

/** `whole` with another value at this path; a number names a place in a list that is there, and is a name elsewhere. */
export function placed(whole: Native | undefined, path: string, value: Native): Native {
  const go = (held: Native | undefined, [step, ...rest]: readonly Step[]): Native => {
    if (step === undefined) return value
    if (Array.isArray(held) && !step.quoted && /^\d{1,3}$/.test(step.name)) {
      const index = Number(step.name)
      return Array.from({ length: Math.max(held.length, index + 1) }, (_, place) => (place === index ? go(held[place], rest) : (held[place] ?? null)))
    }
    const result: Record<string, Native> = {}
    if (isMap(held)) for (const name of Object.keys(held)) put(result, name, held[name]!)
    put(result, step.name, go(Object.hasOwn(result, step.name) ? result[step.name] : undefined, rest))
    return result
  }
  return go(whole, steps(path) ?? [])
}

/** A scalar as text; null, lists and maps have none. */
export function textOf(value: Native | undefined): string | undefined {
  if (value === undefined || value === null || Array.isArray(value) || isMap(value)) return undefined
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value)
}

/** A new map with `value` at `path` (names only), for bodies that wrap what they carry. */
export function wrap(path: string, value: Native): Native {
  return (steps(path) ?? []).toReversed().reduce<Native>((inner, step) => {
    const map: Record<string, Native> = {}
    put(map, step.name, inner)
    return map
  }, value)
}

/** A key `__proto__` must become an own key, not a prototype. */
export function put(map: Record<string, Native>, name: string, value: Native): void {
  Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true })
}

/** `onto` with `changes` laid over it: maps are merged name by name, everything else is replaced. */
export function merged(onto: NativeRecord, changes: NativeRecord): NativeRecord {
  const result: Record<string, Native> = {}
  for (const name of Object.keys(onto)) put(result, name, onto[name]!)
  for (const name of Object.keys(changes)) {
    const change = changes[name]!
    const held = Object.hasOwn(onto, name) ? onto[name] : undefined
    put(result, name, isMap(change) && isMap(held) ? merged(held, change) : change)
  }
  return result
}

/** `record` without the values at these paths (names only). */
export function without(record: NativeRecord, paths: readonly string[]): NativeRecord {
  const cut = (map: NativeRecord, lists: readonly (readonly Step[])[]): NativeRecord => {
    const result: Record<string, Native> = {}
    for (const name of Object.keys(map)) {
      const here = lists.filter((list) => list[0]?.name === name)
      if (here.some((list) => list.length === 1)) continue
      const value = map[name]!
      put(result, name, here.length > 0 && isMap(value) ? cut(value, here.map((list) => list.slice(1))) : value)
    }
    return result
  }
  return paths.length === 0 ? record : cut(record, paths.map((path) => steps(path) ?? []))
}
