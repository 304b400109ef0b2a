/** English: the language whose keys all others have. */
import { enSentences } from './en-sentences.ts'
import { enWords } from './en-words.ts'

export const en = { ...enSentences, ...enWords }
