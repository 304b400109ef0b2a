import type { ConnectorContext, ResourceSpec, SourceRecord } from '../../contract.ts'
import { PlimsollError } from '../../contract.ts'
import { findFiles } from './at-rest.ts'
import type { Found } from './at-rest.ts'
import type { Format, NewColumn, Row, RowsWanted } from './format.ts'
import { formatOf } from './formats.ts'
import { hashName } from './hash.ts'
import { patternOf } from './pattern.ts'
import type { FoundFile, Pattern, Place } from './place.ts'
import { keyPaths } from './record-keys.ts'
import type { FilesSettings, FormatName } from './settings.ts'

/** One resource of the plan: what its name means in the folder, and what is wanted of its files. */
export class FilesResource {
  readonly name: string
  readonly pattern: Pattern
  readonly settings: FilesSettings
  readonly place: Place
  readonly format: Format
  readonly formatName: FormatName
  /** Columns, not nested paths. */
  readonly flat: boolean
  readonly key: readonly string[]
  readonly newColumns: readonly NewColumn[]
  /** The file may be made by writing; that it is not there yet is no mistake. */
  readonly mayBeMade: boolean
  readonly #columns: readonly string[] | undefined
  readonly #context: ConnectorContext

  constructor(spec: ResourceSpec, settings: FilesSettings, place: Place, context: ConnectorContext) {
    this.name = spec.resource
    this.pattern = patternOf(spec.resource)
    this.settings = settings
    this.place = place
    const chosen = formatOf(settings, spec.resource)
    this.format = chosen.format
    this.formatName = chosen.name
    this.flat = chosen.name === 'csv' || chosen.name === 'xlsx'
    this.key = keyPaths(spec)
    this.newColumns = spec.creates ?? []
    this.mayBeMade = this.newColumns.length > 0
    this.#columns = spec.columns
    this.#context = context
  }

  /** Versions cost time for each row, and only targets need them: to see whether a record is still what was read. */
  record(key: string, row: Row): SourceRecord {
    return this.mayBeMade ? { key, values: row.values, version: hashName(row.raw) } : { key, values: row.values }
  }

  find(signal: AbortSignal): Promise<Found> {
    return findFiles(this.place, this.pattern, this.settings.settleMs, this.#context.clock, signal)
  }

  /** What is there at this moment, at rest or not. */
  async glance(signal: AbortSignal): Promise<readonly FoundFile[]> {
    return (await this.place.list(this.pattern, signal)).files
  }

  wanted(place: string, signal: AbortSignal): RowsWanted {
    const mayLack = new Set(this.newColumns.map((column) => column.path))
    return { key: this.key, columns: this.#columns, mayLack, signal, place }
  }

  /** The one file that is written; its name is given also when it is not there yet. */
  async target(signal: AbortSignal): Promise<{ readonly name: string; readonly file: FoundFile | undefined }> {
    const { files, changing, outside } = await this.find(signal)
    if (outside.length > 0) throw new PlimsollError('files.outside', `${outside[0]} is a link that leads out of the folder; it is not written to.`, { place: outside[0]!, executed: false })
    if (changing.length > 0) throw new PlimsollError('files.changing', `${changing[0]} is being written by another program.`, { place: changing[0]!, executed: false })
    if (files.length > 1) throw new PlimsollError('files.target', `${files.length} files match ${JSON.stringify(this.name)}; which one is written is not clear.`, { place: this.name, executed: false })
    const file = files[0]
    if (file) return { name: file.name, file }
    return { name: this.pattern.under === '' ? this.#newName() : `${this.pattern.under}/${this.#newName()}`, file: undefined }
  }

  #newName(): string {
    const plain = this.pattern.name.replaceAll(/[*?]/g, '')
    return plain.includes('.') ? plain : `${plain}.${this.formatName}`
  }
}
