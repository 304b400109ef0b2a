/** Polish. */
import type { Labels } from './labels.ts'
import { plSentences } from './pl-sentences.ts'
import { plWords } from './pl-words.ts'

export const pl: Labels = { ...plSentences, ...plWords }
