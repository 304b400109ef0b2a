// Models, their variants, prices, stock, and the firms the house deals with.
import { colours, countries, firmWords, goods, series, sizes } from './words.mjs'

export const lists = { 'pl-retail': 'PLN', 'de-retail': 'EUR', 'cz-retail': 'CZK' }
const rate = { PLN: 1, EUR: 0.235, CZK: 5.9 }

export function makeModels(random, count) {
  const models = []
  const seen = new Set()
  while (models.length < count) {
    const [pl, de, category, light, heavy, cheap, dear, vat] = random.pick(goods)
    const name = random.pick(series)
    if (seen.has(`${pl} ${name}`)) continue
    seen.add(`${pl} ${name}`)
    const n = models.length + 1
    const price = random.int(cheap, dear)
    const model = {
      n, code: `M${String(n).padStart(4, '0')}`, category, brand: random.pick(['Bursztyn', 'Bursztyn', 'Halna', 'Nordwal']),
      name: { pl: `${pl} „${name}”`, de: n % 50 === 3 ? '' : `${de} „${name}“` },        // a few are not translated yet
      description: {
        pl: `${pl} z serii ${name}. ${random.pick(['Ręcznie wykańczany.', 'Łatwy w myciu; nadaje się na co dzień.', 'Z odnawialnych surowców, "bez plastiku".', 'Świetny na prezent, także dla wymagających.'])}`,
        de: `${de} aus der Serie ${name}. ${random.pick(['Von Hand gefertigt.', 'Pflegeleicht; für jeden Tag.', 'Aus nachwachsenden Rohstoffen, „ohne Plastik“.', 'Ein schönes Geschenk für große und kleine Anlässe.'])}`,
      },
      variants: [],
    }
    const sized = random.share(0.35)
    for (const colour of random.shuffle(colours).slice(0, sized ? random.int(1, 2) : random.int(2, 4))) {
      for (const size of sized ? sizes.slice(0, random.int(2, 3)) : [null]) {
        model.variants.push({
          sku: ['BH', String(n).padStart(4, '0'), colour[2], ...(size ? [size] : [])].join('-'),
          model, colour, size, vat,
          weight: random.int(light, heavy) + (size ? sizes.indexOf(size) * 60 : 0),
          active: !random.share(0.05),
          net: price + (size ? sizes.indexOf(size) * 6 : 0),
        })
      }
    }
    models.push(model)
  }
  let n = 0
  for (const model of models) {
    for (const variant of model.variants) {
      variant.n = ++n
      variant.inShop = model.n % 19 !== 0 && n % 31 !== 0        // the shop does not show the newest articles yet
      variant.ean = ean(`20${String(4000000000 + n * 37).slice(0, 10)}`)
      variant.name = {
        pl: `${model.name.pl}, kolor ${variant.colour[0]}${variant.size ? `, rozmiar ${variant.size}` : ''}`,
        de: model.name.de && `${model.name.de}, Farbe ${variant.colour[1]}${variant.size ? `, Größe ${variant.size}` : ''}`,
      }
      variant.prices = Object.fromEntries(Object.entries(lists).map(([list, currency]) => [list, minor(variant.net * rate[currency], currency)]))
      variant.stock = { north: random.share(0.08) ? 0 : random.int(1, 240), south: random.share(0.3) ? 0 : random.int(1, 90) }
    }
  }
  return models
}

/** Prices end in ,90 or ,00 (whole crowns), kept in cents. */
function minor(amount, currency) {
  return currency === 'CZK' ? Math.round(amount) * 100 : Math.max(1, Math.round(amount)) * 100 - 10
}

function ean(twelve) {
  const sum = [...twelve].reduce((total, digit, i) => total + Number(digit) * (i % 2 ? 3 : 1), 0)
  return twelve + ((10 - (sum % 10)) % 10)
}

export function makeFirms(random, count) {
  const firms = []
  const names = new Set()
  while (firms.length < count) {
    const country = random.weighted([['PL', 72], ['DE', 18], ['CZ', 10]])
    const [kinds, own, forms] = firmWords[country]
    const [town, start] = random.pick(countries[country].towns)
    const name = `${random.pick(kinds)} ${random.pick(own)} ${random.share(0.6) ? `${town} ` : ''}${random.pick(forms)}`
    if (names.has(name)) continue
    names.add(name)
    firms.push({
      n: firms.length + 1, country, name,
      vat: country + vatNumber(random, country),
      iban: iban(country, random.digits({ PL: 24, DE: 18, CZ: 20 }[country])),
      days: random.pick([7, 14, 14, 30, 30, 60]),
      address: { street: `${random.pick(countries[country].streets)} ${random.int(1, 99)}`, code: start + random.digits(country === 'CZ' ? 2 : 3), town, country },
    })
  }
  return firms
}

function vatNumber(random, country) {
  for (;;) {
    if (country === 'PL') {
      const nine = `${random.int(1, 9)}${random.int(1, 9)}${random.int(1, 9)}${random.digits(6)}`
      const check = [6, 5, 7, 2, 3, 4, 5, 6, 7].reduce((sum, weight, i) => sum + weight * Number(nine[i]), 0) % 11
      if (check < 10) return nine + check
    } else if (country === 'DE') {
      const eight = `${random.int(1, 9)}${random.digits(7)}`
      let product = 10
      for (const digit of eight) {
        const sum = (Number(digit) + product) % 10 || 10
        product = (2 * sum) % 11
      }
      return eight + ((11 - product) % 10)
    } else {
      const seven = `${random.int(1, 8)}${random.digits(6)}`
      const rest = [8, 7, 6, 5, 4, 3, 2].reduce((sum, weight, i) => sum + weight * Number(seven[i]), 0) % 11
      return seven + (rest === 0 ? 1 : rest === 1 ? 0 : 11 - rest)
    }
  }
}

function iban(country, bban) {
  const number = [...`${bban}${country}00`].map((c) => (/[A-Z]/.test(c) ? String(c.charCodeAt(0) - 55) : c)).join('')
  return `${country}${String(98n - (BigInt(number) % 97n)).padStart(2, '0')}${bban}`
}
