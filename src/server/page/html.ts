/** Pages without a framework: text is escaped unless it was made here. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | null | undefined | false | readonly Part[]

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (c) => ESCAPED[c]!)

function textOf(part: Part): string {
  if (part instanceof Html) return part.text
  if (part === null || part === undefined || part === false) return ''
  if (typeof part === 'string') return escape(part)
  if (typeof part === 'number') return part.toLocaleString('en')
  return part.map(textOf).join('')
}

/** Values between quotes are escaped for there too; no other place of a tag may take a value. */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Html => new Html(texts.reduce((all, text, i) => all + textOf(parts[i - 1]) + text))

/** A sentence for people in which `words` are to be typed. */
export const prose = (text: string): Html => new Html(escape(text).replaceAll(/`([^`]{1,300})`/g, '<code>$1</code>'))
