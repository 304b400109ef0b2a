/** Amounts whose currency or unit has a place of its own: a second column, or a path that the mapping names. */
import type { Native, NativeRecord } from '../../base/numeral.ts'
import { ABSENT, LEAVE, type MappingSurroundings, bareAmount, compileCell, fixedCurrency } from './cell.ts'
import { type Path, isRecord, pathOf, setOwn } from './path.ts'
import type { Rest, Scope, Sibling } from './placed.ts'
import type { At } from './shape.ts'

interface Beside {
  readonly text: string
  readonly tops: readonly string[]
  /** In the item, then outward. */
  find(at: At): Native | undefined
  /** Undefined: an outer level writes it. */
  readonly path: Path | undefined
}

/** Where the currency or unit of an amount stands, if it has a place of its own. */
export function besidePath(field: Sibling, path: Path, around: MappingSurroundings, scope: Scope): Beside | undefined {
  const { type, mapping } = field
  if (type.is === 'quantity') {
    return around.flat && type.unit === undefined && mapping.unit === undefined ? besideAt(`${path.text}_unit`, around, scope, '') : undefined
  }
  if (type.is !== 'money' || fixedCurrency(mapping) !== undefined) return undefined
  if (mapping.currency !== undefined) return besideAt(mapping.currency, around, scope, scope.prefix)
  return around.flat && type.currency === undefined ? besideAt(`${path.text}_currency`, around, scope, '') : undefined
}

function besideAt(text: string, around: MappingSurroundings, scope: Scope, prefix: string): Beside {
  const near = pathOf(prefix + text, around.flat)
  const far = pathOf(text, around.flat)
  return {
    text: near.text,
    tops: near.top === far.top ? [near.top] : [near.top, far.top],
    find(at) {
      const found = near.get(at.here)
      if (found !== undefined) return found
      for (let outer: At | undefined = near === far || prefix === '' ? at.outer : at; outer; outer = outer.outer) {
        const there = far.get(outer.here)
        if (there !== undefined) return there
      }
      return undefined
    },
    path: scope.currencies.has(text) ? undefined : near,
  }
}

export function amount(field: Sibling, path: Path, beside: Beside, around: MappingSurroundings): Rest {
  const cell = bareAmount(compileCell(field.type, field.mapping, around), field.type, field.mapping, around)
  const of = (selected: Native, key: string): Native | undefined => (isRecord(selected) && Object.hasOwn(selected, key) ? selected[key] : undefined)
  return {
    source: `{${path.text},${beside.text}}`,
    default: cell.default,
    select(at) {
      const native = path.get(at.here)
      if (native === undefined) return undefined
      const selected: NativeRecord = {}
      setOwn(selected, path.text, native)
      const found = beside.find(at)
      if (found !== undefined) setOwn(selected, beside.text, found)
      return selected
    },
    read(selected) {
      if (selected === undefined) return ABSENT
      const native = of(selected, path.text)
      return native === undefined ? ABSENT : cell.read(native, of(selected, beside.text))
    },
    write(besides, help) {
      const value = besides[field.name]
      if (value === undefined) return LEAVE
      const written = cell.write(value, help)
      if (written.is !== 'native') return written
      const selected: NativeRecord = {}
      setOwn(selected, path.text, written.native)
      // Without an amount the currency stays as it is: other amounts may share it.
      if (written.beside !== undefined) setOwn(selected, beside.text, written.beside)
      return { is: 'native', native: selected }
    },
    place(record, selected) {
      path.set(record, of(selected, path.text) ?? null)
      const found = of(selected, beside.text)
      if (found !== undefined) beside.path?.set(record, found)
    },
  }
}
