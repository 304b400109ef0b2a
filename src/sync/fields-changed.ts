/**
 * Fields that a source has renamed, retyped or removed are noticed before anything is taken in: what nearly every record said before, and
 * now none says any more, is no edit. How it was is kept with the resource, from the first records of each whole list.
 */
import { PlimsollError, registerErrors } from '../base/errors.ts'
import type { ResourceRow } from '../store/rows.ts'
import type { Prepared } from './prepare.ts'
import { type Place, type Runtime } from './runtime.ts'

registerErrors({
  'sync.fields_changed': { class: 'config', hint: 'If they were renamed, mend their paths in the plan; if they are gone for good, take them out of it. `plimsoll release {resource}` takes the source as it now is.' },
})

/** Source of the mapping → in how many records it said something that can be read, of how many. */
export type FieldShares = NonNullable<ResourceRow['fields']>

export interface FieldChange {
  readonly path: string
  readonly says: string
  /** `customer.phone → crm/contacts mobile`. */
  readonly used: readonly string[]
}

/** Records that are looked at. */
const SAMPLE = 500
/** Chance is no explanation below this. */
const UNLIKELY = 1e-6
/** In a list as short as this at least half of the records must be there again. */
const FEW = 3

export class FieldWatch {
  readonly #place: Place
  readonly #before: FieldShares | null
  readonly #now = new Map<string, { said: number; broken: string | undefined; absent: number }>()
  #of = 0

  /** `before`: how it was; null: nobody knows, or a person said that it is right as it is. */
  constructor(place: Place, before: FieldShares | null) {
    this.#place = place
    this.#before = before
  }

  /** Looks at the next records; throws if what they say is not what was read before. */
  look(records: readonly Prepared[], runtime: Runtime): void {
    if (this.#of >= SAMPLE) return
    const some = records.filter((record) => !record.partial).slice(0, SAMPLE - this.#of)
    if (some.length === 0) return
    this.#of += some.length
    for (const field of this.#place.fields.values()) {
      if (!field.reads) continue
      const count = this.#now.get(field.source) ?? { said: 0, broken: undefined, absent: 0 }
      for (const { seen } of some) {
        const read = field.read(seen)
        if (read.is === 'value') count.said += 1
        else if (read.is === 'absent') count.absent += 1
        else count.broken ??= read.broken.says
      }
      this.#now.set(field.source, count)
    }
    const changes = this.#changes(runtime, records[0]!)
    if (changes.length > 0) throw fieldsChanged(this.#place, changes)
  }

  get shares(): FieldShares {
    return Object.fromEntries([...this.#now].map(([source, { said }]) => [source, [said, this.#of] as const]))
  }

  #changes(runtime: Runtime, example: Prepared): FieldChange[] {
    const changes: FieldChange[] = []
    for (const [source, { said, broken, absent }] of this.#now) {
      const [saidBefore, of] = this.#before?.[source] ?? [0, 0]
      if (said > 0 || saidBefore === 0 || !isNoChance(saidBefore, of, this.#of)) continue
      const fields = [...this.#place.fields.values()].filter((field) => field.reads && field.source === source).map((field) => field.field)
      const was = `${saidBefore} of ${of} records had it`
      const unread = absent > 0 && broken === undefined ? this.#unread(example) : []
      changes.push({
        path: this.#place.plainPaths.get(fields[0]!) ?? fields[0]!,
        says: broken === undefined
          ? `is in none of ${this.#of} records (${was})${unread.length > 0 ? `; nothing reads ${unread.join(', ')}` : ''}`
          : `can't be read in any of ${this.#of} records (${was}): ${broken}`,
        used: fields.flatMap((field) => usesOf(runtime, this.#place, field)),
      })
    }
    return changes
  }

  /** Names in the record that the plan does not read: perhaps the new one is among them. */
  #unread({ raw }: Prepared): string[] {
    const read = new Set([...this.#place.plainPaths.values(), ...this.#place.hold.key].map((path) => path.split('.')[0]!))
    return Object.keys(raw).filter((name) => !read.has(name)).slice(0, 8)
  }
}

/** `said` of `of` said it, and now none of `n`: by chance? */
function isNoChance(said: number, of: number, n: number): boolean {
  const silent = (of - said + 1) / (of + 2)
  return silent ** n < UNLIKELY || (said === of && of >= FEW && n >= FEW && n * 2 >= of)
}

function usesOf(runtime: Runtime, place: Place, field: string): string[] {
  const entity = runtime.entities.get(place.entity)!
  const name = `${place.entity}.${field}`
  const identifies = entity.identifiers.some((identifier) => identifier.fields.includes(field)) ? [`${name} identifies`] : []
  const receivers = entity.places.filter((other) => other !== place && other.receiver && other.fields.has(field))
    .map((other) => `${name} → ${other.system}/${other.resource} ${other.plainPaths.get(field) ?? field}`)
  return [...identifies, ...(receivers.length > 0 ? receivers : [name])]
}

function fieldsChanged(place: Place, changes: readonly FieldChange[]): PlimsollError {
  const resource = `${place.system}/${place.resource}`
  const lines = changes.map((change) => `${change.path} ${change.says}${change.used.length > 0 ? ` — ${change.used.join('; ')}` : ''}`)
  return new PlimsollError('sync.fields_changed', `${resource} is no longer what the plan reads: ${lines.join(' · ')}. Nothing of it was taken in.`, { place: resource, details: { resource, changes: JSON.stringify(changes) } })
}

/** A table or file that lacks columns says so itself, with `missing`: a list of paths as JSON. */
export function asFieldsChanged(error: PlimsollError, place: Place, runtime: Runtime): PlimsollError {
  const { missing } = error.details
  if (typeof missing !== 'string') return error
  return fieldsChanged(place, (JSON.parse(missing) as string[]).map((path) => {
    const fields = [...place.plainPaths].filter(([field, of]) => of === path && place.fields.has(field)).map(([field]) => field)
    return { path, says: `is not there any more (${error.message.replace(/\.$/, '')})`, used: fields.flatMap((field) => usesOf(runtime, place, field)) }
  }))
}

export const changesIn = (error: PlimsollError): readonly FieldChange[] => (typeof error.details['changes'] === 'string' ? (JSON.parse(error.details['changes']) as FieldChange[]) : [])
