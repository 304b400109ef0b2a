/** Fields whose change is a call of its own: confirm an order, publish a page. They follow the record, in the order of the manifest. */
import { writeJson } from '../../../../base/json.ts'
import type { Native, WriteItem, WriteOptions, WriteResult } from '../../../contract.ts'
import { callBody } from '../call/call-body.ts'
import { valueOf } from '../read/fields.ts'
import type { ActionManifest, ResourceManifest } from '../manifest/manifest.ts'
import { at, textOf, without } from '../../../path.ts'
import type { ResourceContext } from '../resource.ts'
import { otherThanDone } from './result.ts'
import type { Fill } from '../manifest/template.ts'

export interface Due {
  readonly action: ActionManifest
  readonly value: Native
}

/** The record without these fields, and what is to be done about them; a value that no action knows is refused. */
export function splitActions(table: readonly ActionManifest[], whole: WriteItem): { readonly item: WriteItem; readonly actions: readonly Due[] | WriteResult } {
  const fields = [...new Set(table.map((action) => action.field))]
  const item = { ...whole, values: without(whole.values, fields) }
  const due: Due[] = []
  for (const field of fields) {
    const value = at(whole.values, field)
    if (value === undefined) continue
    const fitting = table.find((action) => action.field === field && (action.is === undefined || action.is.includes(textOf(value) ?? '')))
    if (!fitting) return { item, actions: { is: 'refused', code: 'action', says: `This interface has no way to set ${field} to ${JSON.stringify(textOf(value) ?? null).slice(0, 60)}.`, field } }
    due.push({ action: fitting, value })
  }
  return { item, actions: due.toSorted((a, b) => table.indexOf(a.action) - table.indexOf(b.action)) }
}

/** The values as they are sent. It is done before anything is written: what nobody knows there must not leave half a record behind. */
export async function writtenActions(context: ResourceContext, fields: ResourceManifest['fields'], due: readonly Due[]): Promise<readonly Due[] | WriteResult> {
  const written: Due[] = []
  for (const { action, value } of due) {
    const field = fields?.[action.field]
    const sent = field === undefined ? { value } : await valueOf(context.fields, field, action.field, value)
    if ('is' in sent) return sent
    written.push({ action, value: sent.value })
  }
  return written
}

/** The first call that is not done ends it; what went before can be repeated. */
export async function performActions(context: ResourceContext, key: string, due: readonly Due[], options: WriteOptions): Promise<WriteResult> {
  const keyFill = context.keyFill(key)
  if (!keyFill) return { is: 'refused', code: 'key', says: `The key ${JSON.stringify(key.slice(0, 80))} can't be part of an address of this interface.` }
  for (const { action, value } of due) {
    const fill: Fill = (name) => (name === 'value' ? value : keyFill(name))
    for (const call of action.calls ?? []) {
      if (context.now() >= options.deadline) return { is: 'later', says: 'It was not sent: its time was over.' }
      const body = callBody(call, context.fill(fill))
      const answer = await context.send({
        method: call.method ?? 'POST', path: context.path(call.path, fill), query: context.query(call.query, fill),
        ...(body === undefined ? {} : { body: writeJson(body) }), signal: options.signal, deadline: options.deadline,
      })
      const other = otherThanDone(context, 'update', answer)
      if (other) return other.is === 'refused' ? { ...other, field: action.field } : other
    }
  }
  return { is: 'done', key }
}
