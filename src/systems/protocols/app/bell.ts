/**
 * Tells the application what changed, signed as Standard Webhooks say (webhook-id, webhook-timestamp, webhook-signature). What has to be told is
 * everything after a position, so nothing is queued and nothing can be lost: an application that was away hears of all of it, or reads it.
 * One message is under way at a time; it is sent again, the same to the letter and under the same id, until it is taken or given up.
 */
import { createHmac } from 'node:crypto'
import { Agent, request } from 'undici'
import { writeJson } from '../../../base/json.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../base/duration.ts'
import { type ConnectorContext, type Native, type NativeRecord, PlimsollError } from '../../contract.ts'
import type { Bell, Rung } from '../../hosted.ts'
import { checkAddress, guardedLookup } from '../../network.ts'
import type { Box, BoxRecord } from './box.ts'
import type { AppSettings } from './settings.ts'

/** After each failure; after the last of them it is given up. A day, so that a night without anybody is survived. */
const RESTS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 8 * HOUR] as const
/** More changes than this are not listed: the application reads them. */
const MOST_CHANGES = 100
const MOST_BYTES = 256 * 1024
const TIMEOUT_MS = 10 * SECOND
const GONE = 410

interface Message { readonly id: string; readonly to: number; readonly body: string }
interface State {
  /** Everything up to here was told. */
  readonly told: number
  readonly message?: Message
  readonly failures: number
  readonly nextAt: number
  /** Why it is not tried any more. */
  readonly over?: string
}
const FIRST: State = { told: 0, failures: 0, nextAt: 0 }

type Webhook = NonNullable<AppSettings['webhook']>

export function openBell(webhook: Webhook, context: ConnectorContext, box: Box): Bell {
  const { clock, system } = context
  const publicOnly = context.publicOnly === true
  checkAddress(webhook.url, publicOnly)
  const agent = new Agent({ connections: 1, pipelining: 1, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, maxHeaderSize: 16 * 1024, connect: { timeout: TIMEOUT_MS, lookup: guardedLookup(publicOnly) } })
  /** Whoever starts anew has perhaps mended it. */
  let begins = true

  function state(): State {
    const kept = JSON.parse(box.state('bell') ?? 'null') as State | null
    if (!kept) return FIRST
    if (!begins) return kept
    const { over: _, ...rest } = kept
    return { ...rest, nextAt: 0, ...(kept.over === undefined ? {} : { failures: 0 }) }
  }
  const keep = (next: State): void => box.keep('bell', JSON.stringify(next))

  const failure = (says: string, given: boolean): PlimsollError => new PlimsollError(given ? 'apps.bell_given_up' : 'apps.bell_failing', says, { place: system })

  async function send(message: Message, signal: AbortSignal): Promise<{ readonly status: number; readonly retryAfterMs?: number } | { readonly status: undefined; readonly says: string }> {
    const timestamp = String(Math.floor(clock.now() / SECOND))
    const signature = createHmac('sha256', webhook.key).update(`${message.id}.${timestamp}.${message.body}`).digest('base64')
    // Looked at below as well: Node forgets a time-out for which only a joined signal waits.
    const late = AbortSignal.timeout(TIMEOUT_MS * 2)
    try {
      const answer = await request(webhook.url, {
        method: 'POST', body: message.body, dispatcher: agent, signal: AbortSignal.any([signal, late]),
        headers: { 'content-type': 'application/json', 'user-agent': 'Plimsoll', 'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
      })
      // What it says does not matter, and is not waited for.
      answer.body.on('error', () => undefined).destroy()
      const asked = String(answer.headers['retry-after'] ?? '')
      return { status: answer.statusCode, ...(/^\d{1,6}$/.test(asked) ? { retryAfterMs: Math.min(Number(asked) * SECOND, DAY) } : {}) }
    } catch (error) {
      if (error instanceof PlimsollError) return { status: undefined, says: error.message }
      return { status: undefined, says: late.aborted || /timeout/i.test(String((error as { code?: string }).code)) ? 'it did not answer in time' : `it can't be reached (${String((error as { code?: string }).code ?? 'no connection')})` }
    }
  }

  return {
    async ring(signal, view): Promise<Rung> {
      const now = state()
      const message = now.message ?? messageOf(now.told, system, box, webhook.records ? view : undefined, clock.now())
      if (now.over !== undefined) return { failure: failure(now.over, true) }
      if (!message) return {}
      if (now.nextAt > clock.now()) return { nextAt: now.nextAt }
      // On the disk before it is sent: after a crash the same message goes out again.
      if (!now.message || begins) keep({ ...now, message })
      begins = false
      const answer = await send(message, signal)
      if (signal.aborted) return {}
      if (answer.status !== undefined && answer.status >= 200 && answer.status < 300) {
        keep({ told: message.to, failures: 0, nextAt: 0 })
        return { nextAt: clock.now(), told: true }
      }
      const says = answer.status === undefined ? answer.says : `it answered with status ${answer.status}`
      const rest = RESTS[now.failures]
      if (answer.status === GONE || rest === undefined) {
        const over = `The application ${system} is not called any more: ${says}${answer.status === GONE ? '' : `, ${now.failures + 1} times in a row`}.`
        keep({ ...now, message, failures: now.failures + 1, over })
        return { failure: failure(over, true) }
      }
      const wait = Math.max(rest * (0.8 + clock.random() * 0.4), 'retryAfterMs' in answer ? (answer.retryAfterMs ?? 0) : 0)
      const nextAt = clock.now() + wait
      keep({ ...now, message, failures: now.failures + 1, nextAt })
      return { nextAt, failure: failure(`The application ${system} could not be told of changes: ${says}.`, false) }
    },
  }
}

/** undefined: there is nothing to tell. What the application did itself it knows. */
function messageOf(told: number, system: string, box: Box, view: Parameters<Bell['ring']>[1] | undefined, now: number): Message | undefined {
  const changes = box.saidBy('hub', told, MOST_CHANGES + 1)
  if (changes.length === 0) return undefined
  const more = changes.length > MOST_CHANGES
  // All that came meanwhile is in the feed as well.
  const to = more ? box.last() : changes.at(-1)!.position
  const written = (list: readonly BoxRecord[]): string => writeJson({
    type: 'records.changed', timestamp: new Date(now).toISOString(),
    data: { application: system, position: String(to), complete: list.length === changes.length, changes: list.map((record) => changeOf(record, view)) },
  })
  const whole = written(more ? [] : changes)
  return { id: `msg_${system}_${to}`, to, body: whole.length > MOST_BYTES ? written([]) : whole }
}

function changeOf({ resource, key, position, values }: BoxRecord, view: Parameters<Bell['ring']>[1] | undefined): NativeRecord {
  const thin: Record<string, Native> = { type: values === undefined ? 'deleted' : 'changed', resource, key, etag: `"${position}"`, position: String(position) }
  return values === undefined || !view ? thin : { ...thin, values: view(resource, values) }
}
