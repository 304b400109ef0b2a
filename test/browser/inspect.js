/**
 * Runs in the browser: what is wrong with the geometry of one SVG, by the browser's own boxes. `inspectDrawing(svg, stacks)` goes
 * through the font stacks and returns sentences; what a drawing's attributes mean is said in src/blueprint/scene/scene.ts.
 */
'use strict'

const SLACK = 0.75
const SMALLEST_TEXT = 9
const LONG_SIDE = 1280
const SHORT_SIDE = 905

// oxlint-disable-next-line no-unused-vars
function inspectDrawing(source, stacks) {
  const place = document.getElementById('place')
  place.innerHTML = source
  const svg = place.querySelector('svg')
  if (svg === null) return ['there is no svg']
  const found = new Set()
  const view = svg.viewBox.baseVal
  const width = view.width
  const height = view.height
  svg.setAttribute('width', String(width))
  svg.setAttribute('height', String(height))
  svg.style.display = 'block'
  const origin = svg.getBoundingClientRect()
  const boxOf = (element) => {
    const box = element.getBoundingClientRect()
    return { left: box.left - origin.left, top: box.top - origin.top, right: box.right - origin.left, bottom: box.bottom - origin.top }
  }
  const shapes = [...svg.querySelectorAll('[data-shape]')].map((group) => {
    const outline = group.querySelector('[data-part=outline]') ?? group.querySelector('rect, ellipse, circle, path')
    return { group, id: group.dataset.id ?? '', kind: group.dataset.shape, on: group.dataset.on, box: boxOf(outline) }
  })
  const zones = [...svg.querySelectorAll('[data-zone]')].map((group) => ({ group, id: group.dataset.id ?? '', box: boxOf(group.querySelector('[data-part=outline]') ?? group.querySelector('rect')) }))
  const lines = [...svg.querySelectorAll('[data-line]')].map((group) => ({
    group, from: group.dataset.from, to: group.dataset.to, backed: group.querySelector('[data-part=backing]') !== null,
    name: group.dataset.flow ?? group.dataset.step ?? `${group.dataset.from ?? '?'} → ${group.dataset.to ?? '?'}`,
    points: [...group.querySelectorAll('[data-part=course]')].flatMap(pointsOf),
  }))
  for (const line of lines) line.box = around(line.points)

  wellFormed(svg, found)
  for (const { box, id } of [...shapes, ...zones]) if (!inside(box, { left: 0, top: 0, right: width, bottom: height })) found.add(`${id} leaves the view`)
  for (const { box, name } of lines) if (!inside(box, { left: 0, top: 0, right: width, bottom: height })) found.add(`line ${name} leaves the view`)
  overlapping(shapes, zones, found)
  for (const line of lines) {
    for (const shape of shapes) {
      if (!touching(line.box, shape.box, 0)) continue
      const own = shape.id !== '' && (shape.id === line.from || shape.id === line.to)
      const deep = own ? 3.5 : 1.2
      if (line.points.some((point) => within(point, shape, deep))) found.add(own ? `line ${line.name} goes into ${shape.id}, where it should end` : `line ${line.name} crosses ${shape.id}`)
    }
  }
  for (const stack of stacks) {
    place.dataset.stack = stack
    inspectTexts(svg, { shapes, zones, lines, width, height, boxOf }, (sentence) => found.add(`${stack}: ${sentence}`))
  }
  place.innerHTML = ''
  return [...found]
}

function inspectTexts(svg, { shapes, zones, lines, width, height, boxOf }, say) {
  const onPaper = Math.max(Math.min(LONG_SIDE / width, SHORT_SIDE / height), Math.min(SHORT_SIDE / width, LONG_SIDE / height))
  // A small drawing is not made larger.
  const scale = Math.min(1, onPaper, LONG_SIDE / width)
  const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim() !== '').map((text) => ({
    text, said: `"${text.textContent.slice(0, 40)}"`, box: boxOf(text), owner: text.closest('[data-shape], [data-zone], [data-line], [data-text]'),
  }))
  for (const { text, said, box, owner } of texts) {
    const size = Number.parseFloat(getComputedStyle(text).fontSize)
    if (size * scale < SMALLEST_TEXT - 0.01) say(`${said} is ${(size * scale).toFixed(1)} px high at 1280 px or on A3`)
    if (box.right - box.left < 0.5) say(`${said} has no width`)
    if (!inside(box, { left: 0, top: 0, right: width, bottom: height })) say(`${said} leaves the view`)
    const home = [...shapes, ...zones].find(({ group }) => group === owner)
    if (home !== undefined && !inside(box, home.box)) say(`${said} leaves its box ${home.id}`)
    for (const shape of shapes) if (shape !== home && touching(box, shape.box, SLACK)) say(`${said} lies on ${shape.id}`)
    for (const zone of zones) if (zone !== home && touching(box, zone.box, SLACK) && !inside(box, zone.box)) say(`${said} lies on the edge of ${zone.id}`)
    for (const line of lines) {
      if (!touching(line.box, box, 0) || (line.group === owner && line.backed)) continue
      if (line.points.some(([x, y]) => x > box.left + 1 && x < box.right - 1 && y > box.top + 1 && y < box.bottom - 1)) say(`line ${line.name} crosses ${said}`)
    }
  }
  const sorted = texts.toSorted((a, b) => a.box.top - b.box.top)
  for (const [index, one] of sorted.entries()) {
    for (let next = index + 1; next < sorted.length && sorted[next].box.top < one.box.bottom; next += 1) {
      if (touching(one.box, sorted[next].box, SLACK)) say(`${one.said} and ${sorted[next].said} lie on each other`)
    }
  }
}

