/** What is fuzzed: each reader is given an input and says what about it is not as it must be. */
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { virtualClock } from '../../src/base/clock.ts'
import { PlimsollError } from '../../src/base/errors.ts'
import { parseJson, parseRecords } from '../../src/base/json.ts'
import type { NativeRecord } from '../../src/base/numeral.ts'
import type { FieldType } from '../../src/plan/model.ts'
import { compileCondition, compileExpression } from '../../src/record/cel.ts'
import { copyNative, parsePath } from '../../src/record/mapping/path.ts'
import { recordChecks } from '../../src/record/plan-checks.ts'
import { compilePattern } from '../../src/record/types/pattern.ts'
import { typeFormatter, typeParser } from '../../src/record/types/rules.ts'
import { filesConnector } from '../../src/systems/protocols/files/index.ts'
import '../../src/systems/protocols/http/errors.ts'
import { receive } from '../../src/systems/protocols/http/webhook/webhook.ts'
import type { Manifest } from '../../src/systems/protocols/http/manifest/manifest.ts'
import { loadText } from '../support/load-text.ts'
import { below, mutated, one, type Random } from './mutate.ts'

export interface Reader {
  /** Of a hundred inputs. */
  readonly share: number
  /** Undefined: as it must be. */
  run(r: Random): string | undefined | Promise<string | undefined>
}

/** An error that a person can do something with; anything else that is thrown is a defect. */
function known(error: unknown): string | undefined {
  if (!(error instanceof PlimsollError)) return `threw ${error instanceof Error ? error.stack : String(error)}`
  if (error.class === 'internal') return `says of itself that it is a defect: ${error.message}`
  return error.message === '' || error.hint === '' ? `${error.code} says nothing` : undefined
}
function attempt(work: () => string | undefined | void): string | undefined {
  try {
    return work() ?? undefined
  } catch (error) {
    return known(error)
  }
}

// ── plans ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const PLAN = `plimsoll: 1
name: Supplier's list
systems:
  supplier: { connector: csv, settings: { folder: ./inbox }, holds: { product: { resource: "products*.csv", where: "record.Qty != null", fields: { sku: Article no., name: Description, price: { path: Price, currency: EUR }, stock: Qty } } } }
  database: { connector: sqlite, settings: { file: ./products.db }, holds: [product] }
entities:
  product: { identifiers: [sku], golden: { home: supplier, by_field: { stock: latest } }, fields: { sku: { type: text, pattern: "[A-Z]+-\\\\d{1,9}" }, name: text, price: money, stock: { type: integer, at_least: 0 } } }
flows:
  products: { entity: product, from: supplier, to: database, trigger: { every: 5 minutes }, brake: 20% }
