/** The text of an example is no answer: somebody took the template and did not think. */
import { keyAt } from '../schema/key-at.ts'
import { resolve, type Schema } from '../schema/kinds.ts'
import type { Entry, Node } from '../tree.ts'
import { plain } from './placeholders.ts'
import type { Question } from './question.ts'

interface Examples {
  /** Whole, to find a name beside its text. */
  readonly whole: string
  readonly sentences: ReadonlySet<string>
}
const known = new Map<string, Examples>()
/** A word or two, a number or a date may be anybody's own. */
const isSentence = (text: string): boolean => text.split(' ').filter((word) => /\p{L}/u.test(word)).length > 2

function examplesFor({ id, place, example }: Question): Examples {
  let found = known.get(id)
  if (!found) {
    const key = keyAt(place.split('.'))
    const sentences = key && isProse(key.value) ? example.split(/[{}[\],]|: /).map(plain).filter(isSentence) : []
    known.set(id, (found = { whole: ` ${plain(example)} `, sentences: new Set(sentences) }))
  }
  return found
}

/** Where people write sentences of their own. */
function isProse(schema: Schema): boolean {
  const kind = resolve(schema)
  switch (kind.is) {
    case 'scalar': return kind.scalar === 'text'
    case 'list': return isProse(kind.of)
    case 'map': return true
    case 'shape': return kind.main !== undefined && isProse(kind.keys[kind.main]!.value)
    default: return false
  }
}

/** Whether everything that is said here is said in the words of the example; of named things, under its names too. */
export function isExample(question: Question, value: Node | undefined): boolean {
  if (value === undefined) return false
  const examples = examplesFor(question)
  if (examples.sentences.size === 0) return false
  if (value.is === 'text') return examples.sentences.has(plain(value.text))
  if (value.is === 'list') return value.items.length > 0 && value.items.every((item) => item.is === 'text' && examples.sentences.has(plain(item.text)))
  return value.is === 'map' && value.entries.length > 0 && value.entries.every((e) => isCopied(e, examples.whole))
}

function isCopied({ key, value }: Entry, whole: string): boolean {
  const text = value.is === 'text' ? value.text : value.is === 'map' && value.entries.length === 1 && value.entries[0]!.value.is === 'text' ? value.entries[0]!.value.text : ''
  const said = plain(text)
  return isSentence(said) && whole.includes(` ${plain(key)} ${said} `)
}
