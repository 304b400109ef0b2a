/** A check, what it needs, and what it may say. */
import type { Resource, SystemSession, Traits } from '../../systems/contract.ts'
import type { Bench } from './bench.ts'
import type { Kit } from './kit.ts'

export interface Check {
  /** Stable: reports of two days are compared by it. */
  readonly name: string
  /** What the connector owes, in one sentence. */
  readonly promise: string
  /** Writes to the system, or acts as another user of it. */
  readonly touches: boolean
  readonly needs: readonly Need[]
  run(kit: Kit): Promise<void>
}

/** Something that a check needs: a trait that the resource declares, or something that the bench can do. */
export type Need = keyof typeof NEEDS

interface Subject { readonly traits: Traits; readonly resource: Resource; readonly session: SystemSession; readonly bench: Bench }

/** Need → is it there?, and what to say when it is not. */
const NEEDS = {
  read: [({ traits }) => traits.read, 'the resource is not read'],
  incremental: [({ traits }) => traits.incremental, 'the resource has no incremental reading'],
  complete: [({ traits }) => traits.complete, 'a full read never counts as complete here'],
  lists: [({ traits }) => traits.read && (traits.complete || !traits.incremental), 'the resource is no full list'],
  byKey: [({ traits, resource }) => traits.readByKey && resource.readKeys !== undefined, 'records are not read by key'],
  find: [({ traits, resource, bench }) => traits.find && resource.find !== undefined && bench.shape.identifier !== undefined, 'records are not looked up'],
  findTogether: [({ bench }) => bench.shape.second !== undefined, 'no identifier of two fields'],
  write: [({ resource }) => resource.write !== undefined, 'nothing is written'],
  create: [({ traits, bench }) => traits.create && bench.record !== undefined, 'records are not created'],
  update: [({ traits }) => traits.update, 'records are not changed'],
  delete: [({ traits }) => traits.delete, 'records are not deleted'],
  conditional: [({ traits }) => traits.conditional && traits.version !== 'none', 'writes are not conditional'],
  answers: [({ traits }) => traits.answers, 'writes do not answer with the record'],
  receive: [({ traits, session, bench }) => traits.pushes && session.receive !== undefined && bench.webhooks !== undefined, 'no webhooks'],
  messages: [({ bench }) => bench.messages !== undefined, 'nothing is acknowledged here'],
  shown: [({ traits }) => traits.read || traits.readByKey || traits.find, 'nobody can be asked what became of a write'],
  user: [({ bench }) => bench.user !== undefined && bench.record !== undefined, 'the system is not edited past the connector'],
  times: [({ bench }) => bench.times !== undefined, 'times of change can not be set here'],
  late: [({ bench }) => (bench.times?.lateMs ?? 0) > 0, 'no late commits are promised to be caught'],
  coarse: [({ bench }) => (bench.times?.stepMs ?? 0) >= 1_000, 'times of change are finer than a second'],
  exact: [({ bench }) => bench.exact !== undefined, 'no values are given that must be exact'],
  poison: [({ bench }) => bench.poison !== undefined, 'no record is known that the system refuses'],
  altered: [({ bench }) => bench.altered !== undefined, 'no value is known that the system trims or rounds'],
  outside: [({ bench }) => bench.shape.outside !== undefined, 'no field outside the mapping is known'],
  meets: [({ bench }) => bench.shape.keyBy === 'hub' || bench.shape.unique !== undefined, 'the system takes equal records'],
  half: [({ bench }) => bench.faults?.half !== undefined, 'a half list can not be made here'],
  empty: [({ bench }) => bench.faults?.empty !== undefined, 'an empty page can not be made here'],
  breakOff: [({ bench }) => bench.faults?.breakOff !== undefined, 'a list that breaks off can not be made here'],
  missing: [({ bench }) => bench.faults?.missing !== undefined, 'the resource can not be taken away here'],
  loseAnswer: [({ bench }) => bench.faults?.loseAnswer !== undefined, 'an answer can not be lost here'],
  limit: [({ bench }) => bench.faults?.limit !== undefined, 'the system does not limit calls here'],
  locked: [({ bench }) => bench.locked !== undefined, 'there is no secret'],
} as const satisfies Record<string, readonly [(of: Subject) => boolean, string]>

export function lacking(check: Check, subject: Subject): string | undefined {
  for (const need of check.needs) {
    const [there, says] = NEEDS[need]
    if (!there(subject)) return says
  }
  return undefined
}

/** The promise is not kept. Thrown by a check, never by a connector. */
export class Broken extends Error {
  readonly saw: string
  readonly mend: string
  constructor(saw: string, mend: string) {
    super(saw)
    this.saw = saw
    this.mend = mend
  }
}

/** The check can't tell anything here. */
export class Skipped extends Error {}
