/** The plan reference of the documentation, in Markdown: every key with value, default, when it is needed, example, question. */
import { type Key, type Need, resolve, type Schema, type Shape } from './kinds.ts'
import { CHAPTERS, PLAN } from './plan-schema.ts'
import { SCALARS } from './scalars.ts'
import { REFS } from './validate.ts'

const NEED: Readonly<Record<Need, string>> = { required: '**yes**', run: 'to run', launch: 'for launch', asked: 'asked', optional: '' }

export function reference(): string {
  const told = new Set<string>()
  const lines = [
    '# Plan reference', '',
    'Generated from the description of the language; `plimsoll schema` prints the same for editors.', '',
    '*Needed*: **yes** = without it the plan is not valid; to run = without it a flow does not run; for launch = asked before production; asked = an open question until it is said.', '',
    'Everything that has a name may also have `name`, `about`, `links`, `tags` and `was`; keys that begin with `x-` are your own notes and stand anywhere.', '',
  ]
  for (const chapter of CHAPTERS) {
    lines.push(`## ${chapter.title}`, '')
    const shapes: Shape[] = []
    lines.push(...table(Object.entries(chapter.sections)))
    for (const [name, key] of Object.entries(chapter.sections)) {
      const inside = shapesIn(key.value).filter((shape) => !told.has(shape.id))
      if (inside.length === 0) continue
      lines.push('', `### \`${name}\``, '', key.about, ...(key.example === undefined ? [] : ['', '```yaml', `${name}:`, `  ${key.example}`, '```']))
      shapes.push(...inside)
      while (shapes.length > 0) {
        const shape = shapes.shift()!
        if (told.has(shape.id)) continue
        told.add(shape.id)
        lines.push('', `#### ${title(shape)}`, '')
        if (shape.main !== undefined) lines.push(`The value of \`${shape.main}\` may stand alone.`, '')
        lines.push(...table(Object.entries(shape.keys)))
        shapes.unshift(...Object.values(shape.keys).flatMap((k) => shapesIn(k.value)).filter((s) => !told.has(s.id)))
      }
    }
    lines.push('')
  }
  return `${lines.join('\n').replaceAll(/\n{3,}/g, '\n\n').trimEnd()}\n`
}

function table(keys: readonly (readonly [string, Key])[]): string[] {
  return [
    '| key | value | default | needed | what | example | question |', '|---|---|---|---|---|---|---|',
    ...keys.map(([name, key]) => `| ${[
      `\`${name}\``, inWords(key.value), key.default ?? '', NEED[key.need], key.about, code(key.example), key.question ?? '',
    ].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
  ]
}

const code = (text: string | undefined): string => (text === undefined ? '' : `\`${text}\``)
const title = (shape: Shape): string => shape.what.charAt(0).toUpperCase() + shape.what.slice(1)
/** As Markdown readers make it of a heading. */
const anchor = (shape: Shape): string => title(shape).toLowerCase().replaceAll(/[^a-z0-9 -]/g, '').replaceAll(' ', '-')

function inWords(schema: Schema): string {
  const kind = resolve(schema)
  switch (kind.is) {
    case 'any': return 'anything'
    case 'scalar': return SCALARS[kind.scalar].what
    case 'word': return kind.words.map((word) => `\`${word}\``).join(' ')
    case 'ref': return [REFS[kind.to], ...kind.also.map((word) => `\`${word}\``)].join(', ')
    case 'list': return `${inWords(kind.of)}; or a list`
    case 'map': return `name: ${inWords(kind.of)}`
    case 'form': return `${inWords(kind.other)}; or ${inWords(kind.map)}`
    case 'shape': return `[${kind.what}](#${anchor(kind)})`
  }
}

/** The shapes that a value is made of, without those inside them. */
function shapesIn(schema: Schema): Shape[] {
  const kind = resolve(schema)
  switch (kind.is) {
    case 'shape': return kind === PLAN ? [] : [kind]
    case 'list': return shapesIn(kind.of)
    case 'map': return shapesIn(kind.of)
    case 'form': return [...shapesIn(kind.map), ...shapesIn(kind.other)]
    default: return []
  }
}
