/** Names that the author of a plan chooses, and the nearest right one for a name that does not exist (plan-language §3.3). */
import type { Wrong } from './values.ts'

const NAME = /^[a-z][a-z0-9_]{0,59}$/

/** The source of the name rule, for the JSON Schema. */
export const NAME_PATTERN = NAME.source

/** Words with a meaning of their own in plans, rules (§8), CEL and JavaScript. */
export const RESERVED: ReadonlySet<string> = new Set([
  'plimsoll', 'plimsoll_store', 'none', 'same', 'id', 'record',
  'latest', 'fill', 'union', 'longest', 'highest', 'lowest', 'ask',
  'true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop',
  'package', 'namespace', 'return', 'var', 'void', 'while',
  'constructor', 'prototype',
])

/** What is wrong with a name, or undefined. */
export function nameProblem(name: string): (Wrong & { readonly id: 'bad-name' | 'reserved-name' }) | undefined {
  if (RESERVED.has(name)) {
    return { id: 'reserved-name', says: `\`${name}\` has a meaning of its own and can't be a name.`, mend: `Choose another one, for example \`${name}_1\` or a fuller word.` }
  }
  if (NAME.test(name)) return undefined
  const better = toName(name)
  const says = name.length > 60
    ? `\`${name.slice(0, 40)}…\` is longer than 60 signs.`
    : `\`${name}\` is no name: a name has small letters a-z, digits and _, and begins with a letter.`
  return { id: 'bad-name', says, mend: better ? `Write \`${better}\`; the label for people is \`name:\`.` : 'Choose another one; the label for people is `name:`.' }
}

/** `Online-Shop (PL)` → `online_shop_pl`; undefined where nothing is left. */
export function toName(text: string): string | undefined {
  const name = text.slice(0, 200)
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
    .replaceAll('ł', 'l').replaceAll('Ł', 'L').replaceAll('ß', 'ss')
    .normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^[_0-9]+|_+$/g, '').slice(0, 60).replace(/_+$/, '')
  return NAME.test(name) && !RESERVED.has(name) ? name : undefined
}

/** The label of an element that has none: `order_to_delivery` → `Order to delivery`. */
export const labelOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')

/**
 * The candidate that was probably meant, or undefined. Slips count as one each (a sign too many, too few, another one, two
 * changed places); case and `-` for `_` don't count. At most a third of the name may be wrong. First one wins a tie.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > 100) return undefined
  const wanted = fold(name)
  let best: string | undefined
  let limit = Math.max(1, Math.floor(wanted.length / 3)) + 1
  if (wanted.length <= 1) limit = 1
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - wanted.length) >= limit) continue
    const slips = slipsBetween(wanted, fold(candidate), limit)
    if (slips >= limit) continue
    best = candidate
    limit = slips
    if (slips === 0) break
  }
  return best
}

const fold = (name: string): string => name.toLowerCase().replaceAll('-', '_')

/** Optimal string alignment distance; `limit` when it is at least that. */
function slipsBetween(first: string, second: string, limit: number): number {
  // What both begin and end with costs nothing; names of one plan often differ only in the middle.
  let start = 0
  while (start < first.length && first[start] === second[start]) start += 1
  let end = 0
  while (end < Math.min(first.length, second.length) - start && first.at(-1 - end) === second.at(-1 - end)) end += 1
  const a = first.slice(start, first.length - end)
  const b = second.slice(start, second.length - end)
  if (a === '' || b === '') return Math.min(limit, a.length + b.length)
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let slips = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) slips = Math.min(slips, before[j - 2]! + 1)
      row.push(slips)
      if (slips < least) least = slips
    }
    // A swap reaches back two rows, so one row above the limit is not yet the end.
    if (least > limit) return limit
    before = last
    last = row
  }
  return last[b.length]!
}
