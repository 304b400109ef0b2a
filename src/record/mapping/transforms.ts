/** The named transforms of a mapping's `transform`: text to text, applied on reading only. Each takes time linear in its text. */

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss', ẞ: 'SS', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ø: 'o', Ø: 'O', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', þ: 'th', Þ: 'TH', ı: 'i',
}
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ndash: '–', mdash: '—', hellip: '…', euro: '€', copy: '©', reg: '®', shy: '' }
/** After these tags a new line begins. */
const BREAKS = new Set(['br', 'p', 'div', 'li', 'tr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'table', 'section', 'article', 'blockquote'])
/** Their content is no text. */
const SILENT = new Set(['script', 'style', 'template', 'noscript'])

const collapse = (text: string): string => text.replace(/\s+/gu, ' ').trim()

export const TRANSFORMS: ReadonlyMap<string, (text: string) => string> = new Map([
  ['trim', (text) => text.trim()],
  ['collapse', collapse],
  ['upper', (text) => text.toUpperCase()],
  ['lower', (text) => text.toLowerCase()],
  ['title', (text) => text.toLowerCase().replace(/(?<![\p{L}\p{M}\p{N}'’])\p{L}/gu, (letter) => letter.toUpperCase())],
  ['digits', (text) => text.replace(/\D/gu, '')],
  ['fold', (text) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[ßẞæÆœŒøØłŁđĐðÐþÞı]/gu, (letter) => LETTERS[letter] ?? letter).normalize('NFC')],
  ['html_to_text', htmlToText],
] satisfies [string, (text: string) => string][])

function htmlToText(html: string): string {
  let text = ''
  let at = 0
  let silent = ''
  while (at < html.length) {
    const open = html.indexOf('<', at)
    if (open === -1) break
    if (!silent) text += html.slice(at, open)
    // A `<` that begins no tag is text.
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9]*|!--)/.exec(html.slice(open, open + 32))
    if (!tag) {
      if (!silent) text += '<'
      at = open + 1
      continue
    }
    const end = tag[2] === '!--' ? html.indexOf('-->', open) : html.indexOf('>', open)
    // Without an end there is none further on either: the rest is text.
    if (end === -1) {
      at = open
      break
    }
    const name = tag[2]!.toLowerCase()
    if (silent) {
      if (tag[1] && name === silent) silent = ''
    } else if (!tag[1] && SILENT.has(name)) silent = name
    else if (BREAKS.has(name)) text += '\n'
    at = end + (tag[2] === '!--' ? 3 : 1)
  }
  if (!silent) text += html.slice(at)
  return text
    .replace(/&(#x?[0-9a-fA-F]{1,6}|[a-z]{2,6});/gu, (whole, entity: string) => decode(entity) ?? whole)
    .split('\n')
    .map(collapse)
    .filter((line) => line !== '')
    .join('\n')
}

function decode(entity: string): string | undefined {
  if (!entity.startsWith('#')) return ENTITIES[entity]
  const code = entity[1] === 'x' ? Number.parseInt(entity.slice(2), 16) : Number.parseInt(entity.slice(1), 10)
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : undefined
}
