// A project with a supplier's list, and `plimsoll sync` of it into a store of its own.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { asked } from './child.mjs'
import { writePlan, writeProducts } from './products.mjs'

export function supplier(folder, { records, seed, name = 'project', plan = {} }) {
  const project = join(folder, name)
  writePlan(project, plan)
  const [csv] = writeProducts(join(project, 'inbox'), { records, seed })
  const store = join(folder, `${name}.db`)
  const options = { cwd: project, env: { PLIMSOLL_STORE: store } }
  return {
    project, csv, store,
    ask: (args, more) => asked(args, { ...options, ...more }),
    /** Into a new store. */
    load() {
      for (const end of ['', '-wal', '-shm', '-lock']) rmSync(store + end, { force: true })
      return asked(['sync'], options)
    },
    again: () => asked(['sync'], options),
  }
}

export const loadedAll = ({ answer: { summary } }, records) => summary.read === records && summary.new === records && summary.set_aside === 0 && summary.balanced
export const unchangedAll = ({ answer: { summary } }, records) => summary.unchanged === records && summary.changed === 0 && summary.writes === 0 && summary.balanced
