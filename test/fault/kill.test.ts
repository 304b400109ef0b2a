/**
 * The product as it is delivered is killed from outside at 100 random moments: while it loads, delivers, takes webhooks, brings in a new
 * plan, logs in, and carries out what people repair. What the systems then hold is judged by looking into them, not by what the
 * product says: nothing lost, nothing doubled. FAULT_SEED repeats a run.
 */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/clock.ts'
import { Project, ROOT, type Row } from '../e2e/project.ts'
import { startJsonServer } from '../support/http-servers.ts'
import { killedAfter } from './machine.ts'
import { type Death, type Played, played } from './playing.ts'
import { calls } from './stories/calls.ts'
import { MANIFEST, PLAN as BOTH_WAYS } from './stories/both-ways.ts'
import { newPlan } from './stories/new-plan.ts'
import { oddServer } from './stories/odd-server.ts'
import { repairs } from './stories/repairs.ts'
import type { Stage, Story, World } from './story.ts'

const SEED = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 1e9))
process.stderr.write(`FAULT_SEED=${SEED}\n`)

const sku = (n: number): string => `A-${String(n).padStart(5, '0')}`
const N = 1_500
const load: Story = {
  name: 'a first load', points: 0, shows: /./,
  async open() {
    const project = new Project()
    cpSync(join(ROOT, 'examples/first-25-lines/plan.yaml'), project.path('plan.yaml'))
    project.put('inbox/products.csv', ['Article no.,Description,Price,Qty', ...Array.from({ length: N }, (_, n) => `${sku(n)},"Mug no. ${n}, żółty",${n % 90}.${String(n % 100).padStart(2, '0')},${n % 300}`)].join('\n'))
    return { project, servers: [], close: async () => project.done() }
  },
  stages: [{
    name: 'all products', words: () => ['sync'],
    same: ({ project }) => project.rows('products.db', 'SELECT * FROM product ORDER BY sku'),
    judge: ({ project }) => expect(project.rows('products.db', 'SELECT count(*) AS n, count(DISTINCT sku) AS skus FROM product')).toEqual([{ n: N, skus: N }]),
  }],
}

const person = (n: number) => ({ email: `p${n}@example.test`, name: `Łucja ${n}`, phone: `+4850100${String(n).padStart(4, '0')}` })
const M = 100
function people({ project, servers: [shop] }: World): { readonly crm: readonly Row[]; readonly shop: readonly Row[] } {
  return { crm: project.rows('crm.db', 'SELECT * FROM contact'), shop: shop!['customers']! }
}
const exchange: Story = {
  name: 'an exchange in both directions', points: 0, shows: /./,
  async open() {
    // Numbers M to 1.5 M are in both.
    const server = await startJsonServer({ customers: Array.from({ length: M }, (_, i) => ({ id: i + 1, ...person(M + i), note: 'kept' })) })
    const project = new Project({ 'plan.yaml': BOTH_WAYS(server.url), 'shop.yaml': MANIFEST })
    project.sql('crm.db', 'CREATE TABLE contact (id INTEGER PRIMARY KEY, email TEXT, name TEXT, phone TEXT, note TEXT)')
    project.insert('crm.db', "INSERT INTO contact (email, name, phone, note) VALUES (?, ?, ?, 'kept')", Array.from({ length: 1.5 * M }, (_, n) => [person(n).email, person(n).name, person(n).phone]))
    return {
      project, servers: [server.data as Record<string, Row[]>],
      async close() {
        await server.close()
        project.done()
      },
    }
  },
  stages: [
    {
      name: 'everybody is in both', words: () => ['sync'],
      judge(world) {
        const wanted = Array.from({ length: 2 * M }, (_, n) => person(n).email).toSorted()
        const { crm, shop } = people(world)
        expect([crm, shop].map((rows) => rows.map((row) => row['email']).toSorted())).toEqual([wanted, wanted])
        expect([crm, shop].map((rows) => rows.filter((row) => row['note'] === 'kept').length)).toEqual([1.5 * M, M])
      },
    },
    {
      name: 'people edit on both sides',
      before({ project, servers: [shop] }) {
        project.sql('crm.db', "UPDATE contact SET name = 'Edited in CRM ' || id WHERE id <= 30")
        for (const row of shop!['customers']!.slice(0, 30)) row['phone'] = '+48501999999'
      },
      words: () => ['sync'],
      judge(world) {
        for (const rows of Object.values(people(world))) {
          expect(rows).toHaveLength(2 * M)
          expect(rows.filter((row) => String(row['name']).startsWith('Edited in CRM')).map((row) => row['name'])).toHaveLength(30)
          expect(rows.filter((row) => row['phone'] === '+48501999999')).toHaveLength(30)
        }
      },
    },
  ],
}

/** What is killed how often; only in these stages, or in all. */
const KINDS: readonly { readonly what: string; readonly story: Story; readonly kills: number; readonly stages?: (stage: Stage) => boolean }[] = [
  { what: 'a load', story: load, kills: 20 },
  { what: 'a delivery', story: exchange, kills: 20 },
  { what: 'webhooks that are taken', story: calls, kills: 20 },
  { what: 'a new plan', story: newPlan, kills: 15, stages: (stage) => stage.name.startsWith('a field renamed') },
  { what: 'a login', story: oddServer, kills: 10, stages: (stage) => stage.name.startsWith('a busy token service') },
  { what: 'a repair', story: repairs, kills: 15 },
]

/** Nothing of it happens before this share of its time is over: until then it is only being started. */
const STARTED = 0.3
const after = ({ world }: Played, ms: number): Death => async (words, drive) => {
  const { killed } = await killedAfter(world.project, ms, words, drive)
  return { where: `${Math.round(ms)} ms`, died: killed }
}

let dead = 0
describe.concurrent('the product, killed from outside', () => {
  for (const [i, { what, story, kills, stages = () => true }] of KINDS.entries()) {
    test(`During ${what}: ${kills} kills lose, double and overwrite nothing.`, async () => {
      const random = seededRandom(SEED + i)
      let left = kills
      const all = story.stages.filter(stages)
      await played(story, SEED, async (stage, undisturbed) => {
        const start = performance.now()
        await killedAfter(stage.world.project, undefined, stage.words, stage.drive)
        let ms = performance.now() - start
        await undisturbed()
        const place = all.indexOf(stage.stage)
        if (place < 0) return
        const share = Math.ceil(left / (all.length - place))
        for (let kill = 0, tries = 0; kill < share && tries < 3 * share; tries += 1) {
          const died = await stage.again([after(stage, ms * (STARTED + (1 - STARTED) * random()))])
          kill += died
          // On a machine with other work the same takes longer or shorter.
          if (died === 0) ms *= 0.8
          left -= died
          dead += died
        }
      })
      expect(left).toBeLessThanOrEqual(0)
    })
  }
})

test('There were 100 of them.', () => {
  process.stderr.write(`${dead} processes were killed\n`)
  expect(dead).toBeGreaterThanOrEqual(100)
})
