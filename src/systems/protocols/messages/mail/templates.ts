/** What a mail says: templates of the plan, filled from one record. A value can never become a header, a second recipient or markup. */
import { domainToASCII } from 'node:url'
import type { Native, NativeRecord, SettingValues } from '../../../contract.ts'
import { settingError } from '../failures.ts'
import { at, textOf } from '../../../path.ts'
import { filled, placeholders } from '../template.ts'

export interface Template {
  readonly to: string
  readonly subject: string
  readonly text: string | undefined
  readonly html: string | undefined
  readonly replyTo: string | undefined
}
const PARTS: ReadonlySet<string> = new Set(['to', 'subject', 'text', 'html', 'reply_to'])

export interface Letter {
  readonly to: string
  readonly replyTo: string | undefined
  readonly subject: string
  readonly text: string | undefined
  readonly html: string | undefined
}
export interface Wrong { readonly code: string; readonly says: string; readonly field?: string }

/** A line of a header is not longer. */
const LONGEST_SUBJECT = 900

export function readTemplates(values: SettingValues): ReadonlyMap<string, Template> {
  const given = values['templates']
  if (given === undefined || given === null || typeof given !== 'object' || Array.isArray(given)) throw settingError('templates', 'must be a map: { name: { to, subject, text } }')
  const found = new Map<string, Template>()
  for (const [name, one] of Object.entries(given as Readonly<Record<string, unknown>>)) {
    if (one === null || typeof one !== 'object' || Array.isArray(one)) throw settingError('templates', `has no map for ${JSON.stringify(name.slice(0, 60))}`)
    const parts = new Map(Object.entries(one as Readonly<Record<string, unknown>>))
    const unknown = [...parts.keys()].find((part) => !PARTS.has(part))
    if (unknown !== undefined) throw settingError('templates', `has ${JSON.stringify(unknown.slice(0, 60))} in ${name.slice(0, 60)}; a template has ${[...PARTS].join(', ')}`)
    const part = (key: string): string | undefined => {
      const value = parts.get(key)
      if (value === undefined || value === '') return undefined
      if (typeof value !== 'string') throw settingError('templates', `must have one text for ${key} of ${name.slice(0, 60)}`)
      return value
    }
    const needed = (key: string): string => part(key) ?? (() => { throw settingError('templates', `has no ${key} for ${name.slice(0, 60)}`) })()
    const template = { to: needed('to'), subject: needed('subject'), text: part('text'), html: part('html'), replyTo: part('reply_to') }
    if (template.text === undefined && template.html === undefined) throw settingError('templates', `has neither text nor html for ${name.slice(0, 60)}`)
    found.set(name, template)
  }
  return found
}

/** `allowed`: domains and addresses that may get mail; empty: all. */
export function written(template: Template, record: NativeRecord, allowed: readonly string[]): Letter | Wrong {
  const value = (path: string): Native | undefined => at(record, path)
  const to = address(template.to, value)
  if ('code' in to) return to
  if (allowed.length > 0 && !allowed.some((one) => mayGet(one, to.address))) return { code: 'recipient', says: `${to.address} is not among those who may get mail (\`recipients\`).`, ...(to.field === undefined ? {} : { field: to.field }) }
  const replyTo = template.replyTo === undefined ? undefined : address(template.replyTo, value)
  if (replyTo && 'code' in replyTo) return replyTo
  // Whatever breaks a line is a blank here.
  // oxlint-disable-next-line no-control-regex
  const subject = filled(template.subject, value, (text) => text.replaceAll(/[\u0000-\u001F\u007F\u2028\u2029]+/g, ' ')).trim()
  if (subject.length > LONGEST_SUBJECT) return { code: 'subject', says: `The subject would have ${subject.length} characters.` }
  return {
    to: to.address, replyTo: replyTo?.address, subject,
    text: template.text === undefined ? undefined : filled(template.text, value),
    html: template.html === undefined ? undefined : filled(template.html, value, escaped),
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!)

function address(template: string, value: (path: string) => Native | undefined): { readonly address: string; readonly field: string | undefined } | Wrong {
  const [path] = placeholders(template)
  const field = path === undefined ? {} : { field: path }
  if (path !== undefined && (textOf(value(path)) ?? '').trim() === '') return { code: 'address', says: 'There is no address to write to.', ...field }
  const found = oneAddress(filled(template, value).trim())
  return found === undefined ? { code: 'address', says: 'It is not one mail address.', ...field } : { address: found, field: path }
}

/** Exactly one, without a name, a list or anything that a server could take for more. undefined: it is none. */
export function oneAddress(text: string): string | undefined {
  const match = /^([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@([^\s@<>()[\]\\,;:"]{1,253})$/.exec(text)
  if (!match || match[1]!.startsWith('.') || match[1]!.endsWith('.') || match[1]!.includes('..')) return undefined
  const domain = domainToASCII(match[2]!)
  return /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i.test(domain) ? `${match[1]!}@${domain}` : undefined
}

function mayGet(one: string, to: string): boolean {
  const wanted = one.toLowerCase()
  return wanted.includes('@') && !wanted.startsWith('@') ? to.toLowerCase() === wanted : to.toLowerCase().endsWith(`@${wanted.replace(/^@/, '')}`)
}
