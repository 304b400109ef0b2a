/** What only a real server can do to the SQL connector: locks, lost connections, late refusals, triggers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Numeral } from '../../src/base/numeral.ts'
import type { SystemSession } from '../../src/systems/contract.ts'
import { available, freePort, hasMariadb, hasPostgres } from '../support/servers.ts'
import { mariadbPlace, postgresPlace, type ServerPlace } from '../support/sql-places.ts'
import { create, openSql, pagesOf, recordsOf, remove, specOf, update, write } from '../support/sql-suite.ts'

const signal = new AbortController().signal

/** Waits until the server shows what is looked for. */
async function until(look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await look()) return
    await new Promise((resolve) => { setTimeout(resolve, 25) })
  }
  throw new Error('it did not happen')
}

interface Words {
  readonly serial: string
  readonly zoneless: string
  readonly moment: string
  /** Selects the connections that wait for a lock. */
  readonly sleepers: string
  readonly kill: (id: unknown) => string
  readonly lockTable: readonly string[]
}

function faults(name: string, words: Words, open: () => Promise<ServerPlace>): void {
  describe(`the sql connector against faults of ${name}`, () => {
    let place: ServerPlace
    let session: SystemSession
    beforeAll(async () => {
      place = await open()
      session = await openSql(place.settings)
    })
    afterAll(async () => {
      await session?.close()
      await place?.close()
    })
    const killSleepers = async (): Promise<void> => {
      await until(async () => (await place.ask(words.sleepers)).length > 0)
      for (const [id] of await place.ask(words.sleepers)) await place.run(words.kill(id)).catch(() => {})
    }

    test('a wrong password is a matter of login, a closed port of the connection, and neither tells the password', async () => {
      const wrong = await openSql({ ...place.settings, password: 'guessed-secret' })
      await expect(wrong.check(signal)).rejects.toMatchObject({ code: 'sql.login', class: 'auth', message: expect.not.stringContaining('guessed-secret') as string })
      await wrong.close()
      const closed = await openSql({ ...place.settings, port: await freePort() })
      await expect(closed.check(signal)).rejects.toMatchObject({ code: 'sql.connection', class: 'remote' })
      await expect(write(closed.resource(specOf('t')), [create({ a: 1 })])).rejects.toMatchObject({ class: 'remote', executed: false })
      await closed.close()
    })

    test('an address in one line does the same as its parts, and a statement that makes no sense stops', async () => {
      const { host, port, user, password, database } = place.server
      const byUrl = await openSql({ dialect: name === 'PostgreSQL' ? 'postgres' : 'mysql', url: `x://${user}:${password}@${host}:${port}/${database}` })
      expect((await byUrl.check(signal)).version).toMatch(/\d/)
      await byUrl.close()
      await expect(openSql({ dialect: 'postgres', url: 'no address with secret' })).rejects.toMatchObject({ code: 'sql.setting', message: expect.not.stringContaining('secret') as string })
    })

    test('what a trigger, a scale or a width makes of a value is in the answer', async () => {
      await place.run(`CREATE TABLE altered (id ${words.serial}, label varchar(20), price numeric(10, 2))`)
      if (name === 'PostgreSQL') {
        await place.run(`CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.label := upper(trim(NEW.label)); RETURN NEW; END'`)
        await place.run('CREATE TRIGGER shout BEFORE INSERT OR UPDATE ON altered FOR EACH ROW EXECUTE FUNCTION shout()')
      } else {
        await place.run('CREATE TRIGGER shout BEFORE INSERT ON altered FOR EACH ROW SET NEW.label = UPPER(TRIM(NEW.label))')
        await place.run('CREATE TRIGGER shout_again BEFORE UPDATE ON altered FOR EACH ROW SET NEW.label = UPPER(TRIM(NEW.label))')
      }
      const altered = session.resource(specOf('altered'))
      const [made] = await write(altered, [create({ label: ' quiet ', price: new Numeral('1.006') })])
      expect(made).toMatchObject({ is: 'done', record: { values: { label: 'QUIET', price: new Numeral('1.01') } } })
      const key = made!.is === 'done' ? made!.key : ''
      expect(await write(altered, [update(key, { label: 'low' })])).toMatchObject([{ is: 'done', record: { values: { label: 'LOW' } } }])
      const refused = await write(altered, [create({ label: 'x'.repeat(21) }), create({ price: new Numeral('123456789.5') }), create({ label: 'fits' })])
      expect(refused).toMatchObject([{ is: 'refused', code: 'length', field: 'label' }, { is: 'refused', code: 'range', field: 'price' }, { is: 'done' }])
    })

    test('a row that somebody else has locked is written later, and nothing of its batch before', async () => {
      await place.run(`CREATE TABLE locked (id bigint NOT NULL PRIMARY KEY, label varchar(20))`)
      await place.run(`INSERT INTO locked VALUES (1, 'a'), (2, 'b')`)
      const hasty = await openSql({ ...place.settings, timeout_seconds: 1 })
      await hasty.resource(specOf('locked')).readKeys!(['1'], signal)
      await place.run('START TRANSACTION')
      await place.run(`UPDATE locked SET label = 'theirs' WHERE id = 2`)
      expect(await write(hasty.resource(specOf('locked')), [update('1', { label: 'ours' }), update('2', { label: 'ours' }), create({ id: 3 })])).toMatchObject([{ is: 'later' }, { is: 'later' }, { is: 'later' }])
      await place.run('COMMIT')
      expect((await recordsOf(hasty.resource(specOf('locked')))).map((record) => record.values['label'])).toEqual(['a', 'theirs'])
      await hasty.close()
    })

    test('an edit that is committed while the update on condition waits for its lock is a conflict', async () => {
      await place.run(`CREATE TABLE raced (id bigint NOT NULL PRIMARY KEY, label varchar(20))`)
      await place.run(`INSERT INTO raced VALUES (1, 'before')`)
      // Only what is written has versions.
      const raced = session.resource(specOf('raced', { creates: [{ path: 'label', type: 'text' }] }))
      const version = (await raced.readKeys!(['1'], signal))[0]!.version!
      await place.run('START TRANSACTION')
      await place.run(`UPDATE raced SET label = 'theirs'`)
      const writing = write(raced, [update('1', { label: 'ours' }, version)])
      await place.run('COMMIT')
      expect(await writing).toMatchObject([{ is: 'conflict', record: { values: { label: 'theirs' } } }])
    })

    test('a connection that breaks before the commit leaves nothing behind and says later', async () => {
      await place.run(`CREATE TABLE broken (id bigint NOT NULL PRIMARY KEY, label varchar(20))`)
      await place.run(`INSERT INTO broken VALUES (1, 'a')`)
      const broken = session.resource(specOf('broken'))
      await recordsOf(broken)
      for (const text of words.lockTable) await place.run(text.replace('TABLE_NAME', 'broken'))
      const writing = write(broken, [create({ id: 2, label: 'x' }), update('1', { label: 'b' })])
      await killSleepers()
      await place.run(name === 'PostgreSQL' ? 'COMMIT' : 'UNLOCK TABLES')
      expect(await writing).toMatchObject([{ is: 'later' }, { is: 'later' }])
      expect(await recordsOf(broken)).toMatchObject([{ values: { id: 1, label: 'a' } }])
      expect(await write(broken, [create({ id: 2, label: 'x' })])).toMatchObject([{ is: 'done' }])
    })

    test('a read that is stopped ends with the reason, and the session goes on', async () => {
      await place.run(`CREATE TABLE stopped (id bigint NOT NULL PRIMARY KEY)`)
      await place.run(`INSERT INTO stopped VALUES (1), (2), (3)`)
      const stop = new AbortController()
      const seen: string[] = []
      await expect((async () => {
        for await (const page of session.resource(specOf('stopped')).read({ signal: stop.signal, pageSize: 1 })) {
          seen.push(...page.records.map((record) => record.key))
          stop.abort(new Error('enough'))
        }
      })()).rejects.toThrow('enough')
      expect(seen).toEqual(['1'])
      expect(await recordsOf(session.resource(specOf('stopped')))).toHaveLength(3)
    })

    test('a read and a write that are stopped while they wait for a lock end at once, and nothing was written', async () => {
      await place.run(`CREATE TABLE waited (id bigint NOT NULL PRIMARY KEY)`)
      const waited = session.resource(specOf('waited'))
      await recordsOf(waited)
      for (const text of words.lockTable) await place.run(text.replace('TABLE_NAME', 'waited'))
      const stop = new AbortController()
      const reading = waited.readKeys!(['1'], stop.signal).then(() => 'read', (error: Error) => error.message)
      const writing = waited.write!([create({ id: 1 })], { signal: stop.signal, deadline: Number.MAX_SAFE_INTEGER })
      await until(async () => (await place.ask(words.sleepers)).length === 2)
      stop.abort(new Error('enough'))
      expect(await reading).toBe('enough')
      expect(await writing).toMatchObject([{ is: 'later' }])
      await place.run(name === 'PostgreSQL' ? 'COMMIT' : 'UNLOCK TABLES')
      await until(async () => (await place.ask(words.sleepers)).length === 0)
      expect(await recordsOf(waited)).toEqual([])
    })

    test('moments go into columns without a zone as the local time of the system, and are read since then exactly', async () => {
      await place.run(`CREATE TABLE zones (id ${words.serial}, local_time ${words.zoneless}, at ${words.moment})`)
      const zones = session.resource(specOf('zones', { changedAt: 'at' }))
      const [made] = await write(zones, [create({ local_time: '2026-07-01T10:00:00Z', at: '2026-07-01T12:00:00+02:00' })])
      expect(made).toMatchObject({ is: 'done', record: { editedAt: Date.UTC(2026, 6, 1, 10), values: { local_time: expect.stringMatching(/^2026-07-01 12:00:00(\.0+)?$/) as string, at: '2026-07-01T10:00:00Z' } } })
      for (let i = 0; i < 5; i += 1) await write(zones, [create({ at: '2026-07-01T10:00:00.5Z' })])
      const position = (await pagesOf(zones)).at(-1)!.position!
      await write(zones, [create({ at: '2026-07-01T10:00:00.5Z' }), create({ at: '2026-07-01T09:59:40Z' }), create({ at: '2026-07-01T09:58:00Z' })])
      const since = await pagesOf(zones, { since: position, pageSize: 2 })
      expect(since.flatMap((page) => page.records).map((record) => Number(record.key)).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    })

    test('values that the database can not compare with a column are in no row', async () => {
      await place.run(`CREATE TABLE typed (id bigint NOT NULL PRIMARY KEY, born date, ref varchar(10))`)
      await place.run(`INSERT INTO typed VALUES (1, '2026-02-28', 'x')`)
      const typed = session.resource(specOf('typed', { identifiers: [['born']] }))
      expect((await typed.find!(['born'], [['2026-02-30'], ['2026-02-28'], ['no date'], [5]], signal)).map((record) => record.key)).toEqual(['1'])
      expect(await typed.readKeys!(['9223372036854775808', '1e3', '0x1', ' 1'], signal)).toEqual([])
    })

    test('two sessions that write the same rows in opposite order end without an error', async () => {
      await place.run(`CREATE TABLE crossed (id bigint NOT NULL PRIMARY KEY, label varchar(20))`)
      const items = Array.from({ length: 50 }, (_, i) => String(i))
      await write(session.resource(specOf('crossed')), items.map((key) => create({ id: Number(key), label: 'new' })))
      const other = await openSql(place.settings)
      for (let round = 0; round < 5; round += 1) {
        const both = await Promise.all([
          write(session.resource(specOf('crossed')), items.map((key) => update(key, { label: `a${round}` }))),
          write(other.resource(specOf('crossed')), items.toReversed().map((key) => update(key, { label: `b${round}` }))),
        ])
        for (const results of both) expect(['done', 'later']).toContain([...new Set(results.map((result) => result.is))].join())
        expect(new Set((await recordsOf(session.resource(specOf('crossed')))).map((record) => record.values['label'])).size).toBe(1)
      }
      await other.close()
    })
  })
}

if (available('PostgreSQL', hasPostgres())) {
  faults('PostgreSQL', {
    serial: 'bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY',
    zoneless: 'timestamp',
    moment: 'timestamptz',
    // Other than pg_stat_activity, this view is not frozen by the transaction that looks at it.
    sleepers: `SELECT DISTINCT pid FROM pg_locks WHERE NOT granted`,
    kill: (id) => `SELECT pg_terminate_backend(${String(id)})`,
    lockTable: ['BEGIN', 'LOCK TABLE TABLE_NAME IN ACCESS EXCLUSIVE MODE'],
  }, () => postgresPlace(['timezone=Asia/Tokyo']))

  describe('the sql connector at the end of a PostgreSQL transaction', () => {
    let place: ServerPlace
    let session: SystemSession
    beforeAll(async () => {
      place = await postgresPlace()
      session = await openSql(place.settings)
    })
    afterAll(async () => {
      await session?.close()
      await place?.close()
    })

    test('a connection that breaks while the commit runs makes the batch unsure', async () => {
      await place.run('CREATE TABLE slow (id bigint NOT NULL PRIMARY KEY, label text NOT NULL)')
      await place.run(`CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(20); RETURN NULL; END'`)
      await place.run('CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle()')
      const writing = write(session.resource(specOf('slow')), [create({ id: 1, label: 'x' }), create({ id: 2, label: null })])
      await until(async () => (await place.ask(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`)).length > 0)
      expect(await writing).toMatchObject([{ is: 'unsure' }, { is: 'refused', field: 'label' }])
    })

    test('a constraint that is only looked at by the commit refuses its record and no other', async () => {
      await place.run('CREATE TABLE parent (id bigint NOT NULL PRIMARY KEY)')
      await place.run('INSERT INTO parent VALUES (1)')
      await place.run('CREATE TABLE child (id bigint NOT NULL PRIMARY KEY, parent_id bigint REFERENCES parent DEFERRABLE INITIALLY DEFERRED)')
      const child = session.resource(specOf('child'))
      expect(await write(child, [create({ id: 1, parent_id: 1 }), create({ id: 2, parent_id: 99 }), create({ id: 3, parent_id: 1 })])).toMatchObject([{ is: 'done' }, { is: 'refused' }, { is: 'done' }])
      expect((await recordsOf(child)).map((record) => record.key)).toEqual(['1', '3'])
    })

    test('tables of another schema, keys that are computed by the database and columns that are always computed', async () => {
      await place.run('CREATE SCHEMA "other one"')
      await place.run('CREATE TABLE "other one".things (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) STORED)')
      const inSchema = await openSql({ ...place.settings, schema: 'other one' })
      const things = inSchema.resource(specOf('things'))
      const made = await write(things, [create({ a: 1 }), create({ a: 2 }), create({ a: 3, twice: 7 })])
      expect(made).toMatchObject([{ is: 'done', record: { values: { twice: 2 } } }, { is: 'done', record: { values: { twice: 4 } } }, { is: 'refused', field: 'twice' }])
      expect((await recordsOf(session.resource(specOf('other one.things')))).length).toBe(2)
      expect((await inSchema.discover!(signal)).map((one) => one.name)).toEqual(['things'])
      await inSchema.close()
    })
  })
}

if (available('MariaDB', hasMariadb())) {
  faults('MariaDB', {
    serial: 'bigint AUTO_INCREMENT PRIMARY KEY',
    zoneless: 'datetime',
    moment: 'timestamp(6) NULL',
    sleepers: `SELECT ID FROM information_schema.PROCESSLIST WHERE STATE LIKE '%lock%' AND ID <> CONNECTION_ID()`,
    kill: (id) => `KILL ${String(id)}`,
    lockTable: ['LOCK TABLES TABLE_NAME WRITE'],
  }, () => mariadbPlace(['--default-time-zone=+09:00', '--innodb-lock-wait-timeout=50']))

  describe('the sql connector and the ways of MariaDB', () => {
    let place: ServerPlace
    let session: SystemSession
    beforeAll(async () => {
      place = await mariadbPlace(['--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES'])
      session = await openSql(place.settings)
    })
    afterAll(async () => {
      await session?.close()
      await place?.close()
    })

    test('a batch of 500 costs a few statements, whatever its size', async () => {
      await place.run('CREATE TABLE counted (id bigint AUTO_INCREMENT PRIMARY KEY, label varchar(20), size bigint)')
      const counted = session.resource(specOf('counted'))
      const asked = async (): Promise<number> => Number((await place.ask(`SHOW GLOBAL STATUS LIKE 'Questions'`))[0]![1])
      const keys = (await write(counted, Array.from({ length: 500 }, (_, i) => create({ label: `l${i}`, size: i })))).map((result) => (result.is === 'done' ? result.key : ''))
      const start = await asked()
      await write(counted, Array.from({ length: 500 }, (_, i) => create({ label: `l${i}`, size: i })))
      const created = await asked()
      await write(counted, keys.map((key) => update(key, { label: 'changed', size: 1 })))
      const updated = await asked()
      await counted.readKeys!(keys, signal)
      expect([created - start, updated - created, (await asked()) - updated].every((count) => count < 20)).toBe(true)
    })

    test('a table that can not be rolled back is written row by row, so that a refused row leaves no half batch', async () => {
      await place.run('CREATE TABLE plain (id bigint NOT NULL PRIMARY KEY, label varchar(5) NOT NULL) ENGINE = MyISAM')
      const results = await write(session.resource(specOf('plain')), [create({ id: 1, label: 'a' }), create({ id: 2, label: 'too long' }), create({ id: 3, label: 'c' })])
      expect(results.map((result) => result.is)).toEqual(['done', 'refused', 'done'])
    })

    test('a key is found in the way the database compares it, and answered as it is written there', async () => {
      await place.run('CREATE TABLE folded (code varchar(10) PRIMARY KEY, label varchar(20)) CHARACTER SET utf8mb4 COLLATE utf8mb4_polish_ci')
      const folded = session.resource(specOf('folded'))
      await write(folded, [create({ code: 'Abc', label: 'x' })])
      expect(await write(folded, [update('aBC', { label: 'y' })])).toMatchObject([{ is: 'done', key: 'Abc', record: { values: { label: 'y' } } }])
      expect(await write(folded, [create({ code: 'ABC', label: 'z' })])).toMatchObject([{ is: 'exists', key: 'Abc' }])
      expect(await write(folded, [remove('ABC')])).toMatchObject([{ is: 'done' }])
    })
  })
}
