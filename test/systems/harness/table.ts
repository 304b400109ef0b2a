/** The systems, in the order in which they are worth starting. */
import type { SystemDefinition } from './system.ts'
import { STRAPI } from './strapi.ts'
import { TRYTON } from './tryton.ts'
import { VENDURE } from './vendure.ts'
import { WORDPRESS } from './wordpress.ts'

export const SYSTEMS: readonly SystemDefinition[] = [VENDURE, TRYTON, STRAPI, WORDPRESS]
