/** Where each document lies, the same in every form, and how one is reached from another. */
import type { Document, Subject } from './document.ts'

const FOLDERS: Readonly<Record<Subject, string>> = { document: '', flow: 'flows/', system: 'systems/', entity: 'entities/', process: 'processes/', runbook: 'run-books/' }

/** Keys of the plan are names; those of systems that only today's integrations name may be any text. */
const fileName = (key: string): string => key.toWellFormed().replaceAll(/[^a-z0-9_-]/g, (sign) => `~${sign.codePointAt(0)!.toString(16)}`)

/** Without ending. The page with which one begins is called `first`. */
export const placeOf = ({ subject, key }: Pick<Document, 'subject' | 'key'>, first: string): string =>
  subject === 'document' && key === 'index' ? first : `${FOLDERS[subject]}${fileName(key)}`

/** From a page in a folder that deep to one at `place`. */
export const from = (page: string, place: string): string => `${'../'.repeat(page.split('/').length - 1)}${place}`
