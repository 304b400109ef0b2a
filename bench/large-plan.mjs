// A plan as large as they get: 500 systems, 2,000 flows, each with an entity of its own that both sides map in 12 fields.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { random } from './products.mjs'

const FIELDS = [
  ['number', 'text', (p) => `${p}Number`], ['name', 'text', (p) => `${p}Name`], ['about', '{ type: text, length: 2000 }', (p) => `${p}Description`],
  ['state', '{ codes: [open, running, closed] }', (p) => `{ path: ${p}Status, codes: { open: "0", running: "1", closed: "9" } }`],
  ['amount', 'money', (p) => `{ path: ${p}Total, currency: EUR }`], ['count', 'integer', (p) => `${p}Quantity`],
  ['weight', '{ quantity: kg }', (p) => `{ path: ${p}Weight, unit: g }`], ['valid', 'boolean', (p) => `{ path: ${p}Active, codes: { true: Y, false: N } }`],
  ['day', 'date', (p) => `{ path: ${p}Date, format: dd.MM.yyyy }`], ['changed', 'datetime', (p) => `${p}ChangedAt`], ['contact', 'email', (p) => `${p}Email`],
  ['country', 'country', (p) => `${p}Country`],
]
const CONNECTORS = ['csv', 'ndjson', 'sqlite', 'sqlite', 'csv']
const PREFIXES = ['', 'x', 'ext', 'Cust', 'F_']
const PER_FILE = 25

/** Files of the plan, root first; the same for the same seed. */
export function writeLargePlan(folder, { systems = 500, flows = 2000, seed = 1 } = {}) {
  const next = random(seed)
  const holds = Array.from({ length: systems }, () => [])
  const ends = Array.from({ length: flows }, (_, i) => {
    const from = i % systems
    let to = Math.floor(next() * systems)
    if (to === from) to = (to + 1) % systems
    holds[from].push(i)
    holds[to].push(i)
    return [from, to]
  })
  const files = []
  const write = (name, text) => {
    files.push(name)
    writeFileSync(join(folder, name), text)
  }
  for (const sub of ['systems', 'entities', 'flows']) mkdirSync(join(folder, sub), { recursive: true })
  write('plan.yaml', `plimsoll: 1\nname: A plan of ${systems} systems\ninclude: [systems/*.yaml, entities/*.yaml, flows/*.yaml]\ntime_zone: Europe/Berlin\n\nteams:\n  it: { kind: technology }\n`)
  const chunks = (count, sub, section, one) => {
    for (let start = 0; start < count; start += PER_FILE) {
      const lines = [`${section}:`]
      for (let i = start; i < Math.min(start + PER_FILE, count); i += 1) lines.push(one(i))
      write(`${sub}/${sub}-${String(start / PER_FILE).padStart(3, '0')}.yaml`, `${lines.join('\n')}\n`)
    }
  }
  chunks(systems, 'systems', 'systems', (i) => {
    const connector = CONNECTORS[i % CONNECTORS.length]
    const prefix = PREFIXES[Math.floor(next() * PREFIXES.length)]
    return [
      `  system_${i}:`, `    name: System ${i}`, `    connector: ${connector}`, '    accountable: it', '    operates: it',
      `    settings: ${connector === 'sqlite' ? `{ file: ./data/${i}.db }` : `{ folder: ./data/${i} }`}`, '    holds:',
      ...holds[i].flatMap((n) => [
        `      entity_${n}:`, `        resource: ${connector === 'sqlite' ? `table_${n}` : `"list_${n}*.${connector}"`}`, `        key: ${FIELDS[0][2](prefix)}`, '        fields:',
        ...FIELDS.map(([name, , path]) => `          ${name}: ${path(prefix)}`),
      ]),
    ].join('\n')
  })
  chunks(flows, 'entities', 'entities', (n) => [
    `  entity_${n}:`, `    about: What flow ${n} carries`, '    identifiers: [number]', '    fields:', ...FIELDS.map(([name, type]) => `      ${name}: ${type}`),
  ].join('\n'))
  chunks(flows, 'flows', 'flows', (n) => [
    `  flow_${n}:`, `    entity: entity_${n}`, `    from: system_${ends[n][0]}`, `    to: system_${ends[n][1]}`, `    trigger: ${5 + (n % 50)} minutes`, `    where: entity_${n}.valid`,
  ].join('\n'))
  return files
}
