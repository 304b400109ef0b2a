/** Everything a scene can hold, with names that nobody would choose, written as SVG and judged. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sheetsOf } from '../../src/blueprint/scene/compose.ts'
import { ICONS, type Icon } from '../../src/blueprint/scene/icons.ts'
import type { Drawing, Item, ShapeItem, TitleBlock } from '../../src/blueprint/scene/scene.ts'
import { svgOf } from '../../src/blueprint/scene/svg.ts'
import { label } from '../../src/blueprint/scene/text.ts'
import { HOSTILE_NAMES } from '../support/hostile-names.ts'
import { type Judge, missing, openJudge } from './judge.ts'

const BLOCK: TitleBlock = { plan: 'Online sales', version: 'version 3', date: '2026-05-01', layer: 'Application layer', sheet: (number, of) => `sheet ${number} of ${of}`, legend: 'Legend' }

/** A column of every shape with that name, each as high as the name needs, a zone around it and lines between. */
function column(name: string, index: number): Drawing {
  const items: Item[] = []
  const shapes: readonly ShapeItem['shape'][] = ['box', 'cylinder', 'note', 'hexagon']
  let y = 60
  for (const [at, shape] of shapes.entries()) {
    const text = label(name, { size: 13, bold: at === 0, width: 240 })
    const sub = label(name, { size: 10.5, colour: 'quiet', width: 240, lines: 1 })
    const height = text.height + sub.height + 40
    items.push({ kind: 'shape', id: `s${at}`, shape, x: 60, y, width: 300, height, label: text, sub, icon: 'gear', ...(at === 0 ? { iconAt: 'left', align: 'start' } : {}), hint: name, system: name })
    if (at > 0) items.push({ kind: 'line', points: [[210, y - 40], [210, y]], from: `s${at - 1}`, to: `s${at}`, end: 'arrow', start: 'one', flow: name, label: { label: label(name, { size: 11, width: 140, lines: 1 }), x: 220, y: y - 30, anchor: 'start' } })
    y += height + 40
  }
  const head = label(name, { size: 12, bold: true, width: 330, lines: 2 })
  const strip = label(name, { size: 11, width: y - 20, lines: 2 })
  return {
    name: `sample-${index}`, title: name, alt: `Every shape with the name ${name}`, layer: 'overview',
    pages: [{ width: 620, height: y + 20, items: [
      { kind: 'zone', id: 'z', x: 30, y: 0, width: 370, height: y, fill: 'zone', label: head },
      { kind: 'zone', id: 'l', x: 420, y: 0, width: 180, height: y, labelAt: 'left', label: strip },
      ...items,
    ] }],
    legend: [{ text: name, sample: { kind: 'shape' } }, { text: name, sample: { kind: 'line', end: 'open' } }, { text: name, sample: { kind: 'sign', sign: 'F01' } }],
  }
}

const icons: Drawing = {
  name: 'icons', title: 'Icons', alt: 'All icons', layer: 'overview', legend: [],
  pages: [{ width: 30 * Object.keys(ICONS).length, height: 30, items: Object.keys(ICONS).map((icon, index) => ({ kind: 'shape', id: icon, shape: 'circle', x: index * 30, y: 1, width: 26, height: 26, icon: icon as Icon, iconAt: 'centre' })) }],
}

describe.skipIf(missing !== undefined)('a scene in a browser', () => {
  let judge: Judge
  beforeAll(async () => { judge = await openJudge() })
  afterAll(async () => { await judge?.close() })

  test.each(HOSTILE_NAMES.map((name, index) => [name, index] as const))('holds its texts when everything is called %j', async (name, index) => {
    const sheets = sheetsOf(column(name, index), BLOCK)
    expect(sheets).toHaveLength(1)
    for (const sheet of sheets) expect(await judge.findings(svgOf(sheet))).toEqual([])
  })

  test('shows every icon', async () => {
    for (const sheet of sheetsOf(icons, BLOCK)) expect(await judge.findings(svgOf(sheet))).toEqual([])
  })
})
