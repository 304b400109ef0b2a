/** Lists come in pages; a cursor says where the next one begins. */
import { z } from 'zod'
import { PlimsollError } from '../base/errors.ts'

const LIMIT = 50
const MOST = 200
/** Lists that are newest first are not followed further back than this. */
const FAR = 20_000

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MOST).default(LIMIT).describe('Entries of a page.'),
  cursor: z.string().max(200).optional().describe('`next` of the page before.'),
})

export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable().describe('Cursor of the next page; null: that was all.') })

export const encodeCursor = (position: string): string => Buffer.from(position).toString('base64url')

export function decodeCursor(cursor: string | undefined): string {
  if (cursor === undefined) return ''
  const position = Buffer.from(cursor, 'base64url').toString()
  if (position.length > 150 || !/^[\w./:#-]*$/.test(position)) throw new PlimsollError('api.invalid', 'The cursor is none that was given out.')
  return position
}

/** For lists that a store gives from the start: reads one more than the page needs. */
export async function offsetPage<T>(query: { readonly limit: number; readonly cursor?: string | undefined }, load: (limit: number) => Promise<readonly T[]>): Promise<{ items: readonly T[]; next: string | null }> {
  const position = decodeCursor(query.cursor)
  const start = position === '' ? 0 : Number(position)
  if (!Number.isInteger(start) || start < 0 || start > FAR) throw new PlimsollError('api.invalid', 'The cursor is none that was given out.')
  const rows = await load(start + query.limit + 1)
  const items = rows.slice(start, start + query.limit)
  return { items, next: rows.length > start + query.limit ? encodeCursor(String(start + query.limit)) : null }
}
