/** The little XML that workbooks are made of, read from text. No entities but the five of XML, no document types. */

export interface Tag {
  /** Without a prefix. */
  readonly name: string
  /** With it, as `x:`. */
  readonly prefix: string
  readonly kind: 'open' | 'close' | 'empty'
  /** Attributes as written; see `attribute`. */
  readonly text: string
  readonly start: number
  /** Behind the `>`. */
  readonly end: number
}

/** The next tag at or after `from`; undefined: none, or it is not whole. Comments, declarations and the like are no tags. */
export function nextTag(text: string, from: number): Tag | undefined {
  for (let start = text.indexOf('<', from); start >= 0; start = text.indexOf('<', start + 1)) {
    const first = text[start + 1]
    if (first === '?' || first === '!') continue
    const end = tagEnd(text, start + 1)
    if (end < 0) return undefined
    const closing = first === '/'
    const empty = text[end - 2] === '/'
    const from = start + (closing ? 2 : 1)
    let stop = from
    while (stop < end && !endsName(text.charCodeAt(stop))) stop += 1
    const full = text.slice(from, stop)
    const colon = full.indexOf(':')
    return {
      name: full.slice(colon + 1), prefix: full.slice(0, colon + 1), kind: closing ? 'close' : empty ? 'empty' : 'open',
      text: text.slice(stop, end - (empty ? 2 : 1)), start, end,
    }
  }
  return undefined
}

/** Blank, line end, `/` or `>`. */
const endsName = (code: number): boolean => code === 32 || code === 62 || code === 47 || code === 10 || code === 13 || code === 9

/** Behind the `>` that ends the tag; a `>` in an attribute does not. */
function tagEnd(text: string, from: number): number {
  let quote = 0
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (quote !== 0) {
      if (code === quote) quote = 0
    } else if (code === 34 || code === 39) quote = code
    else if (code === 62) return at + 1
  }
  return -1
}

/** Value of an attribute by its name with prefix. */
export function attribute(tag: Pick<Tag, 'text'>, name: string): string | undefined {
  const { text } = tag
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (at > 0 && !' \t\r\n'.includes(text[at - 1]!)) continue
    let equals = at + name.length
    while (' \t\r\n'.includes(text[equals] ?? 'x')) equals += 1
    if (text[equals] !== '=') continue
    equals += 1
    while (' \t\r\n'.includes(text[equals] ?? 'x')) equals += 1
    const quote = text[equals]
    if (quote !== '"' && quote !== "'") return undefined
    const end = text.indexOf(quote, equals + 1)
    return end < 0 ? undefined : decodeXml(text.slice(equals + 1, end))
  }
  return undefined
}

/** All opening and empty tags of a small document. */
export function* tagsOf(text: string): Generator<Tag> {
  for (let tag = nextTag(text, 0); tag; tag = nextTag(text, tag.end)) if (tag.kind !== 'close') yield tag
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

export function decodeXml(text: string): string {
  const plain = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text
  if (!plain.includes('&')) return plain
  return plain.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{2,4}));/g, (all, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
    if (name !== undefined) return ENTITIES[name] ?? all
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : all
  })
}

export const encodeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
