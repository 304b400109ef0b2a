import { describe, expect, test } from 'vitest'
import { darkRules, PALETTE, type Role, ROLES } from './palette.ts'

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const isFill = (role: Role): boolean => role.startsWith('soft-') || ['paper', 'fill', 'zone', 'strip'].includes(role)
const isText = (role: Role): boolean => role.startsWith('accent-') || ['ink', 'quiet', 'warn', 'ok', 'later'].includes(role)

describe.each(['light', 'dark'] as const)('the palette, %s', (mode) => {
  test('has text that can be read on paper and on every fill', () => {
    const texts = ROLES.filter(isText)
    const fills = ROLES.filter(isFill)
    expect(texts.length * fills.length).toBeGreaterThan(150)
    const weak = texts.flatMap((text) => fills.map((fill) => ({ text, fill, contrast: contrast(PALETTE[text][mode], PALETTE[fill][mode]) }))).filter((pair) => pair.contrast < 4.5)
    expect(weak).toEqual([])
  })

  test('has lines that can be seen on paper', () => {
    for (const role of ['line', 'edge'] as const) expect(contrast(PALETTE[role][mode], PALETTE.paper[mode]), role).toBeGreaterThan(role === 'line' ? 4.5 : 2.5)
  })
})

test('contrast is measured as it should be', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 1)
})

test('the dark rules name every role, and a page may put its own selector before them', () => {
  for (const role of ROLES) expect(darkRules()).toContain(`.pf-${role}{fill:${PALETTE[role].dark}}`)
  expect(darkRules('[data-theme=dark] ')).toContain('[data-theme=dark] .ps-ink{stroke:')
})
