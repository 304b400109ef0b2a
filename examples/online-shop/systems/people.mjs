// People, and how each system has them written down.
import { fold, umlautFold } from './chance.mjs'
import { countries, mailDomains } from './words.mjs'

const switchboard = '+48585001000'

export function makePeople(random, count) {
  const mails = new Set()
  const people = []
  for (let n = 1; n <= count; n++) {
    const country = random.weighted([['PL', 70], ['DE', 18], ['CZ', 12]])
    const words = countries[country]
    const female = random.share(0.53)
    const given = random.pick(female ? words.female : words.male)
    let family = inflect(random.pick(words.family), country, female)
    if (female && random.share(0.05)) family += `-${inflect(random.pick(words.family), country, female)}`
    people.push({
      n, country, given, family, female,
      email: mailOf(random, mails, given, family, n),
      phone: random.share(0.015) ? switchboard : phoneOf(random, country, n),
      language: random.share(0.94) ? words.language : 'en',
      card: random.share(0.55) ? `BU-${String(100000 + n * 7)}-${n % 10}` : null,
      birthday: new Date(Date.UTC(random.int(1944, 2006), random.int(0, 11), random.int(1, 28))),
      newsletter: random.share(0.4),
      points: random.share(0.6) ? random.int(0, 900) * 5 : 0,
      segment: random.weighted([['new', 20], ['regular', 55], ['vip', 8], ['sleeping', 17]]),
      address: addressOf(random, country),
      in: random.weighted([
        [['storefront', 'salesdesk', 'backoffice'], 60], [['storefront', 'salesdesk'], 12], [['storefront', 'backoffice'], 6],
        [['salesdesk'], 10], [['salesdesk', 'backoffice'], 8], [['storefront'], 4],
      ]),
    })
  }
  return people
}

function inflect(family, country, female) {
  if (!female) return family
  if (country === 'PL') return family.replace(/(sk|ck|dzk)i$/, '$1a').replace(/ny$/, 'na')
  if (country !== 'CZ' || family.endsWith('í')) return family
  if (family.endsWith('ý')) return `${family.slice(0, -1)}á`
  return `${family.replace(/([áéíóúůýa-zčďňřšťž])e([kc])$/u, '$1$2').replace(/a$/, '')}ová`
}

function mailOf(random, taken, given, family, n) {
  const a = umlautFold(given).toLowerCase()
  const b = umlautFold(family).toLowerCase()
  const local = random.weighted([[`${a}.${b}`, 50], [`${a[0]}.${b}`, 15], [`${a}${b}`, 12], [`${b}.${a}`, 10], [`${a}_${b}${n % 100}`, 13]])
  // One in a hundred has an address with letters beyond ASCII in its domain.
  const domain = random.share(0.01) ? mailDomains.at(-1) : random.pick(mailDomains.slice(0, -1))
  let mail = `${local}@${domain}`
  if (taken.has(mail)) mail = `${local}${n}@${domain}`
  taken.add(mail)
  return mail
}

function phoneOf(random, country, n) {
  if (country === 'PL') return `+48${random.pick(['50', '51', '53', '60', '66', '69', '72', '78', '79', '88'])}${random.int(1, 9)}${String(n).padStart(4, '0')}${random.digits(2)}`
  if (country === 'CZ') return `+420${random.pick(['60', '72', '73', '77'])}${random.int(2, 7)}${String(n).padStart(4, '0')}${random.digits(2)}`
  return `+49${random.pick(['3023125', '6990009', '4066969', '2214710', '8999998'])}${random.digits(3)}`   // kept free for films
}

function addressOf(random, country) {
  const [town, start] = random.pick(countries[country].towns)
  return {
    street: `${random.pick(countries[country].streets)} ${random.int(1, 120)}${random.share(0.25) ? `/${random.int(1, 60)}` : random.share(0.08) ? 'a' : ''}`,
    code: start + random.digits(country === 'CZ' ? 2 : 3),
    town, country,
  }
}

// ── how a system has them written down ───────────────────────────────────────────────────────────────────────────────

