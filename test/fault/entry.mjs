// The built product, wired with a function that kills this process at the n-th arrival at one step. Nothing but this file can do that.
// node entry.mjs <dist> <{"at":"claim.committed","nth":2,"counts":"file"}> <words of the command line…>
import { writeFileSync } from 'node:fs'

const [dist, order, ...words] = process.argv.slice(2)
const { at, nth, counts: file } = JSON.parse(order)
const { commandLine } = await import(`${dist}/cli/command-line.js`)

const counts = {}
process.exitCode = await commandLine(words, {
  reached(point) {
    counts[point] = (counts[point] ?? 0) + 1
    if (point === at && counts[point] === nth) process.kill(process.pid, 'SIGKILL')
  },
})
if (file) writeFileSync(file, JSON.stringify(counts))
