/** A workbook and two database servers become a plan that runs, with nothing but `init --from`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ExcelJS from 'exceljs'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import type { Command, Flags } from '../../src/cli/command.ts'
import { check } from '../../src/cli/commands/check.ts'
import { init } from '../../src/cli/commands/init.ts'
import { preview } from '../../src/cli/commands/preview.ts'
import { sync } from '../../src/cli/commands/sync.ts'
import { available, type DatabaseServer, hasMariadb, hasPostgres, startMariadb, startPostgres } from '../support/servers.ts'

const people = [
  ['PL5260001246', 'Nowak & Synowie', 'kontakt@nowak.example', '00-950', 'Warszawa'],
  ['DE136695976', 'Müller Büro GmbH', 'post@mueller.example', '01067', 'Dresden'],
  ['PL7740001454', 'Żółta Łódź', '', '09-411', 'Płock'],
] as const

if (available('PostgreSQL', hasPostgres()) && available('MariaDB', hasMariadb())) {
  describe('init --from a workbook, PostgreSQL and MariaDB', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-init-'))
    let postgres: DatabaseServer
    let mariadb: DatabaseServer

    beforeAll(async () => {
      ;[postgres, mariadb] = await Promise.all([startPostgres(), startMariadb()])
      const book = new ExcelJS.Workbook()
      const sheet = book.addWorksheet('Contractors')
      sheet.addRow(['No', 'NIP', 'Company', 'E-mail', 'Zip', 'City'])
      for (const [i, [vat, name, mail, zip, city]] of people.entries()) sheet.addRow([i + 1, vat, name, mail === '' ? null : mail, zip, city])
      await book.xlsx.writeFile(join(folder, 'contractors.xlsx'))
      const pg = new Client(postgres)
      await pg.connect()
      await pg.query('CREATE TABLE contractor (id bigserial PRIMARY KEY, vat_number varchar(20) UNIQUE, name varchar(200) NOT NULL, email varchar(200), postal_code varchar(10), city varchar(80), updated_at timestamptz NOT NULL DEFAULT now())')
      await pg.query("INSERT INTO contractor (vat_number, name, email, postal_code, city) VALUES ('PL5260001246', 'Nowak i Synowie', 'biuro@nowak.example', '00-950', 'Warszawa'), ('FR40303265045', 'Dupont SARL', 'contact@dupont.example', '75001', 'Paris')")
      await pg.end()
      const my = await createConnection({ host: mariadb.host, port: mariadb.port, user: mariadb.user, password: mariadb.password, database: mariadb.database })
      await my.query('CREATE TABLE contractors (id int AUTO_INCREMENT PRIMARY KEY, tax_id varchar(20), company_name varchar(200), mail varchar(200), zip_code varchar(10), town varchar(80)) CHARACTER SET utf8mb4')
      await my.query("INSERT INTO contractors (tax_id, company_name, mail, zip_code, town) VALUES ('DE136695976', 'Müller Büro GmbH', 'post@mueller.example', '01067', 'Dresden')")
      await my.end()
    })
    afterAll(async () => {
      await Promise.all([postgres?.stop(), mariadb?.stop()])
      rmSync(folder, { recursive: true, force: true })
    })

    const run = (command: Command, args: Record<string, string>, flags: Flags = {}) => {
      const env = { PLIMSOLL_SYSTEM_ERP_PASSWORD: postgres.password, PLIMSOLL_SYSTEM_SHOP_PASSWORD: mariadb.password }
      return command.run(args, { limit: '40', ...flags }, { app: createApp({ env, cwd: folder }), signal: new AbortController().signal, say: () => undefined, json: true })
    }

    test('makes a plan without mistakes and without secrets, in which all three hold one entity', async () => {
      const server = (of: DatabaseServer): string[] => [`host=${of.host}`, `port=${of.port}`, `user=${of.user}`, `password=${of.password}`, `database=${of.database}`]
      const made = await run(init, { folder: 'plan' }, { from: ['list=xlsx', 'folder=.', 'erp=postgres', ...server(postgres), 'shop=mariadb', ...server(mariadb)] })
      expect(made).toMatchObject({ exit: 0, summary: { systems: 3, entities: 1, mistakes: 0 } })
      const text = readFileSync(join(folder, 'plan', 'plan.yaml'), 'utf8')
      expect(text).not.toContain(postgres.password)
      expect(text).toContain('between: [list, erp, shop]')
      expect(text).toContain('identifiers: [vat_id]')
      expect((await run(check, { where: 'plan' })).summary).toMatchObject({ errors: 0 })
      await expect(run(init, { folder: 'plan' })).rejects.toMatchObject({ code: 'cli.arguments' })
    })

    test('which runs: previewed writes are made, nothing is doubled, the second run writes nothing', async () => {
      const shown = await run(preview, { where: 'plan' })
      expect(shown.exit).toBe(4)
      const first = await run(sync, { where: 'plan' })
      expect(first).toMatchObject({ exit: 0, summary: { balanced: true, set_aside: 0 } })
      const writes = (answer: typeof first): string[] => (answer.result as { writes: object[] }).writes.map((write) => JSON.stringify(write)).toSorted()
      expect(writes(first)).toEqual(writes(shown))
      const pg = new Client(postgres)
      await pg.connect()
      const { rows } = await pg.query<{ vat_number: string; name: string; email: string | null }>('SELECT vat_number, name, email FROM contractor ORDER BY vat_number')
      await pg.end()
      expect(rows.map((row) => row.vat_number)).toEqual(['DE136695976', 'FR40303265045', 'PL5260001246', 'PL7740001454'])
      const my = await createConnection({ host: mariadb.host, port: mariadb.port, user: mariadb.user, password: mariadb.password, database: mariadb.database })
      const [found] = await my.query('SELECT tax_id, company_name FROM contractors ORDER BY tax_id')
      await my.end()
      expect(found).toEqual(rows.map((row) => ({ tax_id: row.vat_number, company_name: row.name })))
      expect((await run(sync, { where: 'plan' })).summary).toMatchObject({ writes: 0, balanced: true })
    })
  })
}
