/** docs/types.md, printed from the examples. `npx vitest run src/record/types/examples -u` writes it anew. */
import { writeJson } from '../../../base/json.ts'
import { type Native, Numeral } from '../../../base/numeral.ts'
import type { FieldType } from '../../../plan/model.ts'
import type { Value } from '../../value.ts'
import { typeExamples } from './all.ts'
import type { Example, TypeExamples } from './example.ts'

const INTRO = `# Types of fields

<!-- Printed from the examples in src/record/types/examples, which the tests run. Change those, not this page. -->

A type says what may stand in a field, how systems write it, and the one form in which golden records keep it. What a system
sends is read into that form; what is written goes back through the same mapping. Numbers never pass through floating point,
and the time zone of the process never matters.

- **Empty**: null, empty text and white space alone are null, "known to be empty". A field that a record lacks is not said at all.
- **Refused** values set their record aside with the rule in brackets below and a sentence for the person who mends it. Nothing is guessed, cut or rounded.
- **Limits**: \`length\`, \`pattern\`, \`at_least\`, \`at_most\` are checked on the value in the hub's form.
- **The same**: two values are the same when their forms in the hub are, whatever the systems write. Line ends of texts, units of one
  dimension, the order of a set and of a keyed list, an empty list and null do not count.
- **Placeholders** (\`n/a\`, \`test@…\`, \`1900-01-01\`, numbers of one repeated digit …) are kept as values but never identify a record.

Examples without a note are read by a system in the time zone Europe/Warsaw that names neither country nor format.
`

const code = (text: string): string => {
  const fence = text.includes('`') ? '``' : '`'
  return `${fence}${visible(text).replaceAll('|', '\\|')}${fence}`
}

/** Signs that a reader could not see, and texts too long to print. */
const visible = (text: string): string => {
  const shown = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\u00a0\u2000-\u200f\u202f\u3000]|\p{M}(?<=^.)/gu, (sign) => `\\u${sign.codePointAt(0)!.toString(16).padStart(4, '0')}`)
  return shown.length > 80 ? `${shown.slice(0, 60)}…` : shown
}

function nativeText(native: Native): string {
  if (native instanceof Uint8Array) return native.length === 0 ? 'no bytes' : `bytes ${code(Buffer.from(native).toString('hex'))}`
  if (typeof native === 'number' || native instanceof Numeral) return `the number ${code(Object.is(native, -0) ? '-0' : String(native))}`
  if (typeof native === 'string') return native === '' ? 'empty text' : native.trim() === '' ? 'white space' : code(native)
  return code(native === null ? 'null' : writeJson(native))
}

const valueText = (value: Value): string => (value === null ? 'null' : code(typeof value === 'string' ? value : writeJson(value as Native)))

function typeNote(type: FieldType): string {
  if (type.is === 'list') return type.key === undefined ? (type.ordered ? 'a list' : 'a set') : `with the key ${code(type.key)}`
  const { is, ...limits } = type
  const words = Object.entries(limits).filter((entry): entry is [string, string | number] => ['string', 'number'].includes(typeof entry[1]))
  return words.length === 0 ? is : words.map(([key, value]) => `${snake(key)} ${code(String(value))}`).join(', ')
}
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function row(example: Example): string {
  const reading = Object.entries(example.reading ?? {}).map(([key, value]) => `${snake(key)} ${code(value)}`)
  const where = [...(example.type ? [typeNote(example.type)] : []), ...reading].join('; ')
  return `| ${nativeText(example.native)} | ${where} | ${'broken' in example ? `refused (${example.broken})` : valueText(example.value)} |`
}

function section(table: TypeExamples): string {
  return `## \`${table.name}\`

- **Accepted**: ${table.accepts}.
- **In the hub**: ${table.form}.
- **Refused**: ${table.refuses}.
${table.notes === undefined ? '' : `\n${table.notes}\n`}
| written | with | becomes |
|---|---|---|
${table.examples.map(row).join('\n')}
`
}

export const typesPage = (): string => [INTRO, ...typeExamples.map(section)].join('\n')
