/**
 * The steps between which a process may die and another one must go on: each transaction, before and after its commit, and each
 * effect on a system, right after it. They are named so that a test can kill a process exactly there; app.ts hands in what is
 * called at each, and nothing in the product ever hands in anything else than `goOn`.
 */
export const TRANSACTIONS = [
  'activate', 'run.open', 'run.close', 'gates.open', 'condition', 'retention', 'schedule.plant', 'schedule.fire',
  'read.begin', 'read.count', 'intake', 'read.end', 'pass.waiters',
  'deletes.found', 'deletes.missed', 'deletes.told', 'deletes.end', 'deletes.later',
  'webhook.keep', 'webhook.taken', 'webhook.forget',
  'claim', 'settle', 'give-back', 'unsure',
  'decide', 'release', 'retry.gone',
  'login.turn', 'login.kept', 'login.lost', 'login.release', 'login.forget',
  'budget.take', 'budget.rest',
] as const

/** `read.page`: it came, nothing of it is stored. `call`: a target answered, nothing of it is stored. */
export const CALLS = ['store.held', 'read.page', 'read.acknowledged', 'webhook.read', 'call'] as const

export type TransactionName = (typeof TRANSACTIONS)[number]
export type CrashPoint = `${TransactionName}.${'saved' | 'committed'}` | (typeof CALLS)[number]
export type Reached = (point: CrashPoint) => void

export const goOn: Reached = () => undefined
