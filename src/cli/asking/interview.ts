/** The interview: one open question after the other, in the order of what hangs on it; each answer is written before the next question. */
import { PlimsollError } from '../../base/errors.ts'
import type { Kept } from '../../plan/model.ts'
import type { OpenQuestion } from '../../plan/questions/open-question.ts'
import { schemaAt } from '../../plan/write/content.ts'
import { PLAN } from '../../plan/schema/plan-schema.ts'
import type { Change } from '../../plan/write/write-into.ts'
import { percent } from '../readiness-text.ts'
import { placeOf } from './answers-file.ts'
import { elsewhere } from './elsewhere.ts'
import { type Form, formFor } from './form.ts'
import { isThere, makeElement, MAKES, NOUNS, placeholder, problem } from './new-element.ts'
import { Interrupted, LEFT, type Prompts } from './terminal.ts'
import { alone, typed } from './typed.ts'
import { adding, assign, option, waive, WAYS, waysFor } from './ways.ts'
import type { Now, PlanWriter, Refusal } from './writing.ts'

export interface Limits {
  readonly isAsked: (question: OpenQuestion) => boolean
  readonly most: number
}
export interface Course {
  readonly start: Now
  readonly end: Now
  readonly written: readonly { readonly place: string; readonly kind: 'answered' | 'waived' | 'assigned' }[]
  readonly skipped: number
  readonly ended: 'done' | 'limit' | 'stopped' | 'interrupted'
}

type Reply =
  | { readonly is: 'answer'; readonly changes: readonly Change[]; readonly more?: () => Promise<Reply> }
  | { readonly is: 'waived' | 'assigned'; readonly changes: readonly Change[] }
  | { readonly is: 'skip' | 'back' | 'stop' | 'again' }

/** A choice that says little without what stands beside it. */
const FOLLOW_UPS: readonly (readonly [key: string, word: string, beside: string, message: string, example: string])[] = [
  ['documentation', 'current', 'spec', 'Where is it: a file or an address? (Enter leaves it open)', 'https://docs.shop.example/openapi.json'],
]
const idOf = (question: OpenQuestion): string => `${question.question.id} ${question.place.join('.')}`

export class Interview {
  readonly #writer: PlanWriter
  readonly #prompts: Prompts
  readonly #limits: Limits
  readonly #written: { place: string; kind: 'answered' | 'waived' | 'assigned' }[] = []
  readonly #skipped = new Set<string>()
  readonly #asked: OpenQuestion[] = []
  #now: Now

  constructor(writer: PlanWriter, prompts: Prompts, start: Now, limits: Limits) {
    this.#writer = writer
    this.#prompts = prompts
    this.#now = start
    this.#limits = limits
  }

  async hold(): Promise<Course> {
    const start = this.#now
    let ended: Course['ended'] = 'done'
    try {
      ended = await this.#goThrough()
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error
      ended = 'interrupted'
    }
    return { start, end: this.#now, written: this.#written, skipped: this.#skipped.size, ended }
  }

  #open(): readonly OpenQuestion[] {
    return this.#now.readiness.open.filter((one) => this.#limits.isAsked(one) && !this.#skipped.has(idOf(one)))
  }

  async #goThrough(): Promise<Course['ended']> {
    let again: OpenQuestion | undefined
    for (let asked = 0; ; ) {
      const question = again ?? this.#open()[0]
      if (!question) return 'done'
      if (!again && asked >= this.#limits.most) return 'limit'
      this.#show(question)
      const reply = await this.#ask(question)
      again = undefined
      switch (reply.is) {
        case 'stop': return 'stopped'
        case 'again': again = question; break
        case 'skip':
          this.#skipped.add(idOf(question))
          this.#asked.push(question)
          asked += 1
          break
        case 'back':
          again = this.#asked.pop() ?? question
          this.#skipped.delete(idOf(again))
          break
        default: {
          const closed = await this.#writeAll(question, reply)
          if (closed) {
            asked += 1
            this.#asked.push(question)
          } else again = this.#stillOpen(question) ?? question
        }
      }
    }
  }

