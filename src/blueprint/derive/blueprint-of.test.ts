import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildText, loadTexts } from '../../../test/support/load-text.ts'
import type { Blueprint } from '../model.ts'
import { blueprintOf } from './blueprint-of.ts'

const HEAD = 'plimsoll: 1\nname: Test\n'
const made = (text: string): Blueprint => {
  const { plan, mistakes } = buildText(HEAD + text)
  expect(mistakes.filter((one) => one.severity === 'error')).toEqual([])
  return blueprintOf(plan)
}

const TWO = `
systems:
  shop: { connector: http, settings: { url: "https://shop.example:8443/api" }, operates: it, holds: { order: { resource: orders, fields: same } } }
  erp: { connector: postgres, settings: { host: db.example, ssl: "yes" }, holds: { order: { fields: same } } }
  carrier: { interface: mail, operates: haulier, live_from: 2030-01-01 }
entities:
  order: { identifiers: [number], personal: [mail], fields: { number: text, mail: email, total: { money: EUR }, buyer: { to: buyer } } }
  buyer: { identifiers: [mail], fields: { mail: email } }
flows:
  orders: { entity: order, from: shop, to: erp, trigger: { every: 5 minutes }, criticality: high, service_level: { freshness: 10 minutes } }
teams:
  it: { kind: technology, lead: ola, members: [ola, jan], on_call: [{ who: jan }, { who: ola, after: 30 minutes }] }
  haulier: { kind: partner, email: desk@haulier.example }
people:
  ola: { name: Ola Head, email: ola@shop.example }
  jan: { name: Jan Hand }
`

