// The two systems that only hand out files: the product system's exports and the accountants' list of contractors.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { lists } from './goods.mjs'

const cell = (value) => {
  const text = value === null || value === undefined ? '' : String(value)
  return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
const table = (head, rows) => [head, ...rows].map((row) => row.map(cell).join(';')).join('\r\n') + '\r\n'
const comma = (cents) => `${Math.floor(cents / 100)},${String(cents % 100).padStart(2, '0')}`
const thousands = (text) => text.replace(/^(\d+)(\d{3}),/, '$1 $2,')

/** UTF-8 with a byte order mark, as a spreadsheet likes it; prices with a comma. */
export function writeGoodsbook(random, folder, { models, variants }) {
  const write = (name, head, rows) => writeFileSync(join(folder, name), `\ufeff${table(head, rows)}`)
  write('models.csv', ['Kod', 'Nazwa', 'Name DE', 'Opis', 'Beschreibung DE', 'Kategoria', 'Marka'],
    models.map((m) => [m.code, m.name.pl, m.name.de, m.description.pl, m.description.de, m.category, m.brand]))
  write('products.csv', ['SKU', 'EAN', 'Model', 'Nazwa', 'Name DE', 'Kolor', 'Rozmiar', 'Waga g', 'VAT', 'Aktywny'],
    variants.map((v) => [v.sku, eanOf(random, v), v.model.code, v.name.pl, v.name.de, v.colour[0], v.size, v.weight, v.vat, v.active ? 'T' : 'N']))
  write('prices.csv', ['SKU', 'Cennik', 'Brutto', 'Waluta'],
    variants.flatMap((v) => Object.entries(lists).map(([list, currency]) => [v.sku, list.slice(0, 2).toUpperCase(), priceOf(random, v.prices[list]), currency])))
}

function eanOf(random, variant) {
  if (variant.n % 211 === 7) return variant.ean.slice(0, 12) + ((Number(variant.ean[12]) + 3) % 10)   // wrong check digit
  if (random.share(0.01)) return random.pick(['', 'n/a', '0000000000000'])
  return variant.ean
}

function priceOf(random, cents) {
  if (random.share(0.001)) return random.pick(['0,00', 'na zapytanie'])
  return random.share(0.5) ? thousands(comma(cents)) : comma(cents)
}

/** Windows-1250 and `;`, as the accountants' old program writes it. */
export function writeTradebook(random, folder, { firms }) {
  const rows = firms.map((firm) => {
    const { vat, name, iban, days, address, country } = firm
    firm.known = { tradebook: true }
    return [taxOf(random, firm, vat, country), random.share(0.04) ? name.toUpperCase() : name, ibanOf(random, iban), days, address.street, address.code, address.town, country === 'PL' && random.share(0.5) ? '' : country]
  })
  // One firm stands there twice, its number written in two ways.
  rows.push(rows[11].map((value, i) => (i === 0 ? value.replace(/^(..) ?/, '$1  ') : i === 3 ? 21 : value)))
  writeFileSync(join(folder, 'kontrahenci_2026-11.csv'), iconv.encode(table(['NIP', 'Nazwa', 'Rachunek', 'Termin płatności', 'Ulica', 'Kod pocztowy', 'Miasto', 'Kraj'], rows), 'win1250'))
}

function taxOf(random, firm, vat, country) {
  if (firm.n % 87 === 5) return vat.slice(0, -1) + ((Number(vat.at(-1)) + 1) % 10)      // wrong check digit
  if (country !== 'PL') return vat
  const ten = vat.slice(2)
  return random.pick([vat, `PL ${ten}`, `PL${ten.replace(/(\d{3})(\d{3})(\d{2})(\d{2})/, '$1-$2-$3-$4')}`])
}
const ibanOf = (random, iban) => (random.share(0.04) ? '' : random.share(0.5) ? iban.replace(/(.{4})(?=.)/g, '$1 ') : iban)
