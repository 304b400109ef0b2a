/**
 * Who may touch the world: the environment, the clock, files, the network, databases, the console. Each rule is a row; an exception
 * has a reason. That is what makes a run repeatable and a test able to let hours pass at once.
 */
import { describe, expect, test } from 'vitest'
import { found, imports, packageOf, sources } from './sources.ts'

interface Rule {
  readonly what: string
  readonly pattern: RegExp
  /** Where it may stand: beginnings of paths, each with the reason. */
  readonly allowed: Readonly<Record<string, string>>
}

const OF_THE_PROCESS = [...new Set([...Object.getOwnPropertyNames(process), 'on', 'once', 'off', 'emit', 'addListener', 'removeListener'])].filter((name) => name !== 'env' && /^\w+$/.test(name))

const RULES: readonly Rule[] = [
  {
    what: 'the environment of the process',
    pattern: /\bprocess\s*\.\s*env\b|\bprocess\[|from 'node:process'/,
    allowed: { 'src/app.ts': 'createApp reads it once and hands it on' },
  },
  {
    what: 'the rest of the process',
    // Only what the real one has: the process of a plan has steps and lanes.
    pattern: new RegExp(String.raw`\bprocess\s*\.\s*(?:${OF_THE_PROCESS.join('|')})\b`),
    allowed: {
      'src/app.ts': 'the working folder, and the id under which a store is held',
      'src/cli/': 'arguments, standard output, exit code, signals',
    },
  },
  {
    what: 'the time of day',
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)|[^.\w]Date\(\s*\)|\bperformance\.(now|timeOrigin)\b|\bprocess\.hrtime\b|\bTemporal\.Now\b/,
    allowed: { 'src/base/clock.ts': 'the one clock' },
  },
  {
    what: 'chance',
    pattern: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\brandomInt\b|\bgetRandomValues\b/,
    allowed: {
      'src/base/clock.ts': 'the one source',
    },
  },
  {
    what: 'timers',
    pattern: /(?<![.\w])(setTimeout|setInterval|setImmediate)\s*\(|from 'node:timers/,
    allowed: { 'src/base/clock.ts': 'the one clock' },
  },
  {
    what: 'time-outs of the network',
    pattern: /\.setTimeout\s*\(|\bAbortSignal\.timeout\b/,
    allowed: { 'src/systems/protocols/': 'a silent server is noticed in real time, whatever clock the hub lives by' },
  },
  {
    what: 'the console',
    pattern: /(?<![.\w])console\s*\.\s*\w+|\bprocess\.(stdout|stderr)\b/,
    allowed: { 'src/cli/': 'this is where people read' },
  },
  {
    what: 'code made from text',
    pattern: /(?<![.\w])(eval|Function)\s*\(|\bnew Function\b|from 'node:vm'/,
    allowed: {},
  },
  {
    what: 'other programs',
    pattern: /from 'node:(child_process|cluster|worker_threads)'/,
    allowed: { 'src/apart.ts': 'begins the thread that reads', 'src/thread.ts': 'is that thread' },
  },
  {
    what: 'the global fetch',
    pattern: /(?<![.\w])fetch\s*\(/,
    allowed: {},
  },
]

describe.each(RULES)('$what', ({ pattern, allowed }) => {
  test('is touched only where the table says', () => {
    expect(found(pattern, (path) => !Object.keys(allowed).some((begin) => path.startsWith(begin)))).toEqual([])
  })
})

test('the patterns would see an offence', () => {
  const offences = ['process.env', 'process.exit', 'new Date()', 'Math.random', 'setTimeout(', 'socket.setTimeout(', 'console.log', 'eval(', "from 'node:child_process'", 'fetch(']
  expect(offences.length).toBe(RULES.length)
  for (const [at, offence] of offences.entries()) expect(` ${offence}`, RULES[at]!.what).toMatch(RULES[at]!.pattern)
  expect(sources.length).toBeGreaterThan(200)
})

test('an exception that nobody uses leaves the table', () => {
  const unused = RULES.flatMap(({ what, pattern, allowed }) =>
    Object.keys(allowed).filter((begin) => found(pattern, (path) => path.startsWith(begin)).length === 0).map((begin) => `${what}: ${begin}`))
  expect(unused).toEqual([])
})

/** Where each foreign package and each module of Node that reaches outside may be imported. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  'better-sqlite3': ['src/store/sqlite/', 'src/systems/protocols/sql/', 'src/systems/protocols/app/'],
  pg: ['src/store/postgres/', 'src/systems/protocols/sql/'],
  mysql2: ['src/systems/protocols/sql/'],
  undici: ['src/systems/protocols/http/', 'src/systems/protocols/app/bell.ts', 'src/systems/protocols/files/'],
  aws4fetch: ['src/systems/protocols/files/'],
  'basic-ftp': ['src/systems/protocols/files/'],
  'ssh2-sftp-client': ['src/systems/protocols/files/'],
  fastify: ['src/server/'],
  'prom-client': ['src/server/'],
  commander: ['src/cli/'],
  'csv-parse': ['src/cli/'],
  yaml: ['src/plan/', 'src/systems/catalogue.ts', 'src/systems/protocols/http/', 'src/cli/'],
  zod: ['src/server/', 'src/systems/protocols/'],
  '@marcbachmann/cel-js': ['src/record/cel'],
  'libphonenumber-js': ['src/record/types/'],
  'iconv-lite': ['src/systems/protocols/files/'],
  saxes: ['src/systems/'],
  croner: ['src/sync/', 'src/plan/'],
  jiti: ['src/app.ts'],
  'rabbitmq-client': ['src/systems/protocols/messages/amqp/'],
  mqtt: ['src/systems/protocols/messages/mqtt/'],
  nodemailer: ['src/systems/protocols/messages/mail/'],
  pdfkit: ['src/blueprint/'],
  '@clack/prompts': ['src/cli/asking/'],
  'node:fs': ['src/app.ts', 'src/cli/', 'src/blueprint/fonts/', 'src/blueprint/documents/site/assets.ts', 'src/store/', 'src/systems/catalogue.ts', 'src/systems/protocols/'],
  'node:fs/promises': ['src/app.ts', 'src/cli/', 'src/store/', 'src/systems/catalogue.ts', 'src/systems/protocols/'],
  // A library with large tables is loaded when it is needed.
  'node:module': ['src/record/types/phone.ts'],
  'node:async_hooks': ['src/sync/calls.ts'],
  'node:worker_threads': ['src/apart.ts', 'src/thread.ts'],
  'node:net': ['src/systems/protocols/', 'src/systems/network.ts'],
  'node:tls': ['src/systems/protocols/'],
  'node:dns': ['src/systems/network.ts'],
  'node:http': ['src/cli/login-listener.ts', 'src/server/'],
  'node:os': ['src/app.ts', 'src/store/', 'src/cli/', 'src/systems/protocols/files/places/'],
  'node:stream/promises': ['src/systems/protocols/'],
  'node:stream': ['src/systems/protocols/', 'src/server/'],
  'node:zlib': ['src/systems/protocols/'],
  // Computes and touches nothing.
  'node:crypto': ['src/'],
  'node:path': ['src/'],
  'node:url': ['src/'],
  'node:util': ['src/'],
}

test('packages and modules that reach outside are imported only in their homes', () => {
  const foreign = imports.filter(({ own }) => !own)
  expect(foreign.length).toBeGreaterThan(50)
  expect(foreign.filter(({ from, to }) => !(HOMES[packageOf(to)] ?? []).some((home) => from.startsWith(home))).map(({ from, to }) => `${from} → ${to}`)).toEqual([])
})
