// Calls a webhook in an open loop: so many a second, whatever comes back. Prints one JSON line at the end.
//   node sender.mjs <address> <a second> <seconds> <records> <first number>
import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'

const [address, rate, seconds, records, first] = [process.argv[2], ...process.argv.slice(3).map(Number)]
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const sent = []
const refused = []
const answers = []
const began = process.hrtime.bigint()
const total = rate * seconds
let open = 0

function send(n) {
  const id = String((n % records) + 1)
  const body = JSON.stringify({ type: 'changed', record: { id, sku: `A-${id}`, name: `Product ${id}`, price: String(10 + (n % 90)), note: `n${first + n}`, version: first + n + 2 } })
  open += 1
  const at = process.hrtime.bigint()
  sent.push([`n${first + n}`, Number(at)])
  const call = request(address, { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-delivery': `d${first + n}`, 'x-signature': `sha256=${createHmac('sha256', 'bench').update(body).digest('hex')}` } }, (response) => {
    response.resume().on('end', () => {
      open -= 1
      answers.push(Number(process.hrtime.bigint() - at))
      if (response.statusCode !== 202) refused.push(response.statusCode)
    })
  })
  call.on('error', (error) => {
    open -= 1
    refused.push(error.code ?? error.message)
  })
  call.end(body)
}

let n = 0
const timer = setInterval(() => {
  const due = Math.min(total, Math.floor((Number(process.hrtime.bigint() - began) / 1e9) * rate))
  for (; n < due; n += 1) send(n)
  if (n < total) return
  clearInterval(timer)
  const end = setInterval(() => {
    if (open > 0) return
    clearInterval(end)
    agent.destroy()
    console.log(JSON.stringify({ sent, refused, answers }))
  }, 20)
}, 1)
