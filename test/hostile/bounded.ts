/** A project whose commands run in child processes with 192 MB of heap; none may die of what it is given. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { type Answer, Project } from '../e2e/project.ts'

export const HEAP_MB = 192
/** Heap, buffers outside it, the program itself. */
const MOST_MB = 512
const PEAK = fileURLToPath(new URL('peak.mjs', import.meta.url))
export const NODE_OPTIONS = `--max-old-space-size=${HEAP_MB} --import=${PEAK}`

export interface Aside { readonly key: string; readonly field: string | null; readonly rule: string; readonly says: string; readonly raw?: unknown }
export interface Outcome {
  readonly answer: Answer
  /** Everything that was said about what is wrong: set aside and failures, one a line. */
  readonly reasons: string
  readonly asides: readonly Aside[]
}

export class Bounded extends Project {
  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    super()
    for (const [name, content] of Object.entries(files)) this.put(name, content)
    this.env['NODE_OPTIONS'] = NODE_OPTIONS
    this.env['PLIMSOLL_TEST_PEAK'] = `${this.folder}.peak`
  }

  /** The memory that the last command held at most. Fails if it died before it could say. */
  peak(): number {
    const at = `${this.folder}.peak`
    expect(existsSync(at), 'the child ended by itself').toBe(true)
    const peak = Number(readFileSync(at, 'utf8')) / 1024
    rmSync(at)
    return peak
  }

  override done(): void {
    super.done()
    rmSync(`${this.folder}.peak`, { force: true })
  }

  /** One sync that survives, keeps its memory, and ends with a balanced ledger. */
  async survives(): Promise<Outcome> {
    const answer = await this.sync()
    expect(this.peak(), 'memory in MB').toBeLessThan(MOST_MB)
    expect([0, 1], `exit ${answer.exit}: ${answer.err} ${JSON.stringify(answer.error)}`).toContain(answer.exit)
    expect(answer.summary.balanced).toBe(true)
    const listed = await this.run('errors', 'list')
    const asides = (listed.result as { errors?: readonly Aside[] }).errors ?? []
    const failures = (answer.result as { failures?: readonly { readonly code: string; readonly message: string }[] }).failures ?? []
    const reasons = [...asides.map((aside) => `${aside.key} ${aside.field ?? ''} ${aside.rule}: ${aside.says}`), ...failures.map((failure) => `${failure.code}: ${failure.message}`), answer.err].join('\n')
    expect(reasons).not.toMatch(/internal\.defect|This is a defect/)
    return { answer, reasons, asides }
  }
}

export const GOOD = [['A-1', 'Hammer', 12], ['A-2', 'Żółty młotek', 0], ['Z-9', 'Last of all', 7]] as const

/** One list to one database: what is in the table has arrived. */
export const listPlan = (connector: string, resource: string, extra: { readonly settings?: string; readonly fields?: string } = {}): string => `
plimsoll: 1
name: What was sent to our database
systems:
  supplier:
    connector: ${connector}
    settings: { folder: ./list, settle: 0${extra.settings ?? ''} }
    holds: { product: { resource: "${resource}", key: sku, fields: { sku: sku, name: name, stock: stock${extra.fields ?? ''} } } }
  database:
    connector: sqlite
    settings: { file: ./products.db }
    holds: [product]
entities:
  product: { identifiers: [sku], fields: { sku: text, name: text, stock: integer } }
flows:
  products: { entity: product, from: supplier, to: database }
`

export const arrived = (at: Project): unknown[][] => at.rows('products.db', 'select sku, name, stock from product order by sku').map((row) => [row['sku'], row['name'], Number(row['stock'])])
