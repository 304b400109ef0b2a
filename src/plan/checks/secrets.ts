/** Secrets that stand in the plan. Plans are shared, printed and kept in git; a secret is none there. */
import type { Mistake } from '../mistakes.ts'
import { variableOf } from '../settings.ts'
import type { Node, Place } from '../tree.ts'
import type { CheckContext } from './index.ts'
import { error } from './mistake.ts'
import { matching, textsBelow } from './tree-walk.ts'

/** Names of settings whose value is a secret, and endings that turn such a name into something harmless. */
const SECRET_NAME = /(?:^|[_.-])(?:pass(?:wor[dt]|wd|phrase)?|pwd|secret|token|api_?key|access_?key|private_?key|signing_?key|credentials?|client_?secret)$/i
const CAMEL = /(?<=[a-z0-9])(?=[A-Z])/g

/** What issuers of keys begin them with. */
const KEY_FORMS: readonly RegExp[] = [
  /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{8,}/, /\bsk-[A-Za-z0-9_-]{20,}/, /\bgh[pousr]_[A-Za-z0-9]{20,}/, /\bgithub_pat_\w{20,}/, /\bglpat-[\w-]{15,}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/, /\bAKIA[A-Z0-9]{16}\b/, /\bAIza[\w-]{30,}/, /\bSG\.[\w-]{16,}\.[\w-]{16,}/, /\bwhsec_[A-Za-z0-9+/=]{16,}/, /\bpat-(?:na|eu)\d-[a-f0-9-]{20,}/,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/, /-----BEGIN [A-Z ]*PRIVATE KEY-----/, /\b(?:Bearer|Basic) [A-Za-z0-9+/=._-]{16,}/,
]
/** No key that the forms above fit has fewer signs. */
const SHORTEST = 15
/** `postgres://user:password@host`; a reference is no password. */
const PASSWORD_IN_ADDRESS = /[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:(?!\$\{)[^\s/@]+@/i
const REFERENCE = /\$\{(?:env|file):[^}]*\}/g

interface Owner { readonly of: 'system' | 'channel'; readonly name: string }
const SETTINGS: readonly (readonly [readonly string[], Owner['of'], number])[] = [
  [['systems', '*', 'settings'], 'system', 1], [['systems', '*', 'holds', '*', '*', 'settings'], 'system', 1],
  [['environments', '*', 'systems', '*', 'settings'], 'system', 3],
  [['channels', '*', 'settings'], 'channel', 1], [['channels', '*', 'body'], 'channel', 1],
]

export function secretsInPlan(context: CheckContext): readonly Mistake[] {
  const found: Mistake[] = []
  const told = new Set<Place>()
  for (const [pattern, of, at] of SETTINGS) {
    for (const { node, path } of matching(context.tree, pattern)) {
      for (const text of textsBelow(node)) {
        const key = text.path.findLast((one) => !/^\d+$/.test(one)) ?? ''
        // A manifest says how to log in, not with what.
        if (text.path[0] === 'manifest' || !isSecretName(key) || !isPlain(text.node)) continue
        told.add(text.node.place)
        const inVariable = text.path.length === 1 ? `Leave it out and set ${variableOf(of, path[at]!, key)}, or write` : 'Write'
        found.push(error('secret-in-plan', text.node.place, `\`${key}\` is a secret and must not stand in the plan.`,
          `${inVariable} "\${env:NAME}". Replace the ${key}: it has been in this file.`))
      }
    }
  }
  for (const { node, key } of suspicious(context.tree, '')) {
    if (told.has(node.place)) continue
    found.push(error('secret-in-plan', node.place, `\`${key}\` holds what looks like a key or password.`, 'Take it out of the plan, or write "${env:NAME}" in its place. Replace it: it has been in this file.'))
  }
  return found
}

/** Every text that looks like a secret, with the nearest key above it. */
function suspicious(node: Node, key: string, found: Suspicious[] = []): readonly Suspicious[] {
  if (node.is === 'text') {
    if (looksSecret(node.text)) found.push({ node, key })
  } else if (node.is === 'list') for (const item of node.items) suspicious(item, key, found)
  else if (node.is === 'map') for (const e of node.entries) suspicious(e.value, isNumber(e.key) ? key : e.key, found)
  return found
}

interface Suspicious { readonly node: Extract<Node, { is: 'text' }>; readonly key: string }
const isNumber = (key: string): boolean => key <= '9' && /^\d+$/.test(key)

const isSecretName = (key: string): boolean => SECRET_NAME.test(key.replaceAll(CAMEL, '_'))

/** Neither empty nor only a reference, and no yes or no. */
function isPlain(node: Extract<Node, { is: 'text' }>): boolean {
  return node.text !== '' && !/^(?:true|false)$/.test(node.text) && node.text.replaceAll(REFERENCE, '') === node.text
}

function looksSecret(text: string): boolean {
  if (text.length < SHORTEST && !text.includes('://')) return false
  // Only the beginning of long texts: a plan holds sentences, not files.
  const beginning = text.slice(0, 10_000)
  return KEY_FORMS.some((form) => form.test(beginning)) || PASSWORD_IN_ADDRESS.test(beginning.replaceAll(REFERENCE, '${}'))
}
