// The data of the benches: a supplier's list of products with 12 columns, the same for the same seed, and the plan that reads it.
import { closeSync, mkdirSync, openSync, utimesSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Mulberry32: small, seeded, the same everywhere. */
export function random(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export const COLUMNS = ['Article no.', 'Description', 'Brand', 'Group', 'Price', 'Cost', 'Qty', 'Weight', 'Available', 'Released', 'Contact', 'Remarks']

const KINDS = ['Hammer', 'Saw', 'Drill', 'Spade', 'Kettle', 'Lamp', 'Stapler', 'Chair', 'Hose', 'Rake', 'Grater', 'Binder']
const FINISHES = ['steel', 'oak', 'cast iron', 'grün', 'żółty', 'matt black', 'copper', 'bleu']
const BRANDS = ['Acme', 'Nordwerk', 'Baltica', 'Łódź Tools', 'Hartmann & Sohn', 'Polaris', 'Oak and Ash']
const REMARKS = ['', '', 'Discontinued next year', 'Ships in two boxes, keep upright', 'Replaces the model of last year', 'Sold as "B stock", no returns']

/** Another order than that of the file, the same each time: article numbers of 9 digits that do not repeat. */
const articleNumber = (i) => `A-${String((i * 387_420_489 + 12_345) % 999_999_937).padStart(9, '0')}`
const pick = (list, next) => list[Math.floor(next() * list.length)]
const two = (n) => String(n).padStart(2, '0')

/** The cells of record `i`; `next` is the generator's stream. */
function cells(i, next) {
  const price = Math.floor(next() * 90_000) + 100
  const brand = pick(BRANDS, next)
  return [
    articleNumber(i), `${pick(KINDS, next)} ${pick(FINISHES, next)} ${Math.floor(next() * 900) + 100}`, brand, pick(['T', 'G', 'K', 'O'], next),
    (price / 100).toFixed(2), (Math.floor(price * (0.4 + next() * 0.4)) / 100).toFixed(2), String(Math.floor(next() * next() * 5000)),
    String(Math.floor(next() * 20_000) + 1), next() < 0.8 ? 'Y' : 'N', `${two(Math.floor(next() * 28) + 1)}.${two(Math.floor(next() * 12) + 1)}.${2005 + Math.floor(next() * 20)}`,
    `Sales${Math.floor(next() * 500)}@${brand.replace(/[^A-Za-z]/g, '').toLowerCase()}.example`, pick(REMARKS, next),
  ]
}

const quoted = (cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** Writes files of a supplier's list into `folder`, each of at most `perFile` records. Their age is such that they count as finished. */
export function writeProducts(folder, { records, seed = 1, perFile = Infinity, reversed = false, only = Infinity }) {
  mkdirSync(folder, { recursive: true })
  const next = random(seed)
  const files = []
  let lines = []
  let fd
  let inFile = 0
  const flush = () => {
    writeSync(fd, lines.join(''))
    lines = []
  }
  const close = () => {
    if (fd === undefined) return
    flush()
    closeSync(fd)
    fd = undefined
  }
  const put = (row) => {
    if (fd === undefined || inFile >= perFile) {
      close()
      const file = join(folder, `products-${String(files.length + 1).padStart(5, '0')}.csv`)
      files.push(file)
      fd = openSync(file, 'w')
      inFile = 0
      lines.push(`${COLUMNS.join(',')}\n`)
    }
    lines.push(`${row.map(quoted).join(',')}\n`)
    inFile += 1
    if (lines.length >= 2000) flush()
  }
  if (reversed) {
    const all = []
    for (let i = 0; i < Math.min(records, only); i += 1) all.push(cells(i, next))
    for (const row of all.reverse()) put(row)
  } else for (let i = 0; i < Math.min(records, only); i += 1) put(cells(i, next))
  close()
  const past = new Date(Date.now() - 3_600_000)
  for (const file of files) utimesSync(file, past, past)
  return files
}

/** Key of the record at `share` of the list. */
export const keyAt = (records, share) => articleNumber(Math.min(records - 1, Math.round(records * share)))

const FIELDS = `          sku: Article no.
          name: Description
          brand: Brand
          category: { path: Group, codes: { tools: T, garden: G, kitchen: K, office: O } }
          price: { path: Price, currency: EUR }
          cost: { path: Cost, currency: EUR }
          stock: Qty
          weight: { path: Weight, unit: g }
          available: { path: Available, codes: { true: Y, false: N } }
          released: { path: Released, format: dd.MM.yyyy }
          contact: Contact
          note: Remarks
`
const ENTITY = `entities:
  product:
    identifiers: [sku]
    fields:
      sku: { type: text, length: 40 }
      name: text
      brand: text
      category: { codes: [tools, garden, kitchen, office] }
      price: money
      cost: money
      stock: integer
      weight: { quantity: kg }
      available: boolean
      released: date
      contact: email
      note: text
`

/** A plan that reads the list and keeps golden records; `target` is a further system (YAML) that receives them. */
export function writePlan(folder, { settings = '{ folder: ./inbox }', target, flow } = {}) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'plan.yaml'), `plimsoll: 1
name: Products of a supplier
systems:
  supplier:
    connector: csv
    settings: ${settings}
    holds:
      product:
        resource: "products*.csv"
        fields:
${FIELDS}${target ?? ''}${ENTITY}flows:
  products: ${flow ?? '{ entity: product, from: supplier }'}
`)
}
