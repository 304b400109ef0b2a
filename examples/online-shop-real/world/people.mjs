// Made-up customers and their addresses, the same each time.
const FIRST = ['Anna', 'Łukasz', 'Zoë', 'Jürgen', 'Maja', 'Szymon', 'Inés', 'Björn', 'Hanna', 'Oskar']
const LAST = ['Nowak', 'Wójcik', 'Ångström', 'Schmidt-Rau', 'Żak', 'O’Neill', 'García', 'Dąbrowska', 'Müller', 'Novák']
const TOWNS = [['Warszawa', '00-001', 'PL'], ['Łódź', '90-001', 'PL'], ['Köln', '50667', 'DE'], ['Brno', '602 00', 'CZ'], ['Göteborg', '411 03', 'SE']]

export function person(n) {
  const [firstName, lastName] = [FIRST[n % 10], LAST[Math.floor(n / 10) % 10]]
  return { firstName, lastName, emailAddress: `customer${n}@example.test`, phoneNumber: `+4851200${String(n).padStart(4, '0')}` }
}

export function address(n) {
  const [city, postalCode, countryCode] = TOWNS[n % TOWNS.length]
  const { firstName, lastName } = person(n)
  return { fullName: `${firstName} ${lastName}`, streetLine1: `Prosta ${n + 1}`, city, postalCode, countryCode }
}
