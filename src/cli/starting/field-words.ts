/** Starting: the first plan of a project, guessed from what its systems hold. This table: one word for what systems call differently. */

/** Word → how systems call it, as names of a plan (small letters, `_`). The first word of a name that fits wins. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  email: ['e_mail', 'mail', 'email_address', 'e_mail_address', 'mail_address', 'emailaddress'],
  phone: ['telephone', 'tel', 'phone_number', 'phone_no', 'telefon', 'telefonnummer', 'mobile', 'mobile_phone', 'numer_telefonu'],
  name: ['full_name', 'display_name', 'company', 'company_name', 'nazwa', 'firma', 'firmenname', 'title', 'label', 'contractor_name'],
  first_name: ['firstname', 'given_name', 'imie', 'vorname'],
  last_name: ['lastname', 'surname', 'family_name', 'nazwisko', 'nachname'],
  vat_id: ['vat', 'vat_no', 'vat_number', 'nip', 'tax_id', 'tax_number', 'ust_id', 'ustid', 'ust_idnr', 'vatid'],
  postal_code: ['zip', 'zip_code', 'zipcode', 'postcode', 'post_code', 'kod_pocztowy', 'plz'],
  city: ['town', 'miasto', 'ort', 'stadt'],
  street: ['address', 'address_line', 'street_address', 'ulica', 'adres', 'strasse', 'address1', 'address_1'],
  country: ['country_code', 'kraj', 'land'],
  sku: ['article_no', 'article_number', 'item_no', 'item_number', 'product_code', 'indeks', 'artikelnummer'],
  gtin: ['ean', 'ean_code', 'ean13', 'barcode'],
  price: ['unit_price', 'cena', 'preis', 'net_price'],
  stock: ['quantity', 'qty', 'stan', 'bestand', 'on_hand'],
  number: ['no', 'nr', 'code', 'kod', 'nummer'],
  status: ['state', 'stan_rekordu'],
  notes: ['note', 'comment', 'comments', 'remarks', 'uwagi', 'bemerkung'],
}

const known = new Map(Object.entries(WORDS).flatMap(([word, names]) => [[word, word] as const, ...names.map((name) => [name, word] as const)]))

export const wordFor = (name: string): string => known.get(name) ?? name

/** What identifies a thing across systems, best first. Names and dates never do. */
export const IDENTIFYING: readonly RegExp[] = [
  /^(vat_id|gtin|iban|isbn)$/, /^sku$/, /^(uuid|guid|external_id|reference)$/, /(^|_)(number|code)$/, /^email$/,
]
