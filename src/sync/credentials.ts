/**
 * What systems hand out to log in with next time, kept in the store under the key of the installation. One writer: of all who need
 * the next one, in this process and in others, one fetches it; the rest get what it brought.
 */
import type { Clock } from '../base/clock.ts'
import { MINUTE } from '../base/duration.ts'
import { PlimsollError, registerErrors } from '../base/errors.ts'
import type { Sealer } from '../base/seal.ts'
import type { Store, Transaction } from '../store/contract.ts'
import type { SecretRow } from '../store/rows.ts'
import type { Credentials, KeptCredential } from '../systems/contract.ts'

registerErrors({
  'secret.busy': { class: 'remote', hint: 'Another process logs in with the same credentials just now; it is tried again.' },
})

/** How often somebody who waits looks whether another process is done. */
const LOOK_MS = 100

export interface CredentialsOptions {
  readonly system: string
  readonly clock: Clock
  /** Of whoever asks; no two have the same. */
  readonly holder: string
  /** Most systems keep nothing: the store is opened, and the key read, when they are needed. */
  readonly inStore: <T>(work: (store: Store) => Promise<T>) => Promise<T>
  readonly sealer: () => Sealer
}

export function storedCredentials(options: CredentialsOptions): Credentials {
  return new StoredCredentials(options)
}

class StoredCredentials implements Credentials {
  readonly #of: CredentialsOptions
  constructor(of: CredentialsOptions) {
    this.#of = of
  }