describe('the blueprint of a plan', () => {
  test('does not need anything but a name', () => {
    const blueprint = made('')
    expect(blueprint.name).toBe('Test')
    expect([blueprint.systems.size, blueprint.flows.size, blueprint.nodes.length, blueprint.objectives.length]).toEqual([0, 0, 0, 0])
    expect(blueprint.version).toMatch(/^[0-9a-f]{8}$/)
  })

  test('bears the version and date of the plan, and neither changes the digest', () => {
    const plain = made('')
    const dated = made('version: "2.1"\ndate: 2027-03-04\n')
    expect([dated.version, dated.date]).toEqual(['2.1', '2027-03-04'])
    expect(dated.plan.digest).toBe(plain.plan.digest)
  })

  test('numbers flows in the order of the plan and gives each end its way, trigger and resource', () => {
    const flow = made(TWO).flows.get('orders')!
    expect([flow.number, flow.criticality, flow.personal, flow.serviceLevel.get('freshness')]).toEqual(['F01', 'high', true, '10 minutes'])
    expect(flow.ends.map(({ system, sends, receives, trigger, resources }) => ({ system, sends, receives, trigger, resources }))).toEqual([
      { system: 'shop', sends: true, receives: false, trigger: 'every 5 minutes', resources: ['orders'] },
      { system: 'erp', sends: false, receives: true, trigger: undefined, resources: ['order'] },
    ])
    expect(flow.ends[0]!.contributes).toContain('total')
    expect(flow.ends[1]!.written).toContain('total')
  })

  test('tells protocol, port and encryption from the connector and its settings', () => {
    const { systems } = made(TWO)
    expect(systems.get('shop')!.interface.protocol).toEqual({ name: 'HTTPS', port: 8443, encrypted: true, overNetwork: true })
    expect(systems.get('erp')!.interface.protocol).toEqual({ name: 'PostgreSQL', port: 5432, encrypted: true, overNetwork: true })
    expect(systems.get('carrier')!.interface).toMatchObject({ form: 'mail', protocol: { name: 'Mail' } })
  })

  test.each([
    ['http, settings: { url: "http://a.example" }', { name: 'HTTP', port: 80, encrypted: false }],
    ['http, settings: { url: "http://user:secret@a.example:81/x" }', { name: 'HTTP', port: 81, encrypted: false }],
    ['http, settings: { url: "https://[::1]:9/x" }', { name: 'HTTPS', port: 9, encrypted: true }],
    ['http, settings: { url: "http://127.0.0.1:${env:PORT}" }', { name: 'HTTP', encrypted: false }],
    ['http', { name: 'HTTPS', port: 443 }],
    ['mariadb, settings: { port: 3307 }', { name: 'MariaDB', port: 3307, encrypted: false }],
    ['sqlite', { name: 'SQLite file', overNetwork: false }],
    ['csv', { name: 'CSV files', overNetwork: false }],
    ['app', { name: 'HTTP', port: 7402, answered: true }],
    ['app, settings: { webhook_url: "https://site.example:8443/bell" }', { name: 'HTTP', port: 7402, answered: true, rings: { name: 'HTTPS', port: 8443, encrypted: true, overNetwork: true } }],
  ])('knows how the hub talks by %s', (connector, expected) => {
    expect(made(`systems: { a: { connector: ${connector} } }`).systems.get('a')!.interface.protocol).toEqual({ overNetwork: true, ...expected })
  })

  test('puts a system that stands on no machine to its partner, or nowhere yet, and the hub too', () => {
    const { systems, nodes, zones } = made(TWO)
    expect(systems.get('carrier')!.nodes).toEqual(['place:carrier'])
    expect(nodes.find((node) => node.key === 'place:carrier')).toMatchObject({ zone: 'partner:haulier', assumed: true })
    expect(nodes.find((node) => node.runs.includes('plimsoll'))).toMatchObject({ zone: 'place:unplaced', assumed: true })
    expect(zones.map(({ key, kind }) => [key, kind])).toEqual([['partner:haulier', 'partner'], ['place:unplaced', 'unplaced']])
  })

  test('derives a connection from each machine of the hub, and a written link takes the place of what would follow', () => {
    const { connections } = made(`${TWO}
infrastructure:
  zones: { dmz: Front, inside: House }
  nodes:
    hub: { zone: dmz, runs: plimsoll }
    books: { zone: inside, runs: erp }
    window: { zone: dmz, runs: shop }
  links: [{ from: hub, to: books, protocol: tunnel, port: 22, through: wall }]
`)
    expect(connections.map(({ from, to, protocol, port, derived, crossesZones, flows }) => ({ from, to, protocol, port, derived, crossesZones, flows }))).toEqual([
      { from: 'hub', to: 'books', protocol: 'tunnel', port: 22, derived: false, crossesZones: true, flows: ['orders'] },
      { from: 'hub', to: 'window', protocol: 'HTTPS', port: 8443, derived: true, crossesZones: false, flows: ['orders'] },
      { from: 'hub', to: 'place:carrier', protocol: 'Mail', port: undefined, derived: true, crossesZones: true, flows: [] },
    ])
  })

  test('an application of one\'s own opens the connection, and is called only where it wants to be', () => {
    const of = (settings: string) => made(`
systems:
  site: { connector: app${settings}, holds: [page] }
  cms: { connector: http, settings: { url: "https://cms.example" }, holds: [page] }
entities: { page: { identifiers: [slug], fields: { slug: text } } }
flows: { pages: { entity: page, from: cms, to: site } }
infrastructure:
  zones: { inside: House }
  nodes: { hub: { zone: inside, runs: plimsoll }, front: { zone: inside, runs: site }, back: { zone: inside, runs: cms } }
`).connections.filter((one) => one.systems.includes('site')).map(({ from, to, protocol, port, about }) => [from, to, protocol, port, about])
    expect(of('')).toEqual([['front', 'hub', 'HTTP', 7402, undefined]])
    expect(of(', settings: { webhook_url: "https://site.example/bell" }')).toEqual([['front', 'hub', 'HTTP', 7402, undefined], ['hub', 'front', 'HTTPS', 443, 'webhooks']])
  })

  test('tells today from the day of launch and from later', () => {
    const { systems, flows, existing } = made(`${TWO}
milestones: { start: 2029-01-01 }
launch: { milestone: start }
existing:
  paper: { from: Old till, to: erp, works: badly, fate: replace, flow: orders }
`)
    expect([...systems.get('shop')!.states]).toEqual(['as-is', 'to-be', 'later'])
    expect([...systems.get('carrier')!.states]).toEqual(['later'])
    expect(existing[0]).toMatchObject({ from: ['old_till'], to: ['erp'], fate: 'replace' })
    expect(systems.get('old_till')).toMatchObject({ name: 'Old till', flows: [] })
    expect([...systems.get('old_till')!.states]).toEqual(['as-is'])
    expect([...flows.get('orders')!.states]).toEqual(['to-be', 'later'])
  })

  test('tells who is told in which order, and of what kind each step of the ladder is', () => {
    const { parties } = made(TWO)
    expect(parties.get('it')!.ladder).toEqual([
      { who: 'jan', channels: ['email'], afterMs: 0, escalation: 'first', reachable: false },
      { who: 'ola', channels: ['email'], afterMs: 1_800_000, escalation: 'hierarchic', reachable: true },
    ])
  })

  test('adds the standard scenarios, one for all who are told alike, except where the plan has its own', () => {
    const { scenarios } = made(`${TWO}
operation: { team: it }
scenarios:
  shop_down: { when: { system: shop, is: unreachable, for: 5 minutes }, inform: haulier, do: [Wait] }
`)
    expect(scenarios[0]).toMatchObject({ key: 'shop_down', standard: false, alert: ['it'], inform: ['haulier'], flows: ['orders'], priority: 'high' })
    const down = scenarios.filter((one) => one.standard && one.is === 'unreachable')
    expect(down.map((one) => one.subject.keys)).toEqual([['erp']])
    expect(scenarios.some((one) => one.is === 'silent')).toBe(false)
    expect(scenarios.find((one) => one.is === 'braked')!.reaction).toBe('ask')
    expect(scenarios.filter((one) => one.subject.kind === 'platform').length).toBe(4)
  })

  test('knows lanes, kinds of steps and late steps of a process', () => {
    const { processes, scenarios } = made(`${TWO}
processes:
  sale:
    follows: order
    accountable: it
    steps:
      bought: { who: haulier, does: Buys, in: shop }
      booked: { who: erp, flow: orders, within: 5 minutes }
      called: { who: jan, by_hand: true }
`)
    expect(processes[0]!.lanes.map(({ key, kind }) => [key, kind])).toEqual([['haulier', 'team'], ['erp', 'system'], ['jan', 'person']])
    expect(processes[0]!.steps.map((step) => step.kind)).toEqual(['user', 'service', 'manual'])
    expect(scenarios.find((one) => one.key === 'late_steps_sale')).toMatchObject({ subject: { kind: 'step', keys: ['sale.booked'] }, inform: ['it'], flows: ['orders'] })
  })

  test('lists references of a business object with their number', () => {
    const { entities } = made('entities: { a: { fields: { b: { to: b }, lines: { list: { what: { to: b } } } } }, b: { fields: { x: text } } }')
    expect(entities.get('a')!.references).toEqual([{ field: 'b', to: 'b', many: false }, { field: 'lines.what', to: 'b', many: true }])
  })

  test('keeps every name of a hostile plan as it is', () => {
    const { systems } = made('systems: { a: { name: "<script>alert(1)</script>", functions: ["__proto__", "=cmd|x"] } }')
    expect(systems.get('a')!.name).toBe('<script>alert(1)</script>')
    expect(systems.get('a')!.modules.get('')).toEqual(['__proto__', '=cmd|x'])
  })

  test('is whole for the example: every flow has both ends on a machine, and each row one who answers', () => {
    const folder = new URL('../../../examples/online-shop/', import.meta.url)
    const names = ['plan', 'why', 'people', 'data', 'flows', 'processes', 'technology', 'project', 'systems/backoffice', 'systems/goodsbook', 'systems/parcelway', 'systems/paydesk', 'systems/salesdesk', 'systems/storefront', 'systems/tradebook']
    const { plan } = loadTexts(Object.fromEntries(names.map((name) => [`${name}.yaml`, readFileSync(new URL(`${name}.yaml`, folder), 'utf8')])))
    const blueprint = blueprintOf(plan!)
    const placed = new Set(blueprint.nodes.flatMap((node) => node.runs))
    expect([...blueprint.flows.values()].flatMap((flow) => flow.ends).filter((end) => !placed.has(end.system))).toEqual([])
    expect(blueprint.responsibilities.filter((row) => row.accountable === undefined).map((row) => `${row.kind} ${row.key}`)).toEqual([])
    expect(blueprint.connections.filter((one) => one.flows.length === 0 && one.systems.length > 0)).toEqual([])
  })
})
