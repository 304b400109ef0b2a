import { SharedTexts } from './shared-texts.ts'
import type { Book, DateStyle } from './sheet-cells.ts'
import { encodeXml } from './sheet-xml.ts'

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const SHEETS = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const CONTENT = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** Formats of cells in a new workbook: as it is, date, text. */
const FORMATS: readonly { readonly id: number; readonly date: DateStyle }[] = [{ id: 0, date: undefined }, { id: 164, date: 'date' }, { id: 49, date: undefined }]
const NUMBERS = new Set(['integer', 'decimal', 'money', 'quantity', 'boolean', 'json'])

/** The format for a type of the plan. Text is marked as such, so that a spreadsheet program does not make a number of it. */
export const newStyle = (type: string): string | undefined => (type === 'date' ? '1' : NUMBERS.has(type) ? undefined : '2')

/** All of a new workbook but the rows of its one sheet. */
export function newWorkbook(sheet: string): { readonly parts: readonly (readonly [string, string])[]; readonly book: Book; readonly head: string; readonly tail: string } {
  const relation = (id: string, type: string, target: string): string => `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`
  const override = (part: string, type: string): string => `<Override PartName="${part}" ContentType="${CONTENT}.${type}+xml"/>`
  const xf = (id: number): string => `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0"${id === 0 ? '' : ' applyNumberFormat="1"'}/>`
  return {
    parts: [
      ['[Content_Types].xml', `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override('/xl/workbook.xml', 'sheet.main')}${override('/xl/worksheets/sheet1.xml', 'worksheet')}${override('/xl/styles.xml', 'styles')}</Types>`],
      ['_rels/.rels', `${XML}<Relationships xmlns="${PACKAGE}/relationships">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`],
      ['xl/workbook.xml', `${XML}<workbook xmlns="${SHEETS}" xmlns:r="${RELATIONS}"><sheets><sheet name="${encodeXml(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`],
      ['xl/_rels/workbook.xml.rels', `${XML}<Relationships xmlns="${PACKAGE}/relationships">${relation('rId1', 'worksheet', 'worksheets/sheet1.xml')}${relation('rId2', 'styles', 'styles.xml')}</Relationships>`],
      ['xl/styles.xml', `${XML}<styleSheet xmlns="${SHEETS}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1">${xf(0)}</cellStyleXfs><cellXfs count="${FORMATS.length}">${FORMATS.map((format) => xf(format.id)).join('')}</cellXfs></styleSheet>`],
    ],
    book: { strings: new SharedTexts(), dates: FORMATS.map((format) => format.date), from1904: false },
    head: `${XML}<worksheet xmlns="${SHEETS}"><sheetData>`,
    tail: '</sheetData></worksheet>',
  }
}
