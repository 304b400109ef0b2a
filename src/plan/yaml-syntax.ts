/** What a problem of YAML means to the author of a plan: one row a problem, in plain words. */
import type { Mistake } from './mistakes.ts'
import type { Place } from './tree.ts'

/** Signs that no plan needs and no editor shows. */
// oxlint-disable-next-line no-control-regex
export const CONTROL_SIGN = /[\u{0}-\u{8}\u{b}\u{c}\u{e}-\u{1f}\u{7f}]/u

const QUOTE = 'Put the whole value in "quotes".'
const LINE_UP = 'Let keys of the same level begin in the same column.'

const ROWS: Readonly<Record<string, readonly [says: string, mend: string]>> = {
  TOO_LARGE: ['This file is larger than 10 MB.', 'Split it with `include`; records and lists of data belong in files of their own.'],
  TOO_MANY: ['This file has more than 150,000 values.', 'Split it with `include`; records and lists of data belong in files of their own.'],
  TOO_DEEP: ['Values are nested deeper than 64 levels.', 'Look for a bracket that is not closed, or a list in a list by mistake.'],
  TOO_MANY_SIGNS: ['This file is full of anchors, aliases or tags (& * !), which are not part of the plan language.', 'Use `types`, `defaults` or `like` for what recurs.'],
  CONTROL_SIGN: ['Here stands an invisible control sign.', 'Delete it; save the file as plain text in UTF-8.'],
  EMPTY: ['This file is empty.', 'Begin with plimsoll: 1 and name: …, or run plimsoll init.'],
  MULTIPLE_DOCS: ['A second document begins here (---); a plan file holds one.', 'Move it to a file of its own and name that in `include`.'],
  DIRECTIVE: ['A line that begins with % is an instruction to YAML; a plan needs none.', 'Delete it.'],
  COMPLEX_KEY: ['A key is a single name: lists, maps and `? ` can be none.', 'Write name: value.'],
  NO_KEY: ['There is no name before the colon.', 'Write name: value.'],
  NO_COLON: ['This line has no colon, so nothing tells what it is.', 'Write name: value; a text that goes on needs more indentation than its name.'],
  MULTILINE_IMPLICIT_KEY: ['This line has no colon, so it was taken as part of the name below it.', 'Write name: value; a text that goes on needs more indentation than its name.'],
  BLOCK_AS_IMPLICIT_KEY: ['Two names with a colon stand on one line.', 'Begin a new line, or put the value in "quotes" if the colon belongs to it.'],
  BLOCK_IN_FLOW: ['A comma is missing here.', 'Put a comma between two values inside { } and [ ], and sentences in "quotes".'],
  NO_COMMA: ['A comma or colon is missing here.', 'Put a comma between two values inside { } and [ ], and sentences in "quotes".'],
  OPEN_QUOTE: ['A quote that was opened is not closed.', 'Close it at the end of the value.'],
  OPEN_BRACKET: ['A { or [ that was opened is not closed before this place.', 'Close it, and indent its lines more than the name it belongs to.'],
  TAB_AS_INDENT: ['This line is indented with a tab.', 'Use blanks; two for each level.'],
  BAD_INDENT: ['This line begins in another column than its neighbours.', LINE_UP],
  BAD_SCALAR_START: ['A value may not begin with this sign.', QUOTE],
  BAD_DQ_ESCAPE: ['In "double quotes" \\ begins a special sign, and this one does not exist.', 'Write \\\\ for \\, or use \'single quotes\'.'],
  TIGHT_COMMENT: ['There must be a blank before #.', 'Write a blank before the comment, or put the value in "quotes" if # belongs to it.'],
  KEY_OVER_1024_CHARS: ['This name is longer than 1,024 signs.', 'Look for a colon inside a sentence, and put the sentence in "quotes".'],
  UNEXPECTED_TOKEN: ['Something stands here that can\'t follow what is before it.', 'Look for a quote or bracket too many, or put the value in "quotes".'],
}
const UNKNOWN = ['This can\'t be read as YAML.', QUOTE] as const

export function syntaxMistake(code: string, text: string, place: Place): Mistake {
  const [says, mend] = special(code, text, place) ?? ROWS[code] ?? UNKNOWN
  return { id: 'yaml-syntax', severity: 'error', place, says, mend }
}

/** Two slips that are so frequent that the general sentence would not help. */
function special(code: string, text: string, place: Place): readonly [string, string] | undefined {
  if (code !== 'UNEXPECTED_TOKEN' && code !== 'OPEN_BRACKET' && code !== 'BLOCK_IN_FLOW') return undefined
  const at = place.range[0]
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at + 1)
  if (line.endsWith('${')) return ['Inside { } a value with ${…} must stand in "quotes".', 'Write "${env:NAME}", or leave the setting out: it is then read from the environment.']
  if (/[\p{L}\p{N}_]\[$/u.test(line)) return ['Inside { } a [ begins a list.', 'Write a path with points (lines.0.price), or put the value in "quotes".']
  return undefined
}
