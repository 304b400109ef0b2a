/** Files that nobody sends in good faith: each is set aside or refused with a reason, and the records beside it are in the target. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { crc32, deflateRawSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { arrived, Bounded, GOOD, listPlan } from './bounded.ts'
import { until } from '../e2e/serving.ts'
import { type Part, zip } from './zip.ts'

const MB = 1024 * 1024
let at: Bounded
afterEach(() => {
  at?.done()
})

/** The good rows around what is given. */
const csv = (rows: readonly string[], good: number = GOOD.length): string =>
  ['sku,name,stock', ...GOOD.slice(0, 2).map((row) => row.join(',')), ...rows, ...GOOD.slice(2, good).map((row) => row.join(',')), ''].join('\n')
const object = ([sku, name, stock]: readonly unknown[]): string => JSON.stringify({ sku, name, stock })
const json = (items: readonly string[]): string => `[${[...GOOD.slice(0, 2).map(object), ...items, object(GOOD[2])].join(',\n')}]`
const many = <T>(n: number, row: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => row(i))

interface Case {
  readonly what: string
  /** Ending of the file, which is the format. */
  readonly as: 'csv' | 'json' | 'ndjson' | 'xlsx'
  readonly content: () => string | Uint8Array
  /** What a person is told; each must be found. */
  readonly says: readonly RegExp[]
  /** Records besides the good ones. */
  readonly also?: readonly (readonly unknown[])[]
  readonly fields?: string
}

const sheet = (rows: string): Record<string, string> => ({
  '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
  '_rels/.rels': '<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>',
  'xl/workbook.xml': '<workbook><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
  'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
})
const cells = (n: number, values: readonly unknown[]): string => `<row r="${n}">${values.map((value, i) => `<c r="${'ABC'[i]}${n}" t="inlineStr"><is><t>${String(value)}</t></is></c>`).join('')}</row>`
const table = (rows: readonly (readonly unknown[])[]): string => [['sku', 'name', 'stock'], ...rows].map((row, i) => cells(i + 1, row)).join('')

