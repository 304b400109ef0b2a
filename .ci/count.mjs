// Sums up the reports of vitest in a folder. A suite that ended badly without a failed test counts as one failure.
//   node .ci/count.mjs <folder> <suite>=<its exit code>…
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, ...suites] = process.argv.slice(2)
let [passed, failed, skipped] = [0, 0, 0]
for (const one of suites) {
  const [suite, status] = one.split('=')
  const file = join(folder, `${suite}.json`)
  const results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).testResults : []
  const tests = results.flatMap((result) => result.assertionResults)
  const passes = tests.filter((test) => test.status === 'passed')
  const failures = tests.filter((test) => test.status === 'failed')
  const skips = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed')
  // A file that could not be loaded has no tests; it is a failure all the same.
  const broken = results.filter((result) => result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'))
  for (const test of failures) console.log(`${suite}: FAILED ${test.fullName}`)
  for (const result of broken) console.log(`${suite}: FAILED ${result.name}, outside its tests: ${result.message.split('\n')[0]}`)
  for (const test of skips) console.log(`${suite}: skipped ${test.fullName}`)
  let wrong = failures.length + broken.length
  if (wrong === 0 && (status !== '0' || tests.length === 0)) {
    console.log(`${suite}: FAILED as a whole: ${tests.length === 0 ? 'it did not get as far as its tests' : `exit code ${status}`}`)
    wrong = 1
  }
  console.log(`${suite}: ${passes.length} passed, ${wrong} failed, ${skips.length} skipped`)
  passed += passes.length
  failed += wrong
  skipped += skips.length
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed > 0 || (process.env['CI'] === 'true' && skipped > 0) ? 1 : 0
