/** Every question of an integration strategy, in the order in which a project asks them. */
import { DATA, EXCHANGE } from './ask-data.ts'
import { DELIVERY } from './ask-delivery.ts'
import { FAILURES, PROCESSES } from './ask-processes.ts'
import { PEOPLE, PURPOSE } from './ask-purpose.ts'
import { SYSTEMS } from './ask-systems.ts'
import { TECHNOLOGY } from './ask-technology.ts'
import type { Question } from './question.ts'

export const CATALOGUE: readonly Question[] = [...PURPOSE, ...PEOPLE, ...SYSTEMS, ...DATA, ...EXCHANGE, ...PROCESSES, ...FAILURES, ...TECHNOLOGY, ...DELIVERY]
