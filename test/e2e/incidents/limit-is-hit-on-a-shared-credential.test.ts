/** Eight flows use one credential of the shop. When it says 429 to one of them, none calls before Retry-After, and no flow is lost. */
import { afterEach, describe, expect, test } from 'vitest'
import { json, type Running, startServer } from '../../support/http-servers.ts'
import { Project } from '../project.ts'
import { Serving, until } from '../serving.ts'

const ENTITIES = Array.from({ length: 8 }, (_, i) => `thing_${i + 1}`)
const PLAN = (url: string, trigger: string, limits: string): string => `
plimsoll: 1
name: Eight flows, one credential
systems:
  shop:
    connector: http
    settings:
      url: ${url}
      definition:
        http: 1
        auth: { kind: bearer }
        resources: { "*": { list: { path: "/{resource}", paging: { kind: page, parameter: page, end: short, size: limit, at_most: 2 } } } }
${limits}
    holds:
${ENTITIES.map((name) => `      ${name}: { key: id, fields: { code: code } }`).join('\n')}
  database:
    connector: sqlite
    settings: { file: ./hub.db }
    holds: [${ENTITIES.join(', ')}]
entities:
${ENTITIES.map((name) => `  ${name}: { identifiers: [code], fields: { code: text } }`).join('\n')}
flows:
${ENTITIES.map((name) => `  ${name}s: { entity: ${name}, from: shop, to: database, trigger: ${trigger} }`).join('\n')}
`

let at: Project
let shop: Running
let serving: Serving | undefined
/** When each call came, on the shop's clock. */
let calls: number[] = []
/** Nobody may call before it; what was on its way when it was said is forgiven. */
let closedUntil = 0
let closedAt = 0
let early: number[] = []
let refusals = 0
/** Seconds that the next call is told to wait. */
let refuseNext: number | undefined

const WAY_MS = 300

async function begin(trigger: string, limits = ''): Promise<void> {
  calls = []
  early = []
  refusals = 0
  closedUntil = closedAt = 0
  refuseNext = undefined
  shop = await startServer(({ query, response }) => {
    const now = performance.now()
    calls.push(now)
    if (refuseNext !== undefined) {
      closedAt = now
      closedUntil = now + refuseNext * 1000
      refuseNext = undefined
    }
    if (now < closedUntil) {
      refusals += 1
      if (now - closedAt > WAY_MS) early.push(now - closedAt)
      return json(response, 429, {}, { 'retry-after': String(Math.ceil((closedUntil - now) / 1000)) })
    }
    const page = Number(query.get('page'))
    json(response, 200, page > 5 ? [] : [{ id: page * 2, code: `X${page * 2}` }, { id: page * 2 + 1, code: `X${page * 2 + 1}` }])
  })
  at = new Project({ 'plan.yaml': PLAN(shop.url, trigger, limits) })
  at.env['PLIMSOLL_SYSTEM_SHOP_TOKEN'] = 'shared-credential'
}
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  serving = undefined
  await shop.close()
  at.done()
})
const arrived = (): number => {
  try {
    return ENTITIES.reduce((sum, name) => sum + Number(at.rows('hub.db', `select count(*) n from ${name}`)[0]?.['n'] ?? 0), 0)
  } catch {
    return 0
  }
}

describe('a limit on a shared credential', () => {
  test('In the middle of eight lists nobody calls before Retry-After; each list is then read to its end, in the same pass.', async () => {
    await begin('1 hour')
    const done = at.sync()
    await until(() => calls.length > 10, 'the lists are read')
    refuseNext = 3
    const answer = await done
    expect([answer.exit, answer.summary.balanced, answer.result['failures']]).toEqual([0, true, []])
    expect({ early, refused: refusals > 0 && refusals <= 8, arrived: arrived() }).toEqual({ early: [], refused: true, arrived: 80 })
  })

  test('A long rest is kept by every flow while serving, and by the next process after a crash; then all goes on.', async () => {
    await begin('1 second')
    serving = await new Serving(at).started()
    await until(() => arrived() === 80, 'the first load')
    refuseNext = 8
    await until(() => refusals > 0, 'the shop says 429')
    // Long enough for every flow to have come by.
    await until(() => performance.now() > closedAt + 3000, 'three seconds of rest')
    serving.kill()
    await serving.ended
    serving = await new Serving(at).started()
    const before = calls.length
    await until(() => calls.length > before + 16, 'the flows go on')
    expect({ early, late: refusals <= 8 }).toEqual({ early: [], late: true })
    expect(calls[before]! - closedUntil).toBeGreaterThanOrEqual(-50)
  })

  test('A declared rate is one bucket for all flows, also when the process is started again and again.', async () => {
    await begin('1 hour', '    limits: { calls: 60/minute }')
    const from = performance.now()
    const answer = await at.sync()
    expect(answer.exit).toBe(0)
    // Six calls a list.
    expect(calls).toHaveLength(48)
    await at.run('connectors', 'check')
    const most = (): number => 60 + Math.ceil((performance.now() - from) / 1000)
    serving = await new Serving(at).started()
    await serving.post('/api/v1/runs', { full: true })
    await until(() => performance.now() > from + 8000, 'some seconds')
    // One for `connectors check`, which looks at the bucket only.
    expect(calls.length).toBeLessThanOrEqual(most() + 1)
    expect(calls.length).toBeGreaterThan(55)
  })
})
