import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SettingSpec } from '../systems/contract.ts'
import type { SettingValue } from './model.ts'
import { resolveSettings, type SettingRule, settingVariables, type SettingsQuestion, variableOf } from './settings.ts'

const place = { file: 'plan.yaml', line: 1, column: 1, range: [0, 1], pointer: '/systems/crm' } as const
const rules: readonly SettingRule[] = [
  { name: 'url', type: 'url', needed: true },
  { name: 'token', type: 'text', secret: true, needed: true },
  { name: 'page_size', type: 'number', default: '100' },
  { name: 'folder', type: 'path' },
  { name: 'verify', type: 'boolean' },
  { name: 'format', type: 'text', values: ['csv', 'json'] },
  { name: 'headers', type: 'map' },
  { name: 'scopes', type: 'list' },
]
const layer = (settings: Readonly<Record<string, SettingValue>>, folder = '/plans/shop') => ({ settings: new Map(Object.entries(settings)), folder })
const ask = (system: Readonly<Record<string, SettingValue>>, more: Partial<SettingsQuestion> & { readonly files?: Readonly<Record<string, string>> } = {}) =>
  resolveSettings({
    of: 'system', name: 'crm', rules, layers: [layer(system)], place, env: { PLIMSOLL_SYSTEM_CRM_TOKEN: 't', PLIMSOLL_SYSTEM_CRM_URL: 'https://crm.example' },
    readFile: (path) => {
      const text = more.files?.[path]
      if (text === undefined) throw new Error('no such file')
      return text
    },
    ...more,
  })

describe('where a setting is looked up', () => {
  const files = { '/run/size': '4\n' }
  const all = { layers: [layer({ page_size: '1' }), layer({ page_size: '2' })], env: { PLIMSOLL_SYSTEM_CRM_PAGE_SIZE: '3', PLIMSOLL_SYSTEM_CRM_PAGE_SIZE_FILE: '/run/size' }, files, rules: rules.filter((r) => r.name === 'page_size') }
  const { PLIMSOLL_SYSTEM_CRM_PAGE_SIZE: _, ...onlyFile } = all.env
  it.each([
    ['the environment of the plan', all, 1],
    ['then the system', { ...all, layers: [layer({}), layer({ page_size: '2' })] }, 2],
    ['then the variable', { ...all, layers: [] }, 3],
    ['then the file that a variable names', { ...all, layers: [], env: onlyFile }, 4],
    ['then the default', { ...all, layers: [], env: {} }, 100],
    ['with an empty variable as if it were not set', { ...all, layers: [], env: { PLIMSOLL_SYSTEM_CRM_PAGE_SIZE: '' } }, 100],
  ])('%s', (_name, more, value) => {
    expect(ask({}, more)).toEqual({ values: { page_size: value }, mistakes: [] })
  })

  it('says which variable to set when a needed one is missing', () => {
    expect(ask({}, { env: {} }).mistakes).toMatchObject([
      { id: 'setting-missing', place, says: 'crm needs `url`, and nothing says it.', mend: 'Set PLIMSOLL_SYSTEM_CRM_URL, or write `url` into its settings.' },
      { says: 'crm needs `token`, and nothing says it.', mend: 'Set PLIMSOLL_SYSTEM_CRM_TOKEN, or PLIMSOLL_SYSTEM_CRM_TOKEN_FILE to the path of a file that holds it.' },
    ])
  })

  it('says when the file of a variable can not be read', () => {
    expect(ask({}, { env: { PLIMSOLL_SYSTEM_CRM_TOKEN_FILE: '/gone', PLIMSOLL_SYSTEM_CRM_URL: 'https://a.example' } }).mistakes).toMatchObject([{ id: 'setting-missing', says: "The file that PLIMSOLL_SYSTEM_CRM_TOKEN_FILE names can't be read." }])
  })

  it('makes names of variables', () => {
    expect(variableOf('system', 'online_shop', 'apiKey')).toBe('PLIMSOLL_SYSTEM_ONLINE_SHOP_API_KEY')
    expect(variableOf('channel', 'chat', 'web-hook')).toBe('PLIMSOLL_CHANNEL_CHAT_WEB_HOOK')
  })
})

