/**
 * Files on real servers: what an inbox and a target promise on this machine, they promise there. A process that dies between any two requests
 * loses nothing, doubles nothing and leaves no half file.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dying } from '../support/dying.ts'
import { systemClock } from '../../src/base/clock.ts'
import type { ConnectorContext, Resource, ResourceSpec, SettingValues, SystemSession } from '../../src/systems/contract.ts'
import { filesConnector } from '../../src/systems/protocols/files/index.ts'
import { filesBench, servedFolder } from '../conformance/benches/files.ts'
import { keepsTheContract } from '../support/conformance-run.ts'
import { type FtpServer, hasSshd, hasVsftpd, type SftpServer, startFtp, startSftp } from '../support/file-servers.ts'
import { available } from '../support/servers.ts'
import { collect, never } from '../support/test-folder.ts'

const SPEC: ResourceSpec = { resource: 'products.csv', key: ['sku'], parts: new Map(), identifiers: [], creates: [{ path: 'sku', type: 'text' }, { path: 'name', type: 'text' }] }
const OLD = 'sku,name\n1,Łódź\n2,Brno\n'
const NEW = 'sku,name\n1,Łódź\n2,Brünn\n3,Köln\n'
const CHANGES = [{ operation: 'update', key: '2', values: { name: 'Brünn' }, idempotencyKey: 'a' }, { operation: 'create', values: { sku: '3', name: 'Köln' }, idempotencyKey: 'b' }] as const

const context = (more: Partial<ConnectorContext> = {}): ConnectorContext => ({ clock: systemClock, system: 'partner', timeZone: 'UTC', readOnly: false, budget: async () => {}, ...more })

const sessions: SystemSession[] = []
async function resource(settings: SettingValues, spec: Partial<ResourceSpec> = {}, more: Partial<ConnectorContext> = {}): Promise<Resource> {
  const session = await filesConnector.open({ format: 'csv', settle: 0.05, ...settings }, context(more))
  sessions.push(session)
  return session.resource({ ...SPEC, ...spec })
}
const closeAll = async (): Promise<void> => {
  for (const session of sessions.splice(0)) await session.close()
}

const settingsOf = { sftp: () => startSftp(), ftp: () => startFtp(), 'ftp over TLS': () => startFtp('explicit'), 'ftp over TLS from the start': () => startFtp('implicit') } as const

for (const [name, start] of Object.entries(settingsOf)) {
  if (!available(name, name === 'sftp' ? hasSshd() : hasVsftpd())) continue
  describe(`files over ${name}`, () => {
    let server: SftpServer | FtpServer
    const at = (file: string): string => join(server.folder, file)
    const write = (file: string, content: string | Uint8Array): void => {
      writeFileSync(at(file), content)
      // Two weeks old: it need not be looked at twice.
      utimesSync(at(file), 1_700_000_000, 1_700_000_000)
    }
    const emptied = (): void => {
      for (const entry of readdirSync(server.folder)) rmSync(at(entry), { recursive: true })
    }
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.stop())

    test('Lists are checked, discovered, read, looked up and written, whatever their format.', async () => {
      emptied()
      write('products.csv', OLD)
      write('packed.csv.gz', gzipSync(OLD))
      write('list.xml', '<l><p><sku>1</sku><name>Łódź</name></p><p><sku>2</sku><name>Brno</name></p></l>')
      const session = await filesConnector.open({ settle: 0.05, ...server.settings() }, context())
      sessions.push(session)
      await session.check(never)
      expect((await session.discover!(never)).map((one) => [one.name, one.count])).toEqual([['list.xml', 2], ['packed.csv.gz', 2], ['products.csv', 2]])
      for (const file of ['products.csv', 'packed.csv.gz', 'list.xml', 'new.xlsx', 'new.json.gz']) {
        const list = session.resource({ ...SPEC, resource: file })
        if (file.startsWith('new')) expect(await list.write!(['1', '2'].map((sku) => ({ operation: 'create', values: { sku, name: sku === '1' ? 'Łódź' : 'Brno' }, idempotencyKey: sku })), { signal: never, deadline: Infinity })).toMatchObject([{ is: 'done' }, { is: 'done' }])
        expect((await collect(list)).values, file).toEqual([{ sku: '1', name: 'Łódź' }, { sku: '2', name: 'Brno' }])
        expect(await list.readKeys!(['2', '9'], never)).toMatchObject([{ key: '2' }])
        expect((await list.write!(CHANGES, { signal: never, deadline: Infinity })).map((one) => one.is)).toEqual(['done', 'done'])
        expect((await collect(list)).values, file).toEqual([{ sku: '1', name: 'Łódź' }, { sku: '2', name: 'Brünn' }, { sku: '3', name: 'Köln' }])
      }
      expect(readFileSync(at('products.csv'), 'utf8')).toBe(NEW)
      expect(readdirSync(server.folder).toSorted()).toEqual(['list.xml', 'new.json.gz', 'new.xlsx', 'packed.csv.gz', 'products.csv'])
      await closeAll()
    })

    test('A long file arrives as it is, and one that somebody changes while it is read is no list.', async () => {
      emptied()
      const text = `sku,name\n${Array.from({ length: 60_000 }, (_, n) => `${n},"Nazwa nr ${n}, ${createHash('md5').update(String(n)).digest('hex')}"\n`).join('')}`
      write('products.csv', text)
      const seen = await collect(await resource(server.settings()), { pageSize: 500 })
      expect(seen).toMatchObject({ complete: true, error: undefined })
      expect(seen.records).toHaveLength(60_000)
      expect(seen.values[59_999]).toEqual({ sku: '59999', name: `Nazwa nr 59999, ${createHash('md5').update('59999').digest('hex')}` })
      const list = await resource(server.settings())
      let changed = false
      const failed = await (async () => {
        for await (const page of list.read({ signal: never, pageSize: 500 })) {
          if (!changed) writeFileSync(at('products.csv'), text.slice(0, -200))
          changed = true
          expect(page.complete).not.toBe(true)
        }
      })().catch((error: unknown) => error)
      expect(failed).toMatchObject({ class: 'remote' })
      // A reader that has enough leaves the rest, and the connection is of use.
      for await (const page of list.read({ signal: never, pageSize: 10 })) if (page.records.length > 0) break
      expect((await list.readKeys!(['5'], never)).length).toBe(1)
      await closeAll()
    })

    test('An inbox reads each file once, oldest first, never overwrites, and puts what it can\'t read aside with a reason.', async () => {
      emptied()
      mkdirSync(at('done'))
      writeFileSync(at('done/b.csv'), 'of yesterday')
      for (const file of ['done', 'done/b.csv']) server.own(at(file))
      write('b.csv', 'sku,name\n1,b\n')
      write('a.csv', 'sku,name\n1,a\n')
      utimesSync(at('b.csv'), 1_600_000_000, 1_600_000_000)
      write('c.csv', 'name\nx\n')
      const inbox = await resource({ ...server.settings(), archive: 'done' }, { resource: '*.csv' })
      const seen = await collect(inbox)
      expect(seen.values).toEqual([{ sku: '1', name: 'b' }, { sku: '1', name: 'a' }])
      expect(seen.error).toMatchObject({ code: 'files.column' })
      await inbox.acknowledge!(seen.position!)
      expect(readdirSync(server.folder).toSorted()).toEqual(['done'])
      const archived = readdirSync(at('done')).filter((file) => file !== 'errors')
      expect(archived).toHaveLength(3)
      expect(archived.map((file) => readFileSync(at(`done/${file}`), 'utf8')).toSorted()).toEqual(['of yesterday', 'sku,name\n1,a\n', 'sku,name\n1,b\n'])
      expect(readdirSync(at('done/errors')).toSorted()).toEqual(['c.csv', 'c.csv.reason.txt'])
      expect((await collect(inbox, { since: seen.position! })).values).toEqual([])
      await closeAll()
    })

    test('A file that is still being written is left.', async () => {
      emptied()
      writeFileSync(at('a.csv'), 'sku,name\n1,a\n')
      const inbox = await resource({ ...server.settings(), archive: 'done', settle: 1.2 }, { resource: '*.csv' })
      const growing = setInterval(() => writeFileSync(at('a.csv'), 'sku,name\n9,more and more\n', { flag: 'a' }), 100)
      const seen = await collect(inbox)
      clearInterval(growing)
      expect(seen.values).toEqual([])
      expect(seen.notes.join()).toContain('a.csv is still being written')
      await closeAll()
    })

    test('Whichever request is the last one of a process: no file of an inbox is lost, none is read twice once that was kept, none is overwritten.', async () => {
      let deaths = 0
      for (let n = 1; ; n += 1) {
        emptied()
        write('a.csv', 'sku,name\n1,a\n')
        write('b.csv', 'sku,name\n2,b\n')
        const { budget, died } = dying(n)
        const settings = { ...server.settings(), archive: 'done' }
        const first = await resource(settings, { resource: '*.csv' }, { budget })
        const seen = await collect(first)
        if (seen.position !== undefined && seen.error === undefined) await first.acknowledge!(seen.position).catch(() => undefined)
        deaths += died() ? 1 : 0
        const second = await resource(settings, { resource: '*.csv' })
        const again = await collect(second, seen.position === undefined ? {} : { since: seen.position })
        expect(again.error, `request ${n}`).toBeUndefined()
        await second.acknowledge!(again.position!)
        expect([...seen.values, ...again.values].map((row) => row['name']).toSorted(), `request ${n}`).toEqual(expect.arrayContaining(['a', 'b']))
        if (seen.pages.at(-1)?.complete === false && seen.error === undefined) expect(again.values, `request ${n}`).toEqual([])
        expect([readdirSync(server.folder), readdirSync(at('done')).toSorted()], `request ${n}`).toEqual([['done'], ['a.csv', 'b.csv']])
        await closeAll()
        if (!died()) break
      }
      expect(deaths).toBeGreaterThan(10)
    })

    test('Whichever request is the last one of a process that writes: the file is the old one or the new one, whole.', async () => {
      let deaths = 0
      for (let n = 1; ; n += 1) {
        emptied()
        write('products.csv', OLD)
        const { budget, died } = dying(n)
        await (await resource(server.settings(), {}, { budget })).write!(CHANGES, { signal: never, deadline: Infinity }).catch(() => undefined)
        deaths += died() ? 1 : 0
        expect([OLD, NEW], `request ${n}`).toContain(readFileSync(at('products.csv'), 'utf8'))
        const again = await (await resource(server.settings())).write!(CHANGES, { signal: never, deadline: Infinity })
        expect(again.map((one) => one.is), `request ${n}`).toEqual(['done', expect.stringMatching(/^(done|exists)$/)])
        expect(readFileSync(at('products.csv'), 'utf8')).toBe(NEW)
        expect(readdirSync(server.folder), `request ${n}`).toEqual(['products.csv'])
        await closeAll()
        if (!died()) break
      }
      expect(deaths).toBeGreaterThan(4)
    })

    test('The connector keeps the contract there.', async () => {
      emptied()
      const { bench, close } = filesBench('csv', servedFolder(name === 'sftp' ? 'SFTP' : name === 'ftp' ? 'FTP' : 'FTPS', server))
      try {
        await keepsTheContract(bench, 25, { system: name === 'sftp' ? 'sftp' : 'ftp', resource: 'files' })
      } finally {
        close()
      }
    })

    test('A server that goes away is a matter of later, and found again when it is back.', async () => {
      emptied()
      write('products.csv', OLD)
      const list = await resource(server.settings())
      expect((await collect(list)).values).toHaveLength(2)
      await server.kill()
      expect(await collect(list)).toMatchObject({ records: [], error: { class: 'remote' } })
      await server.start()
      // A server that listens may still be getting ready: what fails meanwhile is class remote, and never an empty list.
      let back = await collect(list)
      for (let tries = 0; tries < 20 && back.error !== undefined; tries += 1) {
        expect(back.error).toMatchObject({ class: 'remote' })
        await new Promise((resolve) => { setTimeout(resolve, 250) })
        back = await collect(list)
      }
      expect(back.values).toHaveLength(2)
      await closeAll()
    })

    test('What is not there is said: the folder, the file, the right to write.', async () => {
      emptied()
      const session = await filesConnector.open({ ...server.settings('/nowhere'), format: 'csv' }, context())
      sessions.push(session)
      await expect(session.check(never)).rejects.toMatchObject({ code: 'files.folder', class: 'remote' })
      expect(await collect(await resource(server.settings(), { creates: [] }))).toMatchObject({ error: { code: 'files.missing' } })
      await expect(filesConnector.open({ ...server.settings(), format: 'csv' }, context({ publicOnly: true }))).rejects.toMatchObject({ code: 'systems.address' })
      await closeAll()
    })
  })
}

if (available('sftp', hasSshd())) {
  describe('the key of an SFTP server', () => {
    let server: SftpServer
    beforeAll(async () => {
      server = await startSftp()
      writeFileSync(join(server.folder, 'products.csv'), OLD)
    })
    afterAll(() => server.stop())
    const check = async (more: SettingValues): Promise<unknown> => {
      const { host_key: _, ...settings } = server.settings()
      const session = await filesConnector.open({ ...settings, format: 'csv', ...more }, context())
      return session.check(never).then(() => 'in', (error: unknown) => error).finally(() => session.close())
    }

    test('A server whose key nobody named is not logged in to, and the message shows its key.', async () => {
      expect(await check({})).toMatchObject({ code: 'files.host_key', class: 'auth', message: expect.stringContaining(server.fingerprint) as string, hint: expect.stringContaining('host_key') as string })
    })
    test('One with another key than the known one is not logged in to.', async () => {
      expect(await check({ host_key: ['SHA256:0000000000000000000000000000000000000000000'] })).toMatchObject({ code: 'files.host_key', message: expect.stringContaining('not the one that is known') as string })
    })
    test('A fingerprint, the key itself, one of several, or a file of known hosts will do.', async () => {
      expect(await check({ host_key: [server.fingerprint] })).toBe('in')
      expect(await check({ host_key: ['SHA256:0000000000000000000000000000000000000000000', server.key] })).toBe('in')
      const file = join(server.folder, 'known_hosts')
      const [type, key] = server.key.split(' ')
      writeFileSync(file, `# ours\nother.example ${type} ${key}\n[127.0.0.1]:${server.port} ${type} ${key}\n`)
      expect(await check({ known_hosts: file })).toBe('in')
      writeFileSync(file, `other.example ${type} ${key}\n`)
      expect(await check({ known_hosts: file })).toMatchObject({ code: 'files.host_key' })
      writeFileSync(file, `[127.0.0.1]:${server.port} ${type} ${key}\n@revoked * ${type} ${key}\n`)
      expect(await check({ known_hosts: file })).toMatchObject({ code: 'files.host_key' })
    })
    test('A user who is not known is told so, without the key in the message.', async () => {
      const error = (await check({ host_key: [server.fingerprint], user: 'nobody-of-that-name' })) as Error
      expect(error).toMatchObject({ code: 'files.login', class: 'auth' })
      expect(error.message).not.toContain('PRIVATE KEY')
    })
    test('A link that leads out of the folder is not read.', async () => {
      symlinkSync('/etc/passwd', join(server.folder, 'products-2.csv'))
      expect(await collect(await resource(server.settings(), { resource: 'products*.csv' }))).toMatchObject({ complete: false, error: { code: 'files.outside' } })
      await closeAll()
    })
  })
}

if (available('ftp', hasVsftpd())) {
  test('A certificate that nobody vouches for ends the connection before a password is sent.', async () => {
    const server = await startFtp('explicit')
    try {
      const { ca: _, ...settings } = server.settings()
      const session = await filesConnector.open({ ...settings, format: 'csv' }, context())
      await expect(session.check(never)).rejects.toMatchObject({ code: 'files.certificate', class: 'config' })
      await session.close()
      const named = await filesConnector.open({ ...server.settings(), url: `ftps://localhost:${server.port}/files`, format: 'csv' }, context())
      await named.check(never)
      await named.close()
    } finally {
      await server.stop()
    }
  })
}
