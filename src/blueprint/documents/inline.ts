/**
 * Text of the plan as runs: `*emphasis*`, `**strong**`, `` `code` ``, links to http(s). Everything else is the text itself,
 * markup of other formats included. One pass, no pattern that could be led to look twice.
 */
import type { Inline, Run } from './document.ts'

type Style = { readonly [K in 'strong' | 'emphasis' | 'code']?: true }

const LINK_AT = /\[([^[\]\n]{1,300})\]\((https?:\/\/[^\s()<>"']{1,1000})\)/y
const ADDRESS_AT = /https?:\/\/[^\s<>()[\]"'`*]{1,1000}/y

/** Signs that end a sentence, not an address. */
const withoutEnd = (address: string): string => address.replace(/[.,;:!?]+$/, '')

export function rich(text: string): Inline {
  const runs: Run[] = []
  let kept = ''
  let style: Style = {}
  const flush = (): void => {
    if (kept !== '') runs.push({ text: kept, ...style })
    kept = ''
  }
  const turn = (which: 'strong' | 'emphasis'): void => {
    flush()
    const { [which]: was, ...rest } = style
    style = was ? rest : { ...rest, [which]: true }
  }
  for (let at = 0; at < text.length;) {
    const sign = text[at]!
    if (sign === '\\' && /[*`[\]\\]/.test(text[at + 1] ?? '')) {
      kept += text[at + 1]!
      at += 2
      continue
    }
    if (sign === '`') {
      const end = text.indexOf('`', at + 1)
      if (end > at + 1) {
        flush()
        runs.push({ text: text.slice(at + 1, end), code: true })
        at = end + 1
        continue
      }
    } else if (sign === '*') {
      const double = text.startsWith('**', at)
      const mark = double ? '**' : '*'
      const which = double ? 'strong' : 'emphasis'
      const inner = text[at + mark.length]
      // Opens before a letter if the same mark closes later; 2 * 3 is arithmetic.
      const opens = style[which] === undefined && inner !== undefined && !/[\s*]/.test(inner) && closes(text, at + mark.length + 1, mark)
      const ends = style[which] !== undefined && !/\s/.test(text[at - 1] ?? ' ')
      if (opens || ends) {
        turn(which)
        at += mark.length
        continue
      }
    } else if (sign === '[') {
      LINK_AT.lastIndex = at
      const link = LINK_AT.exec(text)
      if (link) {
        flush()
        runs.push({ text: link[1]!, ...style, target: { url: link[2]! } })
        at += link[0].length
        continue
      }
    } else if (sign === 'h') {
      ADDRESS_AT.lastIndex = at
      const found = ADDRESS_AT.exec(text)
      if (found && !/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ')) {
        const address = withoutEnd(found[0])
        flush()
        runs.push({ text: address, ...style, target: { url: address } })
        at += address.length
        continue
      }
    }
    kept += sign
    at += 1
  }
  flush()
  return runs
}

function closes(text: string, from: number, mark: string): boolean {
  // Emphasis that spans more than this is none; so a text of nothing but marks is not looked through again and again.
  const near = text.slice(from, from + 1000)
  for (let at = near.indexOf(mark); at !== -1; at = near.indexOf(mark, at + 1)) if (!/\s/.test(near[at - 1] ?? text[from - 1]!)) return true
  return false
}
