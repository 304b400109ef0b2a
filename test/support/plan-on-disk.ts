/** A plan in a folder of its own with SQLite databases beside it, run in this process by the app as it is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { createApp, readPlan, start } from '../../src/app.ts'
import { pass, type PassReport, writesOf, type Written } from '../../src/sync/engine.ts'

export class PlanOnDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'plimsoll-systems-'))
  readonly #env: Readonly<Record<string, string>>
  constructor(plan: string, env: Readonly<Record<string, string>>) {
    this.#env = env
    writeFileSync(join(this.folder, 'plan.yaml'), plan)
  }

  sql(file: string, statements: string): void {
    const db = new Database(join(this.folder, file))
    try {
      db.exec(statements)
    } finally {
      db.close()
    }
  }
  rows(file: string, query: string): Record<string, unknown>[] {
    const db = new Database(join(this.folder, file), { readonly: true })
    try {
      return db.prepare(query).all() as Record<string, unknown>[]
    } finally {
      db.close()
    }
  }

  /** One pass, with what it wrote and set aside. */
  async sync(): Promise<{ readonly report: PassReport; readonly writes: readonly Written[]; readonly aside: readonly string[] }> {
    const app = createApp({ env: this.#env, cwd: this.folder })
    const of = await readPlan(app, this.folder)
    const wrong = of.mistakes.filter((mistake) => mistake.severity === 'error')
    if (wrong.length > 0) throw new Error(wrong.map((mistake) => `${mistake.place.line}: ${mistake.says}`).join('\n'))
    const running = await start(app, of, { readOnly: false })
    try {
      const report = await pass(running.parts, { signal: new AbortController().signal })
      const writes: Written[] = []
      for await (const write of writesOf(running.parts.store, report.run)) writes.push(write)
      const aside = await running.parts.store.transaction((tx) => tx.asides({ states: ['open'], limit: 100 }), { readOnly: true })
      return { report, writes, aside: aside.map((one) => `${one.system}/${one.resource} ${one.key} ${one.field ?? ''}: ${one.says}`) }
    } finally {
      await running.close()
    }
  }
  end(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
