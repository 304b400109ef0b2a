/**
 * The answer of a check of a large plan, kept beside it in `.plimsoll/`: as long as nothing changed on which it rests, it is
 * not worked out again. What is kept can be thrown away at any time, and is not used unless it is whole.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isAsBefore, type LookedAt } from '../plan/looked-at.ts'
import type { PlanFolder } from '../plan/files.ts'
import type { Answer } from './envelope.ts'
import { VERSION } from './version.ts'

/** Smaller plans are checked faster than a file is written. */
const WORTH_BYTES = 100_000
/** Another program may say something else of the same plan. */
const program = (): string => `${VERSION} ${statSync(fileURLToPath(import.meta.url)).mtimeMs} ${process.version}`

export interface Question {
  readonly file: string
  readonly folder: string
  readonly files: PlanFolder
  readonly variables: Readonly<Record<string, string | undefined>>
  /** What else the answer depends on: environment, day, flags. */
  readonly asked: readonly unknown[]
}

interface Kept { readonly program: string; readonly file: string; readonly asked: string; readonly lookedAt: LookedAt; readonly answer: Answer }

const fileOf = (question: Question): string => join(question.folder, '.plimsoll', 'check.json')
const sum = (text: string): string => createHash('sha256').update(text).digest('base64url')

export function recalled(question: Question): Answer | undefined {
  try {
    const written = readFileSync(fileOf(question), 'utf8')
    const end = written.indexOf('\n')
    const text = written.slice(end + 1)
    if (written.slice(0, end) !== sum(text)) return undefined
    const kept = JSON.parse(text) as Kept
    if (kept.program !== program() || kept.file !== question.file || kept.asked !== JSON.stringify(question.asked)) return undefined
    return isAsBefore(kept.lookedAt, question.files, question.variables) ? kept.answer : undefined
  } catch {
    return undefined
  }
}

/** What is wrong with a plan is about to be mended, so only a plan without mistakes is worth it. */
export function remember(question: Question, lookedAt: LookedAt, bytes: number, answer: Answer): void {
  if (lookedAt.more || bytes < WORTH_BYTES || answer.exit !== 0) return
  const kept: Kept = { program: program(), file: question.file, asked: JSON.stringify(question.asked), lookedAt, answer }
  const text = JSON.stringify(kept)
  const file = fileOf(question)
  const fresh = `${file}.${process.pid}`
  try {
    mkdirSync(join(question.folder, '.plimsoll'), { recursive: true })
    writeFileSync(fresh, `${sum(text)}\n${text}`, { mode: 0o600 })
    renameSync(fresh, file)
  } catch {
    // A folder that can't be written to: the next check works it out again.
    rmSync(fresh, { force: true })
  }
}
