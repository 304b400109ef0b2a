// Makes the data of all seven systems from one seed: `node generate.mjs [folder]`. The same seed gives the same data.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chance } from './chance.mjs'
import { makeFirms, makeModels } from './goods.mjs'
import { makePeople, written } from './people.mjs'
import { makeOrders, makeParcels, makePayments } from './trade.mjs'
import { writeBackoffice, writeSalesdesk } from './write-databases.mjs'
import { writeGoodsbook, writeTradebook } from './write-files.mjs'
import { parcelwayData, paydeskData, storefrontData } from './write-services.mjs'

export const defaultFolder = resolve(dirname(fileURLToPath(import.meta.url)), '../data')

const databases = ['backoffice.sqlite', 'salesdesk.sqlite'].flatMap((name) => [name, `${name}-wal`, `${name}-shm`])
const made = ['goodsbook', 'tradebook', 'run', 'storefront.json', 'paydesk.json', 'parcelway.json', 'truth.json', ...databases]

const habits = {
  storefront: { spelling: 0.035, gaps: 0.02, broken: 0.01, otherMail: 0.006, cardShare: 0.95 },
  salesdesk: { spelling: 0, gaps: 0.02, broken: 0, otherMail: 0, cardShare: 1 },
  backoffice: { spelling: 0.05, gaps: 0.025, broken: 0, otherMail: 0.005, cardShare: 0.95 },
}

export function generate(folder = defaultFolder, seed = 20261120) {
  const world = makeWorld(seed)
  // Only what was made here is taken away; the folder may hold more.
  for (const name of made) rmSync(join(folder, name), { recursive: true, force: true })
  for (const name of ['goodsbook', 'tradebook', 'run']) mkdirSync(join(folder, name), { recursive: true })
  writeGoodsbook(chance(seed + 1), join(folder, 'goodsbook'), world)
  writeTradebook(chance(seed + 2), join(folder, 'tradebook'), world)
  writeBackoffice(chance(seed + 3), join(folder, 'backoffice.sqlite'), world)
  writeSalesdesk(chance(seed + 4), join(folder, 'salesdesk.sqlite'), world)
  const services = {
    storefront: storefrontData(chance(seed + 5), world),
    paydesk: paydeskData(world),
    parcelway: parcelwayData(chance(seed + 6), world),
  }
  for (const [name, data] of Object.entries(services)) writeFileSync(join(folder, `${name}.json`), JSON.stringify(data))
  writeFileSync(join(folder, 'truth.json'), JSON.stringify(truthOf(seed, world), null, 1))
  return world
}

function makeWorld(seed) {
  const random = chance(seed)
  const people = makePeople(random, 2800)
  const records = { storefront: [], salesdesk: [], backoffice: [] }
  for (const person of people) {
    person.records = {}
    for (const system of Object.keys(records)) {
      if (!person.in.includes(system)) continue
      const record = { ...written(random, person, habits[system]), person }
      person.records[system] = record
      records[system].push(record)
    }
  }
  const hard = hardCases(random, people, records)
  // Each system numbers its records in its own order.
  records.storefront.forEach((record, i) => (record.id = i + 1))
  random.shuffle(records.salesdesk).forEach((record, i) => (record.id = 40001 + i))
  random.shuffle(records.backoffice).forEach((record, i) => (record.id = 700 + i))
  for (const list of Object.values(records)) list.sort((a, b) => a.id - b.id)

  const models = makeModels(random, 360)
  const variants = models.flatMap((model) => model.variants)
  const orders = makeOrders(random, people.filter((person) => person.records.storefront), variants.filter((variant) => variant.inShop), 3200)
  return { random, people, records, hard, models, variants, orders, payments: makePayments(random, orders), parcels: makeParcels(random, orders), firms: makeFirms(random, 260) }
}

/** A few cases that no rule decides by itself; a person has to. */
function hardCases(random, people, records) {
  const hard = { registered_twice: [], two_identifiers_two_people: [] }
  const everywhere = people.filter((person) => person.in.length === 3 && person.card && Object.values(person.records).every((record) => record.mail.is === 'clean'))
  const drawn = random.shuffle(everywhere)
  for (const person of drawn.slice(0, 6)) {
    const second = { ...person.records.storefront, mail: { is: 'form', value: person.email.toUpperCase() }, notes: ['registered twice'], card: null, second: true }
    records.storefront.push(second)
    hard.registered_twice.push([person.records.storefront, second])
  }
  for (let i = 6; i < 16; i += 2) {
    const [a, b] = [drawn[i], drawn[i + 1]]
    a.records.storefront.card = b.card
    a.records.storefront.notes.push('the card belongs to another person')
    a.records.salesdesk.card = a.card
    b.records.salesdesk.card = b.card
    hard.two_identifiers_two_people.push([a, b])
  }
  return hard
}

function truthOf(seed, { people, records, hard, orders, variants, models, payments, parcels, firms }) {
  const idOf = (record) => record?.id
  return {
    about: 'What the generator knows: which records are the same person, and what is wrong with them. No system sees this file.',
    seed,
    counts: {
      people: people.length, ...Object.fromEntries(Object.entries(records).map(([system, list]) => [`${system}_customers`, list.length])),
      models: models.length, products: variants.length, orders: orders.length, payments: payments.length, parcels: parcels.length, companies: firms.length,
    },
    people: people.map((person) => ({
      person: person.n, email: person.email, phone: person.phone, card: person.card,
      ...Object.fromEntries(Object.entries(person.records).map(([system, record]) => [system, { id: record.id, email: record.mail.is, has_card: record.card === person.card && person.card !== null, dirty: record.notes }])),
    })),
    hard: {
      registered_twice: hard.registered_twice.map((pair) => pair.map(idOf)),
      two_identifiers_two_people: hard.two_identifiers_two_people.map(([a, b]) => ({ storefront: a.records.storefront.id, same_email_in_salesdesk: a.records.salesdesk.id, same_card_in_salesdesk: b.records.salesdesk.id })),
    },
    companies: firms.map((firm) => ({ company: firm.n, vat: firm.vat, ...firm.known })),
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? process.env.EXAMPLE_DATA ?? defaultFolder)
  const world = generate(folder)
  console.log(`${world.people.length} people, ${world.variants.length} products, ${world.orders.length} orders written to ${folder}`)
}
