/** The connector `mail`: each record becomes one mail, handed to a mail server over SMTP. Nothing is read. */
import { createHash } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { Connector, ConnectorContext, Resource, ResourceSpec, SettingSpec, SettingValues, SystemSession, Traits, WriteItem, WriteOptions, WriteResult } from '../../../contract.ts'
import '../failures.ts'
import { settingError } from '../failures.ts'
import { oneOf } from '../meaning-settings.ts'
import { notRead } from '../meaning.ts'
import { readServer, type Schemes, type Server, serverSettings, textIn } from '../server.ts'
import { Conversation, type StartTls } from './smtp.ts'
import { type Letter, oneAddress, readTemplates, type Template, written } from './templates.ts'

const SCHEMES: Schemes = { smtp: { tls: false, port: 587 }, smtps: { tls: true, port: 465 } }

const settings: readonly SettingSpec[] = [
  ...serverSettings(SCHEMES, 'smtp://mail.example.com'),
  { name: 'starttls', type: 'text', values: ['needed', 'off'], default: 'needed', about: 'With smtp://: the conversation must become encrypted (`needed`), or stays open (`off`), which only a server on this machine or in your own network deserves.' },
  { name: 'from', type: 'text', needed: true, about: 'Address that the mails come from.' },
  { name: 'from_name', type: 'text', about: 'Name beside it.' },
  { name: 'recipients', type: 'list', about: 'Domains and addresses that may get mail. Default: all. For trials.' },
  { name: 'templates', type: 'map', needed: true, about: 'What a mail says, by the name that a resource uses: { order_placed: { to: "{email}", subject: "Order {number}", text: "…", html: "…", reply_to: … } }. {field} stands for a field of the record.' },
]

/** A mail that is sent can be neither seen nor changed; one that is sent twice is there twice. */
const TRAITS: Traits = {
  read: false, incremental: false, complete: false, version: 'none', readByKey: false, find: false, create: true, update: false, delete: false, updateStyle: 'patch', conditional: false,
  idempotency: false, answers: false, omitsEmpty: false, listLagMs: 0, keyLagMs: 0, lateMs: 60_000, batch: 50, pushes: false,
}

interface Sender {
  readonly server: Server
  readonly startTls: StartTls
  readonly from: string
  readonly name: string | undefined
  readonly recipients: readonly string[]
  readonly templates: ReadonlyMap<string, Template>
}

export const mailConnector: Connector = {
  name: 'mail',
  about: 'Mail: each record becomes one mail, by a template. Over SMTP.',
  form: 'mail',
  settings,
  async open(values, context) {
    return session(readSender(values, context), context)
  },
}

function readSender(values: SettingValues, context: ConnectorContext): Sender {
  const server = readServer(values, context, SCHEMES)
  if (server.url.pathname !== '' && server.url.pathname !== '/') throw settingError('url', 'must end with the host')
  const from = oneAddress(textIn(values, 'from') ?? '')
  if (from === undefined) throw settingError('from', 'must be one mail address')
  const name = textIn(values, 'from_name')
  // oxlint-disable-next-line no-control-regex
  if (name !== undefined && /[\u0000-\u001F\u007F]/.test(name)) throw settingError('from_name', 'must be one line')
  const recipients = values['recipients'] ?? []
  if (!Array.isArray(recipients) || recipients.some((one) => typeof one !== 'string' || one === '')) throw settingError('recipients', 'must be a list of domains and addresses')
  return { server, startTls: oneOf(values, 'starttls', ['needed', 'off']), from, name, recipients: recipients as readonly string[], templates: readTemplates(values) }
}

function session(sender: Sender, context: ConnectorContext): SystemSession {
  const what = `The mail server of ${context.system}`
  return {
    async check(signal) {
      (await Conversation.begin(sender.server, sender.startTls, what, signal)).end()
      return {}
    },
    resource: (spec) => resource(sender, spec, what, context),
    async close() {},
  }
}

function resource(sender: Sender, spec: ResourceSpec, what: string, context: ConnectorContext): Resource {
  const template = sender.templates.get(spec.resource)
  if (!template) throw settingError('templates', `has none that is called ${JSON.stringify(spec.resource.slice(0, 60))}`)
  return {
    traits: TRAITS,
    // oxlint-disable-next-line require-yield
    async *read() {
      throw notRead(spec.resource)
    },
    write: (items, options) => send(sender, template, spec, what, context, items, options),
  }
}

async function send(sender: Sender, template: Template, spec: ResourceSpec, what: string, context: ConnectorContext, items: readonly WriteItem[], options: WriteOptions): Promise<WriteResult[]> {
  const { clock } = context
  await context.budget(options.signal).catch((error: unknown) => {
    if (!options.signal.aborted) throw error
  })
  const results: WriteResult[] = []
  let talk: Conversation | undefined
  try {
    for (const item of items) {
      if (options.signal.aborted || clock.now() >= options.deadline) {
        results.push(OVER)
        continue
      }
      if (item.operation !== 'create') {
        results.push({ is: 'refused', code: 'sent', says: 'A mail that was sent can be neither changed nor taken back. Write `may: create` at this system in the flow.' })
        continue
      }
      const letter = written(template, item.values, sender.recipients)
      if ('code' in letter) {
        results.push({ is: 'refused', ...letter })
        continue
      }
      const id = idOf(sender, letter, spec, item, context)
      const mail = await composed(sender, letter, id, context)
      if (!talk || talk.over) {
        try {
          talk = await Conversation.begin(sender.server, sender.startTls, what, options.signal)
        } catch (error) {
          // What was sent before it is not lost for that.
          if (results.some((result) => result.is === 'done' || result.is === 'unsure')) {
            results.push(...items.slice(results.length).map((): WriteResult => ({ is: 'later', says: (error as Error).message })))
            break
          }
          throw error
        }
      }
      const result = await talk.send({ from: sender.from, to: letter.to }, mail, id, Math.min(sender.server.timeoutMs, options.deadline - clock.now()))
      results.push(result)
      if (result.is !== 'done' && !talk.over) await talk.reset(options.signal)
    }
  } finally {
    talk?.end()
  }
  return results
}

/** Nothing failed: it waits for the next claim. */
const OVER: WriteResult = { is: 'later', says: 'It was not sent: its time was over.', retryAfterMs: 1 }

/** The same for each repetition of this mail, and no other mail's: mail programs show those with the same id once. */
function idOf(sender: Sender, letter: Letter, spec: ResourceSpec, item: WriteItem, context: ConnectorContext): string {
  const digest = createHash('sha256').update([context.system, spec.resource, letter.to, letter.subject, letter.text ?? '', letter.html ?? ''].join('\0')).digest('hex').slice(0, 16)
  return `${item.idempotencyKey.replaceAll(/[^\w.-]/g, '')}.${digest}@${sender.from.split('@')[1]!}`
}

function composed(sender: Sender, letter: Letter, id: string, context: ConnectorContext): Promise<Buffer> {
  const composer = new MailComposer({
    from: { name: sender.name ?? '', address: sender.from }, to: [{ name: '', address: letter.to }], subject: letter.subject, date: new Date(context.clock.now()),
    messageId: `<${id}>`, headers: { 'Auto-Submitted': 'auto-generated' }, disableFileAccess: true, disableUrlAccess: true, xMailer: false,
    ...(letter.replyTo === undefined ? {} : { replyTo: [{ name: '', address: letter.replyTo }] }), ...(letter.text === undefined ? {} : { text: letter.text }), ...(letter.html === undefined ? {} : { html: letter.html }),
  })
  return composer.compile().build()
}
