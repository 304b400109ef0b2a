/** What somebody types as an answer, as a value of the plan: `shop; crm`, `5 minutes`, `{ every: 5 minutes }`, `email: email, name`. */
import type { Kept } from '../../plan/model.ts'
import { readYaml } from '../../plan/read-yaml.ts'
import { type ListOf, type MapOf, resolve, type Schema } from '../../plan/schema/kinds.ts'
import { SCALARS } from '../../plan/schema/scalars.ts'
import { valueOf } from '../../plan/write/content.ts'
import { isWrong } from '../../plan/values.ts'

export type Typed = { readonly value: Kept } | { readonly says: string; readonly mend?: string }

export function typed(schema: Schema, text: string, key: string): Typed {
  const kind = resolve(schema)
  const given = text.trim()
  if (given.startsWith('{') || (given.startsWith('[') && kind.is !== 'scalar')) return written(given)
  switch (kind.is) {
    case 'scalar': {
      const read = SCALARS[kind.scalar].read(given, key)
      return isWrong(read) ? read : { value: given }
    }
    case 'list': return { value: items(kind, given) }
    case 'map': return named(kind, given)
    case 'shape': {
      if (kind.words && Object.hasOwn(kind.words, given)) return { value: given }
      return kind.main === undefined ? written(`{ ${given} }`) : typed(kind.keys[kind.main]!.value, given, kind.main)
    }
    case 'form': return /^[^\s:]+: /.test(given) ? typed(kind.map, given, key) : typed(kind.other, given, key)
    default: return { value: given }
  }
}

/** Names are parted by commas, sentences by semicolons only; a single item stands alone. */
function items(kind: ListOf, given: string): Kept {
  const of = resolve(kind.of)
  const isSentence = of.is === 'scalar' && (of.scalar === 'text' || of.scalar === 'cel')
  return alone(parts(given, isSentence ? ';' : /[;,]/))
}

export const alone = (items: readonly string[]): Kept => (items.length === 1 ? items[0]! : items)
const parts = (given: string, by: string | RegExp): string[] => given.split(by).map((part) => part.trim()).filter((part) => part !== '')

function named(kind: MapOf, given: string): Typed {
  // `email, name: text`: what has nothing behind it is a name alone.
  if (kind.listed !== undefined && !given.includes(':')) return { value: kind.listed === 'object' ? parts(given, /[;,]/) : alone(parts(given, /[;,]/)) }
  const of = resolve(kind.of)
  // Most fields are texts: `email: email, name`.
  const isField = of.is === 'shape' && of.main === 'type'
  return written(`{ ${topLevel(given.replaceAll(/;(?= |$)/g, ',')).map((part) => (isField && !part.includes(':') ? `${part}: text` : part)).join(', ')} }`)
}

/** At the commas that are not inside of brackets or quotes. */
function topLevel(text: string): string[] {
  const found: string[] = []
  let [from, depth, quote] = [0, 0, '']
  for (let i = 0; i < text.length; i += 1) {
    const sign = text[i]!
    if (quote !== '') {
      if (sign === '\\') i += 1
      else if (sign === quote) quote = ''
    } else if (sign === '"') quote = sign
    else if ('[{'.includes(sign)) depth += 1
    else if (']}'.includes(sign)) depth -= 1
    else if (sign === ',' && depth === 0) {
      found.push(text.slice(from, i))
      from = i + 1
    }
  }
  return [...found, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '')
}

/** As it would stand in the plan. */
function written(text: string): Typed {
  const { root, mistakes } = readYaml(`answer: ${text}\n`, '')
  const wrong = mistakes.find((mistake) => mistake.severity === 'error')
  const value = root?.entries[0]?.value
  if (wrong || !value) return { says: wrong?.says ?? 'This can’t be read.', mend: wrong?.mend ?? 'Write it as in the example.' }
  return { value: valueOf(value) }
}