`
const PLANS = [PLAN, 'plimsoll: 1\nname: x\nteams:\n  it: { name: IT, kind: technology }\nobjectives:\n  one: { statement: Less typing, due: 2027-03-01, accountable: it }\n', PLAN.replaceAll('{ ', '{\n ')]
const PLAN_WORDS = ['systems:', 'holds:', 'fields:', 'flows:', 'entities:', 'type: codes', 'codes: { A: 1 }', 'like: supplier', 'was: old', 'include: [a.yaml]', 'to: product', '{ list: text }', 'between: [supplier, database]', 'where:', 'must:', 'union', 'none', 'same', 'plimsoll']

function plan(r: Random): string | undefined {
  const text = mutated(r, PLANS, PLAN_WORDS)
  return attempt(() => {
    const { mistakes } = loadText(text, { checks: recordChecks })
    for (const { place, says, id } of mistakes) {
      const [from, to] = place.range
      const size = Math.max(text.length, Buffer.byteLength(text))
      if (place.file !== '' && (from < 0 || to < from || to > size || place.line < 1 || place.column < 1 || place.line > text.split('\n').length + 1)) return `${id} stands outside the text: ${JSON.stringify(place)}`
      if (says === '') return `${id} says nothing`
    }
    return undefined
  })
}

// ── mappings: paths, expressions, types, patterns ────────────────────────────────────────────────────────────────────

const PATHS = ['a.b.c', 'items.0.name', 'emails(type=work).value', 'properties."E-mail 2".value', 'a(b=true).c(d=1).e', 'Article no.', '__proto__.x', 'a.constructor']
const EXPRESSIONS = [
  'record.a == 1 && record.b != null', 'record.items.all(x, x.n > 0)', 'record.name.matches("^[A-Z]{2}")', 'size(record.items) > 2 || record.c in ["a", "b"]', 'record.items.map(x, x.name).join(",")', 'timestamp(record.at) > timestamp("2026-01-01T00:00:00Z")',
  'record.items.filter(x, x.n > 1).exists(y, y.name.startsWith("a"))', '(record.a + 1) * 2 - 3 / 4 % 5', 'has(record.a) ? record.a : "x"', 'record["a b"].size()', 'duration("5m") < duration("1h")', 'record.name.split(",").size()',
]
const RECORDS: readonly NativeRecord[] = [
  { a: 1, b: 'x', items: [{ n: 1, name: 'abc' }, { n: null }], name: 'AB', at: '2026-01-01T00:00:00Z', 'a b': '1' }, {}, { a: { b: { c: [1, 2] } }, emails: [{ type: 'work', value: 'a@b.c' }], items: 'none' },
  parseRecords('{"__proto__":{"x":1},"a":{"__proto__":{"b":2},"constructor":{"prototype":{}}},"items":[[],{},null,1.5],"name":1e400}') as NativeRecord,
]
const TYPES: readonly FieldType[] = (['text', 'email', 'phone', 'integer', 'decimal', 'money', 'date', 'datetime', 'time', 'boolean', 'url', 'json', 'country', 'currency', 'language', 'iban', 'gtin', 'vat_id', 'quantity', 'postal_code', 'file'] as const).map((is) => ({ is }) as unknown as FieldType)
const VALUES = ['Anna', '1 234,50', '12.30 EUR', '2026-03-29T02:30:00+01:00', '31.12.2026', '+48 501 002 003', 'a.b@example.com', 'https://example.com/a?b=c', '{"a":[1,2,{"b":null}]}', 'PL61109010140000071219812874', '05901234123457', 'PL1234567890', '12 kg', '08:00', '-0.00', '1e5']
const PATTERNS = ['[A-Z]{2}\\d{4}', '(a|b)+c?', '^\\p{L}[\\w.-]*$', '(a{1,9}){1,9}', '[^\\s,]+(,[^\\s,]+)*']

function mapping(r: Random): string | undefined {
  switch (below(r, 4)) {
    case 0: {
      const text = mutated(r, PATHS)
      return attempt(() => {
        const result = parsePath(text, below(r, 3) === 0)
        if ('problem' in result) return result.problem.at < 0 || result.problem.at > text.length ? `the problem stands outside: ${result.problem.at}` : undefined
        for (const record of RECORDS) {
          result.path.get(record)
          const copy = copyNative(record)
          result.path.set(copy, one(r, ['x', null, 1]))
          parseJson(JSON.stringify(copy))
        }
        return undefined
      })
    }
    case 1: {
      const text = mutated(r, EXPRESSIONS, ['record', '.map(', '.all(x, ', 'size(', 'record.items', 'string(', 'int(', '.replace("a", "b")'])
      const made = below(r, 2) === 0 ? compileCondition(text, 'record') : compileExpression(text, 'record')
      for (const { at, end } of made.problems) if (at < 0 || end < at || end > text.length) return `the problem stands outside: ${at}–${end}`
      for (const record of RECORDS) {
        const wrong = attempt(() => void ('holds' in made ? made.holds(record) : made.run(record)))
        if (wrong !== undefined) return wrong
      }
      return undefined
    }
    case 2: {
      const type = one(r, TYPES)
      const text = mutated(r, VALUES)
      return attempt(() => {
        const reading = { timeZone: 'Europe/Warsaw', country: 'PL', currency: 'EUR' }
        const parsed = typeParser(type, reading)(text)
        if (!parsed.ok) return parsed.broken.says === '' ? `${type.is} says nothing` : undefined
        const again = parsed.value === null ? undefined : attempt(() => void typeParser(type, reading)(typeFormatter(type, reading)(parsed.value)))
        return again
      })
    }
    default: return attempt(() => void compilePattern(mutated(r, PATTERNS))(mutated(r, ['aaaaaaaaaaaaaaaaaaaaaaaaaaaa!', 'AB1234', 'a,b,c'])))
  }
}

// ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-fuzz-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const clock = virtualClock(Date.now() + 86_400_000)
const never = new AbortController().signal
const GOOD = ['FIRST', 'SECOND', 'THIRD']
const LINES = { csv: ['B-1,Saw,3', '"B-2","a ""b""",1', "B-3,'=1,2", 'B-4,,', 'B-5;x;1'], ndjson: ['{"sku":"B-1","name":"Saw","stock":3}', '{"sku":"B-2","name":null,"x":{"y":[1.5,true]}}', '{"sku":7,"a":"\\u00e9"}'] }
const FRAMES = {
  csv: (bad: string): string => `sku,name,stock\nFIRST,a,1\nSECOND,b,2\n${bad}\nTHIRD,c,3\n`,
  ndjson: (bad: string): string => `{"sku":"FIRST"}\n{"sku":"SECOND"}\n${bad}\n{"sku":"THIRD"}\n`,
  json: (bad: string): string => `[{"sku":"FIRST"},\n{"sku":"SECOND"},\n${bad},\n{"sku":"THIRD"}]`,
}
const ROUTES = Object.keys(FRAMES) as (keyof typeof FRAMES)[]

async function file(r: Random): Promise<string | undefined> {
  const format = one(r, ROUTES)
  const bad = mutated(r, LINES[format === 'csv' ? 'csv' : 'ndjson'])
  const name = `a.${format}`
  const text = FRAMES[format](bad)
  writeFileSync(join(folder, name), below(r, 8) === 0 ? Buffer.from(text, 'latin1') : text)
  const seen = new Set<string>()
  try {
    const session = await filesConnector.open({ folder, settle: 0, ...(format === 'csv' ? { delimiter: ',' } : {}) }, { clock, system: 's', timeZone: 'UTC', readOnly: true, budget: async () => undefined })
    const resource = session.resource({ resource: name, key: ['sku'], parts: new Map(), identifiers: [], columns: format === 'csv' ? ['sku', 'name', 'stock'] : ['sku'] })
    for await (const page of resource.read({ signal: never, pageSize: 100 })) {
      for (const record of page.records) seen.add(record.key)
      for (const broken of page.broken ?? []) if (broken.says === '' || !broken.place.startsWith(name)) return `a broken record without place or reason: ${JSON.stringify(broken)}`
    }
  } catch (error) {
    const wrong = known(error)
    if (wrong !== undefined) return wrong
  }
  // A row without quotes and line ends can't reach beyond itself; other text may swallow what follows, never what came before.
  const alone = format === 'ndjson' ? !/\n/.test(bad) : format === 'csv' && !/["\n\r]/.test(bad)
  const missing = GOOD.slice(0, alone ? 3 : 2).filter((key) => !seen.has(key))
  return missing.length === 0 ? undefined : `${missing.join()} did not survive beside ${JSON.stringify(bad.slice(0, 300))} in ${format}`
}

// ── webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const MANIFEST = {
  http: 1, resources: { things: { key: 'id', version: { path: 'meta.v' }, changed: 'at' }, '*': {} },
  webhooks: {
    signature: { kind: 'hmac-sha256', header: 'X-Sign', part: 'v1', timestamp: { part: 't' }, signed: '{timestamp}.{body}' }, delivery: { header: 'X-Id' },
    events: [{ when: [{ of: 'type', is: ['changed'] }], resource: { value: 'things' }, kind: 'changed', key: 'data.id', record: 'data' }, { each: 'list', resource: 'kind', kind: 'deleted', key: 'id' }],
  },
} as unknown as Manifest
const BODIES = ['{"type":"changed","data":{"id":7,"name":"x","meta":{"v":"3"},"at":"2026-01-01T00:00:00Z"}}', '{"list":[{"kind":"things","id":"1"},{"kind":"others","id":"2"}]}', '{"type":"ping"}']
const SECRET = 'secret'

function webhook(r: Random): string | undefined {
  const bytes = Buffer.from(mutated(r, BODIES, ['"type":"changed"', '"id":', '"data":{', '"list":[']), below(r, 10) === 0 ? 'latin1' : 'utf8')
  const now = 1_767_225_600_000
  const right = `t=1767225600,v1=${createHmac('sha256', SECRET).update('1767225600.').update(bytes).digest('hex')}`
  const header = below(r, 3) === 0 ? mutated(r, [right]) : right
  let accepted = false
  const wrong = attempt(() => {
    const events = receive(MANIFEST, { secrets: [SECRET], url: undefined, acceptUnsigned: false }, 'UTC', () => undefined, { headers: { 'x-sign': header, 'X-Id': mutated(r, ['d-1']) }, body: bytes, receivedAt: now })
    accepted = true
    for (const event of events) if (event.key === '' || event.resource === undefined) return `an event without key or resource: ${JSON.stringify(event)}`
    return undefined
  })
  // Blanks around the right parts, further parts and letter case are no other signature.
  const parts = header.split(',').map((part) => part.replaceAll(/^[ \t]+|[ \t]+$/g, ''))
  const [time, sign] = right.split(',')
  const holds = parts.includes(time!) && parts.some((part) => part.startsWith('v1=') && part.toLowerCase() === sign)
  return wrong ?? (accepted && !holds ? `accepted the signature ${header}` : undefined)
}

export const READERS: Readonly<Record<string, Reader>> = {
  plan: { share: 8, run: plan }, mapping: { share: 42, run: mapping }, file: { share: 20, run: file }, webhook: { share: 30, run: webhook },
}
