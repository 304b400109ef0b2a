/** The plan of these tests: an office with a database, and an application that holds some of it under other names. */
export const planOf = ({ settings = '', more = '', flow = '', golden = 'golden: { home: office, by_field: { note: latest, rating: app } }' }: { settings?: string; more?: string; flow?: string; golden?: string } = {}): string => `
plimsoll: 1
name: Things in an application
systems:
  office:
    connector: sqlite
    settings: { file: ./office.db }
    holds:
      thing: { resource: things, fields: { code: code, name: name, price: { path: price, currency: EUR }, born: born, active: active, note: note, secret: secret, rating: rating, size: size } }
  app:
    category: website
    connector: app
    settings: { ${settings} }
    ${more}
    holds:
      thing:
        resource: items
        fields:
          code: code
          name: names.title
          price: { path: price, currency: EUR }
          born: { path: born, format: dd.MM.yyyy }
          active: active
          note: note
          rating: rating
          size: { path: size, codes: { small: S, large: L } }
entities:
  thing:
    identifiers: [code]
    required: [code, name]
    ${golden}
    fields:
      code: { type: text, length: 20 }
      name: text
      price: { money: EUR, at_least: 0 }
      born: date
      active: boolean
      note: { type: text, length: 50 }
      secret: text
      rating: { type: integer, at_least: 1, at_most: 5 }
      size: { codes: [small, large] }
    rules:
      no_free_small: { must: thing.size != "small" || thing.price.amount > 0, says: Nothing small is free., if_broken: set_aside }
flows:
  things: { entity: thing, between: { office: { trigger: { every: 1 second } }, app: {} } ${flow} }
`

const COLUMNS = 'code, name, price, born, active, note, secret, rating, size'
export const OFFICE = `CREATE TABLE things (id INTEGER PRIMARY KEY, code TEXT, name TEXT, price DECIMAL_TEXT, born DATE, active BOOLEAN, note TEXT, secret TEXT, rating INTEGER, size TEXT);
INSERT INTO things (${COLUMNS}) VALUES
  ('A-1', 'Lantern', '19.90', '2024-02-29', 1, NULL, 'never shown', NULL, 'small'),
  ('A-2', 'Anchor', '120.00', '2023-01-31', 0, 'heavy', 'never shown', NULL, 'large'),
  ('A-3', 'Łódź "quay"', '12345678901234567.89', NULL, NULL, NULL, NULL, NULL, NULL);`
