import { isAbsolute, resolve } from 'node:path'
import type { Mistake } from './mistakes.ts'
import type { SettingValue, Settings } from './model.ts'
import { nearest } from './names.ts'
import type { Place } from './tree.ts'

/** What a connector declares about a setting; the shape of `SettingSpec` of the connector contract. */
export interface SettingRule {
  readonly name: string
  readonly type: 'text' | 'number' | 'boolean' | 'url' | 'path' | 'list' | 'map'
  readonly secret?: boolean
  readonly needed?: boolean
  readonly unless?: string
  readonly default?: string
  readonly values?: readonly string[]
}

/** Settings as they stand in one place of the plan. */
export interface SettingLayer {
  readonly settings: Settings
  /** Of the file in which they stand; relative paths start here. */
  readonly folder?: string
  readonly placeOf?: (setting: string) => Place | undefined
}

export interface SettingsQuestion {
  readonly of: 'system' | 'channel'
  readonly name: string
  readonly rules: readonly SettingRule[]
  /** Strongest first: the environment's, then the system's own. */
  readonly layers: readonly SettingLayer[]
  /** Where a mistake is shown that has no place of its own. */
  readonly place: Place
  readonly env: Readonly<Record<string, string | undefined>>
  /** Throws if the file can't be read. */
  readonly readFile: (path: string) => string
}

export type CheckedValue = undefined | string | number | boolean | readonly CheckedValue[] | { readonly [key: string]: CheckedValue }

export interface SettingsAnswer {
  /** Converted as the rules say; what was wrong is missing. Holds secrets: never to be logged. */
  readonly values: Readonly<Record<string, CheckedValue>>
  readonly mistakes: readonly Mistake[]
}

/** `PLIMSOLL_SYSTEM_CRM_TOKEN`. */
export const variableOf = (of: 'system' | 'channel', name: string, setting: string): string =>
  `PLIMSOLL_${of}_${name}_${setting.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')}`.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')

/**
 * Every setting of a system, looked up in the order of plan-language §4.3: environment of the plan → system → variable →
 * variable with `_FILE` → the connector's default. No message holds a value that did not stand in the plan.
 */
export function resolveSettings(question: SettingsQuestion): SettingsAnswer {
  return new Resolver(question).answer()
}

/** The variables that a system may take its settings from, for `doctor`; never their values. */
export function settingVariables(question: Pick<SettingsQuestion, 'of' | 'name' | 'rules' | 'layers' | 'env'>): readonly { readonly variable: string; readonly setting: string; readonly needed: boolean; readonly secret: boolean; readonly set: boolean }[] {
  const { of, name, rules, layers, env } = question
  const written = new Set(layers.flatMap((layer) => [...layer.settings.keys()]))
  const own = rules.filter((rule) => !written.has(rule.name)).map((rule) => {
    const variable = variableOf(of, name, rule.name)
    return { variable, setting: rule.name, needed: rule.needed === true && rule.default === undefined && !(rule.unless !== undefined && (written.has(rule.unless) || isSet(env, variableOf(of, name, rule.unless)))), secret: rule.secret === true, set: isSet(env, variable) || isSet(env, `${variable}_FILE`) }
  })
  const named = rules.flatMap((rule) => {
    const value = layers.find((layer) => layer.settings.has(rule.name))?.settings.get(rule.name)
    return variablesIn(value).map((variable) => ({ variable, setting: rule.name, needed: true, secret: rule.secret === true, set: env[variable] !== undefined }))
  })
  return [...own, ...named]
}

const REFERENCE = /\$\{(env|file):([^{}]{1,500})\}/g
const variablesIn = (value: SettingValue | undefined): string[] => {
  if (value === undefined) return []
  if (typeof value === 'string') return [...value.matchAll(REFERENCE)].flatMap(([, kind, name]) => (kind === 'env' ? [name!] : []))
  return Object.values(value).flatMap((item) => variablesIn(item as SettingValue))
}
/** An empty variable is how shells and containers pass one that nobody set. */
const isSet = (env: SettingsQuestion['env'], name: string): boolean => Object.hasOwn(env, name) && env[name] !== undefined && env[name] !== ''

const WANTED = {
  text: 'a text', number: 'a number', boolean: 'true or false', url: 'an address', path: 'the path of a file or folder', list: 'a list', map: 'a list of `name: value` pairs',
} as const
const EXAMPLE = {
  text: 'Write one value.', number: 'Write digits only, for example 500.', boolean: 'Write true or false.', url: 'Write an address with its scheme, for example https://crm.example/api.',
  path: 'Write a path, for example ./inbox.', list: 'Write [first, second]; in a variable: first,second.', map: 'Write { name: value }; in a variable: {"name":"value"}.',
} as const

