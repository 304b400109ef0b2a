/** Creates of which nobody knows whether they were executed (semantics §2.8). */
import type { CommandRow } from '../store/rows.ts'

/** Waits for a whole list of the target, begun after the request could still be executed: only that tells whether it was. */
export const FOR_PASS = 'pass'

/** A create of which only a person can find out whether it was executed: never repeated by itself. */
export const MAY_EXIST = 'may have been created'

/** A create of which nobody knows whether it was executed. */
export const mayHaveMade = (command: CommandRow | undefined): boolean =>
  command?.intent?.kind === 'create' && (command.state === 'sending' || command.state === 'unsure' || command.reason === FOR_PASS || command.reason === MAY_EXIST)