describe('values', () => {
  it('are converted as the connector declares', () => {
    expect(ask({ page_size: '5', folder: './inbox', verify: 'false', headers: { a: 'b' }, scopes: ['x', 'y'] }).values).toMatchObject({ page_size: 5, folder: '/plans/shop/inbox', verify: false, headers: { a: 'b' }, scopes: ['x', 'y'] })
    expect(ask({ scopes: 'x' }).values).toMatchObject({ scopes: ['x'] })
  })

  it('are converted from variables too: lists at commas, maps as JSON', () => {
    const env = { PLIMSOLL_SYSTEM_CRM_TOKEN: 't', PLIMSOLL_SYSTEM_CRM_URL: 'https://a.example', PLIMSOLL_SYSTEM_CRM_SCOPES: 'x, y,', PLIMSOLL_SYSTEM_CRM_HEADERS: '{"a":1}', PLIMSOLL_SYSTEM_CRM_FOLDER: 'in' }
    expect(ask({}, { env })).toMatchObject({ values: { scopes: ['x', 'y'], headers: { a: '1' }, folder: '/plans/shop/in' }, mistakes: [] })
  })

  it('take relative paths from the folder of the file in which they stand', () => {
    expect(ask({}, { layers: [layer({ folder: 'a' }, '/plans/env'), layer({ folder: 'b' }, '/plans/shop')] }).values).toMatchObject({ folder: '/plans/env/a' })
    expect(ask({ folder: '/data' }).values).toMatchObject({ folder: '/data' })
  })

  it.each<[Record<string, SettingValue>, string, string]>([
    [{ page_size: 'many' }, '`page_size` is a number, not `many`.', 'Write digits only, for example 500.'],
    [{ verify: 'yes' }, '`verify` is true or false, not `yes`.', 'Write true or false.'],
    [{ url: 'crm.example' }, '`url` is an address, not `crm.example`.', 'Write an address with its scheme, for example https://crm.example/api.'],
    [{ headers: ['a'] }, '`headers` is a list of `name: value` pairs; something else stands here.', 'Write { name: value }; in a variable: {"name":"value"}.'],
    [{ url: { a: 'b' } }, '`url` is an address; something else stands here.', 'Write an address with its scheme, for example https://crm.example/api.'],
    [{ format: 'cvs' }, "`format` can't be `cvs`.", 'Did you mean `csv`?'],
    [{ format: 'parquet' }, "`format` can't be `parquet`.", 'Write one of: csv, json.'],
    [{ pagesize: '5' }, '`pagesize` is no setting of crm.', 'Did you mean `page_size`?'],
    [{ colour: 'red' }, '`colour` is no setting of crm.', 'Take it out, or use one of: url, token, page_size, folder, verify, format, headers, scopes.'],
  ])('%j is refused', (settings, says, mend) => {
    expect(ask(settings).mistakes).toMatchObject([{ says, mend }])
  })

  it('takes __proto__ in a map as a name like any other', () => {
    const { values } = ask({ headers: JSON.parse('{"__proto__": {"a": "b"}}') as SettingValue })
    expect(Object.keys(values['headers'] as object)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>)['a']).toBeUndefined()
  })
})

describe('references', () => {
  it('stand anywhere in a text, in lists and maps, and are not expanded twice', () => {
    const env = { PLIMSOLL_SYSTEM_CRM_TOKEN: 't', HOST: 'crm.example', TRAP: '${env:HOST}' }
    const { values, mistakes } = ask(
      { url: 'https://${env:HOST}/${file:/run/path}', headers: { auth: 'Bearer ${env:TRAP}', plain: '$HOME ${x} {y}' }, scopes: ['${env:HOST}', 'b'] },
      { env, files: { '/run/path': 'v1\r\n' } },
    )
    expect(mistakes).toEqual([])
    expect(values).toMatchObject({ url: 'https://crm.example/v1', headers: { auth: 'Bearer ${env:HOST}', plain: '$HOME ${x} {y}' }, scopes: ['crm.example', 'b'] })
  })

  it('to files are relative to the plan file', () => {
    expect(ask({ token: '${file:secrets/token}' }, { files: { '/plans/shop/secrets/token': 'abc\n' } }).values).toMatchObject({ token: 'abc' })
  })

  it.each([
    ['${env:GONE}', 'The variable GONE is not set.', 'Set GONE, or take ${env:GONE} out.'],
    ['${env:__proto__}', 'The variable __proto__ is not set.', 'Set __proto__, or take ${env:__proto__} out.'],
    ['${file:/gone}', "The file /gone can't be read.", 'See whether it exists and whether Plimsoll may read it.'],
  ])('%s that leads nowhere is a mistake', (token, says, mend) => {
    expect(ask({ token }).mistakes).toMatchObject([{ id: 'setting-missing', says, mend }])
  })
})

