/**
 * `asking/` is the interview: what is open is asked, and answers go into the files of the plan. Here an answer is tried on
 * the newest text of the plan, judged by the loader, and written if it brings no new mistake.
 */
import { type App, type PlanFile, readPlan } from '../../app.ts'
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import type { Mistake } from '../../plan/mistakes.ts'
import { printMistakes } from '../../plan/print-mistakes.ts'
import { openQuestions } from '../../plan/questions/open-questions.ts'
import type { Readiness } from '../../plan/questions/readiness.ts'
import { saidAt } from '../../plan/write/content.ts'
import { type Change, type NotWritten, writeInto } from '../../plan/write/write-into.ts'
import { replaceFile } from './replace-file.ts'

registerErrors({
  'cli.no_yaml': { class: 'plan', hint: 'Write the answers into the TypeScript plan by hand, or let it include a YAML file.' },
  'cli.restless': { class: 'conflict', hint: 'Somebody else writes the plan all the time; wait until they have finished, and ask again.' },
})

/** The plan as it is now, and what it leaves open. */
export interface Now {
  readonly plan: PlanFile
  readonly readiness: Readiness
}

export type Outcome =
  | { readonly is: 'written'; readonly now: Now; readonly files: readonly string[] }
  /** Somebody else changed this very place meanwhile. */
  | { readonly is: 'changed'; readonly now: Now }
  | { readonly is: 'refused'; readonly mistakes: readonly Refusal[] }

export type Refusal = Pick<Mistake, 'id' | 'says' | 'mend' | 'suggestion'>
export const notPlaced = ({ refused }: NotWritten): Refusal => ({ id: 'no-place', says: refused })

export interface Tried {
  readonly now: Now
  readonly texts: ReadonlyMap<string, string>
  readonly mistakes: readonly Mistake[]
  /** Those that were asked for, and what follows from them. */
  readonly changes: readonly Change[]
}

const MOST_TRIES = 20
const BLINK_MS = 50

export class PlanWriter {
  readonly #app: App
  readonly #where: string | undefined
  readonly #environment: string

  constructor(app: App, where: string | undefined, environment: string) {
    this.#app = app
    this.#where = where
    this.#environment = environment
  }

  async read(instead?: ReadonlyMap<string, string>): Promise<Now> {
    const plan = await readPlan(this.#app, this.#where, this.#environment, instead)
    const of = plan.loaded.plan ?? plan.loaded.draft
    // An answer to what stands in a file that can't be read would be written a second time elsewhere.
    const unread = plan.mistakes.filter((mistake) => mistake.severity === 'error' && /^(?:yaml-|given-twice)/.test(mistake.id))
    if (!of || unread.length > 0) throw new PlimsollError('app.plan_wrong', `The plan has to be mended before it can be written into:\n\n${printMistakes(unread.length > 0 ? unread : plan.mistakes, plan.loaded.sources)}`)
    if (![...plan.loaded.sources.keys()].some((file) => /\.(?:ya?ml|json)$/i.test(file))) throw new PlimsollError('cli.no_yaml', 'This plan has no YAML file into which an answer could be written.')
    const today = new Date(this.#app.clock.now()).toISOString().slice(0, 10)
    let readiness: Readiness | undefined
    // Of a plan that is only tried nobody wants to know what it leaves open.
    return { plan, get readiness() { return (readiness ??= openQuestions(of, today, plan.mistakes)) } }
  }

  /** Whoever saves a file in place leaves it empty for a moment. */
  async #readSoon(): Promise<Now> {
    for (let waited = 0; ; waited += BLINK_MS) {
      try {
        return await this.read()
      } catch (error) {
        if (waited >= 10 * BLINK_MS) throw error
      }
      await this.#app.clock.sleep(BLINK_MS)
    }
  }

  /** The plan as it would be; nothing is written. */
  async try(on: Now, changes: readonly Change[]): Promise<Tried | NotWritten> {
    const written = writeInto(on.plan.loaded.sources, changes)
    if ('refused' in written) return written
    const now = await this.read(written.texts)
    const isNew = newMistakes(on, now)
    const mistakes = isNew.filter(({ severity }) => severity === 'error')
    // Whoever says that a system takes part says that it has what is exchanged.
    const implied = isNew.some((mistake) => mistake.id === 'not-held') ? heldByFlows(now).filter(({ path }) => !changes.some((change) => change.path.join() === path.join())) : []
    return implied.length > 0 ? await this.try(on, [...changes, ...implied]) : { now, texts: written.texts, mistakes, changes }
  }

  /** `seen`: the plan on which whoever answers looked; what stands at these places must be as it was then. */
  async write(changes: readonly Change[], seen: Now): Promise<Outcome> {
    const before = changes.map(({ path }) => saidAt(seen.plan.loaded.tree, path))
    const done = new Set<string>()
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const fresh = await this.#readSoon()
      const as = changes.map(({ path }) => saidAt(fresh.plan.loaded.tree, path))
      // What another try wrote already is our own.
      if (done.size === 0 && as.some((said, i) => said !== before[i])) return { is: 'changed', now: fresh }
      const tried = await this.try(fresh, changes)
      if ('refused' in tried) return { is: 'refused', mistakes: [notPlaced(tried)] }
      if (tried.mistakes.length > 0) return { is: 'refused', mistakes: tried.mistakes }
      const { folder, loaded: { sources } } = fresh.plan
      let whole = true
      for (const [file, text] of tried.texts) {
        if (text === sources.get(file)) continue
        if (!(await replaceFile(folder, file, sources.get(file)!, text, this.#app.clock))) {
          whole = false
          break
        }
        done.add(file)
      }
      if (whole) return { is: 'written', now: tried.now, files: [...done] }
    }
    throw new PlimsollError('cli.restless', 'The plan changed again and again while an answer was being written.')
  }
}

/** What was not there before; places move with every line, words do not. */
function newMistakes(before: Now, after: Now): Mistake[] {
  const key = (mistake: Mistake): string => `${mistake.id}\n${mistake.place.pointer}\n${mistake.says}`
  const had = new Set(before.plan.mistakes.map(key))
  return after.plan.mistakes.filter((mistake) => !had.has(key(mistake)))
}

function heldByFlows({ plan }: Now): Change[] {
  const of = plan.loaded.draft
  return [...(of?.flows.values() ?? [])].flatMap((flow) => flow.ends
    .filter((end) => of!.systems.has(end.system) && !of!.systems.get(end.system)!.holds.some((hold) => hold.entity === flow.entity))
    .map((end) => ({ path: ['systems', end.system, 'holds', flow.entity], value: new Map() })))
}
