import { describe, expect, test } from 'vitest'
import { checkText, marked, toldOf } from '../../../test/support/check-text.ts'
import { loadText } from '../../../test/support/load-text.ts'
import { printMistakes } from '../print-mistakes.ts'

const THING = 'entities: { thing: { identifiers: [key], fields: { key: text } } }\nsystems: { a: { connector: csv, holds: [thing] }, b: { connector: sqlite, holds: [thing] } }\n'
const FLOW = `${THING}flows: { things: { entity: thing, from: a, to: b } }\n`
const PEOPLE = 'people: { anna: { name: Anna, email: a@x.example }, bob: { name: Bob, phone: "+48 600" }, cy: { name: Cy } }\n'
const alerted = (teams: string, alert: string, more = ''): string => `${FLOW}${PEOPLE}teams: ${teams}\nscenarios: { s: { when: { flow: things, is: stopped }, alert: ${alert}${more} } }\n`
const process = (step: string): string => `${FLOW}people: { anna: { name: Anna, email: a@x.example } }\nscenarios: { tell: { inform: anna } }\nprocesses: { p: { follows: thing, steps: { ${step}, last: { by_hand: true, within: 1 day, else: tell } } } }\n`
const partner = (kind: string): string => `teams: { helpers: { kind: ${kind} } }\nentities: { guest: { identifiers: [mail], personal: [mail], fields: { mail: email } } }
systems: { a: { connector: csv, holds: [guest] }, b: { connector: sqlite, holds: [guest], operates: helpers } }\nflows: { guests: { entity: guest, from: a, to: «b» } }`

