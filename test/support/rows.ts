/** Rows of the store with everything that a test does not care about filled in. */
import type {
  AsideRow, ChangeRow, CommandRow, ConditionRow, DecisionRow, GoldenRow, InboxRow, LaterRow, LinkRow, ResourceRow, RunRow, SecretRow, SystemRow, WriteRow,
} from '../../src/store/rows.ts'

export const PLACE = { system: 'shop', resource: 'customers', entity: 'customer' }

export const linkRow = (row: Partial<LinkRow> & { id: number }): LinkRow => ({
  ...PLACE, key: `k${row.id}`, numericKey: false, generation: 0, golden: `g${row.id}`, state: 'live', origin: 'read', seen: {}, hash: 'h', version: null,
  seenFrom: 1, seenTo: 2, editedAt: null, said: null, firstRev: 1, altered: {}, agreed: 1, doubt: {}, flips: {}, fixes: {}, missed: 0, ...row,
})
export const goldenRow = (row: Partial<GoldenRow> & { id: string }): GoldenRow => ({
  entity: 'customer', values: {}, from: {}, rev: 1, state: 'live', established: true, review: [], mergedInto: null, createdAt: 1, ...row,
})
export const commandRow = (row: Partial<CommandRow> & { link: number }): CommandRow => ({
  ...PLACE, flow: 'customers', golden: `g${row.link}`, kind: 'update', priority: 1, state: 'due', reason: null, waitsFor: null, openedAt: 10, notBefore: 10,
  attempts: 0, holder: null, fence: 0, leaseUntil: 0, intent: null, ...row,
})
export const resourceRow = (row: Partial<ResourceRow>): ResourceRow => ({
  ...PLACE, position: null, epoch: 1, fence: 0, holder: null, leaseUntil: 0, firstPassAt: null, lookedAt: 0, lastCount: 0, shrunk: null, fields: null, sources: '',
  settledAt: null, lastError: null, ...row,
})
export const decisionRow = (row: Partial<DecisionRow> & { id: string }): DecisionRow => ({
  kind: 'same', entity: 'customer', about: [], field: null, value: null, who: 'Ada', why: 'they said so', at: 1, over: 0, ended: false, ...row,
})
export const laterRow = (row: Partial<LaterRow> & { link: number }): LaterRow => ({
  system: PLACE.system, resource: PLACE.resource, key: `k${row.link}`, observation: null, at: 1, notBefore: 1, ...row,
})
export const asideRow = (row: Partial<AsideRow> & { id: string }): AsideRow => ({
  ...PLACE, direction: 'in', key: 'k1', link: null, hash: 'h', field: 'email', value: 'x', rule: 'email', says: 'is no address', mend: 'mend it', raw: {},
  state: 'open', fix: null, at: 1, run: 'r1', times: 1, ...row,
})
export const changeRow = (row: Partial<ChangeRow>): ChangeRow => ({
  golden: 'g1', entity: 'customer', field: 'name', kind: 'change', rev: 1, before: undefined, after: undefined, at: 1, run: 'r1', ...row,
})
export const runRow = (row: Partial<RunRow> & { id: string }): RunRow => ({ kind: 'sync', startedAt: 1, endedAt: null, state: 'running', summary: null, quiet: false, ...row })
export const writeRow = (row: Partial<WriteRow>): WriteRow => ({
  run: 'r1', system: PLACE.system, resource: PLACE.resource, record: 'k1', operation: 'update', fields: [{ field: 'name', before: null, after: null }], golden: 'g1', at: 1, overwrites: true, ...row,
})
export const inboxRow = (row: Partial<InboxRow> & { id: string }): InboxRow => ({
  system: PLACE.system, resource: PLACE.resource, deliveryId: '', body: '{}', receivedAt: 1, ...row,
})
export const conditionRow = (row: Partial<ConditionRow>): ConditionRow => ({
  about: 'lane', name: 'deliver/shop', state: 'failing', since: 1, failures: 1, nextAt: null, code: 'x.y', says: 'no', ...row,
})
export const systemRow = (row: Partial<SystemRow>): SystemRow => ({
  system: PLACE.system, tokens: 0, tokensAt: 0, restUntil: 0, ...row,
})
export const secretRow = (row: Partial<SecretRow>): SecretRow => ({
  id: 'h1', system: PLACE.system, sealed: 'v1.k.n.c', rev: 1, usedAt: null, refusedAt: null, holder: null, leaseUntil: 0, at: 1, ...row,
})
