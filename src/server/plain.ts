/** Values as JSON may carry them: exact numbers as text, moments as ISO text. */
import { z } from 'zod'
import { canonicalNative } from '../base/json.ts'
import { type Native, Numeral } from '../base/numeral.ts'

export const iso = (ms: number): string => new Date(ms).toISOString()
export const isoOrNull = (ms: number | null | undefined): string | null => (ms === null || ms === undefined || ms <= 0 || ms > 8.64e15 ? null : iso(ms))

export function plain(value: Native | undefined): unknown {
  if (value === undefined) return null
  if (value instanceof Numeral) return value.text
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(plain)
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]))
  return value
}

/** A value in one line, for people. */
export function inWords(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(inWords).join(' · ')
  if (value instanceof Numeral) return value.text
  const group = value as Record<string, unknown>
  if (typeof group['amount'] === 'string' && Object.keys(group).length === 2) return `${group['amount']} ${inWords(group['currency'] ?? group['unit'])}`
  if (typeof group['link'] === 'string' && Object.keys(group).length === 1) return `record ${group['link']}`
  return Object.entries(group).filter(([, member]) => member !== null).map(([name, member]) => `${name}: ${inWords(member)}`).join(', ') || canonicalNative(value as Native)
}

export const moment = z.string().describe('ISO 8601, UTC')