describe('a check of the project triggers alone, at its place, and not beside it', () => {
  test.each<[id: string, wrong: string, right: string]>([
    ['else-without-within', process('x: { by_hand: true, «else»: tell }'), process('x: { by_hand: true, within: 1 hour, else: tell }')],
    ['step-unseen', process('«x»: { does: Something }'), process('x: { does: Something, flow: things }')],
    ['scenario-unused', `${PEOPLE}scenarios: { «s»: { inform: anna } }`, process('x: { by_hand: true }')],
    ['nobody-told', `${FLOW}${PEOPLE}scenarios: { «s»: { when: { flow: things, is: stopped } } }`, `${FLOW}teams: { it: { kind: technology } }\noperation: { team: it }\nscenarios: { s: { when: { flow: things, is: stopped } } }`],
    ['silence-undefined', alerted('{}', 'anna').replace('is: stopped', 'is: «silent»'), alerted('{}', 'anna').replace('is: stopped', 'is: silent').replace('to: b }', 'to: b, expects: { at_least: 1, each: day } }')],
    ['late-undefined', alerted('{}', 'anna').replace('is: stopped', 'is: «late»'), `${alerted('{}', 'anna').replace('is: stopped', 'is: late')}defaults: { flow: { service_level: { freshness: 1 hour } } }`],
    ['nobody-reachable', alerted('{}', '«cy»'), alerted('{}', 'anna')],
    ['nobody-reachable', alerted('{}', '«bob»'), alerted('{ t: { kind: technology, on_call: { who: bob, channels: sms } } }', 't').concat('channels: { sms: { kind: webhook, body: { to: "{phone}" } } }')],
    ['nobody-reachable', alerted('{ t: { kind: technology } }', '«t»'), alerted('{ t: { kind: technology, lead: anna } }', 't')],
    ['nobody-reachable', alerted('{ t: { kind: technology, email: t@x.example } }', 't', ', escalate: { who: «cy», after: 1 hour }'), alerted('{ t: { kind: technology, email: t@x.example } }', 't', ', escalate: { who: anna, after: 1 hour }')],
    ['looks-personal', 'entities: { guest: { personal: [mail], fields: { mail: email, «phone»: phone } } }', 'entities: { guest: { personal: [], fields: { mail: email, phone: phone } } }'],
    ['looks-personal', 'entities: { guest: { personal: [mail], fields: { mail: email, «birth_date»: date } } }', 'entities: { guest: { personal: [mail, birth_date], fields: { mail: email, birth_date: date } } }'],
    ['partner-personal', partner('partner'), partner('technology')],
    ['date-order', 'milestones: { m: 2027-01-01 }\nlaunch: { milestone: m, freeze: { from: «2027-02-01», until: 2027-02-03 } }', 'milestones: { m: 2027-02-02 }\nlaunch: { milestone: m, freeze: { from: 2027-02-01, until: 2027-02-03 } }'],
    ['date-order', 'launch: { freeze: { from: 2027-02-01, until: «2027-01-03» } }', 'launch: { freeze: { from: 2027-02-01, until: 2027-02-01 } }'],
    ['date-order', 'decisions: { d: { decision: Yes, date: «2027-01-01» } }', 'decisions: { d: { decision: Yes, date: 2026-11-21 } }'],
    ['date-order', 'questions: { q: { question: Why?, due: «2026-11-20» } }', 'questions: { q: { question: Why?, due: 2026-11-21 } }'],
    ['date-order', 'performance: { peaks: { p: { from: 2027-02-01, until: «2027-01-01», times: 2 } } }', 'performance: { peaks: { p: { from: 2027-01-01, until: 2027-02-01, times: 2 } } }'],
    ['waiver-ended', 'people: { anna: { name: A } }\nsystems: { a: {} }\nquestions: { systems.a.interface: { waived: Not needed, who: anna, until: «2026-11-01» } }', 'people: { anna: { name: A } }\nsystems: { a: {} }\nquestions: { systems.a.interface: { waived: Not needed, who: anna, until: 2027-11-01 } }'],
    ['waiver-unsigned', 'systems: { a: {} }\nquestions: { systems.a.interface: { «waived»: Not needed } }', 'people: { anna: { name: A } }\nsystems: { a: {} }\nquestions: { systems.a.interface: { waived: Not needed, who: anna } }'],
    ['waiver-unsigned', 'people: { anna: { name: A } }\nsystems: { a: {} }\nquestions: { systems.a.interface: { waived: «T.B.D.», who: anna } }', 'people: { anna: { name: A } }\nsystems: { a: {} }\nquestions: { systems.a.interface: { waived: Not needed, who: anna } }'],
    ['answered', 'systems: { a: { interface: api } }\nquestions: { «systems.a.interface»: { assume: api } }', 'systems: { a: { interface: api } }\nquestions: { systems.a.interface: { assume: api, note: Ask again } }'],
    ['unreplaced', 'existing: { old: { from: x, to: y, «fate»: replace } }', `${FLOW}existing: { old: { from: x, to: y, fate: replace, flow: things } }`],
    ['like-self', 'systems: { a: { like: «a» } }', 'systems: { a: {}, b: { like: a } }'],
    ['like-chain', 'systems: { a: { like: «b» }, b: { like: c }, c: {} }', 'systems: { a: { like: c }, b: { like: c }, c: {} }'],
    ['was-taken', 'systems: { a: { was: «b» }, b: {} }', 'systems: { a: { was: z }, b: {} }'],
    ['was-taken', 'entities: { e: { fields: { a: { type: text, was: [old, «b»] }, b: text } } }', 'entities: { e: { fields: { a: { type: text, was: [old] }, b: text } } }'],
    ['was-taken', 'teams: { a: { kind: business, was: z }, b: { kind: business, was: «z» } }', 'teams: { a: { kind: business, was: y }, b: { kind: business, was: z } }'],
    ['env-differs', `${THING}environments: { test: { systems: { a: { «holds»: {} } } } }`, `${THING}environments: { test: { systems: { a: { settings: { folder: x } } } } }`],
  ])('%s', (id, wrong, right) => {
    const { text, places } = marked(wrong)
    expect(checkText(text).map((m) => [m.id, `${m.place.line - 2}:${m.place.column}`])).toEqual([[id, places[0]]])
    expect(checkText(marked(right).text).filter((m) => m.id === id)).toEqual([])
  })

  test('a channel is told where somebody knows that it is not set up', () => {
    expect(toldOf('channels: { chat: { kind: slack } }', { isChannelSet: () => false })).toEqual([expect.stringMatching(/^1:13 warning channel-unset: The channel `chat` is not set up in development/)])
    expect(toldOf('channels: { chat: { kind: slack } }', { isChannelSet: () => true })).toEqual([])
    expect(toldOf('channels: { chat: { kind: slack } }')).toEqual([])
  })
})

