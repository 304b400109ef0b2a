/** For tests of checks: a plan in which « and » stand around what is wrong. */
import type { LoadOptions } from '../../src/plan/load.ts'
import type { Mistake } from '../../src/plan/mistakes.ts'
import { recordChecks } from '../../src/record/plan-checks.ts'
import { loadText } from './load-text.ts'

type Options = Partial<Omit<LoadOptions, 'root' | 'files'>>
const HEAD = 'plimsoll: 1\nname: Checks\n'

/** What the loader says of a plan without its head; what is only kept for documents is left out. */
export function checkText(text: string, options: Options = {}): readonly Mistake[] {
  return loadText(HEAD + text, { checks: recordChecks, ...options }).mistakes.filter((m) => m.id !== 'kept')
}

/** `line:column severity id: what is wrong → what to do` */
export const toldOf = (text: string, options: Options = {}): string[] =>
  checkText(text, options).map((m) => `${m.place.line - 2}:${m.place.column} ${m.severity} ${m.id}: ${m.says} → ${m.mend ?? ''}`)

/** The plan without marks, and `line:column` of each «. */
export function marked(text: string): { readonly text: string; readonly places: readonly string[] } {
  const places: string[] = []
  let plain = ''
  for (const sign of text) {
    if (sign === '«') {
      const lines = plain.split('\n')
      places.push(`${lines.length}:${lines.at(-1)!.length + 1}`)
    } else if (sign !== '»') plain += sign
  }
  return { text: plain, places }
}
