/** Plain paths into what a message says: `a.b.0`. Own keys only. */
import { type Native, type NativeRecord, Numeral } from '../../contract.ts'

export const isMap = (value: Native | undefined): value is NativeRecord =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)

/** undefined: not there. The empty path is the value itself; a name that looks like a path wins over stepping. */
export function valueAt(value: Native | undefined, path: string): Native | undefined {
  if (path === '') return value
  if (isMap(value) && Object.hasOwn(value, path)) return value[path]
  let here = value
  for (const step of path.split('.')) {
    if (Array.isArray(here) && /^\d{1,9}$/.test(step)) here = here[Number(step)]
    else if (isMap(here) && Object.hasOwn(here, step)) here = here[step]
    else return undefined
  }
  return here
}

/** A key `__proto__` must become an own key, not a prototype. */
export function put(map: Record<string, Native>, name: string, value: Native): void {
  Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true })
}

/** Lays `value` at `path` of `onto`, making the maps on the way. The empty path lays its entries beside what is there. */
export function layAt(onto: Record<string, Native>, path: string, value: Native): void {
  if (path === '') {
    if (isMap(value)) for (const name of Object.keys(value)) put(onto, name, value[name]!)
    return
  }
  const steps = path.split('.')
  let here = onto
  for (const step of steps.slice(0, -1)) {
    const next = Object.hasOwn(here, step) ? here[step] : undefined
    const map = isMap(next) ? (next as Record<string, Native>) : {}
    put(here, step, map)
    here = map
  }
  put(here, steps.at(-1)!, value)
}

/** A single value as text; null, lists and maps have none. */
export function textOf(value: Native | undefined): string | undefined {
  if (value === undefined || value === null || Array.isArray(value) || isMap(value)) return undefined
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value)
}
