import { PlimsollError } from '../../contract.ts'
import { csv } from './csv.ts'
import { json, ndjson } from './json.ts'
import type { Format } from './format.ts'
import { withoutPacking } from './gzip.ts'
import type { FilesSettings, FormatName } from './settings.ts'
import { xlsx } from './xlsx.ts'
import { xml } from './xml.ts'

const FORMATS: Readonly<Record<FormatName, Format>> = { csv, json, ndjson, xlsx, xml }

const ENDINGS: Readonly<Record<string, FormatName>> = { csv: 'csv', tsv: 'csv', txt: 'csv', json: 'json', ndjson: 'ndjson', jsonl: 'ndjson', xlsx: 'xlsx', xlsm: 'xlsx', xml: 'xml' }

export const formatByEnding = (name: string): FormatName | undefined => {
  const ending = /\.([a-z]+)$/i.exec(withoutPacking(name))?.[1]?.toLowerCase()
  return ending !== undefined && Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined
}

/** The format of a resource: as the settings say, else by its ending. */
export function formatOf(settings: FilesSettings, resource: string): { readonly name: FormatName; readonly format: Format } {
  const name = settings.format ?? formatByEnding(resource)
  if (name === undefined) throw new PlimsollError('files.settings', `The format of ${JSON.stringify(resource)} is not known: set \`format\`.`, { place: resource })
  return { name, format: FORMATS[name] }
}
