/** The judge must be able to fail: for each rule a drawing that breaks it, made by hand, and one that breaks none. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Judge, missing, openJudge } from './judge.ts'

const svg = (content: string, size = 'viewBox="0 0 400 200"'): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img"><title>T</title><desc>D</desc>${content}</svg>`
const box = (id: string, x: number, y: number, width: number, height: number, inside = '', more = ''): string =>
  `<g data-shape="box" data-id="${id}"${more}><rect data-part="outline" x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#000"/>${inside}</g>`
const zone = (id: string, x: number, y: number, width: number, height: number, inside = ''): string =>
  `<g data-zone="top" data-id="${id}"><rect data-part="outline" x="${x}" y="${y}" width="${width}" height="${height}" fill="none"/>${inside}</g>`
const text = (said: string, x: number, y: number, size = 12): string => `<text x="${x}" y="${y}" font-size="${size}">${said}</text>`
const free = (said: string, x: number, y: number, size = 12): string => `<g data-text="free">${text(said, x, y, size)}</g>`
const line = (path: string, from = '', to = '', inside = ''): string =>
  `<g data-line="solid" data-flow="f"${from === '' ? '' : ` data-from="${from}"`}${to === '' ? '' : ` data-to="${to}"`}><path data-part="course" d="${path}" fill="none" stroke="#000"/>${inside}</g>`

const TWO = box('a', 10, 50, 100, 60, text('Shop', 20, 80)) + box('b', 250, 50, 100, 60, text('Hub', 260, 80))

describe.skipIf(missing !== undefined)('the judge', () => {
  let judge: Judge
  beforeAll(async () => { judge = await openJudge() })
  afterAll(async () => { await judge?.close() })

  test.each<[string, string]>([
    ['two boxes and a line between them', TWO + line('M110 80L250 80', 'a', 'b') + free('orders', 150, 72)],
    ['a zone that holds a box and is crossed by a line', zone('z', 5, 20, 200, 120, text('Zone', 10, 34)) + TWO + line('M110 80L250 80', 'a', 'b')],
    ['a label on its own line, which is covered there', TWO + line('M110 80L250 80', 'a', 'b', `<rect data-part="backing" x="150" y="70" width="60" height="20"/>${text('orders', 155, 84)}`)],
    ['an event on the edge of a task', TWO + '<g data-shape="circle" data-id="e" data-on="a"><circle data-part="outline" cx="60" cy="110" r="10"/></g>'],
    ['turned text within its strip', zone('l', 5, 5, 380, 180, '<text x="20" y="95" font-size="12" text-anchor="middle" transform="rotate(-90 20 95)">Customer service</text>')],
  ])('finds nothing wrong with %s', async (_, content) => {
    expect(await judge.findings(svg(content))).toEqual([])
  })

  test.each<[string, string, RegExp]>([
    ['text that is wider than its box', box('a', 10, 50, 60, 30, text('A name too long', 14, 70)), /leaves its box a/],
    ['text that is wider only where the face is wider', box('a', 10, 50, 104, 30, text('Integration plan', 20, 70)), /^wider: .* leaves its box a/m],
    ['text that leaves its box at the bottom', box('a', 10, 50, 100, 30, text('Shop', 20, 88)), /leaves its box a/],
    ['turned text that is longer than its strip', zone('l', 5, 60, 380, 60, '<text x="20" y="90" font-size="12" text-anchor="middle" transform="rotate(-90 20 90)">Customer service</text>'), /leaves its box l/],
    ['two boxes on each other', box('a', 10, 50, 100, 60) + box('b', 100, 80, 100, 60), /a and b lie on each other/],
    ['a box within a box', box('a', 10, 50, 100, 60) + box('b', 20, 60, 20, 20), /a and b lie on each other/],
    ['a box on the edge of a zone', zone('z', 5, 20, 100, 120) + box('a', 50, 50, 100, 60), /a lies on the edge of z/],
    ['zones on each other', zone('z', 5, 20, 100, 120) + zone('y', 50, 50, 200, 60), /zones z and y/],
    ['two labels on each other', free('orders', 50, 50) + free('customers', 60, 56), /lie on each other/],
    ['a label on a box', TWO + free('orders', 100, 80), /lies on a/],
    ['a label on the edge of a zone', zone('z', 100, 20, 100, 120) + free('orders', 80, 60), /lies on the edge of z/],
    ['a line through a box that is not its end', TWO + box('c', 150, 60, 50, 40) + line('M110 80L250 80', 'a', 'b'), /line f crosses c/],
    ['a line through the box where it ends', TWO + line('M60 80L250 80', 'a', 'b'), /goes into a/],
    ['a line through a label', TWO + line('M110 80L250 80', 'a', 'b') + free('orders', 150, 84), /line f crosses/],
    ['a line through its own label', TWO + line('M110 80L250 80', 'a', 'b', text('orders', 150, 84)), /line f crosses/],
    ['a line through the label of a zone', zone('z', 5, 20, 200, 120, text('Zone', 10, 34)) + line('M8 30L190 30'), /line f crosses "Zone"/],
    ['a bent line that only touches a box on its way', TWO + box('c', 150, 10, 50, 40) + line('M110 80C140 -40 220 -40 250 80', 'a', 'b'), /line f crosses c|leaves the view/],
    ['text that is small', free('orders', 50, 50, 8), /8\.0 px/],
    ['a box outside', box('a', 350, 50, 100, 60), /a leaves the view/],
    ['a text outside', free('orders', 380, 50), /leaves the view/],
    ['a line outside', line('M10 10L10 250'), /line f leaves the view/],
    ['an id that stands twice', box('a', 10, 50, 60, 30) + box('a', 100, 50, 60, 30), /data-id a stands twice/],
    ['a line that ends nowhere', TWO + line('M110 80L250 80', 'a', 'x'), /ends at x, which is not there/],
    ['a text that is cut and nowhere whole', free('orders of…', 50, 50), /"orders of…" is cut and nowhere whole/],
    ['a script', '<script>1</script>', /holds <script>/],
    ['a handler', '<g onclick="1"></g>', /onclick/],
    ['a colour by variable', '<rect fill="var(--x)" width="1" height="1"/>', /var\(/],
  ])('sees %s', async (_, content, expected) => {
    const found = (await judge.findings(svg(content))).join('\n')
    expect(found).toMatch(expected)
  })

  test('sees text that is large on the page and small on paper', async () => {
    const high = svg(free('orders', 50, 50, 12), 'viewBox="0 0 1200 1800"')
    expect((await judge.findings(high)).join('\n')).toMatch(/px high at 1280 px or on A3/)
  })

  test('sees what has no title, no description and no role', async () => {
    expect(await judge.findings('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"></svg>')).toEqual(['has no role="img"', 'has no title', 'has no desc'])
    expect(await judge.findings('nothing')).toEqual(['there is no svg'])
  })
})
