/** Names of files: which ones a resource means, and which are only being made. */
import { PlimsollError } from '../../contract.ts'
import type { Pattern } from './place.ts'

/** A resource as a pattern. */
export function patternOf(resource: string): Pattern {
  const parts = resource.split('/')
  const bad = resource === '' || /[\0\\]/.test(resource) || parts.some((part) => part === '' || part === '.' || part === '..') || /^[a-z]:/i.test(resource)
  if (bad) throw new PlimsollError('files.pattern', `${JSON.stringify(resource)} names no file inside the folder.`, { place: resource })
  const name = parts.pop()!
  if (parts.some((part) => /[*?]/.test(part))) throw new PlimsollError('files.pattern', `${JSON.stringify(resource)} has \`*\` or \`?\` in the name of a folder; they may stand in the last part only.`, { place: resource })
  return { under: parts.join('/'), name, wild: /[*?]/.test(name) }
}

/** `*` any text, `?` one character. Takes time by the length of both only, however many `*` there are. */
export function matches(pattern: string, name: string): boolean {
  let p = 0
  let star = -1
  let from = 0
  for (let n = 0; n < name.length; ) {
    if (pattern[p] === '*') {
      star = p
      p += 1
      from = n
    } else if (pattern[p] === '?' || pattern[p] === name[n]) {
      p += 1
      n += 1
    } else if (star >= 0) {
      p = star + 1
      from += 1
      n = from
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}

/** Names under which programs keep what is not finished: ours, transfers, browsers, office programs, editors. */
const UNFINISHED = /^(\.|~\$)|(\.(tmp|temp|part|partial|filepart|crdownload|download|swp|writing)|~)$/i

export const isUnfinished = (name: string): boolean => UNFINISHED.test(name)

export const temporaryName = (name: string): string => `.${name}.plimsoll.tmp`

/** A file under this name has been read and is on its way out; it begins with a dot, so it is not read again. */
const CLAIMED = /^\.(.+)\.plimsoll\.read$/
export const claimedName = (name: string): string => `.${name}.plimsoll.read`
/** The name that a claimed file had; undefined: it is none. */
export const nameOfClaimed = (name: string): string | undefined => CLAIMED.exec(name)?.[1]

/** Another name for a file whose own is taken. */
export function numbered(path: string, with_: string): string {
  const ending = /(?:\.[^./\\]{1,8})?\.gz$|\.[^./\\]*$/i.exec(path)?.[0] ?? ''
  return `${path.slice(0, path.length - ending.length)}.${with_}${ending}`
}

/** The names to try for the `n`-th time. */
export const freeName = (name: string, n: number, now: number): string => {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return n === 0 ? name : numbered(name, n === 1 ? stamp : `${stamp}-${n}`)
}
