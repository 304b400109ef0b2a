/** Each benchmark runs, finds right what it measured, and says it in the form that is promised. How fast it was is not judged here. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

test('There is a build to measure.', () => {
  expect(existsSync(`${ROOT}/dist/cli/main.js`)).toBe(true)
})

test.each(['load', 'unchanged', 'memory', 'growth', 'latency', 'deliver', 'twoway', 'plan'])('The bench %s runs and answers with JSON lines.', (name) => {
  const done = spawnSync('npm', ['run', '--silent', 'bench', '--', name, '--smoke', '--json'], { cwd: ROOT, encoding: 'utf8', timeout: 110_000 })
  expect(done.stderr.replaceAll(/npm warn.*\n/g, '')).toBe('')
  const lines = done.stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({ name, value: expect.any(Number), unit: expect.any(String) })
  expect(Object.keys(lines[0]!)).toEqual(expect.arrayContaining(['against', 'ratio', 'noise']))
  const checks = Object.entries(lines[0]!['checks'] as Record<string, unknown>)
  expect(checks.length).toBeGreaterThan(0)
  expect(checks.filter(([, good]) => good !== true)).toEqual([])
  expect(done.status).toBe(0)
})