/** A value was found: whether the author of the plan wrote it (and it may be quoted), and from where its paths start. */
interface Found { readonly value: SettingValue; readonly from: string; readonly quotable: boolean; readonly folder: string | undefined; readonly place: Place }
type Wrong = 'form' | 'missing'

class Resolver {
  readonly #q: SettingsQuestion
  readonly #mistakes: Mistake[] = []
  readonly #folder: string | undefined

  constructor(question: SettingsQuestion) {
    this.#q = question
    this.#folder = question.layers.findLast((layer) => layer.folder !== undefined)?.folder
  }

  answer(): SettingsAnswer {
    this.#unknown()
    const values: Record<string, CheckedValue> = Object.create(null) as Record<string, CheckedValue>
    for (const rule of this.#q.rules) {
      const found = this.#find(rule)
      const value = found && this.#check(rule, found)
      if (value !== undefined) values[rule.name] = value
    }
    return { values, mistakes: this.#mistakes }
  }

  #tell(id: string, place: Place, says: string, mend: string, suggestion?: string): undefined {
    this.#mistakes.push({ id, severity: 'error', place, says, mend, ...(suggestion && { suggestion }) })
  }

  #unknown(): void {
    const known = this.#q.rules.map((rule) => rule.name)
    for (const layer of this.#q.layers) {
      for (const name of layer.settings.keys()) {
        if (known.includes(name)) continue
        const near = nearest(name, known)
        const mend = near ? `Did you mean \`${near}\`?` : known.length === 0 ? 'Take it out: there are no settings here.' : `Take it out, or use one of: ${known.join(', ')}.`
        this.#tell('unknown-key', layer.placeOf?.(name) ?? this.#q.place, `\`${name}\` is no setting of ${this.#q.name}.`, mend, near)
      }
    }
  }

  #find(rule: SettingRule): Found | undefined {
    const { of, name, layers, env, place } = this.#q
    for (const layer of layers) {
      const value = layer.settings.get(rule.name)
      if (value !== undefined) return { value, from: 'the plan', quotable: true, folder: layer.folder ?? this.#folder, place: layer.placeOf?.(rule.name) ?? place }
    }
    const variable = variableOf(of, name, rule.name)
    if (isSet(env, variable)) return { value: env[variable]!, from: variable, quotable: false, folder: this.#folder, place }
    if (isSet(env, `${variable}_FILE`)) {
      const value = this.#file(env[`${variable}_FILE`]!, this.#folder)
      if (value !== undefined) return { value, from: `the file of ${variable}_FILE`, quotable: false, folder: this.#folder, place }
      return this.#tell('setting-missing', place, `The file that ${variable}_FILE names can't be read.`, 'See whether it exists and whether Plimsoll may read it.')
    }
    if (rule.default !== undefined) return { value: rule.default, from: 'the default', quotable: true, folder: this.#folder, place }
    if (rule.needed && !this.#isSaid(rule.unless)) {
      const write = rule.secret ? `or ${variable}_FILE to the path of a file that holds it` : `or write \`${rule.name}\` into its settings`
      this.#tell('setting-missing', place, `${name} needs \`${rule.name}\`, and nothing says it.`, `Set ${variable}, ${write}.`)
    }
    return undefined
  }

  /** Does anything say that other setting? */
  #isSaid(setting: string | undefined): boolean {
    if (setting === undefined) return false
    const variable = variableOf(this.#q.of, this.#q.name, setting)
    return this.#q.layers.some((layer) => layer.settings.has(setting)) || isSet(this.#q.env, variable) || isSet(this.#q.env, `${variable}_FILE`)
  }

  #file(path: string, folder: string | undefined): string | undefined {
    try {
      // Editors and `echo` end a file with a line break that is no part of the secret.
      return this.#q.readFile(absolute(path, folder)).replace(/\r?\n$/, '')
    } catch {
      return undefined
    }
  }

  #check(rule: SettingRule, found: Found): CheckedValue {
    const written = found.from === 'the plan'
    if (rule.secret && written && hasPlainText(found.value)) {
      const variable = variableOf(this.#q.of, this.#q.name, rule.name)
      return this.#tell('secret-in-plan', found.place, `\`${rule.name}\` is a secret and must not stand in the plan.`, `Leave it out and set ${variable}, or write "\${env:NAME}". Replace the ${rule.name}: it has been in this file.`)
    }
    const expanded = written ? this.#expand(found.value, found) : found.value
    if (expanded === undefined) return undefined
    const hidden = !found.quotable || rule.secret === true || expanded !== found.value
    const value = convert(rule, expanded, this.#isSaid(rule.unless) ? undefined : found.folder, !written)
    if (value === undefined) {
      const what = hidden || typeof expanded !== 'string' ? (written ? 'something else stands here' : `${found.from} holds something else`) : `not \`${expanded.slice(0, 60)}\``
      return this.#tell('bad-value', found.place, `\`${rule.name}\` is ${WANTED[rule.type]}${what.startsWith('not') ? `, ${what}` : `; ${what}`}.`, EXAMPLE[rule.type])
    }
    if (rule.values && typeof value === 'string' && !rule.values.includes(value)) {
      const near = hidden ? undefined : nearest(value, rule.values)
      const says = hidden ? `\`${rule.name}\` has a value that is not known.` : `\`${rule.name}\` can't be \`${value.slice(0, 60)}\`.`
      return this.#tell('bad-value', found.place, says, near ? `Did you mean \`${near}\`?` : `Write one of: ${rule.values.join(', ')}.`, near)
    }
    return value
  }

  /** `${env:NAME}` and `${file:/path}`, anywhere in a text; what comes out is not looked at again. */
  #expand(value: SettingValue, found: Found): SettingValue | undefined {
    if (typeof value === 'string') {
      let wrong: Wrong | undefined
      const text = value.replaceAll(REFERENCE, (_, kind: string, name: string) => {
        const known = kind === 'env' ? (Object.hasOwn(this.#q.env, name) ? this.#q.env[name] : undefined) : this.#file(name, found.folder)
        if (known !== undefined) return known
        wrong = 'missing'
        if (kind === 'env') this.#tell('setting-missing', found.place, `The variable ${name} is not set.`, `Set ${name}, or take \${env:${name}} out.`)
        else this.#tell('setting-missing', found.place, `The file ${name} can't be read.`, 'See whether it exists and whether Plimsoll may read it.')
        return ''
      })
      return wrong ? undefined : text
    }
    if (Array.isArray(value)) {
      const items = (value as readonly SettingValue[]).map((item) => this.#expand(item, found))
      return items.includes(undefined) ? undefined : (items as SettingValue[])
    }
    const pairs = Object.entries(value as Readonly<Record<string, SettingValue>>).map(([key, item]) => [key, this.#expand(item, found)] as const)
    return pairs.some(([, item]) => item === undefined) ? undefined : fromPairs(pairs as readonly (readonly [string, SettingValue])[])
  }
}

/** Any text without a reference, at whatever depth; names of settings and empty texts tell nothing. */
function hasPlainText(value: SettingValue): boolean {
  if (typeof value === 'string') return value !== '' && value.replaceAll(REFERENCE, '') === value
  return Object.values(value).some((item) => hasPlainText(item as SettingValue))
}

/** Undefined: the value has another form. A variable is one text: lists are split at commas, maps are JSON. */
function convert(rule: SettingRule, value: SettingValue, folder: string | undefined, oneText: boolean): CheckedValue {
  if (rule.type === 'list') {
    if (Array.isArray(value)) return value as readonly SettingValue[]
    if (typeof value !== 'string') return undefined
    return oneText ? value.split(',').map((item) => item.trim()).filter((item) => item !== '') : [value]
  }
  if (rule.type === 'map') {
    const map = oneText && typeof value === 'string' ? fromJson(value) : value
    return typeof map === 'object' && !Array.isArray(map) ? map : undefined
  }
  if (typeof value !== 'string') return undefined
  switch (rule.type) {
    case 'text': return value
    case 'number': return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value) ? Number(value) : undefined
    case 'boolean': return value === 'true' ? true : value === 'false' ? false : undefined
    case 'url': return URL.canParse(value) && /^[a-z][a-z0-9+.-]*:/i.test(value) ? value : undefined
    case 'path': return value === '' || value.includes('\u{0}') ? undefined : absolute(value, folder)
  }
}

function absolute(path: string, folder: string | undefined): string {
  return isAbsolute(path) || folder === undefined ? path : resolve(folder, path)
}

function fromJson(text: string): SettingValue | undefined {
  try {
    return JSON.parse(text, (_key, item: unknown) => (typeof item === 'number' || typeof item === 'boolean' ? String(item) : item)) as SettingValue
  } catch {
    return undefined
  }
}

/** Own keys only, `__proto__` too. */
function fromPairs(pairs: readonly (readonly [string, SettingValue])[]): { readonly [key: string]: SettingValue } {
  const object = Object.create(null) as Record<string, SettingValue>
  for (const [key, value] of pairs) object[key] = value
  return object
}
