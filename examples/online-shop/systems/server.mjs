// One system behind HTTP: json-server over its JSON document. `node server.mjs <system> <port> <folder>`
// json-server itself would write the whole document at every change. Here it keeps it in memory; each change is one line in
// a journal that is written before the answer is sent, so that a killed server forgets nothing it has said.
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { rulesOf } from './house-rules.mjs'

const { default: jsonServer } = await import('json-server').catch(() => {
  console.error('json-server is not installed: npm install --no-save json-server@0.17.4')
  process.exit(1)
})
const [system, port, folder] = process.argv.slice(2)
const file = join(folder, `${system}.json`)
const journal = join(folder, 'run', `${system}.journal`)

const data = JSON.parse(readFileSync(file, 'utf8'))
replay()
save()

// `…Id` would make json-server delete whatever refers to a deleted record.
const router = jsonServer.router(data, { foreignKeySuffix: '_no_cascade' })
router.render = (request, response) => {
  const answer = response.locals.data
  if (response.statusCode < 300 && request.method !== 'GET' && request.method !== 'HEAD') keep(request, answer)
  response.jsonp(answer)
}

const server = jsonServer.create()
server.use(jsonServer.defaults({ logger: false, noCors: true, noGzip: true }))
server.use(jsonServer.bodyParser)
for (const rule of rulesOf(system, data)) server.use(rule)
server.get('/health', (request, response) => response.json({ system, ok: true }))
server.use(router)
const listener = server.listen(Number(port), '127.0.0.1')
listener.keepAliveTimeout = 30000
listener.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    listener.close(() => {
      save()
      process.exit(0)
    })
    listener.closeIdleConnections()
    setTimeout(() => listener.closeAllConnections(), 500).unref()
  })
}

function keep(request, answer) {
  const [resource, id] = request.path.split('/').filter(Boolean)
  const entry = request.method === 'DELETE' ? { resource, id: decodeURIComponent(id), gone: true } : { resource, id: String(answer.id), record: answer }
  appendFileSync(journal, `${JSON.stringify(entry)}\n`)
}

function replay() {
  if (!existsSync(journal)) return
  const at = new Map()
  for (const line of readFileSync(journal, 'utf8').split('\n')) {
    let entry
    try {
      entry = JSON.parse(line)
    } catch {
      continue                                                     // the last line may be half written; it was never answered
    }
    const list = data[entry.resource]
    if (!at.has(list)) at.set(list, new Map(list.map((record, i) => [String(record.id), i])))
    const index = at.get(list)
    const known = index.get(entry.id)
    if (entry.gone) {
      if (known !== undefined) list[known] = null
      index.delete(entry.id)
    } else if (known !== undefined) list[known] = entry.record
    else index.set(entry.id, list.push(entry.record) - 1)
  }
  for (const list of at.keys()) list.splice(0, list.length, ...list.filter((record) => record !== null))
}

function save() {
  const handle = openSync(`${file}.new`, 'w')
  writeSync(handle, JSON.stringify(data))
  fsyncSync(handle)
  closeSync(handle)
  renameSync(`${file}.new`, file)
  rmSync(journal, { force: true })
  writeFileSync(journal, '')
}
