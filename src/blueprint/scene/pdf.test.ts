import PDFDocument from 'pdfkit'
import { describe, expect, test } from 'vitest'
import { HOSTILE_NAMES } from '../../../test/support/hostile-names.ts'
import { sheetsOf } from './compose.ts'
import { addFonts, drawSheet, isTransliterated, widthInPdf, writeLine } from './pdf.ts'
import type { Drawing, TitleBlock } from './scene.ts'
import { label } from './text.ts'

type Pdf = InstanceType<typeof PDFDocument>

const BLOCK: TitleBlock = { plan: 'Online sales', version: 'version 1', layer: 'All layers', sheet: (number, of) => `sheet ${number} of ${of}`, legend: 'Legend' }

async function written(write: (doc: Pdf) => void, compress = true): Promise<Buffer> {
  const doc = new PDFDocument({ size: 'A4', compress, info: { CreationDate: new Date(0) } })
  const parts: Buffer[] = []
  doc.on('data', (part: Buffer) => parts.push(part))
  const end = new Promise((resolve) => doc.on('end', resolve))
  addFonts(doc)
  write(doc)
  doc.end()
  await end
  return Buffer.concat(parts)
}

const drawing = (name: string): Drawing => ({
  name: 'example', title: name, alt: name, layer: 'overview', legend: [{ text: name, sample: { kind: 'shape', shape: 'cylinder' } }],
  pages: [{
    width: 300, height: 200,
    items: [
      { kind: 'zone', id: 'z', x: 0, y: 0, width: 300, height: 200, labelAt: 'left', label: label(name, { size: 11, width: 180, lines: 2 }) },
      { kind: 'shape', shape: 'box', id: 'a', x: 80, y: 20, width: 100, height: 60, label: label(name, { size: 12, width: 80, lines: 2 }), icon: 'gear', dashed: true },
      { kind: 'line', points: [[180, 25], [250, 25], [250, 90]], from: 'a', end: 'many', start: 'ring', dash: 'dotted' },
    ],
  }],
})

describe('a PDF', () => {
  test('is the same each time', async () => {
    const make = async (): Promise<Buffer> => written((doc) => { for (const sheet of sheetsOf(drawing('Shop שלום'), BLOCK)) drawSheet(doc, sheet, { x: 40, y: 40, width: 400, height: 400 }) })
    expect((await make()).equals(await make())).toBe(true)
  })

  test('holds any name, and no character without a face', async () => {
    for (const name of HOSTILE_NAMES) {
      const bytes = await written((doc) => {
        const missing: string[] = []
        const text = doc.text.bind(doc)
        doc.text = ((said: string, ...rest: unknown[]) => {
          const font = (doc as unknown as { _font: { font: { hasGlyphForCodePoint: (code: number) => boolean } } })._font.font
          for (const character of said) if (!font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)) missing.push(character)
          return (text as (...all: unknown[]) => Pdf)(said, ...rest)
        }) as typeof doc.text
        for (const sheet of sheetsOf(drawing(name), BLOCK)) drawSheet(doc, sheet, { x: 40, y: 40, width: 400, height: 400 })
        expect(missing, name).toEqual([])
      })
      expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    }
  })

  test('never writes a line wider than it may be', async () => {
    await written((doc) => {
      for (const name of HOSTILE_NAMES.filter((one) => one.trim() !== '')) {
        let right = 0
        const scales: number[] = []
        const scale = doc.scale.bind(doc)
        doc.scale = ((x: number, ...rest: unknown[]) => {
          scales.push(x)
          return (scale as (...all: unknown[]) => Pdf)(x, ...rest)
        }) as typeof doc.scale
        const text = doc.text.bind(doc)
        doc.text = ((said: string, x: number, ...rest: unknown[]) => {
          right = Math.max(right, x + doc.widthOfString(said))
          return (text as (...all: unknown[]) => Pdf)(said, x, ...rest)
        }) as typeof doc.text
        writeLine(doc, name, 0, 100, { size: 12, most: 120 })
        expect(right * (scales.at(-1) ?? 1), name).toBeLessThanOrEqual(120.01)
        doc.text = text
        doc.scale = scale
      }
    })
  })

  test('leaves the place of other text as it was', async () => {
    await written((doc) => {
      doc.x = 77
      doc.y = 88
      writeLine(doc, 'Shop', 10, 10, { size: 10, bold: true, anchor: 'end' })
      expect([doc.x, doc.y]).toEqual([77, 88])
      expect(widthInPdf(doc, 'Shop', 10)).toBeGreaterThan(20)
    })
  })

  test('knows what it has to say in other letters', () => {
    expect(['Zażółć', 'שלום', '漢字', '한국어'].map(isTransliterated)).toEqual([false, false, true, true])
  })
})
