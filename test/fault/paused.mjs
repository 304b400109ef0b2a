// The built product on a clock whose hands a test moves: `clock` holds the milliseconds to add to the time of day. At the step named it
// stops itself, as SIGSTOP from outside would. node paused.mjs <dist> <{"at":"claim.committed","clock":"file"}> <words of the command line…>
import { readFileSync } from 'node:fs'

const [dist, order, ...words] = process.argv.slice(2)
const { at, clock: file } = JSON.parse(order)
const { systemClock } = await import(`${dist}/base/clock.js`)
const { commandLine } = await import(`${dist}/cli/command-line.js`)

let met = false
process.exitCode = await commandLine(words, {
  clock: { ...systemClock, now: () => Date.now() + Number(readFileSync(file, 'utf8')) },
  reached(point) {
    if (met || point !== at) return
    met = true
    process.kill(process.pid, 'SIGSTOP')
  },
})
