import { PlimsollError } from '../../contract.ts'
import { csv } from './csv.ts'
import { json, ndjson } from './json.ts'
import type { Format } from './format.ts'
import type { FilesSettings, FormatName } from './settings.ts'

const FORMATS: Readonly<Partial<Record<FormatName, Format>>> = { csv, json, ndjson }

const ENDINGS: Readonly<Record<string, FormatName>> = { csv: 'csv', tsv: 'csv', txt: 'csv', json: 'json', ndjson: 'ndjson', jsonl: 'ndjson', xlsx: 'xlsx', xlsm: 'xlsx' }

/** The format of a resource: as the settings say, else by its ending. */
export function formatOf(settings: FilesSettings, resource: string): { readonly name: FormatName; readonly format: Format } {
  const ending = /\.([a-z]+)$/i.exec(resource)?.[1]?.toLowerCase()
  const name = settings.format ?? (ending === undefined ? undefined : ENDINGS[ending])
  if (name === undefined) throw new PlimsollError('files.settings', `The format of ${JSON.stringify(resource)} is not known: set \`format\`.`, { place: resource })
  const format = FORMATS[name]
  if (format === undefined) throw new PlimsollError('files.settings', `${name} files can't be read yet.`, { place: resource })
  return { name, format }
}