describe('secrets', () => {
  it('as plain text in the plan are refused, in test environments too', () => {
    for (const layers of [[layer({ token: 'sk_live_1' })], [layer({ token: 'sk_live_1' }), layer({})]]) {
      const { values, mistakes } = ask({}, { layers })
      expect(values).not.toHaveProperty('token')
      expect(mistakes).toMatchObject([{
        id: 'secret-in-plan', says: '`token` is a secret and must not stand in the plan.',
        mend: 'Leave it out and set PLIMSOLL_SYSTEM_CRM_TOKEN, or write "${env:NAME}". Replace the token: it has been in this file.',
      }])
    }
  })

  it('and values of variables never stand in a message', () => {
    const secret = fc.stringMatching(/^[A-Z]{3}topsecret[a-z0-9]{1,8}$/)
    fc.assert(fc.property(secret, fc.constantFrom('URL', 'TOKEN', 'PAGE_SIZE', 'VERIFY', 'FORMAT', 'HEADERS', 'OWN'), (value, setting) => {
      const env = { [setting === 'OWN' ? 'OWN' : `PLIMSOLL_SYSTEM_CRM_${setting}`]: value }
      const { mistakes } = ask(setting === 'OWN' ? { url: '${env:OWN}', page_size: '${env:OWN}', format: '${env:OWN}', verify: 'x${env:OWN}' } : { token: value }, { env })
      expect(mistakes.length).toBeGreaterThan(0)
      expect(JSON.stringify(mistakes)).not.toContain('topsecret')
    }))
  })
})

describe('settingVariables', () => {
  it('lists what may be set and whether it is, without values', () => {
    const list = settingVariables({ of: 'system', name: 'crm', rules: rules.slice(0, 3), layers: [layer({ url: 'https://${env:HOST}' })], env: { PLIMSOLL_SYSTEM_CRM_TOKEN_FILE: '/x' } })
    expect(list).toEqual([
      { variable: 'PLIMSOLL_SYSTEM_CRM_TOKEN', setting: 'token', needed: true, secret: true, set: true },
      { variable: 'PLIMSOLL_SYSTEM_CRM_PAGE_SIZE', setting: 'page_size', needed: false, secret: false, set: false },
      { variable: 'HOST', setting: 'url', needed: true, secret: false, set: false },
    ])
  })
})

it('a connector’s own table of settings fits the rules', () => {
  const spec: SettingSpec = { name: 'url', type: 'url', about: 'Where it is', needed: true }
  const rule: SettingRule = spec
  expect(rule.needed).toBe(true)
})

describe('a setting that another one makes needless', () => {
  const two: readonly SettingRule[] = [{ name: 'folder', type: 'path', needed: true, unless: 'url' }, { name: 'url', type: 'url' }, { name: 'archive', type: 'path', unless: 'url' }]

  it('is needed without that other one, and its paths are those of this machine', () => {
    expect(ask({}, { rules: two, env: {} }).mistakes).toMatchObject([{ id: 'setting-missing' }])
    expect(ask({ folder: './in', archive: './done' }, { rules: two, env: {} })).toMatchObject({ mistakes: [], values: { folder: '/plans/shop/in', archive: '/plans/shop/done' } })
  })

  it('is not needed with it, and its paths stay as they are written', () => {
    expect(ask({ url: 'sftp://host/in', archive: 'done' }, { rules: two, env: {} })).toMatchObject({ mistakes: [], values: { archive: 'done' } })
    expect(ask({ archive: 'done' }, { rules: two, env: { PLIMSOLL_SYSTEM_CRM_URL: 'sftp://host/in' } })).toMatchObject({ mistakes: [], values: { archive: 'done' } })
    expect(settingVariables({ of: 'system', name: 'crm', rules: two, layers: [layer({ url: 'sftp://host/in' })], env: {} }).find((one) => one.setting === 'folder')).toMatchObject({ needed: false })
  })
})
