/** Changes that an interface takes no notice of once a record has come so far: they are refused here, by name, before anything is sent. */
import { PlimsollError, type WriteItem, type WriteOptions, type WriteResult } from '../../../contract.ts'
import type { ResourceManifest } from '../manifest/manifest.ts'
import { asNotSent } from '../auth/oauth.ts'
import { at, textOf } from '../../../path.ts'
import { readOne } from '../read/read.ts'
import type { ResourceContext } from '../resource.ts'
import { guarded, type Progress } from './write.ts'

/** One result for each that is refused, or can't be told now; undefined: it may be written. */
export async function barred(context: ResourceContext, manifest: ResourceManifest, items: readonly WriteItem[], options: WriteOptions): Promise<readonly (WriteResult | undefined)[]> {
  const results: (WriteResult | undefined)[] = items.map(() => undefined)
  const state: Progress = { stop: undefined, failure: undefined, faults: 0, done: 0 }
  const asked = items.flatMap((item, index) => {
    const rules = item.operation !== 'update' ? [] : (manifest.only_while ?? []).filter((rule) => {
      const value = at(item.values, rule.field)
      return value !== undefined && (rule.to === undefined || rule.to.includes(textOf(value) ?? ''))
    })
    return rules.length === 0 ? [] : [{ index, item, rules }]
  })
  await context.parallel(asked, async ({ index, item, rules }) => {
    const result = await guarded<WriteResult | undefined>(state, options.signal, async () => {
      const held = await readOne(context, manifest, item.key!, options.signal).catch((error: unknown) => {
        throw options.signal.aborted ? new PlimsollError('base.stopped', 'It was not sent: the work was stopped.', { cause: error, executed: false }) : asNotSent(error)
      })
      if (!held) return { is: 'missing' }
      for (const { field, of, is } of rules) {
        const now = textOf(at(held.values, of))
        if (now === undefined || !is.includes(now)) {
          return { is: 'refused', code: 'only_while', field, says: `${field} can be changed only while ${of} is ${is.join(' or ')}, and it is ${JSON.stringify(now ?? null).slice(0, 60)}. Somebody has to see to it in the system itself.` }
        }
      }
      return undefined
    })
    results[index] = result
  })
  if (state.failure && state.done === 0) throw state.failure
  return results
}
