/** Examples of every type, in the order of the documentation. */
import { CONTACTS } from './contacts.ts'
import type { TypeExamples } from './example.ts'
import { MOMENTS } from './moments.ts'
import { NUMBERS } from './numbers.ts'
import { PLAIN } from './plain.ts'
import { STRUCTURES } from './structures.ts'

export const typeExamples: readonly TypeExamples[] = [...PLAIN, ...MOMENTS, ...CONTACTS, ...NUMBERS, ...STRUCTURES]
