/** The fidelity table on real servers whose session zone is a third one, with summer time. */
import { available, hasMariadb, hasPostgres } from '../support/servers.ts'
import { sqlFidelity } from '../support/sql-fidelity.ts'
import { mariadbPlace, postgresPlace } from '../support/sql-places.ts'

process.env['TZ'] = 'Pacific/Auckland'

if (available('PostgreSQL', hasPostgres())) {
  sqlFidelity('postgres', 'PostgreSQL', (name) => `"${name}"`, async () => {
    const place = await postgresPlace(['timezone=America/New_York', 'datestyle=SQL, DMY'])
    await place.run(`CREATE TYPE mood AS ENUM ('happy', 'it''s ok')`)
    return place
  })
}

if (available('MariaDB', hasMariadb())) {
  sqlFidelity('mariadb', 'MariaDB', (name) => `\`${name}\``, () => mariadbPlace(['--default-time-zone=-03:30']))
}
