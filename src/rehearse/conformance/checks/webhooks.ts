import type { WebhookEvent, WebhookRequest } from '../../../systems/contract.ts'
import type { HookEvent } from '../bench.ts'
import type { Check } from '../check.ts'
import { difference } from '../compare.ts'
import type { Kit } from '../kit.ts'

async function receive(kit: Kit, request: WebhookRequest): Promise<{ events: readonly WebhookEvent[] | undefined; class: string | undefined }> {
  const session = await kit.session()
  // Resources are opened before events come, as the engine does.
  session.resource(kit.bench.spec)
  try {
    return { events: await session.receive!(request), class: undefined }
  } catch (thrown) {
    return { events: undefined, class: kit.hear(thrown).class }
  }
}
const hook = (kit: Kit, event: HookEvent): WebhookRequest => kit.bench.webhooks!(event)

export const webhookChecks: readonly Check[] = [
  {
    name: 'webhook_unsigned', promise: 'A webhook without a good signature over the bytes as they came is refused.', touches: false, needs: ['receive'],
    async run(kit) {
      const event: HookEvent = { kind: 'changed', key: '1', deliveryId: 'a' }
      const good = hook(kit, event)
      const tampered = { ...good, body: Buffer.from(Buffer.from(good.body).toString().replace('1', '2')) }
      for (const [what, request] of [['no signature', hook(kit, { ...event, signature: 'none' })], ['a wrong signature', hook(kit, { ...event, signature: 'wrong' })], ['a changed body', tampered]] as const) {
        const got = await receive(kit, request)
        if (got.events) kit.broken(`A webhook with ${what} was accepted.`, 'Check the signature over the raw body, in constant time, before anything in it is looked at.')
        if (got.class !== 'auth') kit.broken(`A webhook with ${what} was refused with class ${got.class}.`, 'Throw class `auth`.')
      }
      if (!(await receive(kit, good)).events) kit.broken('A webhook with a good signature was refused.', 'Accept it.')
    },
  },
  {
    name: 'webhook_twice', promise: 'The same delivery twice carries the same delivery id; another one carries another.', touches: false, needs: ['receive'],
    async run(kit) {
      const ids: (string | undefined)[] = []
      for (const deliveryId of ['first', 'first', 'second']) ids.push((await receive(kit, hook(kit, { kind: 'changed', key: '1', deliveryId }))).events?.[0]?.deliveryId)
      if (ids[0] === undefined) kit.broken('A delivery has no id though the sender gives one.', 'Pass on the id of the sender: by it the second of two equal deliveries is dropped.')
      if (ids[0] !== ids[1] || ids[1] === ids[2]) kit.broken(`Two equal deliveries and another one have the ids ${ids.join(', ')}.`, 'Take the id of the delivery, not of the record or the moment.')
    },
  },
  {
    name: 'webhook_order', promise: 'An event says which record and what happened, so that events in the wrong order can be put right by reading.', touches: false, needs: ['receive'],
    async run(kit) {
      const record = kit.bench.record?.(1)
      for (const kind of ['deleted', 'changed'] as const) {
        const { events } = await receive(kit, hook(kit, { kind, key: '1', deliveryId: kind, ...(record && kind === 'changed' ? { record } : {}) }))
        const event = events?.[0]
        if (event?.kind !== kind || event.key !== '1' || event.resource !== kit.bench.spec.resource) kit.broken(`An event ${kind} of record 1 was understood as ${event ? `${event.kind} of ${event.key} in ${event.resource}` : 'nothing'}.`, 'Say resource, kind and key as a read would.')
        if (event?.record && record && difference(Object.fromEntries(Object.entries(record).filter(([path]) => Object.hasOwn(event.record!.values, path))), event.record.values) !== undefined) kit.broken('The record in an event does not say what was sent.', 'Read it in the same way as a record of a list.')
      }
    },
  },
]
