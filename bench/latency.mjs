// From the first byte of a webhook to the row at the target: sender, target and `plimsoll serve` are processes of their own.
import { setTimeout as wait } from 'node:timers/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, usage } from './child.mjs'
import { percentile, round } from './figures.mjs'
import { loopback, serve, writeShop } from './shop.mjs'

const SENDER = fileURLToPath(new URL('sender.mjs', import.meta.url))
const A_SECOND = 250
const RECORDS = 2500
const ALLOWED_MS = 100
/** Number of the first event that counts. */
const FIRST = 1_000_000

/** Event → when its state, or a newer one of the same record, was at the target. */
async function arrivals(front, sent, records) {
  const numberOf = (note) => Number(note.slice(1))
  const recordOf = (note) => (numberOf(note) - FIRST) % records
  const applied = new Map()
  const end = performance.now() + 60_000
  const writes = []
  while (performance.now() < end && applied.size < sent.length) {
    writes.push(...(await front.ask('applied')).filter(([note]) => numberOf(note) >= FIRST))
    const byRecord = grouped(writes, ([note]) => recordOf(note))
    for (const [note] of sent) {
      if (applied.has(note)) continue
      const times = (byRecord.get(recordOf(note)) ?? []).filter(([other]) => numberOf(other) >= numberOf(note)).map(([, at]) => at)
      if (times.length > 0) applied.set(note, Math.min(...times))
    }
    if (applied.size < sent.length) await wait(250)
  }
  return applied
}

function grouped(list, keyOf) {
  const groups = new Map()
  for (const item of list) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

export async function bench({ folder, smoke, seconds: time, say }) {
  const seconds = time(60, 3)
  const records = smoke ? 100 : RECORDS
  const project = join(folder, 'project')
  const [shop, front] = [await loopback(records), await loopback(0)]
  writeShop(project, { shop: shop.address, front: front.address })
  const serving = await serve(project)
  try {
    for (let i = 0; (await front.ask('rows')).rows < records; i += 1) {
      if (i > 600) throw new Error(`the first load does not end: ${JSON.stringify(serving.events.slice(-2))}`)
      await wait(200)
    }
    await wait(2000)
    await front.ask('applied')
    const send = async (a, s, first) => JSON.parse((await run(process.execPath, [SENDER, serving.started.hooks[0], String(a), String(s), String(records), String(first)])).stdout)
    // Warm, as a service is: the code has run before.
    await send(A_SECOND / 5, smoke ? 1 : 5, 0)
    await wait(1500)
    await front.ask('applied')
    say(`${A_SECOND} calls a second for ${seconds} s`)
    const usedBefore = usage(serving.pid)
    const { sent, refused, answers } = await send(A_SECOND, seconds, FIRST)
    const applied = await arrivals(front, sent, records)
    const used = usage(serving.pid)
    const times = sent.flatMap(([note, at]) => (applied.has(note) ? [(applied.get(note) - at) / 1e6] : [])).toSorted((a, b) => a - b)
    // The same in halves of the run, in turn: what the machine did meanwhile.
    const half = (which) => percentile(sent.flatMap(([note, at], i) => (Math.floor(i / A_SECOND) % 2 === which && applied.has(note) ? [(applied.get(note) - at) / 1e6] : [])).toSorted((a, b) => a - b), 0.99)
    const p99 = percentile(times, 0.99)
    return {
      name: 'latency', value: round(p99), unit: 'ms (p99)', against: ALLOWED_MS, ratio: round(p99 / ALLOWED_MS), noise: round(Math.max(half(0), half(1)) / Math.min(half(0), half(1)) - 1), bar: '≤ 1.0',
      p50: round(percentile(times, 0.5)), p90: round(percentile(times, 0.9)), max: round(times.at(-1)), answer_p50: round(percentile(answers.map((ns) => ns / 1e6).toSorted((a, b) => a - b), 0.5)),
      answer_p99: round(percentile(answers.map((ns) => ns / 1e6).toSorted((a, b) => a - b), 0.99)), a_second: A_SECOND, seconds, events: sent.length, rss_mb: Math.round(used.rssMb), cpu_ms_an_event: round((used.cpuMs - usedBefore.cpuMs) / sent.length),
      checks: { none_refused: refused.length === 0 || `${refused.length} refused: ${[...new Set(refused)].join(', ')}`, none_lost: times.length === sent.length || `${sent.length - times.length} of ${sent.length} did not arrive` },
    }
  } finally {
    await Promise.race([serving.stop(), wait(20_000)])
    serving.kill()
    for (const system of [shop, front]) system.child.kill()
  }
}
