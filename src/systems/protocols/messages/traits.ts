/** What the engine may rely on where messages come in, and where they go out. */
import { PlimsollError, type ResourceSpec, type Traits } from '../../contract.ts'
import type { MeaningSettings } from './meaning-settings.ts'

/** A stream of changes: nobody can be asked, and what is not in it is not said. */
export const INCOMING: Traits = {
  read: true, incremental: true, complete: false, version: 'none', readByKey: false, find: false, create: false, update: false, delete: false,
  updateStyle: 'patch', conditional: false, idempotency: false, answers: false, omitsEmpty: false, listLagMs: 0, keyLagMs: 0, lateMs: 0, batch: 1, pushes: true,
}

/** Nobody can look at what was sent. Each message carries the whole record, so one that comes twice changes nothing for whoever keeps records by key. */
export const outgoing = (settings: MeaningSettings): Traits => ({
  read: false, incremental: false, complete: false, version: 'none', readByKey: false, find: false, create: true, update: true, delete: settings.emptyDeletes || settings.kinds.has('delete'),
  updateStyle: 'put', conditional: false, idempotency: settings.repeatsDropped, answers: false, omitsEmpty: false, listLagMs: 0, keyLagMs: 0, lateMs: 10_000, batch: 200, pushes: false,
})

/** A resource is read, or written: never both, since the hub would read its own words. */
export function isWritten(spec: ResourceSpec): boolean {
  if (spec.creates !== undefined && spec.sends === true) throw new PlimsollError('messages.direction', `${spec.resource} is both read and written in the plan.`)
  return spec.creates !== undefined
}
