/** The tables as data: columns in the order of their rows, how each is stored, the key, the indexes. */

/**
 * `value`: JSON in which SQL NULL means absent and the text `null` means empty. `provenance`: JSON, short where all values of the
 * row came from one link at one time. `record`: members of an object as a list, with the number of their names before them.
 * `place`, `entity` and `identifier`: the number of these names (`names.ts`) in place of several members.
 */
export type ColumnKind = 'text' | 'integer' | 'boolean' | 'json' | 'value' | 'native' | 'provenance' | 'record' | 'place' | 'entity' | 'identifier'

export interface Table {
  readonly name: string
  readonly columns: Readonly<Record<string, ColumnKind>>
  readonly key: readonly string[]
  readonly indexes: readonly string[]
  /** Members that a row may lack: NULL is absent, not null. */
  readonly optional?: readonly string[]
  /** What happens to a row that is there already, where that is not its replacement. */
  readonly onConflict?: string
}

export const TABLES = {
  plan: {
    name: 'plan',
    columns: { digest: 'text', epoch: 'integer', name: 'text', model: 'json', at: 'integer' },
    key: ['epoch'],
    indexes: [],
  },
  resource: {
    name: 'resource',
    columns: {
      system: 'text', resource: 'text', entity: 'text', position: 'text', epoch: 'integer', fence: 'integer', holder: 'text',
      leaseUntil: 'integer', firstPassAt: 'integer', lookedAt: 'integer', lastCount: 'integer', shrunk: 'json', fields: 'json', sources: 'text',
      settledAt: 'integer', lastError: 'json',
    },
    key: ['system', 'resource', 'entity'],
    indexes: [],
  },
  link: {
    name: 'link',
    columns: {
      id: 'integer', place: 'place', key: 'text', numericKey: 'boolean', generation: 'integer', golden: 'text',
      state: 'text', origin: 'text', seen: 'record', hash: 'text', version: 'text', seenFrom: 'integer', seenTo: 'integer',
      editedAt: 'integer', said: 'json', firstRev: 'integer', altered: 'native', agreed: 'integer', doubt: 'native', flips: 'json',
      fixes: 'json', missed: 'integer',
    },
    key: ['id'],
    indexes: [
      'CREATE UNIQUE INDEX link_key ON link (place, key, generation) WHERE key IS NOT NULL',
      'CREATE INDEX link_golden ON link (golden)',
      // Most links are live; what is not is found, and taken off the count of keys, by this one.
      "CREATE INDEX link_other ON link (place, state, id, key) WHERE state <> 'live'",
    ],
  },
  golden: {
    name: 'golden',
    columns: {
      id: 'text', entity: 'entity', values: 'record', from: 'provenance', rev: 'integer', state: 'text', established: 'boolean', review: 'json',
      mergedInto: 'text', createdAt: 'integer',
    },
    key: ['id'],
    indexes: [
      'CREATE INDEX golden_entity ON golden (entity)',
      'CREATE INDEX golden_merged ON golden (entity) WHERE mergedInto IS NOT NULL',
      "CREATE INDEX golden_review ON golden (id) WHERE review <> '[]'",
    ],
  },
  claim: {
    name: 'claim',
    columns: { identifier: 'identifier', value: 'text', link: 'integer' },
    key: ['identifier', 'value', 'link'],
    indexes: ['CREATE INDEX claim_link ON claim (link)'],
  },
  command: {
    name: 'command',
    columns: {
      link: 'integer', flow: 'text', system: 'text', resource: 'text', entity: 'text', golden: 'text', kind: 'text', priority: 'integer', state: 'text',
      reason: 'text', waitsFor: 'text', openedAt: 'integer', notBefore: 'integer', attempts: 'integer', holder: 'text', fence: 'integer',
      leaseUntil: 'integer', intent: 'native',
    },
    key: ['link'],
    indexes: [
      'CREATE INDEX command_due ON command (state, system, priority, openedAt)',
      'CREATE INDEX command_waits ON command (waitsFor) WHERE waitsFor IS NOT NULL',
    ],
  },
  reference: {
    name: 'reference',
    columns: { golden: 'text', link: 'integer' },
    key: ['golden', 'link'],
    indexes: ['CREATE INDEX reference_link ON reference (link)'],
  },
  decision: {
    name: 'decision',
    columns: {
      id: 'text', kind: 'text', entity: 'text', about: 'json', field: 'text', value: 'json', who: 'text', why: 'text', at: 'integer',
      over: 'integer', ended: 'boolean',
    },
    key: ['id'],
    indexes: ['CREATE INDEX decision_kind ON decision (kind)'],
  },
  later: {
    name: 'later',
    columns: { link: 'integer', system: 'text', resource: 'text', key: 'text', observation: 'native', at: 'integer', notBefore: 'integer' },
    key: ['link'],
    indexes: ['CREATE INDEX later_due ON later (system, notBefore)'],
  },
  aside: {
    name: 'aside',
    columns: {
      id: 'text', direction: 'text', entity: 'text', system: 'text', resource: 'text', key: 'text', link: 'integer', hash: 'text',
      field: 'text', value: 'text', rule: 'text', says: 'text', mend: 'text', raw: 'native', state: 'text', fix: 'json', at: 'integer',
      run: 'text', times: 'integer',
    },
    key: ['id'],
    indexes: ['CREATE INDEX aside_key ON aside (system, resource, entity, state, key)', 'CREATE INDEX aside_state ON aside (state, at)'],
  },
  change: {
    name: 'change',
    columns: {
      seq: 'integer', golden: 'text', entity: 'text', field: 'text', kind: 'text', rev: 'integer', before: 'value', after: 'value',
      loser: 'json', winner: 'json', rule: 'text', at: 'integer', run: 'text',
    },
    key: ['seq'],
    // Plain changes are by far the most; the others are found without them.
    indexes: ['CREATE INDEX change_golden ON change (golden, seq)', "CREATE INDEX change_kind ON change (kind, seq) WHERE kind <> 'change'"],
    optional: ['loser', 'winner', 'rule'],
  },
  run: {
    name: 'run',
    columns: { id: 'text', kind: 'text', startedAt: 'integer', endedAt: 'integer', state: 'text', summary: 'json', quiet: 'boolean' },
    key: ['id'],
    indexes: ['CREATE INDEX run_started ON run (startedAt, id)', 'CREATE INDEX run_quiet ON run (startedAt) WHERE quiet = 1'],
  },
  ledger: {
    name: 'ledger',
    columns: { run: 'text', system: 'text', resource: 'text', entity: 'text', count: 'text', n: 'integer' },
    key: ['run', 'system', 'resource', 'entity', 'count'],
    indexes: [],
    onConflict: 'ON CONFLICT (run, system, resource, entity, count) DO UPDATE SET n = n + excluded.n',
  },
  write: {
    name: 'write',
    columns: {
      row: 'integer', run: 'text', system: 'text', resource: 'text', record: 'text', operation: 'text', fields: 'native', golden: 'text', at: 'integer', overwrites: 'boolean',
    },
    key: ['row'],
    indexes: ['CREATE INDEX write_run ON write (run, row)', 'CREATE INDEX write_brake ON write (system, resource, operation, at) WHERE overwrites = 1'],
  },
  inbox: {
    name: 'inbox',
    columns: { id: 'text', system: 'text', resource: 'text', deliveryId: 'text', body: 'text', receivedAt: 'integer' },
    key: ['id'],
    indexes: [
      "CREATE UNIQUE INDEX inbox_delivery ON inbox (system, resource, deliveryId) WHERE deliveryId <> ''",
      'CREATE INDEX inbox_due ON inbox (system, receivedAt, id)',
    ],
    onConflict: 'ON CONFLICT DO NOTHING',
  },
  delivery: {
    name: 'delivery',
    columns: { id: 'text', at: 'integer' },
    key: ['id'],
    indexes: ['CREATE INDEX delivery_at ON delivery (at)'],
    onConflict: 'ON CONFLICT DO NOTHING',
  },
  secret: {
    name: 'secret',
    columns: {
      id: 'text', system: 'text', sealed: 'text', rev: 'integer', usedAt: 'integer', refusedAt: 'integer', holder: 'text', leaseUntil: 'integer', at: 'integer',
    },
    key: ['id'],
    indexes: [],
  },
  schedule: { name: 'schedule', columns: { lane: 'text', nextAt: 'integer', lastAt: 'integer' }, key: ['lane'], indexes: [] },
  system: {
    name: 'system',
    columns: { system: 'text', tokens: 'integer', tokensAt: 'integer', restUntil: 'integer' },
    key: ['system'],
    indexes: [],
  },
  condition: {
    name: 'condition',
    columns: { about: 'text', name: 'text', state: 'text', since: 'integer', failures: 'integer', nextAt: 'integer', code: 'text', says: 'text' },
    key: ['about', 'name'],
    indexes: [],
  },
} as const satisfies Record<string, Table>

