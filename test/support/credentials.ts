/** Logins kept in a store of a test, and a token service whose refresh tokens can be used once. */
import { randomUUID } from 'node:crypto'
import { type Clock, systemClock } from '../../src/base/clock.ts'
import { type Sealer, sealer } from '../../src/base/seal.ts'
import type { Store } from '../../src/store/contract.ts'
import { storedCredentials } from '../../src/sync/credentials.ts'
import type { Credentials } from '../../src/systems/contract.ts'
import { json, type Received } from './http-servers.ts'

export const KEY = 'kept-under-this-key-for-tests'

const sealers = new Map<string, Sealer>()
/** Making one from its key is slow on purpose. */
function sealerOf(key: string): Sealer {
  const known = sealers.get(key) ?? sealer(key)
  sealers.set(key, known)
  return known
}

/** As one process has them; another call is another process. */
export const credentialsIn = (store: Store, over: { readonly key?: string; readonly clock?: Clock; readonly system?: string } = {}): Credentials =>
  storedCredentials({
    system: over.system ?? 'shop', clock: over.clock ?? systemClock, holder: randomUUID(), sealer: () => sealerOf(over.key ?? KEY), inStore: (work) => work(store),
  })

/** A service that replaces its refresh token at each use, and ends the whole login when one is used twice. */
export class RotatingTokens {
  readonly family: string
  issued = 0
  /** Refresh tokens that were shown, in order. */
  readonly shown: string[] = []
  refused = 0
  ended = false
  lifeSeconds = 3_600
  /** Of the token before the one that counts, for those whose answer was lost. */
  grace = false
  /** Called before anything is done; true: nothing is, and nobody answers. */
  arriving: ((n: number) => boolean) | undefined
  /** Called before an answer; what it returns is answered instead. */
  before: ((n: number) => Promise<'drop' | 'fail' | undefined>) | undefined
  #refresh: string
  #access = new Set<string>()

  constructor(family = 'fam') {
    this.family = family
    this.#refresh = `${family}-refresh-0`
  }
  get refresh(): string {
    return this.#refresh
  }
  /** All that was ever handed out, for those who look for it where it must not be. */
  get secrets(): string[] {
    return Array.from({ length: this.issued + 1 }, (_, n) => [`${this.family}-refresh-${n}`, `${this.family}-access-${n}`]).flat()
  }
  accepts(authorization: string | undefined): boolean {
    return !this.ended && this.#access.has((authorization ?? '').replace(/^Bearer /, ''))
  }
  expire(): void {
    this.#access.clear()
  }
  async answer({ body, response }: Received): Promise<void> {
    const form = new URLSearchParams(body)
    const given = form.get('refresh_token') ?? ''
    this.shown.push(given)
    if (this.arriving?.(this.issued + 1)) return
    const late = this.grace && this.issued > 0 && given === `${this.family}-refresh-${this.issued - 1}`
    if (this.ended || (given !== this.#refresh && !late) || form.get('grant_type') !== 'refresh_token') {
      this.refused += 1
      this.ended = true
      return json(response, 400, { error: 'invalid_grant', error_description: `the token ${given} is used up` })
    }
    this.issued += 1
    const n = this.issued
    this.#refresh = `${this.family}-refresh-${n}`
    this.#access.add(`${this.family}-access-${n}`)
    const instead = await this.before?.(n)
    if (instead === 'drop') return void response.destroy()
    if (instead === 'fail') return json(response, 503, { message: `later, ${this.#refresh}` })
    json(response, 200, { access_token: `${this.family}-access-${n}`, token_type: 'bearer', expires_in: this.lifeSeconds, refresh_token: this.#refresh })
  }
}
