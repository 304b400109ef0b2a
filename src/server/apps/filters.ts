/** `filter[price]=10&filter[price][gte]=5`: on fields that stand at a plain path, compared as values of their type. */
import { PlimsollError } from '../../base/errors.ts'
import { type Native, type NativeRecord, Numeral } from '../../base/numeral.ts'
import { compareValues } from '../../record/canonical.ts'
import type { MappedField } from '../../record/contracts.ts'
import type { Value } from '../../record/value.ts'
import type { AppResource } from './application.ts'

type Comparison = 'eq' | 'gt' | 'gte' | 'lt' | 'lte'
const FITS: Readonly<Record<Comparison, (order: number) => boolean>> = { eq: (o) => o === 0, gt: (o) => o > 0, gte: (o) => o >= 0, lt: (o) => o < 0, lte: (o) => o <= 0 }
const PARAMETER = /^filter\[([^[\]]{1,200})\](?:\[(gt|gte|lt|lte)\])?$/
const MOST = { filters: 10, values: 100, length: 1_000 }
const TYPES: ReadonlySet<string> = new Set(['text', 'integer', 'decimal', 'boolean', 'date', 'time', 'datetime', 'email', 'phone', 'country', 'currency', 'language', 'postal_code', 'vat_id', 'iban', 'gtin', 'url', 'codes', 'quantity'])
const ORDERED: ReadonlySet<string> = new Set(['integer', 'decimal', 'date', 'time', 'datetime', 'codes', 'quantity', 'text'])

export interface Filterable { readonly path: string; readonly field: MappedField; readonly ordered: boolean }

export function filterable({ place }: AppResource): readonly Filterable[] {
  return [...place.plainPaths].flatMap(([name, path]) => {
    const field = place.fields.get(name)
    return field?.reads && TYPES.has(field.type.is) ? [{ path, field, ordered: ORDERED.has(field.type.is) }] : []
  })
}

export type Filter = (values: NativeRecord) => boolean

/** Takes its parameters out of the query; what is left belongs to others. */
export function filtersOf(resource: AppResource, query: URLSearchParams): Filter | undefined {
  const known = new Map(filterable(resource).map((one) => [one.path, one]))
  const wanted = new Map<string, { readonly of: Filterable; readonly comparison: Comparison; readonly values: Value[] }>()
  for (const [name, text] of query) {
    const [, path, comparison] = PARAMETER.exec(name) ?? []
    if (path === undefined) continue
    const of = known.get(path)
    if (!of || (comparison !== undefined && !of.ordered)) throw new PlimsollError('apps.query', `${JSON.stringify(name)} can't be filtered by; these can: ${[...known.keys()].join(', ') || 'none'}.`)
    const one = wanted.get(name) ?? { of, comparison: (comparison ?? 'eq') as Comparison, values: [] }
    one.values.push(valueOf(of, text))
    wanted.set(name, one)
    if (wanted.size > MOST.filters || one.values.length > MOST.values || (comparison !== undefined && one.values.length > 1)) throw new PlimsollError('apps.query', `At most ${MOST.filters} filters with ${MOST.values} values each, and one for each end of a range.`)
  }
  if (wanted.size === 0) return undefined
  const all = [...wanted.values()]
  return (values) => {
    const seen = resource.place.mapping.pick(values)
    return all.every(({ of, comparison, values: given }) => {
      const read = of.field.read(seen)
      if (read.is !== 'value' || read.value === null) return comparison === 'eq' && given.includes(null)
      return given.some((value) => value !== null && FITS[comparison](compareValues(read.value, value, of.field.type)))
    })
  }
}

/** As the application writes it; an empty text asks for records without it. */
function valueOf({ field, path }: Filterable, text: string): Value {
  if (text === '') return null
  if (text.length > MOST.length) throw new PlimsollError('apps.query', `A value for ${path} is longer than ${MOST.length} characters.`)
  const isNumber = ['integer', 'decimal', 'quantity'].includes(field.type.is) && /^-?\d+(?:\.\d+)?$/.test(text)
  const native: Native = field.type.is === 'boolean' && /^(?:true|false)$/.test(text) ? text === 'true' : isNumber ? new Numeral(text) : text
  const read = field.read({ [field.source]: native })
  if (read.is === 'value') return read.value
  throw new PlimsollError('apps.query', `${JSON.stringify(text.slice(0, 80))} is no value of ${path}${read.is === 'broken' ? `: ${read.broken.says}` : '.'}`)
}
