/** all(), exists(), exists_one(), filter(), map() over lists and the keys of maps. */
import { failed } from './decimal.ts'
import { type Item, isItemRecord, shown, truthOf } from './item.ts'
import { ANY, BOOLEAN, type Kind, TEXT } from './kind.ts'
import { type Compiled, type Compiling, type Frame, type Part, expectKind, problem, visit } from './program.ts'

export const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'existsOne', 'filter', 'map'])

export function compileMacro(compiling: Compiling, part: Part, name: string, ownerPart: Part, args: readonly Part[]): Compiled {
  const [variable, ...rest] = args
  if (!variable || variable.op !== 'id' || rest.length === 0 || rest.length > (name === 'map' ? 2 : 1)) {
    return problem(compiling, part, `${name}() takes a name for the item and an expression.`, `Write it like lines.${name}(line, ${name === 'map' ? 'line.product' : 'line.quantity > 0'}).`)
  }
  const owner = compiling.compile(ownerPart, compiling)
  if (!expectKind(compiling, ownerPart, owner, ['list', 'map'], `${name}()`)) return { kind: ANY, run: () => null }
  const kind: Kind = owner.kind.is === 'list' ? owner.kind.of : owner.kind.is === 'map' ? TEXT : ANY
  const place = compiling.variables.length
  const inside: Compiling = { ...compiling, variables: [...compiling.variables, { name: variable.args as string, kind }] }
  const [first, second] = rest.map((one) => inside.compile(one, inside)) as [Compiled, Compiled | undefined]
  const each = (frame: Frame, use: (item: Item) => boolean): void => {
    const items = itemsOf(owner.run(frame))
    visit(frame, items.length)
    for (const item of items) {
      frame.variables[place] = item
      if (!use(item)) return
    }
  }
  switch (name) {
    case 'all': return { kind: BOOLEAN, run: (frame) => {
      let result = true
      each(frame, () => (result = truthOf(first.run(frame))))
      return result
    } }
    case 'exists': return { kind: BOOLEAN, run: (frame) => {
      let result = false
      each(frame, () => !(result = truthOf(first.run(frame))))
      return result
    } }
    case 'filter': return { kind: owner.kind, run: (frame) => {
      const result: Item[] = []
      each(frame, (item) => {
        if (truthOf(first.run(frame))) result.push(item)
        return true
      })
      return result
    } }
    case 'map': return { kind: { is: 'list', of: (second ?? first).kind }, run: (frame) => {
      const result: Item[] = []
      each(frame, () => {
        if (!second) result.push(first.run(frame))
        else if (truthOf(first.run(frame))) result.push(second.run(frame))
        return true
      })
      return result
    } }
    default: return { kind: BOOLEAN, run: (frame) => {
      let count = 0
      each(frame, () => {
        if (truthOf(first.run(frame))) count += 1
        return count < 2
      })
      return count === 1
    } }
  }
}

function itemsOf(item: Item): readonly Item[] {
  if (item === null) return []
  if (Array.isArray(item)) return item as readonly Item[]
  if (isItemRecord(item)) return Object.keys(item)
  throw failed(`\`${shown(item)}\` is no list.`)
}
