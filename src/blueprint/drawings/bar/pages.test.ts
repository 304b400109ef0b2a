import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BarFrame, type BarGroup, heightOfSides, measuredGroup, sides } from './bar.ts'
import { barPages } from './pages.ts'
import { placedBar } from './place-bar.ts'

const FRAME: BarFrame = { width: 1232, height: 640, box: 190, bar: 132, barPad: 0, detailLines: 1, outside: { left: 0, right: 0 } }
const CUT = { name: (name: string, part: number, of: number): string => `${name} (${part} of ${of})` }

const groups: fc.Arbitrary<BarGroup[]> = fc.array(fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 }).map((counts) => counts.map((boxes, g): BarGroup => ({
  id: `g${g}`, name: `Group ${g}`, strong: 'accent-1', soft: 'soft-1',
  boxes: boxes.map((rows, b) => ({ id: `g${g}b${b}`, system: `g${g}b${b}`, name: `Box ${b}`, sub: [], rows: Array.from({ length: rows }, (_, r) => ({ number: `F${r}`, text: `g${g}b${b}r${r}`, details: r % 3 === 0 ? ['every 5 minutes'] : [], toBar: true, fromBar: false })) })),
})))

const rowsOf = (all: readonly BarGroup[]): string[] => all.flatMap(({ boxes }) => boxes.flatMap(({ rows }) => rows.map(({ text }) => text)))

describe('sheets of a bar', () => {
  test('hold every line once and in its order, and go on the sheet', () => {
    fc.assert(fc.property(groups, (all) => {
      const pages = barPages(all, FRAME, CUT)
      expect(pages.flatMap(rowsOf)).toEqual(rowsOf(all))
      for (const page of pages) expect(heightOfSides(sides(page.map((group) => measuredGroup(group, FRAME)), FRAME))).toBeLessThanOrEqual(FRAME.height)
    }), { numRuns: 60 })
  })

  test('show each box, and parts of one with the same meaning under ids of their own', () => {
    fc.assert(fc.property(groups, (all) => {
      const boxes = barPages(all, FRAME, CUT).flatMap((page) => page.flatMap((group) => group.boxes))
      expect(new Set(boxes.map(({ system }) => system))).toEqual(new Set(all.flatMap((group) => group.boxes.map(({ system }) => system))))
      expect(new Set(boxes.map(({ id }) => id)).size).toBe(boxes.length)
    }), { numRuns: 60 })
  })
})

describe('a bar in its place', () => {
  test('has every line at a height of its own, straight from its box to the bar', () => {
    fc.assert(fc.property(groups, (all) => {
      const [page] = barPages(all, FRAME, CUT)
      const { lines, boxes } = placedBar(sides(page!.map((group) => measuredGroup(group, FRAME)), FRAME), { name: 'Hub', sub: [] }, FRAME)
      const byId = new Map(boxes.map((box) => [box.id, box]))
      const seen = new Set<string>()
      for (const line of lines) {
        if (line.kind !== 'line') continue
        const [[x1, y1], [x2, y2]] = line.points as [readonly [number, number], readonly [number, number]]
        const box = byId.get(line.from ?? '')!
        expect(y1).toBe(y2)
        expect(x1).toBe(box.side === 'left' ? box.x + box.width : box.x)
        expect(x2).toBe(box.side === 'left' ? 550 : 682)
        expect(y1).toBeGreaterThan(box.y)
        expect(y1).toBeLessThan(box.y + box.height)
        seen.add(`${box.side} ${y1.toFixed(2)}`)
      }
      expect(seen.size).toBe(lines.length)
    }), { numRuns: 60 })
  })
})
