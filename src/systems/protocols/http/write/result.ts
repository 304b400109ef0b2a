/** What the answer to a write means for the record, where it is not simply done. */
import { PlimsollError, type WriteResult } from '../../../contract.ts'
import { meaningOf, type Operation, retryAfterMs, type Said, whatItSays } from '../call/answer.ts'
import type { Answer } from '../call/request.ts'
import type { ResourceContext } from '../resource.ts'

/** Undefined: it was done. What concerns the system and not the record is thrown. */
export function otherThanDone(context: ResourceContext, operation: Operation, answer: Answer): WriteResult | undefined {
  let said: Said | undefined
  const say = (): Said => (said ??= whatItSays(answer, context.errors, context.mask))
  const retry = retryAfterMs(answer)
  switch (meaningOf(answer, operation, context.errors, say)) {
    case 'done': return undefined
    case 'missing':
      if (operation === 'create') throw new PlimsollError('http.not_there', `${answer.what} does not exist (status ${answer.status}).`, { executed: false })
      return { is: 'missing' }
    case 'exists': return { is: 'exists', ...(say().key === undefined ? {} : { key: say().key! }) }
    case 'conflict': return { is: 'conflict' }
    case 'refused': return { is: 'refused', code: say().code, says: say().text, ...(say().field === undefined ? {} : { field: say().field! }) }
    case 'later':
      // Fewer calls: the rest of the batch waits too. Anything else (a locked record) is this record's own affair.
      if (answer.status === 429) throw new PlimsollError('http.limit', `The system asks for fewer calls (status 429).`, { executed: false, ...(retry === undefined ? {} : { retryAfterMs: retry }) })
      return { is: 'later', says: `The system does not take it now (status ${answer.status}).`, ...(retry === undefined ? {} : { retryAfterMs: retry }) }
    case 'auth': throw new PlimsollError('http.auth', `${answer.what} was refused (status ${answer.status}).`, { executed: false })
    case 'unsure': return { is: 'unsure', says: answer.status < 400 ? `The system reported a failure after the request was sent: ${say().text}` : `The system failed after the request was sent (status ${answer.status}).` }
  }
}
