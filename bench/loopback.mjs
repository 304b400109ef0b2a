// A system on loopback with a plain JSON interface: lists, records, batches. Says its address, then one line per command on standard input.
//   applied         the writes since the last such line: [field `note`, nanoseconds of this machine's clock] …
//   fail <share>    from now on this share of the writes is answered with 503
//   rows            how many records it holds, and how many calls came
//   hash            of what it holds, whatever the keys
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'

const records = new Map()
let applied = []
let failing = 0
let calls = 0
let next = 1
/** Small and seeded: which calls fail is the same each time. */
let state = 7
const chance = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32

const put = (id, given) => {
  const record = { ...records.get(id), ...given, id, version: (records.get(id)?.version ?? 0) + 1 }
  records.set(id, record)
  applied.push([record.note, Number(process.hrtime.bigint())])
  return record
}

const server = createServer((request, response) => {
  const parts = []
  request.on('data', (part) => parts.push(part))
  request.on('end', () => {
    const url = new URL(request.url, 'http://x')
    const [, , id] = url.pathname.split('/')
    const answer = (status, body) => {
      const text = JSON.stringify(body)
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
    }
    calls += 1
    const body = parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : undefined
    // Its own users are not troubled.
    if (request.method !== 'GET' && request.headers['x-user'] === undefined && chance() < failing) return answer(503, { says: 'busy' })
    if (request.method === 'POST' && id === 'batch') return answer(200, body.map((one) => put(one.id === undefined ? String(next++) : String(one.id), one)))
    if (request.method === 'POST') return answer(201, put(String(next++), body))
    if (request.method === 'PATCH') return records.has(id) ? answer(200, put(id, body)) : answer(404, {})
    if (id !== undefined) return records.has(id) ? answer(200, records.get(id)) : answer(404, {})
    const wanted = url.searchParams.get('ids')
    if (wanted !== null) return answer(200, wanted.split(',').flatMap((one) => records.get(one) ?? []))
    const sku = url.searchParams.get('sku')
    if (sku !== null) return answer(200, [...records.values()].filter((one) => sku.split(',').includes(one.sku)))
    const start = Number(url.searchParams.get('start') ?? 0)
    answer(200, [...records.values()].slice(start, start + Number(url.searchParams.get('limit') ?? 1000)))
  })
})
server.keepAliveTimeout = 60_000
for (let i = 0; i < Number(process.argv[2] ?? 0); i += 1) records.set(String(next++), { id: String(i + 1), sku: `A-${i + 1}`, name: `Product ${i + 1}`, price: '10', note: 'new', version: 1 })
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
createInterface(process.stdin).on('line', (line) => {
  const [command, value] = line.split(' ')
  if (command === 'fail') failing = Number(value)
  if (command === 'hash') console.log(JSON.stringify(createHash('sha256').update([...records.values()].map(({ sku, name, price, note }) => JSON.stringify([sku, name, Number(price), note])).toSorted().join()).digest('hex')))
  if (command === 'applied') {
    console.log(JSON.stringify(applied))
    applied = []
  }
  if (command === 'rows') console.log(JSON.stringify({ rows: records.size, calls }))
}).on('close', () => process.exit(0))
