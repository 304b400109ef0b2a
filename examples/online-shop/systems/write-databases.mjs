// The two systems that are databases: the ERP with its warehouse, and the CRM.
import Database from 'better-sqlite3'
import { localTime } from './chance.mjs'
import { lists } from './goods.mjs'
import { reached } from './trade.mjs'

function fill(file, schema, write) {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.exec(schema)
  db.transaction(() => write((table, row) => {
    const columns = Object.keys(row)
    statements[table] ??= db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((c) => `@${c}`).join(', ')})`)
    statements[table].run(row)
  }))()
  for (const key of Object.keys(statements)) delete statements[key]
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}
const statements = {}

const backofficeSchema = `
CREATE TABLE parties (
  party_id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, e_mail TEXT, phone TEXT, card_no TEXT, lang TEXT,
  street TEXT, zip TEXT, town TEXT, country TEXT, active INTEGER NOT NULL DEFAULT 1, credit_note TEXT);
CREATE TABLE contractors (
  contractor_id INTEGER PRIMARY KEY, tax_no TEXT UNIQUE, company_name TEXT NOT NULL, bank_account TEXT, due_days INTEGER,
  street TEXT, zip TEXT, town TEXT, country TEXT, active INTEGER NOT NULL DEFAULT 1);
CREATE TABLE items (
  item_id INTEGER PRIMARY KEY, item_code TEXT NOT NULL UNIQUE, ean TEXT, name_pl TEXT, weight_kg DECIMAL(10,3), tax_group TEXT,
  active INTEGER NOT NULL DEFAULT 1, discontinued INTEGER NOT NULL DEFAULT 0, shelf TEXT);
CREATE TABLE item_prices (
  item_price_id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL REFERENCES items, price_list TEXT NOT NULL,
  gross DECIMAL(12,2) NOT NULL, currency TEXT NOT NULL, UNIQUE (item_id, price_list));
CREATE TABLE stock_levels (
  item_id INTEGER NOT NULL REFERENCES items, warehouse TEXT NOT NULL, available INTEGER NOT NULL, PRIMARY KEY (item_id, warehouse));
CREATE TABLE sales_orders (
  order_id INTEGER PRIMARY KEY, order_no TEXT NOT NULL UNIQUE, ordered_at TEXT, party_id INTEGER REFERENCES parties, stage INTEGER,
  gross_total DECIMAL(12,2), currency TEXT, bill_street TEXT, bill_zip TEXT, bill_town TEXT, bill_country TEXT,
  ship_street TEXT, ship_zip TEXT, ship_town TEXT, ship_country TEXT, cancelled_at TEXT, picker TEXT,
  changed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')));
CREATE TABLE sales_order_lines (
  line_id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES sales_orders, line_no INTEGER NOT NULL,
  item_id INTEGER NOT NULL REFERENCES items, quantity INTEGER NOT NULL, unit_gross DECIMAL(12,2) NOT NULL, UNIQUE (order_id, line_no));
CREATE TABLE incoming_payments (
  entry_id INTEGER PRIMARY KEY, provider_no TEXT NOT NULL UNIQUE, order_id INTEGER REFERENCES sales_orders, amount DECIMAL(12,2),
  currency TEXT, state TEXT, booked_at TEXT);
CREATE TABLE delivery_notes (
  note_id INTEGER PRIMARY KEY, note_no TEXT NOT NULL UNIQUE, order_id INTEGER NOT NULL REFERENCES sales_orders, weight_kg DECIMAL(10,3),
  tracking_no TEXT, courier_state TEXT, handed_over TEXT);
-- The ERP's own program stamps what it changes.
CREATE TRIGGER sales_orders_changed AFTER UPDATE ON sales_orders WHEN NEW.changed_at IS OLD.changed_at BEGIN
  UPDATE sales_orders SET changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE order_id = NEW.order_id; END;
`

const money = (cents) => cents / 100

export function writeBackoffice(random, file, world) {
  const { records, variants, orders, payments, parcels, firms } = world
  fill(file, backofficeSchema, (insert) => {
    for (const record of records.backoffice) {
      const { person, address } = record
      insert('parties', {
        party_id: record.id, full_name: `${record.given.trim()} ${record.family.trim()}`, e_mail: record.mail.value || null, phone: record.phone || null,
        card_no: record.card, lang: person.language.toUpperCase(), street: address.street, zip: address.code, town: address.town, country: address.country,
        active: 1, credit_note: random.share(0.01) ? 'prepayment only' : null,
      })
    }
    for (const firm of firms) {
      if (!random.share(0.85)) continue
      firm.known.backoffice = 50 + firm.n
      const old = random.share(0.04)
      insert('contractors', {
        contractor_id: 50 + firm.n, tax_no: firm.country === 'PL' && random.share(0.3) ? `PL ${firm.vat.slice(2)}` : firm.vat, company_name: old ? firm.name.replace(/ \S+$/, '') : firm.name,
        bank_account: random.share(0.03) ? null : firm.iban, due_days: firm.days, street: firm.address.street, zip: firm.address.code, town: firm.address.town, country: firm.country, active: 1,
      })
    }
    const itemOf = new Map()
    for (const variant of variants) {
      if (variant.n % 23 === 0) continue                           // articles the ERP has not heard of yet
      itemOf.set(variant, 9000 + variant.n)
      insert('items', {
        item_id: 9000 + variant.n, item_code: variant.sku, ean: random.share(0.03) ? null : variant.ean, name_pl: random.share(0.04) ? variant.name.pl.toUpperCase() : variant.name.pl,
        weight_kg: (random.share(0.02) ? variant.weight + 10 : variant.weight) / 1000, tax_group: { 23: 'A', 8: 'B', 5: 'C', 0: 'D' }[variant.vat], active: variant.active ? 1 : 0, discontinued: 0,
        shelf: `${random.pick(['A', 'B', 'C', 'D'])}${random.int(1, 40)}`,
      })
      for (const warehouse of ['N1', 'S1']) insert('stock_levels', { item_id: 9000 + variant.n, warehouse, available: warehouse === 'N1' ? variant.stock.north : variant.stock.south })
      for (const [list, currency] of Object.entries(lists)) {
        if (random.share(0.05)) continue
        insert('item_prices', {
          item_price_id: null, item_id: 9000 + variant.n, price_list: list.slice(0, 2), gross: money(random.share(0.03) ? variant.prices[list] - 100 : variant.prices[list]), currency,
        })
      }
    }
    const orderOf = new Map()
    for (const order of orders) {
      const party = order.buyer.records.backoffice
      // What was not typed in yet: the newest days, buyers or articles the ERP does not know, and a few that were forgotten.
      if (!party || order.lines.some((line) => !itemOf.has(line.variant)) || order.n > orders.length - 60 || random.share(0.02)) continue
      const id = 100000 + order.n
      orderOf.set(order, id)
      const ahead = order.stage === 'paid' && !order.cancelled && random.share(0.5) ? 'packed' : order.stage
      const [bill, ship] = [order.billing, order.delivery]
      insert('sales_orders', {
        order_id: id, order_no: order.number, ordered_at: localTime(order.at), party_id: party.id, stage: { placed: 10, paid: 20, packed: 30, shipped: 40, delivered: 50 }[ahead],
        gross_total: money(order.total), currency: order.currency, bill_street: bill.street, bill_zip: bill.code, bill_town: bill.town, bill_country: bill.country,
        ship_street: ship.street, ship_zip: ship.code, ship_town: ship.town, ship_country: ship.country, cancelled_at: order.cancelled && random.share(0.9) ? localTime(order.cancelled) : null,
        picker: reached(order, 'packed') ? random.pick(['zm', 'rk', 'ib']) : null, changed_at: new Date(order.at.getTime() + 3600000).toISOString(),
      })
      for (const line of order.lines) insert('sales_order_lines', { line_id: null, order_id: id, line_no: line.line, item_id: itemOf.get(line.variant), quantity: line.quantity, unit_gross: money(line.unit) })
    }
    for (const payment of payments) {
      if (payment.state === 'pending' || !orderOf.has(payment.order) || random.share(0.06)) continue
      insert('incoming_payments', {
        entry_id: null, provider_no: payment.number, order_id: orderOf.get(payment.order), amount: money(payment.amount), currency: payment.currency,
        state: { paid: 'BOOKED', refused: 'FAILED', refunded: 'RETURNED' }[payment.state], booked_at: localTime(payment.at),
      })
    }
    for (const parcel of parcels) {
      const order = orderOf.get(parcel.order)
      if (!order) continue
      parcel.noted = true
      // The courier knows every parcel; its number was not always copied back.
      parcel.announced = true
      const known = !random.share(0.05)
      insert('delivery_notes', {
        note_id: null, note_no: parcel.number, order_id: order, weight_kg: parcel.weight / 1000, tracking_no: known ? parcel.tracking : null,
        courier_state: known ? parcel.state : null, handed_over: localTime(parcel.packed),
      })
    }
  })
}

const salesdeskSchema = `
CREATE TABLE contacts (
  contact_id INTEGER PRIMARY KEY, e_mail TEXT, given_name TEXT, family_name TEXT, mobile TEXT, card_no TEXT, birthday TEXT, lang TEXT,
  newsletter TEXT, points INTEGER, segment TEXT, street TEXT, postcode TEXT, town TEXT, country_code TEXT,
  status TEXT NOT NULL DEFAULT 'active', account_manager TEXT, modified_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')));
CREATE INDEX contacts_by_mail ON contacts (e_mail);
CREATE TABLE accounts (
  account_id INTEGER PRIMARY KEY, tax_id TEXT, account_name TEXT, town TEXT, country_code TEXT, rating TEXT);
CREATE TABLE activities (
  activity_id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contacts, at TEXT, kind TEXT, subject TEXT);
CREATE TRIGGER contacts_modified AFTER UPDATE ON contacts WHEN NEW.modified_at IS OLD.modified_at BEGIN
  UPDATE contacts SET modified_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE contact_id = NEW.contact_id; END;
`

const dots = (date) => `${String(date.getUTCDate()).padStart(2, '0')}.${String(date.getUTCMonth() + 1).padStart(2, '0')}.${date.getUTCFullYear()}`

export function writeSalesdesk(random, file, { records, firms }) {
  fill(file, salesdeskSchema, (insert) => {
    for (const record of records.salesdesk) {
      const { person, address } = record
      insert('contacts', {
        contact_id: record.id, e_mail: record.mail.value || null, given_name: record.given, family_name: record.family, mobile: record.phone || null, card_no: record.card,
        birthday: random.share(0.6) ? dots(person.birthday) : null, lang: random.share(0.04) ? null : person.language,
        newsletter: person.newsletter ? 'yes' : 'no', points: person.points, segment: { new: 'N', regular: 'R', vip: 'V', sleeping: 'S' }[person.segment],
        street: address.street, postcode: address.code, town: address.town, country_code: address.country, status: 'active',
        account_manager: random.share(0.03) ? 'H. Wrona' : null, modified_at: new Date(Date.UTC(2026, random.int(0, 10), random.int(1, 19), random.int(6, 17), random.int(0, 59))).toISOString(),
      })
      if (random.share(0.2)) insert('activities', { activity_id: null, contact_id: record.id, at: '2026-11-02', kind: random.pick(['call', 'mail', 'visit']), subject: random.pick(['Complaint', 'Question about delivery', 'Thanks']) })
    }
    for (const firm of firms) {
      if (!random.share(0.45)) continue
      firm.known.salesdesk = firm.n
      insert('accounts', { account_id: firm.n, tax_id: firm.vat, account_name: random.share(0.05) ? firm.name.replace(/ \S+$/, '') : firm.name, town: firm.address.town, country_code: firm.country, rating: random.pick(['A', 'B', 'C']) })
    }
  })
}
