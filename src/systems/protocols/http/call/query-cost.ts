/** GraphQL interfaces that count what a query costs: nobody calls before there is enough left for another one like it. */
import type { Clock, Native } from '../../../contract.ts'
import { meaningOf, whatItSays } from './answer.ts'
import type { Send } from '../auth/auth.ts'
import type { ErrorsManifest } from '../manifest/manifest.ts'
import { at, textOf } from '../../../path.ts'
import type { Answer } from './request.ts'

export interface Cost {
  /** Paths in the answer: what this query may cost, what is left, and how much comes back each second. */
  readonly needs: string
  readonly left: string
  readonly restores: string
}
interface Around {
  readonly errors: ErrorsManifest | undefined
  readonly clock: Clock
  readonly rest: (ms: number) => Promise<void>
  readonly mask: (text: string) => string
}

const PATIENCE_MS = 60_000
const PATIENCE = 5

export function withinCost(send: Send, cost: Cost, around: Around): Send {
  return async (outgoing) => {
    for (let asked = 0; ; asked += 1) {
      const answer = await send(outgoing)
      const refused = answer.status < 400 && meaningOf(answer, 'read', around.errors, () => whatItSays(answer, around.errors, around.mask)) === 'later'
      const ms = Math.max(waitFor(answer, cost), refused ? 1_000 : 0)
      if (ms > 0) await around.rest(ms)
      // It was not executed; a read waits, a write is left for later with the rest of its batch.
      if (!refused || !outgoing.patient || asked >= PATIENCE || ms > PATIENCE_MS) return answer
      await around.clock.sleep(ms, outgoing.signal)
    }
  }
}

function waitFor(answer: Answer, cost: Cost): number {
  let body: Native
  try {
    body = answer.json()
  } catch {
    return 0
  }
  const number = (path: string): number => Number(textOf(at(body, path)) ?? Number.NaN)
  const missing = number(cost.needs) - number(cost.left)
  const ms = Math.ceil((missing / number(cost.restores)) * 1_000)
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, 86_400_000) : 0
}