export type TableName = keyof typeof TABLES

const SQL_TYPE: Readonly<Record<ColumnKind, string>> = { text: 'TEXT', integer: 'INTEGER', boolean: 'INTEGER', json: 'TEXT', value: 'TEXT', native: 'TEXT', provenance: 'TEXT', record: 'TEXT', place: 'INTEGER', entity: 'INTEGER', identifier: 'INTEGER' }

const quoted = (name: string): string => `"${name}"`

export function createTable(table: Table): string {
  const single = table.key.length === 1 && table.columns[table.key[0]!] === 'integer'
  const columns = Object.entries(table.columns).map(
    ([name, kind]) => `${quoted(name)} ${SQL_TYPE[kind]}${single && name === table.key[0] ? ' PRIMARY KEY' : ''}`,
  )
  if (!single) columns.push(`PRIMARY KEY (${table.key.map(quoted).join(', ')})`)
  return `CREATE TABLE ${quoted(table.name)} (${columns.join(', ')})${single ? '' : ' WITHOUT ROWID'}`
}

/** Tables that hold no rows of the contract. */
export const OTHER_TABLES = [
  'CREATE TABLE holder (pid INTEGER, host TEXT, command TEXT, since INTEGER, seen INTEGER, fence INTEGER)',
  'CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)',
  'CREATE TABLE counter (name TEXT PRIMARY KEY, n INTEGER)',
  "INSERT INTO counter VALUES ('link', 0), ('holder', 0)",
  // Decisions by what they are about.
  'CREATE TABLE decision_about (item TEXT, decision TEXT, PRIMARY KEY (item, decision)) WITHOUT ROWID',
  'CREATE INDEX decision_about_decision ON decision_about (decision)',
]

/** Saves so many rows. */
export function upsert(table: Table, rows: number): string {
  const names = Object.keys(table.columns)
  return `INSERT INTO ${quoted(table.name)} (${names.map(quoted).join(', ')}) VALUES ${times(`(${names.map(() => '?').join(', ')})`, rows)} ${table.onConflict ?? replacing(table)}`
}

export const times = (tuple: string, rows: number): string => Array.from({ length: rows }, () => tuple).join(', ')

function replacing(table: Table): string {
  const rest = Object.keys(table.columns).filter((name) => !table.key.includes(name)).map(quoted)
  const update = rest.length === 0 ? 'NOTHING' : `UPDATE SET ${rest.map((name) => `${name} = excluded.${name}`).join(', ')}`
  return `ON CONFLICT (${table.key.map(quoted).join(', ')}) DO ${update}`
}
