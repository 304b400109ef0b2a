/** Delivers to one system: claim, send, settle, until nothing is due. Shared lane: any number of workers claim disjoint batches. */
import { asPlimsollError, PlimsollError, registerErrors } from '../base/errors.ts'
import { CLAIM, CLAIM_MS } from '../plan/pace.ts'
import { isOfStore } from '../store/contract.ts'
import { claim, type Claimed, type ClaimOptions, LEASE_MS } from './claim.ts'
import type { EngineParts } from './engine.ts'
import type { Place } from './runtime.ts'
import { send, type Answered, type SendOptions } from './send.ts'
import { backOffMs, settle, type SettleOptions } from './settle.ts'
import { resolveUnsure } from './unsure.ts'
import type { Work } from './working-set.ts'

/** After so many calls in a row that failed, the system is left alone for the rest of the pass. */
const CIRCUIT = 3

export interface DeliverReport {
  readonly system: string
  readonly looked: number
  readonly failure?: PlimsollError
}

export interface DeliverContext {
  readonly parts: EngineParts
  readonly work: () => Work
  /** Nothing more is claimed and no further call is begun. */
  readonly signal: AbortSignal
  /** Ends the call that is under way; default: `signal`. */
  readonly calls?: AbortSignal
  readonly onProgress?: (place: Place, answers: readonly Answered[]) => void
}

export async function deliver(context: DeliverContext, system: string): Promise<DeliverReport> {
  const { parts, signal } = context
  let looked = 0
  let failures = 0
  const called = (): void => parts.reached?.('call')
  let failure: PlimsollError | undefined
  const brakes: ClaimOptions['brakes'] = new Map()
  const lookAlikes: ClaimOptions['lookAlikes'] = new Map()
  while (!signal.aborted && failures < CIRCUIT) {
    // Others get their turn between batches.
    await parts.clock.sleep(0)
    const work = context.work()
    const claimed = await claim(parts.store, {
      system, work, holder: parts.holder, limit: CLAIM, brakes, lookAlikes, traits: (place) => parts.connections.resource(place)?.traits,
    })
    if (!claimed || claimed.looked === 0) break
    looked += claimed.looked
    if (claimed.send.length + claimed.unsure.length === 0) continue
    const { place } = claimed
    const resource = parts.connections.resource(place)
    const begun = new Set<Claimed>()
    // From the time of the claim, however long this process stood still since. Invariant 7.
    const sending: SendOptions = { clock: parts.clock, signal: context.calls ?? signal, stop: signal, deadline: work.now + Math.min(CLAIM_MS, LEASE_MS / 2), onCall: called, begun }
    if (!resource?.write) {
      failure = parts.connections.failure(system)
      await giveBack(context, claimed.send, begun, 0, failure?.message ?? `${system} can't be written.`)
      break
    }
    const settling = (): SettleOptions => ({
      work: context.work(), place, traits: resource.traits, backOff: backOffMs(parts.clock.random),
      judging: { ordered: resource.traits.version === 'ordered', omitsEmpty: resource.traits.omitsEmpty, lookedAt: 0 },
    })
    try {
      if (claimed.unsure.length > 0) await resolveUnsure(parts.store, place, resource, claimed.unsure, sending, settling())
      if (claimed.send.length > 0) {
        const answers = await send(place, resource, claimed.send, sending)
        await settle(parts.store, answers, settling())
        context.onProgress?.(place, answers)
        const bad = answers.filter((a) => a.result.is === 'later' || a.result.is === 'unsure')
        failures = bad.length === answers.length ? failures + 1 : 0
        const said = bad[0]?.result
        if (failures >= CIRCUIT || (bad.length > 0 && failures > 0)) failure = asFailure(system, said && 'says' in said ? said.says : 'it does not answer')
        else failure = undefined
      }
    } catch (error) {
      failure = asPlimsollError(error)
      if (failure.class === 'internal' && !signal.aborted) throw error
      await giveBack(context, claimed.send, begun, resource.traits.lateMs, failure.message)
      // Without the store nothing can be said about the target.
      if (isOfStore(failure)) throw failure
      break
    }
    // That was all; whoever calls looks again, which costs less than a claim of nothing.
    if (failures === 0 && claimed.looked < CLAIM) break
  }
  return { system, looked, ...(failure ? { failure } : {}) }
}

registerErrors({
  'sync.unreachable': { class: 'remote', hint: 'See whether {system} runs and can be reached; what is due waits and is delivered later.' },
})

const asFailure = (system: string, says: string): PlimsollError => new PlimsollError('sync.unreachable', `${system}: ${says}`, { details: { system } })

/** What was surely not sent is due again, later. What was, is looked up before anything else, whatever failed after it. Invariant 6. */
async function giveBack(context: DeliverContext, commands: readonly Claimed[], begun: ReadonlySet<Claimed>, lateMs: number, says: string): Promise<void> {
  if (commands.length === 0) return
  const { parts } = context
  const now = parts.clock.now()
  const unsure = new Set([...begun].map((claimed) => claimed.link.id))
  await parts.store.transaction(async (tx) => {
    const rows = await tx.commands(commands.map((c) => c.command.link))
    const mine = rows.filter((row) => row.state === 'sending' && commands.some((c) => c.command.link === row.link && c.command.fence === row.fence))
    const reason = says.slice(0, 300)
    await tx.save({
      commands: mine.map((row) => unsure.has(row.link)
        ? { ...row, state: 'unsure' as const, holder: null, notBefore: now + lateMs, reason }
        : { ...row, state: 'due' as const, holder: null, notBefore: now + backOffMs(parts.clock.random)(row.attempts), reason: row.reason === 'released' ? row.reason : reason }),
    })
  }, { as: 'give-back' })
}
