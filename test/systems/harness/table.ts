/** The systems, in the order in which they are worth starting. */
import type { SystemDefinition } from './system.ts'
import { TRYTON } from './tryton.ts'
import { VENDURE } from './vendure.ts'

export const SYSTEMS: readonly SystemDefinition[] = [VENDURE, TRYTON]
