/**
 * Writes a sheet as SVG. Colours are literal attributes, so that every reader shows the light drawing; where style sheets are
 * obeyed, classes make it dark. Nothing is loaded, nothing depends on ids outside, and the same sheet gives the same bytes.
 */
import { type Mark, type PathMark, pathData, rounded, type Sheet, type TextMark } from './marks.ts'
import { darkRules, PALETTE, type Role } from './palette.ts'
import { isRightToLeft, LINE } from './text.ts'

/** Bundled first; the others are about as wide or narrower than what text was measured with. */
const FONT_FAMILY = "Inter, 'DejaVu Sans', 'Noto Sans', 'Noto Sans Hebrew', 'Segoe UI', Arial, sans-serif"

const STYLE = `<style>@media(prefers-color-scheme:dark){${darkRules()}}</style>`

/** `alone`: a file of its own, with the rules for dark. `within`: part of an HTML page that has `darkRules` in its own style sheet. */
export function svgOf(sheet: Sheet, use: 'alone' | 'within' = 'alone'): string {
  const ids = `drawing-${sheet.name}`
  const size = `width="${rounded(sheet.width)}" height="${rounded(sheet.height)}" viewBox="0 0 ${rounded(sheet.width)} ${rounded(sheet.height)}"`
  const style = use === 'alone' ? STYLE : ''
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="${ids}-title ${ids}-alt" font-family="${FONT_FAMILY}" data-drawing="${escaped(sheet.name)}">`,
    `<title id="${ids}-title">${escaped(sheet.title)}</title>`,
    `<desc id="${ids}-alt">${escaped(sheet.alt)}</desc>`,
    ...(style === '' ? [] : [style]),
    `<rect class="pf-paper" width="${rounded(sheet.width)}" height="${rounded(sheet.height)}" ${painted('fill', 'paper')}/>`,
    ...sheet.marks.map(written),
    '</svg>',
    '',
  ].join('\n')
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** Characters that XML has no way to say. */
// oxlint-disable-next-line no-control-regex
const UNSAYABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

const escaped = (text: string): string => text.toWellFormed().replaceAll(UNSAYABLE, '').replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign)

function written(mark: Mark): string {
  switch (mark.is) {
    case 'group': {
      const data = [...mark.data].map(([name, value]) => ` data-${name}="${escaped(value)}"`).join('')
      const hint = mark.hint === undefined ? '' : `<title>${escaped(mark.hint)}</title>`
      return `<g${data}>${hint}${mark.marks.map(written).join('')}</g>`
    }
    case 'path': return path(mark)
    case 'text': return text(mark)
  }
}

const painted = (way: 'fill' | 'stroke', role: Role): string => `${way}="${PALETTE[role].light}"`

function path(mark: PathMark): string {
  const { form, fill, stroke, placed } = mark
  const classes = [...(fill === undefined ? [] : [`pf-${fill}`]), ...(stroke === undefined ? [] : [`ps-${stroke}`])]
  const attributes = [
    ...(classes.length === 0 ? [] : [`class="${classes.join(' ')}"`]),
    fill === undefined ? 'fill="none"' : painted('fill', fill),
    ...(stroke === undefined ? [] : [painted('stroke', stroke), `stroke-width="${rounded(mark.weight ?? 1)}"`]),
    ...(mark.dash === undefined ? [] : [`stroke-dasharray="${mark.dash.map(rounded).join(' ')}"`]),
    ...(mark.round === true ? ['stroke-linecap="round" stroke-linejoin="round"'] : []),
    ...(placed === undefined ? [] : [`transform="translate(${rounded(placed.x)} ${rounded(placed.y)}) scale(${String(Math.round(placed.scale * 10_000) / 10_000)})"`]),
    ...(mark.part === undefined ? [] : [`data-part="${mark.part}"`]),
  ].join(' ')
  switch (form.is) {
    case 'rectangle': {
      const radius = form.radius > 0 ? ` rx="${rounded(form.radius)}"` : ''
      return `<rect x="${rounded(form.x)}" y="${rounded(form.y)}" width="${rounded(form.width)}" height="${rounded(form.height)}"${radius} ${attributes}/>`
    }
    case 'ellipse': return `<ellipse cx="${rounded(form.x)}" cy="${rounded(form.y)}" rx="${rounded(form.rx)}" ry="${rounded(form.ry)}" ${attributes}/>`
    case 'course': return `<path d="${pathData(form.steps)}" ${attributes}/>`
  }
}

function text(mark: TextMark): string {
  const attributes = [
    `class="pf-${mark.colour}"`,
    painted('fill', mark.colour),
    `font-size="${rounded(mark.size)}"`,
    ...(mark.bold ? ['font-weight="600"'] : []),
    ...(mark.anchor === 'start' ? [] : [`text-anchor="${mark.anchor}"`]),
    ...(mark.turned ? [`transform="rotate(-90 ${rounded(mark.x)} ${rounded(mark.y)})"`] : []),
  ].join(' ')
  const spans = mark.lines.map((line, index) => {
    const place = index === 0 ? '' : ` x="${rounded(mark.x)}" y="${rounded(mark.y + index * LINE * mark.size)}"`
    const content = `${isolating(line)}${escaped(line)}${isRightToLeft(line) ? '\u2069' : ''}`
    return index === 0 && mark.lines.length === 1 ? content : `<tspan${place}>${content}</tspan>`
  })
  return `<text x="${rounded(mark.x)}" y="${rounded(mark.y)}" ${attributes}>${spans.join('')}</text>`
}

/** A line that holds letters of a right-to-left script goes by its own first letter, whatever stands around it. */
const isolating = (line: string): string => (isRightToLeft(line) ? '\u2068' : '')
