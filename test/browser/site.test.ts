/** The site of documents in Chromium, from a folder: what a reader does with it, and that no text of a plan becomes anything but text. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { filesOf } from '../../src/blueprint/documents/library.ts'
import type { Blueprint } from '../../src/blueprint/model.ts'
import { exampleBlueprint } from '../support/example-blueprint.ts'
import { generatedBlueprint } from '../support/generated-plans.ts'
import { HOSTILE_NAMES } from '../support/hostile-names.ts'
import { libraryFor, wish } from '../support/library-of.ts'
import { executable, missing } from './judge.ts'

let browser: Browser
let base: string
const sites = new Map<string, string>()

/** The site of a blueprint in a folder, once. */
function siteOf(name: string, blueprint: () => Blueprint): string {
  const known = sites.get(name)
  if (known !== undefined) return known
  const wanted = wish({ formats: new Set(['site']) })
  const folder = join(base, name)
  for (const [path, content] of filesOf(libraryFor(blueprint(), wanted), wanted, undefined)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  sites.set(name, folder)
  return folder
}
const example = (): string => siteOf('example', exampleBlueprint)
const hostile = (): string => siteOf('hostile', () => generatedBlueprint({ seed: 11, systems: 23, flows: 30, hubs: 1, names: 'hostile', lanes: 5 }))

/** What of a page is asked in the browser. */
interface Look { readonly links: string[]; readonly scripts: string[]; readonly strange: number; readonly ids: string[]; readonly levels: number[]; readonly hashes: number }
const LOOK = `({
  links: [...document.querySelectorAll('a[href]')].map((link) => link.href),
  scripts: [...document.scripts].map((script) => script.textContent ?? ''),
  strange: document.querySelectorAll('iframe, object, embed, form, base, img, [onclick], [onload], [onerror], [style]').length,
  ids: [...document.querySelectorAll('[id]')].map((one) => one.id).filter((id, at, all) => all.indexOf(id) !== at),
  levels: [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((heading) => Number(heading.tagName[1])),
  hashes: [...document.querySelectorAll('a[href^="#"]')].filter((link) => !document.getElementById(link.getAttribute('href').slice(1))).length,
})`

interface Seen { readonly page: Page; readonly requests: string[]; readonly errors: string[]; readonly dialogs: string[] }

async function open(folder: string, file: string, more: { readonly width?: number; readonly dark?: boolean; readonly touch?: boolean } = {}): Promise<Seen> {
  // A page that glides to what has the focus is still moving when a test measures where a shape is.
  const context = await browser.newContext({ viewport: { width: more.width ?? 1280, height: 900 }, colorScheme: more.dark === true ? 'dark' : 'light', hasTouch: more.touch === true, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const seen: Seen = { page, requests: [], errors: [], dialogs: [] }
  page.on('request', (request) => seen.requests.push(request.url()))
  page.on('pageerror', (error) => seen.errors.push(error.message))
  page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()))
  page.on('dialog', (dialog) => { seen.dialogs.push(dialog.message()); void dialog.dismiss() })
  await page.goto(pathToFileURL(join(folder, file)).href)
  return seen
}

const quietly = ({ requests, errors, dialogs }: Seen): void => {
  expect(requests.filter((url) => !url.startsWith(pathToFileURL(base).href))).toEqual([])
  expect(errors).toEqual([])
  expect(dialogs).toEqual([])
}
const fileOf = (page: Page, folder: string): string => decodeURIComponent(page.url().slice(pathToFileURL(folder).href.length + 1).replace(/#.*$/, ''))

describe.skipIf(missing !== undefined)('the site of documents', () => {
  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'plimsoll-site-'))
    browser = await chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(base, { recursive: true, force: true })
  })

  test.each(['example', 'hostile'] as const)('every page of the %s plan loads without an error, a request to elsewhere or a dialog, and every link inside leads to a file', async (which) => {
    const folder = which === 'example' ? example() : hostile()
    const seen = await open(folder, 'index.html')
    const todo = ['index.html']
    const visited = new Set<string>(todo)
    while (todo.length > 0) {
      const file = todo.shift()!
      await seen.page.goto(pathToFileURL(join(folder, file)).href)
      const found = await seen.page.evaluate(LOOK) as Look
      expect(found.scripts.filter((text) => text !== ''), file).toEqual([])
      expect([found.strange, found.ids, found.hashes], file).toEqual([0, [], 0])
      expect(found.levels.filter((level) => level === 1), file).toHaveLength(1)
      expect(found.levels.every((level, at) => at === 0 || level <= found.levels[at - 1]! + 1), `${file} ${found.levels.join(' ')}`).toBe(true)
      for (const link of found.links.filter((href) => href.startsWith('file:'))) {
        const path = decodeURIComponent(new URL(link).pathname)
        expect(existsSync(path), `${file} → ${link}`).toBe(true)
        const next = path.slice(folder.length + 1)
        if (!next.endsWith('.html') || visited.has(next)) continue
        visited.add(next)
        todo.push(next)
      }
    }
    expect(visited.size).toBeGreaterThan(60)
    quietly(seen)
  })

  test('names that are markup, addresses or formulas stand on the pages as they are', async () => {
    const folder = hostile()
    const seen = await open(folder, 'index.html')
    const titles = (await seen.page.locator('.directory a').allTextContents()).join('\n')
    const shown = HOSTILE_NAMES.filter((name) => titles.includes(name))
    for (const name of ['<script>', '=cmd|', ']]>', '__proto__', 'שלום', '顧客']) expect(shown.some((one) => one.startsWith(name)), name).toBe(true)
    quietly(seen)
  })

  test('search finds a system, a field and a person by parts of their names, with the keyboard, and says so when it finds nothing', async () => {
    const seen = await open(example(), 'flows/orders.html')
    const { page } = seen
    await page.keyboard.press('/')
    await page.keyboard.type('parcelw')
    await page.locator('#hits [role=option]').first().waitFor()
    expect(await page.locator('#hits [aria-selected=true]').innerText()).toContain('Parcelway')
    await page.keyboard.press('Enter')
    await page.waitForURL(/systems\/parcelway\.html$/)
    await page.locator('#search').fill('jestrabova')
    expect(await page.locator('#hits [role=option]').count()).toBeGreaterThan(0)
    await page.locator('#search').fill('tracking')
    await page.keyboard.press('ArrowDown')
    expect(await page.locator('#hits [aria-selected=true]').count()).toBe(1)
    await page.locator('#search').fill('no such thing anywhere')
    expect(await page.locator('#hits .none').isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    expect(await page.locator('#hits').isHidden()).toBe(true)
    quietly(seen)
  })

  test('a click on a shape leads to its system, on a line to its flow, and Enter does the same', async () => {
    const folder = example()
    const seen = await open(folder, 'architecture.html')
    const drawing = seen.page.locator('svg[data-drawing=integration]').first()
    await drawing.locator('[data-system=salesdesk]').first().click()
    await seen.page.waitForURL(/systems\/salesdesk\.html$/)
    await seen.page.goBack()
    await seen.page.locator('svg[data-drawing=integration]').first().locator('[data-flow=orders]').first().dispatchEvent('click')
    await seen.page.waitForURL(/flows\/orders\.html$/)
    await seen.page.goBack()
    await seen.page.locator('svg[data-drawing=integration]').first().locator('[data-system=storefront]').first().focus()
    await seen.page.keyboard.press('Enter')
    await seen.page.waitForURL(/systems\/storefront\.html$/)
    quietly(seen)
  })

  test('a drawing is enlarged by buttons, keys, wheel and two fingers, is moved by dragging, and a drag is no click', async () => {
    const folder = example()
    const seen = await open(folder, 'index.html', { touch: true })
    const { page } = seen
    const figure = page.locator('.drawing').first()
    const viewport = figure.locator('.viewport')
    const view = async (): Promise<number[]> => (await figure.locator('svg').getAttribute('viewBox'))!.split(' ').map(Number)
    const whole = await view()
    await figure.locator('[data-zoom=in]').click()
    const larger = await view()
    expect(larger[2]!).toBeLessThan(whole[2]!)
    await viewport.focus()
    await page.keyboard.press('0')
    expect(await view()).toEqual(whole)
    await page.keyboard.press('+')
    await page.keyboard.press('+')
    const before = await view()
    await page.keyboard.press('ArrowRight')
    expect((await view())[0]!).toBeGreaterThan(before[0]!)
    const box = (await viewport.boundingBox())!
    const moved = await view()
    await page.mouse.move(box.x + box.width / 2, box.y + 200)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2 + 60, box.y + 240, { steps: 4 })
    await page.mouse.up()
    await expect.poll(async () => (await view())[0]!).toBeLessThan(moved[0]!)
    expect(fileOf(page, folder)).toBe('index.html')
    await page.keyboard.press('0')
    await page.mouse.move(box.x + box.width / 2, box.y + 200)
    await page.mouse.wheel(0, -200)
    await expect.poll(async () => (await view())[2]!).toBeLessThan(whole[2]!)
    await page.keyboard.press('0')
    const finger = (type: string, id: number, x: number) => viewport.dispatchEvent(type, { pointerId: id, pointerType: 'touch', isPrimary: id === 1, clientX: box.x + x, clientY: box.y + 200, bubbles: true })
    await finger('pointerdown', 1, 300)
    await finger('pointerdown', 2, 400)
    await finger('pointermove', 2, 410)
    await finger('pointermove', 2, 600)
    await finger('pointerup', 1, 300)
    await finger('pointerup', 2, 600)
    expect((await view())[2]!).toBeLessThan(whole[2]!)
    quietly(seen)
  })

  test.each(['example', 'hostile'] as const)('on a phone no page of the %s plan has to be moved sideways, light or dark', async (which) => {
    const folder = which === 'example' ? example() : hostile()
    const files = which === 'example'
      ? ['index.html', 'strategy.html', 'architecture.html', 'integration-design.html', 'interfaces.html', 'flows/orders.html', 'systems/storefront.html', 'entities/order.html', 'processes/order_to_doorstep.html', 'run-books/backoffice_down.html', 'maintenance.html', 'questions.html', 'decisions.html']
      : ['index.html', 'strategy.html', 'architecture.html', 'integration-design.html', 'interfaces.html', 'questions.html', ...Array.from({ length: 12 }, (_, at) => `flows/flow_${at + 1}.html`), ...Array.from({ length: 23 }, (_, at) => `systems/system_${at + 1}.html`)]
    for (const dark of [false, true]) {
      const seen = await open(folder, 'index.html', { width: 360, dark })
      for (const file of files) {
        await seen.page.goto(pathToFileURL(join(folder, file)).href)
        expect(await seen.page.evaluate('document.documentElement.scrollWidth'), file).toBeLessThanOrEqual(360)
      }
      expect(await seen.page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(dark ? 'rgb(16, 22, 30)' : 'rgb(255, 255, 255)')
      quietly(seen)
      await seen.page.context().close()
    }
  })

  test('the menu opens on a phone, the first Tab leads to the content, and the bundled face is shown', async () => {
    const seen = await open(example(), 'index.html', { width: 390 })
    const { page } = seen
    expect(await page.locator('#menu').isHidden()).toBe(true)
    await page.locator('.menu-button').click()
    expect(await page.locator('#menu').isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    await page.reload()
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.className')).toBe('skip')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('content')
    expect(await page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px Inter'))")).toBe(true)
    for (const landmark of ['header.top', 'nav#menu', 'main', 'footer']) expect(await page.locator(landmark).count(), landmark).toBe(1)
    quietly(seen)
  })

  test('without its script every page still shows text, tables and drawings', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(pathToFileURL(join(example(), 'architecture.html')).href)
    expect(await page.locator('svg[data-drawing=integration] text').count()).toBeGreaterThan(10)
    expect(await page.locator('table').count()).toBeGreaterThan(3)
  })

  test('an entity of 10,000 fields is shown, and each of them is on its page', async () => {
    const { blueprintOf } = await import('../../src/blueprint/derive/blueprint-of.ts')
    const { buildText } = await import('../support/load-text.ts')
    const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`field_${at}`, 'text']))
    const plan = { plimsoll: 1, name: 'Wide', systems: { a: { holds: { thing: { fields: 'same' } } }, b: { holds: { thing: { fields: 'same' } } } }, entities: { thing: { identifiers: ['field_0'], golden: 'a', fields } }, flows: { things: { entity: 'thing', from: 'a', to: 'b' } } }
    const folder = siteOf('wide', () => blueprintOf(buildText(JSON.stringify(plan)).plan))
    const seen = await open(folder, 'entities/thing.html')
    expect(await seen.page.locator('table').first().locator('tbody tr').count()).toBe(10_000)
    await seen.page.goto(pathToFileURL(join(folder, 'flows/things.html')).href)
    expect(await seen.page.locator('h1').innerText()).toContain('Things')
    quietly(seen)
  })
})
