/** Every read of the embedded store. Lists of keys arrive as one JSON parameter. */
export const QUERIES = {
  plan: 'SELECT * FROM plan ORDER BY epoch DESC LIMIT 1',
  resources: 'SELECT * FROM resource',
  linksByKey: `SELECT * FROM link AS l WHERE place = ? AND key IN (SELECT value FROM json_each(?))
    AND generation = (SELECT max(generation) FROM link AS m WHERE m.place = l.place AND m.key = l.key)`,
  linksById: 'SELECT * FROM link WHERE id IN (SELECT value FROM json_each(?))',
  linksOfGoldens: 'SELECT * FROM link WHERE golden IN (SELECT value FROM json_each(?)) ORDER BY id',
  linkNames: "SELECT id, golden, place, key, state, origin, seenFrom FROM link WHERE golden IN (SELECT value FROM json_each(?)) AND state <> 'slot' ORDER BY id",
  slots: `SELECT link.id AS link, generation, golden.id AS golden, rev, fence FROM json_each(?) AS wanted CROSS JOIN link ON link.id = wanted.value
    JOIN golden ON golden.id = link.golden JOIN command ON command.link = link.id
    WHERE link.state = 'slot' AND golden.state = 'live' AND mergedInto IS NULL AND review = '[]'`,
  head: 'SELECT id, state, hash FROM link WHERE place = ? AND key = ? ORDER BY generation DESC LIMIT 1',
  // One state each, so that the order of the index is the order of the answer.
  linksAfter: "SELECT * FROM link WHERE place = ? AND state = ? AND state <> 'live' AND id > ? ORDER BY id LIMIT ?",
  linksAfterLive: "SELECT * FROM link WHERE id > ? AND +place = ? AND state = 'live' ORDER BY id LIMIT ?",
  // Millions of them, from the index alone.
  idsAfter: `SELECT id FROM link WHERE place = @place AND key >= @key AND (key > @key OR generation > @generation) ORDER BY key, generation LIMIT @limit`,
  keyOf: 'SELECT key, generation FROM link WHERE id = ?',
  joinedAfter: `SELECT golden FROM link WHERE golden > ? AND state = 'live' AND origin = 'read'
    GROUP BY golden HAVING min(place) <> max(place) ORDER BY golden LIMIT ?`,
  // What is live has a key; live are those keys that are nothing else.
  countLive: `SELECT (SELECT count(*) FROM link WHERE place = @place AND key IS NOT NULL)
    - (SELECT count(*) FROM link WHERE place = @place AND state <> 'live' AND key IS NOT NULL) AS n`,
  countOther: "SELECT count(*) AS n FROM link WHERE place = ? AND state = ? AND state <> 'live'",
  made: "UPDATE link SET state = 'live', origin = 'made', key = ?, numericKey = ?, seen = ?, hash = ?, version = ?, seenFrom = ?, seenTo = ?, agreed = ? WHERE id = ?",
  establish: 'UPDATE golden SET established = 1 WHERE id IN (SELECT value FROM json_each(?))',
  goldens: 'SELECT * FROM golden WHERE id IN (SELECT value FROM json_each(?))',
  goldenValues: 'SELECT id, "values", established FROM golden WHERE id IN (SELECT value FROM json_each(?))',
  goldensAfter: 'SELECT * FROM golden WHERE entity = ? AND id > ? ORDER BY id LIMIT ?',
  // CROSS JOIN keeps the order of the tables: SQLite would go through every claim of the entity for each value.
  claims: `SELECT claim.*, link.golden FROM json_each(?) AS wanted CROSS JOIN claim
    ON claim.identifier = wanted.value ->> 0 AND claim.value = wanted.value ->> 1 CROSS JOIN link ON link.id = claim.link`,
  claimed: 'SELECT 1 FROM claim WHERE identifier = ? AND value = ? LIMIT 1',
  claimsOfLinks: 'SELECT * FROM claim WHERE link IN (SELECT value FROM json_each(?))',
  commands: 'SELECT * FROM command WHERE link IN (SELECT value FROM json_each(?))',
  // In the order of an index, so that a long queue is not sorted for every claim.
  dueCommands: "SELECT * FROM command WHERE state = 'due' AND system = ? AND notBefore <= ? ORDER BY priority, openedAt, link LIMIT ?",
  unsureCommands: "SELECT * FROM command WHERE state = 'unsure' AND system = ? AND notBefore <= ? ORDER BY priority, openedAt, link LIMIT ?",
  orphanedCommands: "SELECT * FROM command WHERE state = 'sending' AND system = ? AND leaseUntil <= ? ORDER BY priority, openedAt, link LIMIT ?",
  waiters: 'SELECT * FROM command WHERE waitsFor IN (SELECT value FROM json_each(?))',
  commandCounts: 'SELECT system, resource, entity, kind, state, reason, count(*) AS n, min(openedAt) AS oldest FROM command GROUP BY 1, 2, 3, 4, 5, 6',
  commandsIn: 'SELECT * FROM command WHERE state = ? ORDER BY openedAt, link LIMIT ?',
  nextDue: "SELECT min(CASE state WHEN 'sending' THEN leaseUntil ELSE notBefore END) AS at FROM command WHERE state IN ('due', 'sending', 'unsure')",
  referrers: `SELECT DISTINCT reference.golden AS golden, reference.link AS link FROM link JOIN reference ON reference.link = link.id
    WHERE link.golden IN (SELECT value FROM json_each(?))`,
  decisions: `SELECT * FROM decision WHERE id IN (SELECT decision FROM decision_about WHERE item IN (SELECT value FROM json_each(?)))
    AND ended = 0 ORDER BY at, id`,
  decisionsOf: 'SELECT * FROM decision WHERE kind = ? AND ended = 0 ORDER BY at, id',
  laterOfLinks: 'SELECT * FROM later WHERE link IN (SELECT value FROM json_each(?))',
  laterDue: 'SELECT * FROM later WHERE notBefore <= ? ORDER BY notBefore, link LIMIT ?',
  laterDueOf: 'SELECT * FROM later WHERE system = ? AND notBefore <= ? ORDER BY notBefore, link LIMIT ?',
  laterCounts: 'SELECT system, resource, count(*) AS n FROM later GROUP BY system, resource',
  anyAside: "SELECT 1 FROM aside WHERE system = ? AND resource = ? AND entity = ? AND state IN ('open', 'fixed', 'discarded') LIMIT 1",
  asidesByKey: `SELECT * FROM aside WHERE system = ? AND resource = ? AND entity = ? AND key IN (SELECT value FROM json_each(?))
    AND state IN ('open', 'fixed', 'discarded') ORDER BY at, id`,
  asidesById: 'SELECT * FROM aside WHERE id IN (SELECT value FROM json_each(?)) ORDER BY at, id LIMIT ?',
  asidesByState: 'SELECT * FROM aside WHERE state IN (SELECT value FROM json_each(?)) ORDER BY at, id LIMIT ?',
  changes: 'SELECT * FROM change WHERE (@kind IS NULL OR kind = @kind) AND seq > @after ORDER BY seq LIMIT @limit',
  changesOfKind: "SELECT * FROM change WHERE kind = @kind AND kind <> 'change' AND seq > @after ORDER BY seq LIMIT @limit",
  changesOfGolden: 'SELECT * FROM change WHERE golden = @golden AND (@kind IS NULL OR kind = @kind) AND seq > @after ORDER BY seq LIMIT @limit',
  goldensInReview: "SELECT * FROM golden WHERE review <> '[]' ORDER BY id LIMIT ?",
  // The text of all values is looked through first: taking it apart costs more.
  search: `SELECT * FROM golden WHERE (@entity IS NULL OR entity = @entity) AND mergedInto IS NULL AND (id = @text
    OR (instr(folded("values"), @written) > 0
      AND EXISTS (SELECT 1 FROM json_tree("values") AS part WHERE part.type = 'text' AND instr(folded(part.atom), @folded) > 0))
    OR id IN (SELECT golden FROM link WHERE id IN (SELECT id FROM link WHERE key = @text))
    OR id IN (SELECT golden FROM link WHERE id IN (SELECT link FROM claim WHERE instr(folded(value), @folded) > 0))) ORDER BY id LIMIT @limit`,
  runs: 'SELECT * FROM run ORDER BY startedAt DESC, id DESC LIMIT ?',
  ledger: 'SELECT * FROM ledger WHERE run = ?',
  writes: 'SELECT * FROM write WHERE run = ? AND row > ? ORDER BY row LIMIT ?',
  overwrittenSince: `SELECT count(DISTINCT golden) AS n FROM write
    WHERE system = @system AND resource = @resource AND operation = @operation AND at > @since AND overwrites = 1
      AND golden NOT IN (SELECT golden FROM command WHERE state IN ('due', 'held') AND system = @system AND resource = @resource AND kind = @operation)`,
  countGoldens: `SELECT entity, sum(n) AS n FROM (SELECT entity, count(*) AS n FROM golden GROUP BY entity
    UNION ALL SELECT entity, -count(*) FROM golden WHERE mergedInto IS NOT NULL GROUP BY entity) GROUP BY entity HAVING sum(n) > 0`,
  countRest: `SELECT (SELECT count(*) FROM link) - (SELECT count(*) FROM link WHERE state <> 'live') AS links,
    (SELECT count(*) FROM aside WHERE state IN ('open', 'fixed')) AS asides,
    (SELECT count(*) FROM golden WHERE review <> '[]') AS review`,
  inbox: 'SELECT * FROM inbox ORDER BY receivedAt, id LIMIT ?',
  inboxOf: 'SELECT * FROM inbox WHERE system = ? ORDER BY receivedAt, id LIMIT ?',
  deliveries: 'SELECT id FROM delivery WHERE id IN (SELECT value FROM json_each(?))',
  deliveryBefore: 'SELECT at FROM delivery ORDER BY at DESC LIMIT 1 OFFSET ?',
  schedules: 'SELECT * FROM schedule',
  hasten: "UPDATE command SET notBefore = ? WHERE state = 'due' AND system = ? AND notBefore > ? RETURNING link",
  fireSchedule: 'UPDATE schedule SET nextAt = ?, lastAt = ? WHERE lane = ? AND nextAt = ? RETURNING lane',
  systems: 'SELECT * FROM system',
  conditions: 'SELECT * FROM condition',
  oldRuns: "SELECT id FROM run WHERE startedAt < ? AND state <> 'running' ORDER BY startedAt, id LIMIT ?",
  oldQuietRuns: "SELECT id FROM run WHERE quiet = 1 AND startedAt < ? AND state <> 'running' ORDER BY startedAt LIMIT ?",
  forgetWrites: 'DELETE FROM write WHERE row IN (SELECT row FROM write WHERE run IN (SELECT value FROM json_each(?)) LIMIT ?)',
  forgetLedger: 'DELETE FROM ledger WHERE run IN (SELECT value FROM json_each(?))',
  forgetRuns: 'DELETE FROM run WHERE id IN (SELECT value FROM json_each(?))',
  secrets: 'SELECT * FROM secret',
  forgetAbout: 'DELETE FROM decision_about WHERE decision IN (SELECT value FROM json_each(?))',
  rememberAbout: `INSERT OR IGNORE INTO decision_about SELECT item.value, decision.id FROM decision, json_each(decision.about) AS item
    WHERE decision.id IN (SELECT value FROM json_each(?))`,
  reserveLinkIds: "UPDATE counter SET n = n + ? WHERE name = 'link' RETURNING n",
} as const
