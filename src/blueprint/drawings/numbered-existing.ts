/** Integrations of today bear the same numbers on all drawings. */
import type { Blueprint, ExistingIntegration } from '../model.ts'

export interface Numbered { readonly number: string; readonly existing: ExistingIntegration }

export function numberedExisting({ existing }: Blueprint): readonly Numbered[] {
  const digits = String(existing.length).length
  return existing.map((one, index) => ({ number: `E${String(index + 1).padStart(digits, '0')}`, existing: one }))
}