/**
 * One person as one system writes the person. `notes` names what is dirty; `email` says whether the identifier can be used:
 * as written `clean`, after normalising `form`, or `missing`, `placeholder`, `broken`, `other` (another valid address).
 */
export function written(random, person, { spelling, gaps, broken, otherMail, cardShare }) {
  const notes = []
  const note = (text, value) => (notes.push(text), value)
  let { given, family, phone, card, address } = person
  if (random.share(spelling)) [given, family] = note('name spelled differently', misspell(random, person))
  else if (random.share(0.03)) family = note('blanks around the name', ` ${family}  `)

  const mail = { is: 'clean', value: person.email }
  const kind = random.weighted([['clean', 800], ['form', 160], ['missing', 15], ['placeholder', 12], ['broken', 1000 * broken], ['other', 1000 * otherMail]])
  if (kind !== 'clean') Object.assign(mail, { is: kind, value: note(`e-mail ${kind}`, dirtyMail(random, person.email, kind, person.n)) })

  let telephone = phoneForm(random, phone, person.country)
  if (random.share(gaps)) telephone = note('no phone', random.pick(['', '', 'n/a', '-']))
  else if (random.share(broken / 2)) telephone = note('broken phone', random.pick(['600 100', '+48 12', 'zadzwonić po 17', '00 000']))
  if (random.share(gaps)) address = note('moved', { ...address, street: `${address.street.replace(/ \S+$/, '')} ${random.int(1, 120)}` })
  card = card !== null && random.share(cardShare) ? card : null
  if (card === null && person.card !== null && random.share(0.05)) card = note('card placeholder', random.pick(['n/a', '-']))
  return { given, family, mail, phone: telephone, card, address, notes }
}

function misspell(random, person) {
  const { given, family, country } = person
  const plain = country === 'DE' ? umlautFold : fold
  const nickname = countries[country].nicknames[given]
  return random.weighted([
    [[plain(given), plain(family)], 40],
    [[given.toUpperCase(), family.toUpperCase()], 12],
    [[given.toLowerCase(), family.toLowerCase()], 12],
    [[nickname ?? plain(given), family], nickname ? 40 : 4],
    [[given, family.split('-')[0]], family.includes('-') ? 60 : 0],
    [[given, family.replace(/(.)(.)(.)$/, '$2$1$3')], 8],
    [[family, given], 6],
  ])
}

function dirtyMail(random, email, kind, n) {
  const [local, domain] = email.split('@')
  if (kind === 'form') return random.pick([email.toUpperCase(), ` ${email}`, `${email} `, `${local[0].toUpperCase()}${local.slice(1)}@${domain}`, `${local}@${domain.toUpperCase()}`])
  if (kind === 'missing') return ''
  if (kind === 'placeholder') return random.pick(['n/a', '-', 'test@test.pl', 'test@test.pl', 'noreply@example.com'])
  if (kind === 'broken') return random.pick([`${local}@@${domain}`, `${local}(at)${domain}`, `${local}@`, `${local} ${domain}`, `${local}@example,com`])
  return `${local.replace(/[._]/g, '')}${n}@${random.pick(mailDomains.slice(0, 3))}`
}

/** Foreign numbers always say their country; Polish ones often don't. */
function phoneForm(random, phone, country) {
  const code = { PL: '48', DE: '49', CZ: '420' }[phone === switchboard ? 'PL' : country]
  const rest = phone.slice(1 + code.length)
  const grouped = code === '49' ? `${rest.slice(0, 2)} ${rest.slice(2)}` : rest.replace(/(\d{3})(?=\d)/g, '$1 ')
  const home = [[rest, 20], [grouped, 25], [grouped.replaceAll(' ', '-'), 10]]
  return random.weighted([
    [phone, 30], [`+${code} ${grouped}`, 25], [`00${code}${rest}`, 8], [`(+${code}) ${grouped}`, 6], [`+${code} ${grouped.replaceAll(' ', '-')}`, 8],
    ...(code === '48' ? home : []),
  ])
}