/** One record is wrong; the list is one file, and everything else in it arrives in the same run. */
const RECORDS: readonly Case[] = [
  { what: 'a row in another encoding', as: 'csv', content: () => Buffer.concat([Buffer.from(csv(many(30, (i) => `M-${i},Nail,1`), 2)), Buffer.from('B-1,', 'latin1'), Buffer.from([0xbf, 0xf3, 0xb3, 0x74, 0x79]), Buffer.from(',1\nZ-9,Last of all,7\n')]), says: [/B-1 .*bytes that are no text in utf-8/], also: many(30, (i) => `M-${i}`).map((sku) => [sku, 'Nail', 1]) },
  { what: 'a row with a cell too many', as: 'csv', content: () => csv(['B-1,Saw,3,4']), says: [/B-1 .*it has 4 cells, the first row has 3/] },
  { what: 'a row with a cell too few', as: 'csv', content: () => csv(['B-1,Saw']), says: [/B-1 .*it has 2 cells, the first row has 3/] },
  { what: 'a cell of 20 MB', as: 'csv', content: () => csv([`B-1,${'x'.repeat(20 * MB)},1`]), says: [/p\.csv:4 .*longer than 4194304 characters/, /files\.rows/] },
  { what: 'a cell of 20 MB in quotes, with line ends', as: 'csv', content: () => csv([`B-1,"${'x\n'.repeat(10 * MB)}",1`]), says: [/p\.csv:4 .*longer than 4194304 characters/] },
  { what: 'NUL bytes', as: 'csv', content: () => csv(['B-1,Sa\0w,1']), says: [/B-1 .*NUL character/] },
  { what: 'a million and a half cells in a row', as: 'csv', content: () => csv([`B-1${',1'.repeat(1_500_000)}`]), says: [/B-1 .*it has 1500001 cells/] },
  { what: 'a key named __proto__', as: 'csv', content: () => csv(['__proto__,Saw,3', 'constructor,Axe,4']), says: [], also: [['__proto__', 'Saw', 3], ['constructor', 'Axe', 4]] },
  { what: 'a column named __proto__', as: 'csv', content: () => csv([]).split('\n').map((line, i) => (line === '' ? '' : `${line},${i === 0 ? '__proto__' : '{}'}`)).join('\n'), says: [] },
  { what: 'formula cells', as: 'csv', content: () => csv([`B-1,=cmd|' /C calc'!A0,1`, 'B-2,@SUM(A1),1', 'B-3,+1-1,2', "B-4,'=1,2"]), says: [], also: [['B-1', "=cmd|' /C calc'!A0", 1], ['B-2', '@SUM(A1)', 1], ['B-3', '+1-1', 2], ['B-4', "=1", 2]] },
  { what: 'a key twice in an object', as: 'json', content: () => json(['{"sku":"B-1","name":"Saw","stock":1,"name":"Axe"}', '{"sku":"B-2","name":"Saw","stock":1.50,"a":{"b":1,"b":2}}']), says: [/p\.json:3 .*"name" stands twice/, /p\.json:4 .*"b" stands twice/] },
  { what: 'a key twice in an object', as: 'ndjson', content: () => [...GOOD.map(object), '{"sku":"B-1","name":"Saw","stock":1,"name" :"Axe"}', '{"sku":"B-2","na\\u006de":"Saw","name":"Axe","stock":1}', ''].join('\n'), says: [/p\.ndjson:4 .*"name" stands twice/, /p\.ndjson:5 .*"name" stands twice/] },
  { what: 'objects in objects without end', as: 'json', content: () => json([`{"sku":"B-1","name":"Saw","stock":1,"a":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`]), says: [/nested deeper than 100/] },
  { what: 'lists in lists without end', as: 'ndjson', content: () => [...GOOD.map(object), `{"sku":"B-1","name":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, ''].join('\n'), says: [/nested deeper than 100|nesting deeper than 100/] },
  { what: 'huge numbers', as: 'json', content: () => json(['{"sku":"B-1","name":"Saw","stock":1e999999999}', `{"sku":"B-2","name":"Saw","stock":${'9'.repeat(1_000_000)}}`, '{"sku":"B-3","name":"Saw","stock":-1e-999999999}', '{"sku":"B-4","name":"Saw","stock":123456789012345678901234567890}']), says: [/B-1 stock/, /B-2 stock/, /B-3 stock/, /B-4 stock/] },
  { what: 'half a character', as: 'json', content: () => json(['{"sku":"B-1","name":"Sa\\ud800w","stock":1}', '{"sku":"B-2","name":"Sa\\udc00\\ud800w","stock":1}']), says: [/B-1 name .*half a character/, /B-2 name .*half a character/] },
  { what: 'keys that differ in half a character only', as: 'json', content: () => json(['{"sku":"B-\\ud800","name":"Saw","stock":1}', '{"sku":"B-\\ud801","name":"Axe","stock":1}', '{"sku":"B-\\ufffd","name":"Pin","stock":1}']), says: [/half a character[^]*half a character/], also: [['B-\ufffd', 'Pin', 1]] },
  { what: 'a million keys in one object', as: 'json', content: () => json([`{"sku":"B-1","name":"Saw","stock":1,${many(1_000_000, (i) => `"k${i}":1`).join(',')}}`]), says: [/longer than 4194304 characters/] },
  { what: 'as many keys as a record can have', as: 'json', content: () => json([`{"sku":"B-1","name":"Saw","stock":1,${many(250_000, (i) => `"k${i}":1`).join(',')}}`]), says: [], also: [['B-1', 'Saw', 1]] },
  { what: 'a key named __proto__', as: 'json', content: () => json(['{"sku":"B-1","name":"Saw","stock":1,"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}', '{"sku":"__proto__","name":"Axe","stock":1}']), says: [], also: [['B-1', 'Saw', 1], ['__proto__', 'Axe', 1]] },
  { what: 'things that are no objects', as: 'json', content: () => json(['null', '[1]', '"text"', '17', '{}']), says: [/p\.json:3 .*it is no object/, /p\.json:4/, /p\.json:5/, /p\.json:6/, /p\.json:7 .*its key "sku" is empty/] },
]

describe('one record of a list', () => {
  test.each(RECORDS)('$what ($as) is set aside or harmless, and the records beside it arrive.', async ({ as, content, says, also, fields }) => {
    at = new Bounded({ 'plan.yaml': listPlan(as, `p.${as}`, fields === undefined ? {} : { fields }), [`list/p.${as}`]: content() })
    const { reasons } = await at.survives()
    for (const one of says) expect(reasons).toMatch(one)
    if (says.length === 0) expect(reasons).toBe('')
    expect(arrived(at)).toEqual([...GOOD, ...(also ?? [])].toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)))
  })
})

/** A part that unpacks to so many MB of one text. */
const bomb = (start: string, of: string, mb: number, end: string): Part => {
  const text = Buffer.from(start + of.repeat(Math.ceil((mb * MB) / of.length)) + end)
  return { packed: deflateRawSync(text, { level: 9 }), size: text.length, crc: crc32(text), method: 8 }
}

interface Refused { readonly what: string; readonly name: string; readonly content: () => string | Uint8Array; readonly says: RegExp }

/** One file of an inbox is wrong as a whole: it is put aside with its reason, and the file beside it is taken. */
const FILES: readonly Refused[] = [
  { what: 'A list in another encoding', name: 'bad.csv', content: () => Buffer.concat([Buffer.from('sku,name,stock\n'), ...many(50, (i) => Buffer.concat([Buffer.from(`B-${i},`), Buffer.from([0xbf, 0xf3, 0xb3]), Buffer.from(',1\n')]))]), says: /not written in utf-8.*line 2/ },
  { what: 'A program', name: 'bad.csv', content: () => readFileSync(process.execPath).subarray(0, 8 * MB), says: /./ },
  { what: 'Twenty megabytes without a line end', name: 'bad.csv', content: () => 'x'.repeat(20 * MB), says: /./ },
  { what: 'A million columns', name: 'bad.csv', content: () => `${many(1_000_000, (i) => `c${i}`).join(',')}\n`, says: /longer than|"sku", which is the key, is not in the file/ },
  { what: 'A column name that stands twice', name: 'bad.csv', content: () => 'sku,sku,name,stock\nB-1,B-2,Saw,1\n', says: /"sku" stands twice/ },
  { what: 'A quote that is never closed', name: 'bad.csv', content: () => 'sku,name,stock\n"B-1,Saw,1\nB-2,Axe,2\n', says: /inside a quoted cell/ },
  { what: 'An empty file', name: 'bad.csv', content: () => '', says: /empty/ },
  { what: 'A list that is cut off', name: 'bad.json', content: () => '[{"sku":"B-1","name":"Saw","st', says: /ends before its list does/ },
  { what: 'Nesting instead of a list', name: 'bad.json', content: () => '['.repeat(5 * MB), says: /./ },
  { what: 'A page in HTML', name: 'bad.json', content: () => '<html><body>Log in</body></html>', says: /no valid JSON/ },
  { what: 'XML', name: 'bad.json', content: () => `<!DOCTYPE a [${many(20, (i) => `<!ENTITY e${i} "${`&e${i - 1};`.repeat(10)}">`).join('')}]><a>&e19;</a>`, says: /no valid JSON/ },
  { what: 'A workbook whose sheet unpacks to 300 MB', name: 'bad.xlsx', content: () => zip({ ...sheet(''), 'xl/worksheets/sheet1.xml': bomb('<worksheet><sheetData>', ' ', 300, '</sheetData></worksheet>') }), says: /unpacks to more than \d+ MB/ },
  { what: 'A workbook with 100 million empty texts', name: 'bad.xlsx', content: () => zip({ ...sheet(table([])), 'xl/sharedStrings.xml': bomb('<sst>', '<si/>', 200, '</sst>') }), says: /unpacks to more than \d+ MB|different texts/ },
  { what: 'A workbook with 250 MB of texts', name: 'bad.xlsx', content: () => zip({ ...sheet(table([])), 'xl/sharedStrings.xml': bomb('<sst>', `<si><t>${'äbc'.repeat(300)}${Math.PI}</t></si>`, 250, '</sst>') }), says: /./ },
  { what: 'A workbook with a cell of 200 MB', name: 'bad.xlsx', content: () => zip({ ...sheet(''), 'xl/worksheets/sheet1.xml': bomb('<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>', 'x', 60, '</t></is></c></row></sheetData></worksheet>') }), says: /./ },
  { what: 'A workbook with an entity bomb', name: 'bad.xlsx', content: () => zip({ ...sheet(''), 'xl/worksheets/sheet1.xml': `<!DOCTYPE a [${many(20, (i) => `<!ENTITY e${i} "${`&e${i - 1};`.repeat(10)}">`).join('')}]><worksheet><sheetData>${cells(1, ['sku', 'name', 'stock'])}${cells(2, ['B-1', '&e19;', 1])}</sheetData></worksheet>` }), says: /document type/ },
  { what: 'A workbook with an entity bomb behind a long comment', name: 'bad.xlsx', content: () => zip({ ...sheet(''), 'xl/worksheets/sheet1.xml': `<!--${'x'.repeat(600_000)}--><!DOCTYPE a [${many(20, (i) => `<!ENTITY e${i} "${`&e${i - 1};`.repeat(10)}">`).join('')}]><worksheet><sheetData>${cells(1, ['sku', 'name', 'stock'])}${cells(2, ['B-1', '&e19;', 1])}</sheetData></worksheet>` }), says: /document type/ },
  { what: 'A workbook whose sheet is outside of it', name: 'bad.xlsx', content: () => zip({ ...sheet(''), 'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="../../../../../../etc/passwd"/></Relationships>' }), says: /has no table/ },
  { what: 'A workbook whose sheet is a file of this machine by name', name: 'bad.xlsx', content: () => zip({ ...sheet(''), 'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="r1" Type="http://x/worksheet" TargetMode="External" Target="file:///etc/passwd"/></Relationships>' }), says: /has no table/ },
  { what: 'An archive whose directory lies', name: 'bad.xlsx', content: () => { const file = zip(sheet('')); file.writeUInt32LE(0xfffffff0, file.length - 6); return file }, says: /directory is damaged|too many parts/ },
  { what: 'An archive of something else', name: 'bad.xlsx', content: () => zip({ '../../evil.csv': 'sku', '/etc/evil': 'x' }), says: /something else/ },
  { what: 'A cut archive', name: 'bad.xlsx', content: () => zip(sheet(table([['B-1', 'Saw', 1]]))).subarray(0, 700), says: /cut off/ },
]

const inbox = (format: string): string => listPlan(format, `*.${format}`, { settings: ', archive: ./done' })
const good = (format: string): string | Uint8Array => (format === 'csv' ? csv([]) : format === 'json' ? json([]) : zip(sheet(table(GOOD))))

describe('one file of an inbox', () => {
  test('A workbook with three million different texts that nobody uses is read within the memory there is.', async () => {
    const texts = Array.from({ length: 3_000_000 }, (_, i) => `<si><t>${(i * 2654435761 % 4294967296).toString(36)}</t></si>`)
    at = new Bounded({ 'plan.yaml': inbox('xlsx'), 'list/good.xlsx': zip({ ...sheet(table(GOOD)), 'xl/sharedStrings.xml': `<sst>${texts.join('')}</sst>` }) })
    expect((await at.survives()).answer.exit).toBe(0)
    expect(arrived(at)).toEqual(GOOD)
  })

  test.each(FILES)('$what is put aside with its reason, and the file beside it is taken.', async ({ name, content, says }) => {
    const format = name.slice(4)
    at = new Bounded({ 'plan.yaml': inbox(format), [`list/${name}`]: content(), [`list/good.${format}`]: good(format) })
    const { reasons } = await at.survives()
    expect(arrived(at)).toEqual(GOOD)
    expect(reasons).toMatch(says)
    expect(readdirSync(at.path('done/errors')).toSorted()).toEqual([name, `${name}.reason.txt`])
    expect(at.text(`done/errors/${name}.reason.txt`)).toMatch(says)
    // What was put aside says nothing any more, and the other file leaves after a run that ended well.
    expect((await at.survives()).answer.exit).toBe(0)
    expect(readdirSync(at.path('list'))).toEqual([])
  })

  test('An archive with names that climb out is read where it lies, and nothing is unpacked anywhere.', async () => {
    at = new Bounded({ 'plan.yaml': inbox('xlsx'), 'list/good.xlsx': zip({ ...sheet(table(GOOD)), '../../../evil.txt': 'x', '/evil.txt': 'x', 'C:\\evil.txt': 'x' }) })
    await at.survives()
    expect(arrived(at)).toEqual(GOOD)
    expect(readdirSync(at.folder).toSorted()).toEqual(['.plimsoll', 'done', 'list', 'plan.yaml', 'products.db'])
    expect(readdirSync(at.path('done'))).toEqual(['good.xlsx'])
  })

  test.each([
    ['a link out of the folder', () => symlinkSync('/etc/passwd', at.path('list/bad.csv')), /bad\.csv is a link that leads out of the folder/],
    ['a link to itself', () => symlinkSync('bad.csv', at.path('list/bad.csv')), /bad\.csv is a link that leads/],
    ['a link to a device', () => symlinkSync('/dev/zero', at.path('list/bad.csv')), /bad\.csv is a link that leads out of the folder/],
    ['a link to the folder above', () => symlinkSync('..', at.path('list/bad.csv')), /bad\.csv is a link that leads out of the folder/],
  ] as const)('%s is not followed, and the file beside it is taken.', async (_what, make, says) => {
    at = new Bounded({ 'plan.yaml': inbox('csv'), 'list/good.csv': csv([]) })
    make()
    const { reasons } = await at.survives()
    expect(arrived(at)).toEqual(GOOD)
    expect(reasons).toMatch(says)
    expect(at.text('.plimsoll/store.db', )).not.toContain('root:x:0')
  })

  test('A folder, a pipe and a link to nothing under the names of files hold up nobody.', async () => {
    at = new Bounded({ 'plan.yaml': inbox('csv'), 'list/good.csv': csv([]) })
    mkdirSync(at.path('list/folder.csv'))
    symlinkSync('nowhere.csv', at.path('list/nothing.csv'))
    execFileSync('mkfifo', [at.path('list/pipe.csv')])
    await at.survives()
    expect(arrived(at)).toEqual(GOOD)
  })

  test.each(['%2e%2e%2fevil..csv', '-rf ~.csv', 'a\nb.csv', '\u001b[2J\u001b]0;x\u0007.csv', '__proto__.csv', 'CON.csv', '$(touch evil).csv', '‮vsc.csv'])('A file named %j is read, archived under its own name, and leaves no trace elsewhere.', async (name) => {
    at = new Bounded({ 'plan.yaml': inbox('csv'), [`list/${name}`]: csv([]), 'list/bad.csv': '' })
    const { reasons } = await at.survives()
    await at.survives()
    expect(arrived(at)).toEqual(GOOD)
    expect(readdirSync(at.path('done')).toSorted()).toEqual([name, 'errors'].toSorted())
    expect(readdirSync(at.folder).toSorted()).toEqual(['.plimsoll', 'done', 'list', 'plan.yaml', 'products.db'])
    expect(reasons).toMatch(/bad\.csv is empty|bad\.csv: The file is empty/)
  })

  test('Names and values that would make a terminal do something are shown as what they are.', async () => {
    at = new Bounded({ 'plan.yaml': inbox('csv'), 'list/\u001b[2J\u202e.csv': '', 'list/good.csv': csv(['\u001b]0;x\u0007,\u009b31m,no number']) })
    const said = [await at.say('sync'), await at.say('errors', 'list'), await at.say('status')].map(({ out, err }) => out + err).join('')
    expect(said).toContain('\\u001b[2J\\u202e.csv')
    // oxlint-disable-next-line no-control-regex
    expect(said).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  })

  test('A file whose name leaves no room for a mark is not read, says so, and holds up nobody.', async () => {
    const name = `${'n'.repeat(251)}.csv`
    at = new Bounded({ 'plan.yaml': inbox('csv'), 'list/good.csv': csv([]), [`list/${name}`]: 'sku,name,stock\nB-1,Saw,1\n' })
    for (let pass = 0; pass < 2; pass += 1) expect((await at.survives()).reasons).toMatch(/name of nnn.* is too long; the file was not read/)
    expect(arrived(at)).toEqual(GOOD)
  })

  test('A file that is still being written is left alone until it rests, and then read whole.', async () => {
    at = new Bounded({ 'plan.yaml': listPlan('csv', '*.csv', { settings: ', archive: ./done' }).replace('settle: 0', 'settle: 1'), 'list/good.csv': csv([]) })
    const lines = many(40, (i) => `M-${String(i).padStart(2, '0')},Nail,1`)
    // Half a line now, the rest bit by bit.
    const writer = spawn(process.execPath, ['-e', `const fs = require('node:fs'); const f = fs.openSync(process.argv[1], 'a'); const t = JSON.parse(process.argv[2]); let i = 0; const go = () => { if (i >= t.length) return; fs.writeSync(f, t[i++]); setTimeout(go, 100) }; go()`, at.path('list/slow.csv'), JSON.stringify([`sku,name,stock\n${lines[0]!.slice(0, 3)}`, lines[0]!.slice(3), ...lines.slice(1).map((line) => `\n${line}`)])])
    const ended = new Promise((resolve) => writer.on('close', resolve))
    await until(() => readdirSync(at.path('list')).includes('slow.csv'), 'the writer began')
    await at.survives()
    expect(arrived(at)).toEqual(GOOD)
    expect(readdirSync(at.path('list'))).toEqual(['slow.csv'])
    await ended
    await at.survives()
    expect(arrived(at)).toHaveLength(GOOD.length + 40)
  })
})

describe('formats that are not read', () => {
  test('XML that declares entities of its own is read by nobody, and nothing of it arrives.', async () => {
    for (const bombed of ['<!DOCTYPE a [<!ENTITY e "x">]><a><b><sku>&e;</sku></b></a>', `<!DOCTYPE a [${many(20, (i) => `<!ENTITY e${i} "${`&e${i - 1};`.repeat(10)}">`).join('')}]><a><b><sku>&e19;</sku></b></a>`, '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a><b><sku>&e;</sku></b></a>']) {
      at = new Bounded({ 'plan.yaml': listPlan('xml', 'p.xml'), 'list/p.xml': bombed })
      const answer = await at.sync()
      expect([answer.exit, JSON.stringify(answer.result?.['failures'] ?? answer.error)]).toEqual([1, expect.stringMatching(/declares entities or elements of its own/)])
      expect(answer.summary?.['read']).toBe(0)
      at.done()
    }
  })
})