  /** One after the other, where more than one element is the answer. */
  async #writeAll(question: OpenQuestion, first: Extract<Reply, { readonly changes: readonly Change[] }>): Promise<boolean> {
    if (!(await this.#write(question, first))) return false
    let more = first.is === 'answer' ? first.more : undefined
    while (more) {
      const reply: Reply = await more()
      if (reply.is !== 'answer' || !(await this.#write(question, reply))) break
      more = reply.more
    }
    return true
  }

  #stillOpen(question: OpenQuestion): OpenQuestion | undefined {
    return this.#now.readiness.open.find((one) => idOf(one) === idOf(question))
  }

  #show(question: OpenQuestion): void {
    const { reason, assumed, assigned } = question
    const flows = question.touches.flows.length
    this.#prompts.say([
      `${question.ask}${question.blocking ? '  (production waits for it)' : ''}`,
      ...(reason === undefined ? [] : [`Open again: ${reason}`]),
      question.why,
      ...(question.question.policy === true && flows > 0 ? [`One answer for ${flows === 1 ? 'the flow' : `all ${flows} flows`} that leave it open.`] : []),
      ...(question.example === '' ? [] : [`For example: ${question.example}`]),
      ...(question.room.length > 0 ? [`Should answer: ${question.room.map(({ label }) => label).join(', ')}`] : []),
      ...(assumed === undefined ? [] : [`Until somebody does: ${assumed}`]),
      ...(assigned?.ask === undefined ? [] : [`Asked: ${assigned.ask}${assigned.due === undefined ? '' : `, by ${assigned.due}`}`]),
    ])
  }

  async #ask(question: OpenQuestion): Promise<Reply> {
    if (question.question.id === 'own') return this.#ways(question, undefined)
    const tree = this.#now.plan.loaded.tree!
    const ask = elsewhere(question)
    if (ask) {
      const changes = await ask(this.#prompts, question.of[0]!, tree)
      if (changes === 'ways') return this.#ways(question, undefined)
      return changes === 'left' ? { is: 'stop' } : changes ? { is: 'answer', changes } : { is: 'again' }
    }
    const form = formFor(question.place, tree)
    switch (form.is) {
      case 'one': return this.#askOne(question, form)
      case 'some': return form.of.length > 0 ? this.#askSome(question, form) : this.#askTyped(question, 'names, parted by commas')
      case 'sentences': return this.#askSentences(question)
      case 'elements': return this.#askElement(question, form)
      case 'typed': return this.#askTyped(question, form.what)
    }
  }

  async #askOne(question: OpenQuestion, form: Form & { readonly is: 'one' }): Promise<Reply> {
    const picked = await this.#prompts.one('Your answer', [...form.of.map(option), ...form.add.map(adding), ...waysFor(question)])
    if (picked === LEFT) return { is: 'stop' }
    const way = WAYS.find(({ value }) => value === picked)
    if (way && !form.of.some(({ value }) => value === picked)) return this.#way(picked, question)
    const more = FOLLOW_UPS.find(([key, word]) => key === question.place.at(-1) && word === picked)
    if (!more) return this.#picked(question, picked, (name) => name)
    const [, , beside, message, example] = more
    const given = await this.#prompts.text(message, example, placeholder)
    if (given === LEFT) return { is: 'again' }
    return { is: 'answer', changes: [{ path: question.place, value: picked }, ...(given === '' ? [] : [{ path: [...question.place.slice(0, -1), beside], value: given }])] }
  }

  async #askSome(question: OpenQuestion, form: Form & { readonly is: 'some' }): Promise<Reply> {
    const picked = await this.#prompts.some('Your answer: space chooses, Enter goes on (with nothing chosen: other ways)', form.of.map(option))
    if (picked === LEFT) return { is: 'stop' }
    if (picked.length > 0) return { is: 'answer', changes: [{ path: question.place, value: alone(picked) }] }
    return this.#ways(question, form)
  }

  async #askSentences(question: OpenQuestion): Promise<Reply> {
    const found: string[] = []
    for (;;) {
      const given = await this.#prompts.text(found.length === 0 ? 'Your answer, a line for each point (Enter alone: other ways)' : 'The next point (Enter alone: that is all)', found.length === 0 ? plainExample(question.example) : '', placeholder)
      if (given === LEFT) return found.length === 0 ? { is: 'stop' } : { is: 'again' }
      if (given === '') return found.length === 0 ? this.#ways(question, undefined) : { is: 'answer', changes: [{ path: question.place, value: alone(found) }] }
      found.push(given)
    }
  }

  async #askTyped(question: OpenQuestion, what: string): Promise<Reply> {
    const schema = schemaAt(PLAN, question.place)
    const key = question.place.at(-1)!
    const given = await this.#prompts.text(`Your answer: ${what} (Enter alone: other ways)`, question.example, (text) => placeholder(text) ?? problem(typed(schema, text, key)))
    if (given === LEFT) return { is: 'stop' }
    if (given === '') return this.#ways(question, undefined)
    const read = typed(schema, given, key)
    return 'value' in read ? { is: 'answer', changes: [{ path: question.place, value: read.value }] } : { is: 'again' }
  }

  async #askElement(question: OpenQuestion, form: Form & { readonly is: 'elements' }): Promise<Reply> {
    const noun = NOUNS[form.section] ?? 'element'
    const first = await this.#prompts.one('Your answer', [{ value: 'make', label: `A new ${noun} …` }, ...waysFor(question), ...(question.question.emptyAnswers === true ? [{ value: 'none', label: 'There are none: that is the answer' }] : [])])
    if (first === LEFT) return { is: 'stop' }
    if (first === 'none') return { is: 'answer', changes: [{ path: question.place, value: new Map() }] }
    if (first !== 'make') return this.#way(first, question)
    return this.#makeOne(form.section)
  }

  async #makeOne(section: string): Promise<Reply> {
    const made = await makeElement(this.#prompts, section, this.#now.plan.loaded.tree!)
    if (!made) return { is: 'again' }
    const more = async (): Promise<Reply> => {
      const picked = await this.#prompts.one('Is there another one?', [{ value: 'no', label: 'No, that is all' }, { value: 'yes', label: `Another ${NOUNS[section] ?? 'one'} …` }])
      return picked === 'yes' ? this.#makeOne(section) : { is: 'skip' }
    }
    return { is: 'answer', changes: made.changes, more }
  }

  /** What else one can do than answer. */
  async #ways(question: OpenQuestion, form: (Form & { readonly is: 'some' }) | undefined): Promise<Reply> {
    const none = question.question.emptyAnswers === true ? [{ value: 'none', label: 'None: that is the answer' }] : []
    const picked = await this.#prompts.one('Instead of an answer', [...waysFor(question).slice(0, 1), ...none, ...(form?.add ?? []).map(adding), { value: 'again', label: 'See the question once more' }, ...waysFor(question).slice(1)])
    if (picked === LEFT || picked === 'again') return { is: 'again' }
    if (picked === 'none') return { is: 'answer', changes: [{ path: question.place, value: [] }] }
    if (picked.startsWith('+')) return this.#picked(question, picked, (name) => [name])
    return this.#way(picked, question)
  }

  async #picked(question: OpenQuestion, picked: string, as: (name: string) => Kept): Promise<Reply> {
    if (!picked.startsWith('+')) return { is: 'answer', changes: [{ path: question.place, value: as(picked) }] }
    const made = await makeElement(this.#prompts, picked.slice(1), this.#now.plan.loaded.tree!)
    return made ? { is: 'answer', changes: [...made.changes, { path: question.place, value: as(made.name) }] } : { is: 'again' }
  }

  async #way(picked: string, question: OpenQuestion): Promise<Reply> {
    if (picked === 'skip' || picked === 'back' || picked === 'stop') return { is: picked }
    const changes = await (picked === 'waive' ? waive : assign)(this.#prompts, question, this.#now.plan.loaded.tree!)
    return changes ? { is: picked === 'waive' ? 'waived' : 'assigned', changes } : { is: 'again' }
  }

  /** True: it is written. */
  async #write(question: OpenQuestion, reply: Extract<Reply, { readonly changes: readonly Change[] }>): Promise<boolean> {
    const before = this.#now.readiness.share
    const outcome = await this.#writer.write(reply.changes, this.#now).catch((error: unknown) => {
      if (!(error instanceof PlimsollError) || error.class !== 'plan') throw error
      return error
    })
    if (outcome instanceof PlimsollError) {
      // Somebody is in the middle of an edit: they can finish it, and the question is asked again.
      this.#prompts.warn(`Nothing was written. ${outcome.message}`)
      return false
    }
    if (outcome.is === 'refused') {
      const more = await this.#mend(outcome.mistakes)
      if (more) return this.#write(question, { ...reply, changes: [...more, ...reply.changes] })
      return false
    }
    this.#now = outcome.now
    if (outcome.is === 'changed') {
      this.#prompts.warn(`Somebody changed ${question.place.join('.')} meanwhile; your answer was not written over it.${this.#stillOpen(question) ? ' The question is still open:' : ''}`)
      return !this.#stillOpen(question)
    }
    const kind = reply.is === 'answer' ? 'answered' as const : reply.is
    this.#written.push({ place: question.place.join('.'), kind })
    const at = placeOf(this.#now, reply.changes.at(-1)!.path)
    const left = this.#open().length
    this.#prompts.done(`${at ? `${at.file}:${at.line}` : question.place.join('.')} is written. ${left} more, readiness ${percent(before)} → ${percent(this.#now.readiness.share)}`)
    const open = kind === 'answered' ? this.#stillOpen(question) : undefined
    if (kind === 'assigned') this.#skipped.add(idOf(question))
    if (open) {
      this.#prompts.warn(open.reason ?? 'This alone does not answer the question yet.')
      this.#skipped.add(idOf(question))
    }
    return true
  }

  /** An answer may name what does not exist yet. */
  async #mend(mistakes: readonly Refusal[]): Promise<readonly Change[] | undefined> {
    const [first] = mistakes as [Refusal]
    const name = /^`([a-z][a-z0-9_]*)`/.exec(first.says)?.[1]
    const sections = MAKES[first.id]
    const tree = this.#now.plan.loaded.tree!
    this.#prompts.warn(`${first.says}${first.mend === undefined ? first.suggestion === undefined ? '' : ` Did you mean ${first.suggestion}?` : ` ${first.mend}`}`)
    if (name === undefined || !sections || sections.some((section) => isThere(tree, section, name))) return undefined
    const picked = await this.#prompts.one(`Shall ${name} be made?`, [...sections.map((section) => ({ value: section, label: `Yes, as a new ${NOUNS[section]}` })), { value: 'no', label: 'No, I answer again' }])
    if (picked === LEFT || picked === 'no') return undefined
    return (await makeElement(this.#prompts, picked, tree, name))?.changes
  }
}

const plainExample = (example: string): string => example.replaceAll(/^\[|\]$/g, '').split(', ')[0] ?? ''
