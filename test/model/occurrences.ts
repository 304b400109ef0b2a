/** What a run of the model test has to have met: each in at least one of a hundred runs, or the test has not tried it. */
import { VICES } from '../../src/rehearse/systems/vices.ts'
import { CHANGES } from './plan.ts'

export const OCCURRENCES: readonly string[] = [
  'edited', 'emptied', 'made', 'removed', 'marked', 'edit-during-work', 'crash', 'down', 'webhook', 'conflict', 'delete', 'create', 'altered', 'stale', 'parked', 'held-and-let-go',
  'listed: waiting', 'listed: unsure', 'listed: set_aside', 'listed: review', 'listed: gone',
  ...Object.keys(CHANGES), ...Object.keys(VICES),
]
export const SHARE = 0.01

export class Occurrences {
  readonly #counts = new Map<string, number>()
  runs = 0

  add(happened: ReadonlySet<string>): void {
    this.runs += 1
    for (const name of happened) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }
  share(name: string): number {
    return this.runs === 0 ? 0 : (this.#counts.get(name) ?? 0) / this.runs
  }
  /** Too seldom to count as tried. */
  get rare(): string[] {
    return OCCURRENCES.filter((name) => this.share(name) < SHARE)
  }
  get text(): string {
    return OCCURRENCES.map((name) => `${(this.share(name) * 100).toFixed(1).padStart(6)} %  ${name}`).join('\n')
  }
}
