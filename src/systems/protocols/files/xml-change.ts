/** One record of an XML file with other values: what does not change stays as it is written, comments and blanks included. */
import { SaxesParser } from 'saxes'
import { Numeral } from '../../contract.ts'
import type { Native, NativeRecord } from '../../contract.ts'
import { elementXml, leafText, xmlAttribute, xmlScalar, xmlText } from '../../xml-values.ts'

interface Node {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly start: number
  /** Behind the `>` of its start tag, and before the `<` of its end tag. */
  readonly open: number
  close: number
  end: number
  readonly selfClosing: boolean
  readonly children: Node[]
  text: string
}

const isObject = (value: Native | undefined): value is NativeRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)

function nodeOf(raw: string): Node {
  const parser = new SaxesParser<{ xmlns?: false }>()
  const open: Node[] = []
  let root: Node | undefined
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', (tag) => {
    const { position } = parser
    const node: Node = { name: tag.name, attributes: tag.attributes, start: raw.lastIndexOf('<', position - 1), open: position, close: position, end: position, selfClosing: tag.isSelfClosing, children: [], text: '' }
    open.at(-1)?.children.push(node)
    root ??= node
    open.push(node)
  })
  const text = (more: string): void => {
    const node = open.at(-1)
    if (node) node.text += more
  }
  parser.on('text', text)
  parser.on('cdata', text)
  parser.on('closetag', () => {
    const node = open.pop()!
    node.end = parser.position
    node.close = node.selfClosing ? node.open : raw.lastIndexOf('<', node.end - 1)
  })
  parser.write(raw).close()
  return root!
}

/** The record's text with these top-level values changed; `null` empties an element. */
export const changedXml = (raw: string, change: NativeRecord): string => new Changer(raw).element(nodeOf(raw), change)

class Changer {
  readonly #raw: string
  constructor(raw: string) {
    this.#raw = raw
  }

  element(node: Node, change: NativeRecord): string {
    const attributes = new Map<string, Native>()
    const beside = new Map<string, Map<string, Native>>()
    const children = new Map<string, readonly Native[]>()
    let text: Native | undefined
    for (const key of Object.keys(change)) {
      const at = key.indexOf('@')
      if (at === 0) attributes.set(key.slice(1), change[key]!)
      else if (at > 0) beside.set(key.slice(0, at), (beside.get(key.slice(0, at)) ?? new Map<string, Native>()).set(key.slice(at + 1), change[key]!))
      else if (key === '#text') text = change[key]!
      else children.set(key, Array.isArray(change[key]) ? (change[key] as Native[]) : [change[key]!])
    }
    if (node.children.length === 0 && children.size === 0 && beside.size === 0) {
      return text === undefined ? this.#written(node, attributes, this.#raw.slice(node.open, node.close)) : this.#leaf(node, text, attributes)
    }
    return this.#written(node, attributes, this.#inner(node, children, beside))
  }

  #inner(node: Node, children: ReadonlyMap<string, readonly Native[]>, beside: ReadonlyMap<string, ReadonlyMap<string, Native>>): string {
    const parts: string[] = []
    const met = new Map<string, number>()
    const lead = this.#leadIn(node)
    let at = node.open
    for (const child of node.children) {
      const before = this.#raw.slice(at, child.start)
      at = child.end
      const index = met.get(child.name) ?? 0
      met.set(child.name, index + 1)
      const items = children.get(child.name)
      const attributes = index === 0 ? beside.get(child.name) : undefined
      if (items === undefined && attributes === undefined) parts.push(before, this.#raw.slice(child.start, child.end))
      else if (items !== undefined && index >= items.length) parts.push(before.trim() === '' ? '' : before)
      else parts.push(before, this.#changed(child, items?.[index], attributes))
      const last = !node.children.some((other) => other.start > child.start && other.name === child.name)
      if (last && items !== undefined) for (const item of items.slice(index + 1)) parts.push(lead + elementXml(child.name, item, `${lead}  `))
    }
    for (const [name, items] of children) {
      if (!met.has(name)) for (const [i, item] of items.entries()) parts.push(lead + elementXml(name, item, lead === '' ? '' : `${lead}  `, i === 0 ? besides(beside.get(name)) : []))
    }
    for (const [name, held] of beside) {
      if (!met.has(name) && !children.has(name) && besides(held).length > 0) parts.push(lead + elementXml(name, null, '', besides(held)))
    }
    const rest = this.#raw.slice(at, node.close)
    parts.push(node.children.length === 0 && lead !== '' ? lead.slice(0, -2) : rest)
    return parts.join('')
  }

  #changed(node: Node, value: Native | undefined, beside: ReadonlyMap<string, Native> | undefined): string {
    if (isObject(value)) return this.element(node, value)
    const attributes = beside ?? new Map<string, Native>()
    return value === undefined ? this.#written(node, attributes, this.#raw.slice(node.open, node.close)) : this.#leaf(node, value, attributes)
  }

  #leaf(node: Node, value: Native, changed: ReadonlyMap<string, Native>): string {
    const text = xmlScalar(value)
    const kept = node.children.length === 0 && (leafText(node.text) ?? '') === text
    // An element that said it was nothing would go on saying so.
    const attributes = text !== '' && Object.hasOwn(node.attributes, 'xsi:nil') ? new Map([...changed, ['xsi:nil', null] as const]) : changed
    return this.#written(node, attributes, kept ? this.#raw.slice(node.open, node.close) : xmlText(text))
  }

  #written(node: Node, changed: ReadonlyMap<string, Native>, inner: string): string {
    let tag = this.#raw.slice(node.start, node.open).replace(/\s*\/?>$/, '')
    if (changed.size > 0) {
      const all = new Map<string, Native>(Object.entries(node.attributes))
      for (const [name, value] of changed) all.set(name, value)
      tag = `<${node.name}${[...all].filter(([, value]) => value !== null).map(([name, value]) => ` ${name}="${xmlAttribute(xmlScalar(value))}"`).join('')}`
    }
    if (inner === '') return node.selfClosing || node.open === node.close ? (changed.size === 0 ? this.#raw.slice(node.start, node.end) : `${tag}/>`) : `${tag}/>`
    return `${tag}>${inner}${node.selfClosing ? `</${node.name}>` : this.#raw.slice(node.close, node.end)}`
  }

  /** What stands before a child: as before the last one there is. */
  #leadIn(node: Node): string {
    const last = node.children.at(-1)
    if (last === undefined) return '\n    '
    const before = node.children.at(-2)?.end ?? node.open
    return /\s*$/.exec(this.#raw.slice(before, last.start))![0]
  }
}

const besides = (held: ReadonlyMap<string, Native> | undefined): (readonly [string, string])[] =>
  [...(held ?? [])].filter(([, value]) => value !== null).map(([name, value]) => [name, xmlScalar(value)] as const)
