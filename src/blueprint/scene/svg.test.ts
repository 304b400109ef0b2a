import { describe, expect, test } from 'vitest'
import { HOSTILE_NAMES } from '../../../test/support/hostile-names.ts'
import { room, sheetsOf } from './compose.ts'
import type { Drawing, TitleBlock } from './scene.ts'
import { svgOf } from './svg.ts'
import { label } from './text.ts'

const BLOCK: TitleBlock = { plan: 'Plan & <Co>', version: 'version 1', layer: 'Application layer', sheet: (number, of) => `sheet ${number} of ${of}`, legend: 'Legend' }

const drawing = (name: string): Drawing => ({
  name: 'example', title: name, alt: name, layer: 'application', legend: [{ text: name, sample: { kind: 'line', end: 'arrow' } }],
  pages: [1, 2].map(() => ({
    width: 300, height: 100,
    items: [
      { kind: 'shape', shape: 'box', id: 'a', x: 0, y: 0, width: 100, height: 50, label: label(name, { size: 12, width: 80, lines: 2 }), system: name, flow: name, step: name, hint: name },
      { kind: 'line', points: [[100, 25], [200, 25.123456]], from: 'a', end: 'arrow', flow: name },
    ],
  })),
})

describe('a sheet as SVG', () => {
  test('cannot be broken or entered by any text', () => {
    for (const name of HOSTILE_NAMES) {
      for (const svg of sheetsOf(drawing(name), BLOCK).map((sheet) => svgOf(sheet))) {
        // What is left when well-formed tags with plain attributes are taken away must be text without a bracket.
        const rest = svg.replaceAll(/<\/?[a-z]+( [a-zA-Z:-]+="[^"<]*")*\/?>/g, '')
        expect(rest, name).not.toMatch(/[<]/)
        expect(svg.match(/<script|<foreignObject|\son\w+="/i), name).toBeNull()
        expect(svg.isWellFormed()).toBe(true)
        // oxlint-disable-next-line no-control-regex
        expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
      }
    }
  })

  test('is the same each time', () => {
    const write = (): string[] => sheetsOf(drawing('Shop'), BLOCK).map((sheet) => svgOf(sheet))
    expect(write()).toEqual(write())
  })

  test('names and describes itself, with ids of its own so that several may stand on a page', () => {
    const [first = '', second = ''] = sheetsOf(drawing('Shop'), BLOCK).map((sheet) => svgOf(sheet))
    expect(first).toContain('role="img" aria-labelledby="drawing-example-title drawing-example-alt"')
    expect(first).toContain('<title id="drawing-example-title">Shop (sheet 1 of 2)</title>')
    const ids = (svg: string): string[] => [...svg.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id)
    expect(ids(first).length).toBe(2)
    expect(ids(first).filter((id) => ids(second).includes(id))).toEqual([])
  })

  test('has literal colours, and rules for dark only where it stands alone', () => {
    const [sheet] = sheetsOf(drawing('Shop'), BLOCK)
    expect(svgOf(sheet!)).toContain('prefers-color-scheme:dark')
    expect(svgOf(sheet!, 'within')).not.toContain('<style')
    expect(svgOf(sheet!)).not.toMatch(/var\(|currentColor|url\(/)
  })

  test('writes numbers with two decimals at most', () => {
    const [sheet] = sheetsOf(drawing('Shop'), BLOCK)
    expect(svgOf(sheet!)).not.toMatch(/"[^"]*\d\.\d{3,}[^"]*"/)
    expect(svgOf(sheet!)).not.toMatch(/NaN|undefined|Infinity/)
  })

  test('carries the keys of what it shows', () => {
    expect(svgOf(sheetsOf(drawing('shop'), BLOCK)[0]!)).toContain('data-system="shop" data-flow="shop" data-step="shop"')
  })

  test('has less room where the legend is longer, and always fits on A3', () => {
    const { height } = room([])
    const long = Array.from({ length: 30 }, () => ({ text: 'What this line means here', sample: { kind: 'line' } as const }))
    expect(room(long).height).toBeLessThan(height)
    const full: Drawing = { ...drawing('W'.repeat(200)), legend: long, pages: [{ ...room(long), items: [] }] }
    for (const sheet of sheetsOf(full, { ...BLOCK, plan: 'W'.repeat(300) })) {
      expect(sheet.width).toBeLessThanOrEqual(1280)
      expect(sheet.height).toBeLessThanOrEqual(905)
    }
  })
})
