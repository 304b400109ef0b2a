import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createApp, readPlan } from '../../app.ts'
import { virtualClock } from '../../base/clock.ts'
import { openQuestions } from '../../plan/questions/open-questions.ts'
import { isPlaceholder } from '../../plan/questions/placeholders.ts'
import type { Kept } from '../../plan/model.ts'
import { init } from '../commands/init.ts'
import { SCHEMA_LINE } from '../schema-file.ts'
import { TEMPLATES } from './templates.ts'

const folder = join(import.meta.dirname, '../templates')
const texts = (value: Kept): string[] => (typeof value === 'string' ? [value] : [...(value instanceof Map ? value.values() : (value as readonly Kept[]))].flatMap(texts))
const filesIn = (at: string): string[] => readdirSync(at).flatMap((name) => (statSync(join(at, name)).isDirectory() ? filesIn(join(at, name)) : [join(at, name)]))

async function made(template: string) {
  const at = mkdtempSync(join(tmpdir(), 'plimsoll-init-'))
  const app = createApp({ cwd: at, env: {}, clock: virtualClock(Date.UTC(2026, 10, 1)) })
  const answer = await init.run({ folder: 'new' }, { template }, { app, signal: new AbortController().signal, say: () => undefined, json: false })
  const plan = await readPlan(app, join(at, 'new'))
  return { at: join(at, 'new'), answer, plan, readiness: openQuestions(plan.loaded.plan!, '2026-11-01', plan.mistakes) }
}

it('the table names every folder of a template, and no other', () => {
  expect(readdirSync(folder).toSorted()).toEqual([...TEMPLATES.keys()].toSorted())
})

describe('a template', () => {
  it.each([...TEMPLATES.keys()])('%s is a plan without error and without warning', async (template) => {
    const { answer, plan } = await made(template)
    expect(answer.exit).toBe(0)
    expect(plan.mistakes.filter((mistake) => mistake.severity !== 'note').map((mistake) => mistake.says)).toEqual([])
    expect(plan.mistakes.filter((mistake) => mistake.severity === 'note' && !['kept', 'setting-missing'].includes(mistake.id)).map((mistake) => mistake.says)).toEqual([])
  })

  const projects = [...TEMPLATES.keys()].filter((name) => !['empty', 'list-to-database', 'two-way'].includes(name))
  it.each(projects)('%s says what is typical, and leaves open what only the customer knows, in a sensible order', async (template) => {
    const { at, answer, plan: { loaded: { plan } }, readiness } = await made(template)
    const { written } = plan!
    expect(answer.text).toContain('plimsoll ask new')
    expect(plan!.systems.size).toBeGreaterThan(3)
    expect(plan!.entities.size).toBeGreaterThan(3)
    expect(plan!.flows.size).toBeGreaterThan(3)
    expect(written.has('scenarios')).toBe(true)
    for (const flow of plan!.flows.values()) for (const end of flow.ends) expect(plan!.systems.get(end.system)!.holds.some((hold) => hold.entity === flow.entity), `${flow.key} ${end.system}`).toBe(true)
    // Every object is exchanged, every system takes part.
    const flows = [...plan!.flows.values()]
    expect([...plan!.entities.keys()].filter((entity) => !flows.some((flow) => flow.entity === entity))).toEqual([])
    expect([...plan!.systems.keys()].filter((system) => !flows.some((flow) => flow.ends.some((end) => end.system === system)))).toEqual([])
    // Nobody and nothing of the customer's own is made up.
    for (const section of ['people', 'deciders', 'objectives', 'problems', 'existing', 'operation', 'budget', 'milestones', 'launch', 'security', 'infrastructure', 'questions', 'decisions']) expect(written.has(section) ? section : '').toBe('')
    for (const system of plan!.systems.values()) {
      // A site or app of one's own calls Plimsoll, whatever it is made with.
      const own = system.category === 'website' || system.category === 'mobile_app'
      expect([system.accountable, system.operates, own && system.connector === 'app' ? undefined : system.connector]).toEqual([undefined, undefined, undefined])
    }
    expect([...plan!.teams.values()].filter((team) => team.kind !== 'outside')).toEqual([])
    expect([...written.values()].flatMap(texts).filter((text) => text !== 'x' && isPlaceholder(text) && !/^(open|draft|other|id)$/.test(text))).toEqual([])
    // What is open is asked: first what it is for and who is there, then systems and what is exchanged.
    const { open, share } = readiness
    expect(share).toBeLessThan(0.4)
    expect(open.length).toBeGreaterThan(40)
    const places = open.map((one) => one.place.join('.'))
    expect(places.slice(0, 6)).toEqual(expect.arrayContaining(['objectives', 'problems', 'people']))
    expect(places.findIndex((place) => place.endsWith('interface.form'))).toBeGreaterThan(places.indexOf('objectives'))
    expect(places.findIndex((place) => place.endsWith('interface.form'))).toBeLessThan(places.findIndex((place) => place.startsWith('budget')))
    expect(open.filter((one) => one.reason !== undefined).map((one) => `${one.place.join('.')}: ${one.reason}`)).toEqual([])
    // It teaches: every file begins with what it is, and the editor finds the language.
    for (const file of filesIn(at).filter((name) => name.endsWith('.yaml'))) expect(readFileSync(file, 'utf8')).toMatch(/^# /)
    expect(readFileSync(join(at, 'plan.yaml'), 'utf8').startsWith(SCHEMA_LINE)).toBe(true)
  })

  it('that is misspelt is told apart', async () => {
    await expect(made('new-shp')).rejects.toThrow('did you mean new-shop?')
  })
})
