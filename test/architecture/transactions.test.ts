/** Each transaction that writes says what it is for: by that name the crash tests kill a process before and after its commit. */
import { expect, test } from 'vitest'
import { lineAt, sources } from './sources.ts'

/** Where the work alone is handed on, with whatever options it came with. */
const HANDED_ON: Readonly<Record<string, string>> = {
  'src/sync/under-way.ts': 'a store that looks at a run under way',
  'src/sync/preview.ts': 'a copy that is thrown away',
}

/** The text of a call up to the parenthesis that ends it. */
function callAt(code: string, start: number): string {
  let depth = 0
  for (let i = start; i < code.length; i += 1) {
    if ('([{'.includes(code[i]!)) depth += 1
    else if (')]}'.includes(code[i]!) && (depth -= 1) === 0) return code.slice(start, i + 1)
  }
  return code.slice(start)
}

test('every transaction is one that only loads, or has a name', () => {
  const calls = sources.filter(({ path }) => !path.startsWith('src/store/') && !(path in HANDED_ON)).flatMap(({ path, code }) =>
    [...code.matchAll(/\.transaction\(/g)].map((match) => ({ at: `${path}:${lineAt(code, match.index)}`, end: callAt(code, match.index + match[0].length - 1).slice(-60) })))
  expect(calls.length).toBeGreaterThan(60)
  expect(calls.filter(({ end }) => !/readOnly: true|\bas: '[a-z.-]+'/.test(end)).map(({ at }) => at)).toEqual([])
})
