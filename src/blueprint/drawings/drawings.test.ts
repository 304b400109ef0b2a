import { describe, expect, test } from 'vitest'
import { keysIn, sheetsByDrawing } from '../../../test/support/drawn.ts'
import { exampleBlueprint } from '../../../test/support/example-blueprint.ts'
import { generatedBlueprint } from '../../../test/support/generated-plans.ts'
import { loadText } from '../../../test/support/load-text.ts'
import { blueprintOf } from '../derive/blueprint-of.ts'
import type { Blueprint } from '../model.ts'
import { drawingsOf } from './drawings.ts'
import { scenarioName } from './words.ts'

const example = exampleBlueprint()
const large = generatedBlueprint({ seed: 5, systems: 30, flows: 60, hubs: 2, names: 'mixed', lanes: 9 })
const empty = generatedBlueprint({ seed: 6, systems: 1, flows: 0, hubs: 0, names: 'hostile', lanes: 0 })

const stepsOf = (blueprint: Blueprint): readonly string[] =>
  blueprint.processes.flatMap((process) => [...process.steps, ...process.exceptions.flatMap((one) => one.steps)].map((step) => `${process.key}.${step.key}`))

describe.each([['the example', example], ['a large plan', large], ['a plan with nothing in it', empty]] as const)('the drawings of %s', (_, blueprint) => {
  const sheets = sheetsByDrawing(blueprint)

  test('have names that are unique and stable', () => {
    const names = drawingsOf(blueprint, 'en').map((drawing) => drawing.name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.filter((name) => !/^(process-[a-z0-9_]+|data-flow|data-model|application|integration|sequence-(scenario-)?[a-z0-9_]+|network|hardware|golden|raci|escalation)$/.test(name))).toEqual([])
    expect(drawingsOf(blueprint, 'pl').map((drawing) => drawing.name)).toEqual(names)
  })

  test('explain the signs of a process that it uses, and no others', () => {
    const legends = new Map(drawingsOf(blueprint, 'en').map((drawing) => [drawing.name, drawing.legend.map(({ text }) => text)]))
    for (const process of blueprint.processes.filter(({ steps }) => steps.length > 0)) {
      const steps = [...process.steps, ...process.exceptions.flatMap((one) => one.steps)]
      const legend = legends.get(`process-${process.key}`) ?? []
      expect(['by hand', 'deadline', 'only if'].map((text) => legend.includes(text)), process.key)
        .toEqual([steps.some(({ kind }) => kind === 'manual'), steps.some(({ within }) => within !== undefined), steps.some(({ onlyIf }) => onlyIf !== undefined)])
    }
  })

  test('are the same each time', () => {
    expect(sheetsByDrawing(blueprint)).toEqual(sheets)
  })

  test('have a sequence for each flow, which says whose it is and who takes part', () => {
    for (const [key, flow] of blueprint.flows) {
      const drawn = sheets.get(`sequence-${key}`) ?? []
      expect(keysIn(drawn, 'flow'), key).toEqual(new Set([key]))
      expect([...keysIn(drawn, 'system')].toSorted(), key).toEqual([...new Set(flow.ends.map((end) => end.system))].toSorted())
      for (const word of ['loop', 'opt', 'alt']) expect(drawn.join(''), `${key} ${word}`).toContain(`>${word}</text>`)
    }
  })

  test('have a sequence for each scenario', () => {
    expect(blueprint.scenarios.length).toBeGreaterThan(3)
    expect(blueprint.scenarios.filter((scenario) => !sheets.has(`sequence-scenario-${scenario.key}`))).toEqual([])
  })

  test('have a process diagram for each process, with every step of it', () => {
    const drawn = blueprint.processes.flatMap((process) => sheets.get(`process-${process.key}`) ?? [])
    expect([...keysIn(drawn, 'step')].toSorted()).toEqual(stepsOf(blueprint).toSorted())
  })

  test('have a row of the matrix for each system, flow and step', () => {
    const drawn = sheets.get('raci') ?? []
    const wanted = (kind: string): string[] => blueprint.responsibilities.filter((row) => row.kind === kind).map((row) => row.key).toSorted()
    for (const kind of ['system', 'flow', 'step'] as const) expect([...keysIn(drawn, kind)].toSorted()).toEqual(wanted(kind))
  })
})

describe('the drawings', () => {
  test('of a process show what follows a missed deadline, and where an exception goes on', () => {
    const svg = (sheetsByDrawing(example).get('process-order_to_doorstep') ?? []).join('')
    const process = example.processes.find((one) => one.key === 'order_to_doorstep')!
    expect(process.exceptions.length).toBeGreaterThan(1)
    for (const [index, exception] of process.exceptions.entries()) {
      const letter = 'ABC'.charAt(index)
      expect(svg).toContain(`data-id="exception-${letter}"`)
      for (const step of exception.after) expect(svg).toContain(`data-id="step-${process.steps.findIndex((one) => one.key === step)}-leaves-${letter}"`)
    }
    const deadlines = [...process.steps, ...process.exceptions.flatMap((one) => one.steps)].filter((step) => step.within !== undefined)
    expect(svg.match(/data-id="[^"]*-timer"/g)?.length).toBe(deadlines.length)
  })

  test('of escalation name everybody on a ladder', () => {
    const svg = (sheetsByDrawing(example).get('escalation') ?? []).join('')
    const told = new Set(example.scenarios.flatMap((scenario) => scenario.ladder.map((rung) => rung.who)))
    expect(told.size).toBeGreaterThan(2)
    for (const who of told) expect(svg).toContain(example.parties.get(who)?.name ?? who)
  })

  test('lose a shape when its flow leaves the plan', () => {
    const [gone] = example.flows.keys()
    const less: Blueprint = { ...example, flows: new Map([...example.flows].filter(([key]) => key !== gone)) }
    expect(sheetsByDrawing(example).has(`sequence-${gone}`)).toBe(true)
    expect(sheetsByDrawing(less).has(`sequence-${gone}`)).toBe(false)
  })

  test('speak Polish', () => {
    const text = [...sheetsByDrawing(example, 'pl').values()].flat().join('')
    for (const words of ['Kto za co odpowiada', 'Eskalacja: kto', 'arkusz 1 z', 'Proces: ', 'przebieg wymiany']) expect(text).toContain(words)
    expect(text).not.toMatch(/Escalation|sheet \d|Who is responsible/)
  })
})

test('what is done by hand is said in words, and a name from right to left stays whole among others', () => {
  const blueprint = blueprintOf(loadText(`plimsoll: 1
name: By hand
systems:
  a: { name: Claims, interface: { form: by_hand }, holds: [thing] }
  b: { name: מערכת (API), interface: { form: none }, holds: [thing] }
entities: { thing: { identifiers: [key], fields: { key: text } } }
flows: { things: { entity: thing, from: a, to: b } }
`).plan!)
  const drawn = [...sheetsByDrawing(blueprint).values()].flat().join('')
  expect(drawn).not.toMatch(/by_hand/)
  expect(drawn).toContain('By hand')
  expect(drawn).toContain('No interface')
  const unreachable = blueprint.scenarios.find(({ is }) => is === 'unreachable')!
  expect(scenarioName(blueprint, unreachable, 'en')).toBe('Claims, \u2068מערכת (API)\u2069 cannot be reached')
})
