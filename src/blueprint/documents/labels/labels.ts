/** Everything that a document says by itself, in a reader's language: data, so that a language is one more file. */
import type { Language } from '../../language.ts'
import { en } from './en.ts'
import { pl } from './pl.ts'

/** Forms after a number; which one is used, the language's rule says. `{n}` is the number. */
export interface Plural { readonly one: string; readonly few?: string; readonly many?: string; readonly other: string }
export type Text = string | Plural
export type LabelKey = keyof typeof en
export type Labels = Readonly<Record<LabelKey, Text>>

export const LABELS: Readonly<Record<Language, Labels>> = { en, pl }

const FORM: Readonly<Record<Language, (n: number) => keyof Plural>> = {
  en: (n) => (n === 1 ? 'one' : 'other'),
  pl: (n) => {
    if (!Number.isInteger(n)) return 'other'
    if (n === 1) return 'one'
    return n % 10 >= 2 && n % 10 <= 4 && !(n % 100 >= 12 && n % 100 <= 14) ? 'few' : 'many'
  },
}

export function formOf(text: Text, language: Language, n: number | undefined): string {
  if (typeof text === 'string') return text
  return text[FORM[language](n ?? 0)] ?? text.other
}

/** `{name}` are places for values. */
export const PLACE = /\{(\w+)\}/g

export const filled = (template: string, values: Readonly<Record<string, string | number>>): string =>
  template.replaceAll(PLACE, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole))
