/**
 * What real systems do to whoever exchanges data with them, by name. Model test, conformance kit and rehearsal pick from this
 * table; `says` is what a report prints. A vice happens at a share of its occasions, one that is the system's nature always.
 */
import type { Native } from '../../base/numeral.ts'
import { Numeral } from '../../base/numeral.ts'
import type { Traits } from '../../systems/contract.ts'

export type Call = 'read' | 'readKeys' | 'find' | 'write'

/** What becomes of a call. `late`: the caller is told of a time-out, and then it is executed. */
export type Fate = 'limit' | 'refused-connection' | 'fails' | 'lost-executed' | 'lost-not-executed' | 'half-executed' | 'late'

export interface Vice {
  readonly says: string
  /** Share of its occasions; none: always, and also when everything else is calm. */
  readonly share?: number
  /** What an honest connector to such a system declares. */
  readonly traits?: Partial<Traits>
  readonly call?: { readonly on: readonly Call[]; readonly fate: Fate }
  /** What it makes of a value that it is given. */
  readonly keeps?: (value: Native) => Native
}

const LAG_MS = 30_000
const ASKING: readonly Call[] = ['read', 'readKeys', 'find']
const ANY: readonly Call[] = [...ASKING, 'write']

export const VICES = {
  'rate-limit': { says: 'answers 429 with Retry-After', share: 0.15, call: { on: ANY, fate: 'limit' } },
  'refused-connection': { says: 'refuses the connection', share: 0.1, call: { on: ANY, fate: 'refused-connection' } },
  'failed-read': { says: 'answers 500 to a question', share: 0.1, call: { on: ASKING, fate: 'fails' } },
  '500-after-success': { says: 'answers 500 after it has written', share: 0.2, call: { on: ['write'], fate: 'lost-executed' } },
  'lost-request': { says: 'loses a request on its way', share: 0.15, call: { on: ['write'], fate: 'lost-not-executed' } },
  'half-batch': { says: 'breaks off in the middle of a batch', share: 0.2, call: { on: ['write'], fate: 'half-executed' } },
  'late-execution': { says: 'executes a request after its time-out', share: 0.2, call: { on: ['write'], fate: 'late' } },

  'cuts-text': { says: 'keeps only the beginning of a text', keeps: (value) => (typeof value === 'string' ? [...value].slice(0, 12).join('') : value) },
  'rounds-numbers': { says: 'rounds numbers to a tenth', keeps: (value) => (value instanceof Numeral ? new Numeral((Math.round(Number(value.text) * 10) / 10).toFixed(1)) : typeof value === 'number' ? Math.round(value * 10) / 10 : value) },
  'ignores-changes': { says: 'answers 200 and leaves the value as it was', share: 0.15 },
  'refuses-values': { says: 'refuses a record for what it says' },

  'list-lag': { says: 'shows changes in lists only after a while', traits: { listLagMs: LAG_MS } },
  'key-lag': { says: 'shows changes by key only after a while', traits: { keyLagMs: 5_000 } },
  'late-commit': { says: 'shows a change with the time at which its transaction began', traits: { listLagMs: LAG_MS, incremental: true } },
  'half-list': { says: 'ends a list in the middle and says so', share: 0.15 },
  'broken-list': { says: 'breaks a list off', share: 0.15 },
  'empty-list': { says: 'answers an empty list', share: 0.15 },
  'page-shift': { says: 'counts pages from the front while records go' },
  'small-pages': { says: 'answers few records a page' },

  'second-granular': { says: 'knows times to the second' },
  'equal-times': { says: 'gives the changes of ten seconds one time' },
  'clock-ahead': { says: 'has a clock that is hours ahead' },
  'clock-behind': { says: 'has a clock that is hours behind' },
  'no-edit-times': { says: 'does not say when a record was edited' },

  'hook-lost': { says: 'loses a webhook', share: 0.3 },
  'hook-doubled': { says: 'sends a webhook twice', share: 0.4 },
  'hook-late': { says: 'sends a webhook late, with what was true then, after newer ones', share: 0.4 },
  'hook-partial': { says: 'sends webhooks that hold only a part of the record', share: 0.4 },
} as const satisfies Record<string, Vice>

export type ViceName = keyof typeof VICES

/** Traits of a system with these vices, over what it declares by itself. */
export const declared = (vices: readonly ViceName[], traits: Partial<Traits>): Partial<Traits> =>
  vices.reduce((all, name) => ({ ...all, ...(VICES[name] as Vice).traits }), traits)