/** Shapes never lie on each other, except one that says it sits on another's edge; zones hold what they touch. */
function overlapping(shapes, zones, found) {
  const sorted = shapes.toSorted((a, b) => a.box.left - b.box.left)
  for (const [index, one] of sorted.entries()) {
    for (let next = index + 1; next < sorted.length && sorted[next].box.left < one.box.right; next += 1) {
      const other = sorted[next]
      if (one.on === other.id || other.on === one.id) continue
      if (touching(one.box, other.box, 1)) found.add(`${one.id} and ${other.id} lie on each other`)
    }
  }
  for (const [index, zone] of zones.entries()) {
    for (const other of zones.slice(index + 1)) if (touching(zone.box, other.box, 1) && !inside(zone.box, other.box) && !inside(other.box, zone.box)) found.add(`zones ${zone.id} and ${other.id} lie on each other`)
    for (const shape of shapes) if (touching(zone.box, shape.box, 1) && !inside(shape.box, zone.box)) found.add(`${shape.id} lies on the edge of ${zone.id}`)
  }
}

function wellFormed(svg, found) {
  if (svg.getAttribute('role') !== 'img') found.add('has no role="img"')
  for (const name of ['title', 'desc']) if ((svg.querySelector(`:scope > ${name}`)?.textContent ?? '').trim() === '') found.add(`has no ${name}`)
  for (const attribute of ['id', 'data-id']) {
    const seen = new Set()
    for (const element of svg.querySelectorAll(`[${attribute}]`)) {
      const id = element.getAttribute(attribute)
      if (seen.has(id)) found.add(`${attribute} ${id} stands twice`)
      seen.add(id)
    }
  }
  for (const text of svg.querySelectorAll('text')) {
    const lines = text.children.length === 0 ? [text] : [...text.children]
    if (lines.some((line) => /…\u2069?$/u.test(line.textContent)) && text.closest('g:has(> title)') === null) found.add(`"${text.textContent.slice(0, 40)}" is cut and nowhere whole`)
  }
  const ids = new Set([...svg.querySelectorAll('[data-id]')].map((element) => element.dataset.id))
  for (const line of svg.querySelectorAll('[data-line]')) {
    for (const end of [line.dataset.from, line.dataset.to]) if (end !== undefined && !ids.has(end)) found.add(`a line ends at ${end}, which is not there`)
  }
  for (const element of svg.querySelectorAll('*')) {
    if (['script', 'foreignobject', 'image', 'use', 'a', 'marker'].includes(element.localName.toLowerCase())) found.add(`holds <${element.localName}>`)
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on') || /url\(|javascript:|var\(/i.test(value) || value.includes('NaN') || value.includes('undefined')) found.add(`${element.localName} has ${name}="${value.slice(0, 60)}"`)
    }
  }
}

const STEP = 3

function pointsOf(path) {
  const matrix = path.getCTM()
  const own = path.ownerSVGElement.getCTM()?.inverse()
  const toView = own === undefined ? matrix : own.multiply(matrix)
  const length = path.getTotalLength()
  const count = Math.max(1, Math.ceil(length / STEP))
  return Array.from({ length: count + 1 }, (_, index) => {
    const point = path.getPointAtLength((length * index) / count).matrixTransform(toView)
    return [point.x, point.y]
  })
}

function around(points) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  for (const [x, y] of points) {
    box.left = Math.min(box.left, x)
    box.right = Math.max(box.right, x)
    box.top = Math.min(box.top, y)
    box.bottom = Math.max(box.bottom, y)
  }
  return box
}

const inside = (box, outer) => box.left >= outer.left - SLACK && box.right <= outer.right + SLACK && box.top >= outer.top - SLACK && box.bottom <= outer.bottom + SLACK
const touching = (a, b, slack) => a.left < b.right - slack && b.left < a.right - slack && a.top < b.bottom - slack && b.top < a.bottom - slack

/** Whether a point lies deeper in the shape than that. */
function within([x, y], { kind, box }, deep) {
  const rx = (box.right - box.left) / 2 - deep
  const ry = (box.bottom - box.top) / 2 - deep
  const dx = Math.abs(x - (box.left + box.right) / 2)
  const dy = Math.abs(y - (box.top + box.bottom) / 2)
  if (rx <= 0 || ry <= 0 || dx >= rx || dy >= ry) return false
  if (kind === 'circle') return (dx / rx) ** 2 + (dy / ry) ** 2 < 1
  if (kind === 'diamond') return dx / rx + dy / ry < 1
  return true
}