describe('a secret in the plan', () => {
  const STRIPE = ['sk', 'live', 'AbCdEfGh12345678'].join('_')
  test.each<[what: string, text: string]>([
    ['the setting of a system', 'systems: { s: { settings: { token: «abcdef» } } }'],
    ['a setting in camel case', 'systems: { s: { settings: { url: x, clientSecret: «abcdef» } } }'],
    ['a setting of a hold', 'entities: { e: { fields: { a: text } } }\nsystems: { s: { holds: { e: { connector: csv, settings: { password: «"geheim 1"» } } } } }'],
    ['a setting of an environment', 'systems: { s: {} }\nenvironments: { test: { systems: { s: { settings: { api_key: «abc» } } } } }'],
    ['a setting of a channel', 'channels: { c: { kind: slack, settings: { token: «xyz» } } }'],
    ['an address with a password', 'systems: { s: { settings: { url: «"postgres://me:hunter2@db/x"» } } }'],
    ['a key in a sentence', `systems: { s: { about: «Its key is ${STRIPE}» } }`],
    ['a private key', 'x-note: 1\nsystems: { s: { about: «"-----BEGIN RSA PRIVATE KEY-----"» } }'],
    ['a header', 'systems: { s: { settings: { headers: { Authorization: «"Bearer abcdefghijklmnop1234"» } } } }'],
  ])('%s is told without it', (_what, wrong) => {
    const { text, places } = marked(wrong)
    const { mistakes, sources } = loadText(`plimsoll: 1\nname: S\n${text}`)
    const errors = mistakes.filter((m) => m.id !== 'kept')
    expect(errors.map((m) => [m.id, `${m.place.line - 2}:${m.place.column}`])).toEqual([['secret-in-plan', places[0]]])
    const printed = printMistakes(errors, sources)
    for (const secret of ['abcdef', 'geheim', 'hunter2', 'xyz', STRIPE.slice(8), 'RSA']) if (!/^x-|token: abc/.test(secret)) expect(printed).not.toContain(secret)
  })

  test('is mended by its variable', () => {
    expect(toldOf('systems: { crm: { settings: { token: abcdef } } }')).toEqual([
      '1:38 error secret-in-plan: `token` is a secret and must not stand in the plan. → Leave it out and set PLIMSOLL_SYSTEM_CRM_TOKEN, or write "${env:NAME}". Replace the token: it has been in this file.',
    ])
  })

  test.each([
    'systems: { s: { settings: { token: "${env:CRM_TOKEN}" } } }',
    'systems: { s: { settings: { password: "${file:/run/secrets/x}" } } }',
    'systems: { s: { settings: { url: "postgres://me:${env:PW}@db/x" } } }',
    'systems: { s: { settings: { token_url: https://x.example/token, secret_header: X-Sign } } }',
    'systems: { s: { settings: { manifest: { auth: { kind: bearer }, webhook: { secret: base64 } } } } }',
    'security: { secrets: { kept_in: files mounted by the platform } }',
    'people: { anna: { name: Anna, email: anna@x.example } }',
  ])('is none in %s', (text) => {
    expect(toldOf(text)).toEqual([])
  })
})

describe('what is kept for documents', () => {
  const kept = (text: string): string[] => loadText(`plimsoll: 1\nname: K\n${text}`).mistakes.filter((m) => m.id === 'kept').map((m) => `${m.place.line - 2}:${m.place.column} ${m.severity} ${m.says}`)
  test('is said once a section, and once for a key that runs nowhere yet', () => {
    expect(kept('problems: { a: A, b: B }\nentities: { e: { match: true, fields: {} }, f: { match: true, fields: {} } }')).toEqual([
      '1:1 note `problems` is checked and kept for documents; a run does not use it yet.',
      '2:18 note `match` is checked and kept for documents: records are not compared by likeness yet.',
    ])
  })
  test('is not said of what runs', () => {
    expect(kept(`${FLOW}people: {}\ncalendars: {}\nmilestones: {}\nenvironments: { test: {} }\ndefaults: {}`)).toEqual([])
  })
})
