// A look into one of the example's databases: `node sql.mjs <system> "<SQL>"`.
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'

const [system, sql] = process.argv.slice(2)
const folder = resolve(process.env.EXAMPLE_DATA ?? join(dirname(fileURLToPath(import.meta.url)), '../data'))
const db = new Database(join(folder, `${system}.sqlite`), { fileMustExist: true, timeout: 5000 })
const statement = db.prepare(sql)
if (statement.reader) console.log(JSON.stringify(statement.all(), null, 1))
else console.log(`${statement.run().changes} changed`)
db.close()
