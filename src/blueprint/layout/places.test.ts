import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { masonry } from './cards.ts'
import { type ChannelNet, sifted, tracks } from './channel.ts'
import { nearest } from './columns.ts'
import { divided, tallOf } from './sides.ts'
import { spread } from './spread.ts'

describe('spread', () => {
  const wishes = fc.array(fc.record({ size: fc.integer({ min: 1, max: 40 }), middle: fc.integer({ min: -200, max: 200 }) }), { minLength: 1, maxLength: 8 })
  const costOf = (tops: readonly number[], all: readonly { size: number; middle: number }[]): number => tops.reduce((sum, top, index) => sum + (top + all[index]!.size / 2 - all[index]!.middle) ** 2, 0)

  test('keeps the order and the gap', () => {
    fc.assert(fc.property(wishes, fc.integer({ min: 0, max: 30 }), (all, gap) => {
      const tops = spread(all, gap)
      for (let index = 1; index < tops.length; index += 1) expect(tops[index]! - tops[index - 1]! - all[index - 1]!.size).toBeGreaterThanOrEqual(gap - 1e-6)
    }))
  })

  test('no other places that keep order and gap come nearer to the wishes', () => {
    fc.assert(fc.property(wishes, fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 8, maxLength: 8 }), (all, moves) => {
      const tops = spread(all, 5)
      const others: number[] = []
      for (const [index, top] of tops.entries()) others.push(Math.max(top + moves[index]!, index === 0 ? Number.NEGATIVE_INFINITY : others[index - 1]! + all[index - 1]!.size + 5))
      expect(costOf(tops, all)).toBeLessThanOrEqual(costOf(others, all) + 1e-6)
    }))
  })
})

describe('nearest', () => {
  test('gives each wish a place of its own, in order, with the least distance of all choices', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 7 }), fc.array(fc.integer({ min: -10, max: 70 }), { maxLength: 4 }), (someplaces, somewishes) => {
      const places = someplaces.toSorted((a, b) => a - b)
      const wishes = somewishes.slice(0, places.length).toSorted((a, b) => a - b)
      const taken = nearest(wishes, places)
      expect(taken).toEqual([...new Set(taken)].toSorted((a, b) => a - b))
      const cost = (chosen: readonly number[]): number => chosen.reduce((sum, place, index) => sum + (places[place]! - wishes[index]!) ** 2, 0)
      const choices = (from: number, count: number): number[][] => (count === 0 ? [[]] : places.flatMap((_, index) => (index < from ? [] : choices(index + 1, count - 1).map((rest) => [index, ...rest]))))
      expect(cost(taken)).toBe(Math.min(...choices(0, wishes.length).map(cost)))
    }))
  })
})

describe('tracks', () => {
  const net = fc.record({ left: fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 3 }), right: fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 3 }) }).filter(({ left, right }) => left.length + right.length > 1)
  const spanOf = ({ left, right }: ChannelNet): [number, number] => [Math.min(...left, ...right), Math.max(...left, ...right)]

  test('those that share a track do not meet', () => {
    fc.assert(fc.property(fc.array(net, { maxLength: 12 }), (nets) => {
      const { of, count } = tracks(nets)
      for (const [index, track] of of.entries()) {
        if (track === undefined) continue
        expect(track).toBeLessThan(count)
        for (const [other, same] of of.entries()) {
          if (other <= index || same !== track) continue
          const [[top, bottom], [from, until]] = [spanOf(nets[index]!), spanOf(nets[other]!)]
          expect(bottom < from || until < top).toBe(true)
        }
      }
    }))
  })

  test('sifting never makes an order dearer', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.nat(9), { minLength: 7, maxLength: 7 }), { minLength: 7, maxLength: 7 }), (costs) => {
      const total = (order: readonly number[]): number => order.reduce((sum, a, index) => sum + order.slice(index + 1).reduce((more, b) => more + costs[a]![b]!, 0), 0)
      const items = [0, 1, 2, 3, 4, 5, 6]
      const order = sifted(items, (a, b) => costs[a]![b]!)
      expect(order.toSorted((a, b) => a - b)).toEqual(items)
      expect(total(order)).toBeLessThanOrEqual(total(items))
    }))
  })
})

describe('two sides', () => {
  test('every group stands on one of them, in its order, and up to twelve are divided as evenly as can be', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 9 }), (heights) => {
      const groups = heights.map((height, index) => ({ height, index }))
      const { left, right } = divided(groups, ({ height }) => height, 7)
      expect([...left, ...right].map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(groups.map(({ index }) => index))
      for (const side of [left, right]) expect(side.map(({ index }) => index)).toEqual(side.map(({ index }) => index).toSorted((a, b) => a - b))
      const tall = (some: readonly { height: number }[]): number => tallOf(some, ({ height }) => height, 7)
      let least = Number.POSITIVE_INFINITY
      for (let choice = 0; choice < 2 ** groups.length; choice += 1) least = Math.min(least, Math.max(tall(groups.filter((_, index) => (choice >> index) % 2 === 0)), tall(groups.filter((_, index) => (choice >> index) % 2 === 1))))
      // One unit is worth an order that is easier to read.
      expect(Math.max(tall(left), tall(right))).toBeLessThanOrEqual(least + 1)
    }), { numRuns: 60 })
  })

  test('many groups are dealt out without loss', () => {
    const groups = Array.from({ length: 40 }, (_, index) => index)
    const { left, right } = divided(groups, (index) => 10 + index, 4)
    expect([...left, ...right].toSorted((a, b) => a - b)).toEqual(groups)
    expect(Math.abs(tallOf(left, (index) => 10 + index, 4) - tallOf(right, (index) => 10 + index, 4))).toBeLessThan(60)
  })
})

describe('cards', () => {
  test('none lies on another, and the height is that of the fullest column', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), (heights, columns) => {
      const { places, height } = masonry(heights, columns, 6)
      for (const [index, { column, y }] of places.entries()) {
        expect(column).toBeLessThan(columns)
        for (const [other, next] of places.entries()) if (other > index && next.column === column) expect(next.y).toBeGreaterThanOrEqual(y + heights[index]! + 6)
      }
      expect(height).toBe(Math.max(0, ...places.map(({ y }, index) => y + heights[index]!)))
    }))
  })
})
