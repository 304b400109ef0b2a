// The built product, wired with a function that kills this process at the n-th arrival at one step. Nothing but this file can do that.
// node entry.mjs <dist> <{"at":"claim.committed","nth":2,"counts":"file"}> <words of the command line…>
import { writeFileSync } from 'node:fs'

const [dist, order, ...words] = process.argv.slice(2)
const { at, nth, counts: file } = JSON.parse(order)
const counts = {}
function reached(point) {
  counts[point] = (counts[point] ?? 0) + 1
  if (point === at && counts[point] === nth) process.kill(process.pid, 'SIGKILL')
}

// What most cases run is begun without loading what the command line needs besides.
async function sync() {
  const [{ createApp, readPlan, start }, { pass }] = await Promise.all([import(`${dist}/app.js`), import(`${dist}/sync/engine.js`)])
  const app = createApp({ reached, command: 'plimsoll sync' })
  const running = await start(app, await readPlan(app, '.'), { readOnly: false })
  try {
    return (await pass(running.parts, { signal: new AbortController().signal, patienceMs: Number(app.options.patience) * 1_000 })).ok ? 0 : 1
  } finally {
    await running.close()
  }
}

const other = async () => (await import(`${dist}/cli/command-line.js`)).commandLine(words, { reached })
process.exitCode = await (words.join(' ') === 'sync' ? sync() : other())
if (file) writeFileSync(file, JSON.stringify(counts))