  ready(): void {
    try {
      this.#of.sealer()
    } catch (error) {
      if (!(error instanceof PlimsollError) || error.code !== 'secret.no_key') throw error
      throw new PlimsollError('secret.no_key', `${this.#of.system} logs in with tokens that it replaces at each use. They are kept encrypted, and PLIMSOLL_SECRET_KEY is not set.`, { place: this.#of.system })
    }
  }

  kept(origin: string): Promise<KeptCredential | undefined> {
    return this.#of.inStore((store) => store.transaction(async (tx) => {
      const row = await this.#find(tx, origin)
      return row && this.#opened(row)
    }, { readOnly: true }))
  }

  async next(origin: string, options: { readonly after: number; readonly first: string; readonly leaseMs: number }, work: (held: KeptCredential) => Promise<string>): Promise<KeptCredential> {
    const giveUp = this.#of.clock.now() + 2 * options.leaseMs + MINUTE
    for (;;) {
      const taken = await this.#take(origin, options)
      if (taken.is === 'known') return taken.kept
      if (taken.is === 'mine') return this.#fetched(origin, taken.row, taken.before, work)
      if (this.#of.clock.now() > giveUp) throw new PlimsollError('secret.busy', `Another process fetches the next credential of ${this.#of.system}, and does not end.`, { executed: false })
      await this.#of.clock.sleep(LOOK_MS)
    }
  }

  /** The turn to fetch the next one; that the held one is about to be used is on the disk before it is. */
  #take(origin: string, options: { readonly after: number; readonly first: string; readonly leaseMs: number }): Promise<{ is: 'known'; kept: KeptCredential } | { is: 'busy' } | { is: 'mine'; row: SecretRow; before: SecretRow | undefined }> {
    const { inStore, clock, holder, system } = this.#of
    return inStore((store) => store.transaction(async (tx) => {
      const now = clock.now()
      const before = await this.#find(tx, origin)
      if (before && before.rev > options.after) return { is: 'known' as const, kept: this.#opened(before) }
      if (before?.holder != null && before.holder !== holder && before.leaseUntil > now) return { is: 'busy' as const }
      const [id] = this.#of.sealer().hashes(origin) as [string]
      const began: SecretRow = before ?? { id, system, sealed: this.#of.sealer().seal(options.first, id), rev: 0, usedAt: null, refusedAt: null, holder: null, leaseUntil: 0, at: now }
      const row: SecretRow = { ...began, system, usedAt: began.usedAt ?? now, holder, leaseUntil: now + options.leaseMs }
      await tx.save({ secrets: [row] })
      return { is: 'mine' as const, row, before }
    }, { durable: true, as: 'login.turn' }))
  }

  async #fetched(origin: string, row: SecretRow, before: SecretRow | undefined, work: (held: KeptCredential) => Promise<string>): Promise<KeptCredential> {
    const { inStore, clock, holder, system } = this.#of
    let text: string
    try {
      text = await work({ ...this.#opened(row), usedAt: before?.usedAt ?? null })
    } catch (error) {
      // Surely not sent: the mark is what it was. Refused: that is remembered. Else nobody knows, and the mark stays.
      const untouched = error instanceof PlimsollError && error.executed === false
      const refused = error instanceof PlimsollError && error.class === 'auth' && !untouched
      await inStore((store) => store.transaction(async (tx) => {
        const now = (await tx.secrets()).find((one) => one.id === row.id)
        if (now?.rev !== row.rev || now.holder !== holder) return
        await tx.save({ secrets: [{ ...now, holder: null, leaseUntil: 0, usedAt: untouched ? (before?.usedAt ?? null) : now.usedAt, refusedAt: refused ? clock.now() : now.refusedAt }] })
      }, { durable: true, as: 'login.lost' }))
      throw error
    }
    return inStore((store) => store.transaction(async (tx) => {
      const now = (await tx.secrets()).find((one) => one.id === row.id)
      // This process was held up and another one fetched the next meanwhile: that one counts.
      if (now && now.rev > row.rev) return this.#opened(now)
      const [id] = this.#of.sealer().hashes(origin) as [string]
      const next: SecretRow = { id, system, sealed: this.#of.sealer().seal(text, id), rev: row.rev + 1, usedAt: null, refusedAt: null, holder: null, leaseUntil: 0, at: clock.now() }
      // Under a new key it moves to that key.
      await tx.save({ secrets: [next], removedSecrets: id === row.id ? [] : [row.id] })
      return this.#opened(next)
    }, { durable: true, as: 'login.kept' }))
  }

  async #find(tx: Transaction, origin: string): Promise<SecretRow | undefined> {
    const { sealer, system } = this.#of
    const rows = await tx.secrets()
    for (const id of sealer().hashes(origin)) {
      const row = rows.find((one) => one.id === id)
      if (row) return row
    }
    // To begin anew with what the setting says could end a login that only lacks its key.
    if (rows.some((row) => row.system === system && !sealer().knows(row.sealed))) {
      throw new PlimsollError('secret.other_key', `A login of ${system} is kept in the store, sealed with a key that is not in PLIMSOLL_SECRET_KEY.`, { details: { system }, place: system })
    }
    return undefined
  }

  #opened(row: SecretRow): KeptCredential {
    try {
      return { text: this.#of.sealer().open(row.sealed, row.id), rev: row.rev, usedAt: row.usedAt, refusedAt: row.refusedAt }
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error
      throw new PlimsollError(error.code, `The login of ${this.#of.system} in the store can't be opened. ${error.message}`, { details: { system: this.#of.system }, place: this.#of.system, cause: error })
    }
  }
}

/** After a process died while it fetched: nobody else who writes works on this store now. */
export async function releaseCredentials(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    const held = (await tx.secrets()).filter((row) => row.holder !== null && !row.holder.startsWith(LOOKING))
    if (held.length > 0) await tx.save({ secrets: held.map((row) => ({ ...row, holder: null, leaseUntil: 0 })) })
  }, { as: 'login.release' })
}

/** Begins the names of those who only look, beside whoever holds the store. */
export const LOOKING = 'looking:'

/** Forgets what was kept for a system; returns how many logins. */
export function forgetCredentials(store: Store, system: string): Promise<number> {
  return store.transaction(async (tx) => {
    const ids = (await tx.secrets()).filter((row) => row.system === system).map((row) => row.id)
    if (ids.length > 0) await tx.save({ removedSecrets: ids })
    return ids.length
  }, { as: 'login.forget' })
}
