import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { never, testFolder } from '../../../../test/support/test-folder.ts'

const CATALOG = `<?xml version="1.0" encoding="UTF-8"?>
<!-- of the supplier -->
<catalog date="2026-11-21">
  <products>
    <product id="7" lang="pl">
      <sku>001</sku>
      <name>Kubek &amp; łyżka</name>
      <price currency="PLN">12.50</price>
      <tags><tag>a</tag><tag>b</tag></tags>
      <size><width>10</width><height>20</height></size>
      <note/>
    </product>
    <product id="8">
      <sku>002</sku>
      <name><![CDATA[<b>Miska</b>]]></name>
      <price currency="EUR">3.10</price>
      <price currency="PLN">14</price>
      <size>
        <!-- measured by hand -->
        <width>30</width>
      </size>
    </product>
  </products>
</catalog>
`
const UPDATES = { creates: [{ path: 'sku', type: 'text' }] }

describe('reading', () => {
  test('Elements become objects, texts and lists; attributes stand beside a text and inside an object.', async () => {
    const folder = await testFolder()
    await folder.put('a.xml', CATALOG)
    const seen = await folder.read('a.xml')
    expect(seen).toMatchObject({ complete: true, error: undefined, broken: [] })
    expect(seen.values).toEqual([
      { '@id': '7', '@lang': 'pl', sku: '001', name: 'Kubek & łyżka', price: '12.50', 'price@currency': 'PLN', tags: { tag: ['a', 'b'] }, size: { width: '10', height: '20' }, note: null },
      { '@id': '8', sku: '002', name: '<b>Miska</b>', price: [{ '@currency': 'EUR', '#text': '3.10' }, { '@currency': 'PLN', '#text': '14' }], size: { width: '30' } },
    ])
    expect(seen.records.map((record) => record.key)).toEqual(['001', '002'])
  })

  test('A path that is said to be a list is one, however many items there are.', async () => {
    const folder = await testFolder({ lists: ['price', 'tags.tag', 'size.unit'] })
    await folder.put('a.xml', '<c><p><sku>1</sku><price currency="PLN">1</price><tags/><size/></p><p><sku>2</sku><tags><tag>x</tag></tags></p></c>')
    expect((await folder.read('a.xml')).values).toEqual([
      { sku: '1', price: [{ '@currency': 'PLN', '#text': '1' }], tags: { tag: [] }, size: { unit: [] } },
      { sku: '2', tags: { tag: ['x'] }, price: [] },
    ])
  })

  test('Only what is wanted is built.', async () => {
    const folder = await testFolder()
    await folder.put('a.xml', CATALOG)
    expect((await folder.read('a.xml', { columns: ['price@currency', 'size'] })).values).toMatchObject([{ sku: '001', 'price@currency': 'PLN', size: { width: '10' } }, { sku: '002' }])
    expect(Object.keys((await folder.read('a.xml', { columns: ['size'] })).values[0]!)).not.toContain('name')
  })

  test('An attribute may be the key, and the outermost element the only record.', async () => {
    const folder = await testFolder()
    await folder.put('a.xml', CATALOG)
    expect((await folder.read('a.xml', { key: ['@id'] })).records.map((record) => record.key)).toEqual(['7', '8'])
    await folder.put('one.xml', '<order no="5"><line><sku>1</sku></line><line><sku>2</sku></line></order>')
    expect((await folder.read('one.xml', { key: ['@no'] })).values).toEqual([{ '@no': '5', line: [{ sku: '1' }, { sku: '2' }] }])
  })

  test.each([
    ['a feed with a heading of its own', '<rss><channel><title>t</title><link>a</link><link>b</link><item><sku>1</sku></item><item><sku>2</sku></item></channel></rss>', ['sku'], ['1', '2']],
    ['records with lists inside', '<orders><order><sku>1</sku><lines><line><no>1</no></line><line><no>2</no></line></lines></order><order><sku>2</sku></order></orders>', ['sku'], ['1', '2']],
    ['one record with a list inside', '<orders><order><sku>1</sku><lines><line><no>1</no></line><line><no>2</no></line></lines></order></orders>', ['sku'], ['1']],
  ])('The record is found by looking: %s.', async (_, text, key, keys) => {
    const folder = await testFolder()
    await folder.put('a.xml', text)
    expect((await folder.read('a.xml', { key })).records.map((record) => record.key)).toEqual(keys)
  })

  test('Where two elements could be the record, nothing is guessed, and `list` says it.', async () => {
    const text = '<orders><order><no>1</no><lines><line><no>7</no></line><line><no>8</no></line></lines></order></orders>'
    const folder = await testFolder()
    await folder.put('a.xml', text)
    expect(await folder.read('a.xml', { key: ['no'] })).toMatchObject({ complete: false, records: [], error: { code: 'files.list', class: 'config', message: expect.stringContaining('orders.order or orders.order.lines.line') as string } })
    const said = await testFolder({ list: 'orders.order' })
    await said.put('a.xml', text)
    expect((await said.read('a.xml', { key: ['no'] })).records.map((record) => record.key)).toEqual(['1'])
    const wrong = await testFolder({ list: 'orders.item' })
    await wrong.put('a.xml', text.replace('orders', 'all').replace('/orders', '/all'))
    expect(await wrong.read('a.xml', { key: ['no'] })).toMatchObject({ complete: false, error: { code: 'files.content' } })
  })

  test('Namespaces are called as the plan calls them, whatever prefix the file has.', async () => {
    const folder = await testFolder({ namespaces: { g: 'http://g.example/1', '': 'http://plain.example/' } })
    for (const [prefix, name] of [['g:', 'xmlns:g'], ['x:', 'xmlns:x']]) {
      await folder.put('a.xml', `<p:feed xmlns:p="http://plain.example/" ${name}="http://g.example/1"><p:item><${prefix}sku ${prefix}kind="k">1</${prefix}sku></p:item><p:item><${prefix}sku>2</${prefix}sku></p:item></p:feed>`)
      expect((await folder.read('a.xml', { key: ['g:sku'] })).values).toEqual([{ 'g:sku': '1', 'g:sku@g:kind': 'k' }, { 'g:sku': '2' }])
    }
  })

  test.each([
    ['windows-1250', 'windows-1250', undefined],
    ['iso-8859-2', 'ISO-8859-2', undefined],
    ['utf-16le', 'UTF-16', Buffer.of(0xff, 0xfe)],
    ['utf-8', 'utf-8', Buffer.of(0xef, 0xbb, 0xbf)],
  ])('The encoding that the file names is believed: %s.', async (encoding, said, bom) => {
    const folder = await testFolder()
    await folder.put('a.xml', Buffer.concat([bom ?? Buffer.alloc(0), iconv.encode(`<?xml version="1.0" encoding="${said}"?><l><p><sku>Łódź</sku></p><p><sku>ß</sku></p></l>`, encoding)]))
    expect((await folder.read('a.xml')).values).toEqual([{ sku: 'Łódź' }, { sku: 'ß' }])
  })

  test('Names that lead to a prototype are names like others.', async () => {
    const folder = await testFolder()
    await folder.put('a.xml', '<l><p><sku>1</sku><__proto__><a>x</a></__proto__><constructor>y</constructor></p><p><sku>2</sku></p></l>')
    const [first] = (await folder.read('a.xml')).values
    expect(Object.keys(first!)).toEqual(['sku', '__proto__', 'constructor'])
    expect(({} as Record<string, unknown>)['a']).toBeUndefined()
  })
})

describe('files that are no lists', () => {
  const record = '<p><sku>1</sku></p>'
  test.each([
    ['an entity that grows', `<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><l>${record}<p><sku>&b;</sku></p></l>`, 'files.content'],
    ['an entity from outside', `<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>${record}<p><sku>&x;</sku></p></l>`, 'files.content'],
    ['an entity that nobody declared', `<l>${record}<p><sku>&nbsp;</sku></p></l>`, 'files.content'],
    ['one that is cut off', `<l>${record}<p><sku>2</s`, 'files.truncated'],
    ['one that is cut off between records', `<l>${record}${record}`, 'files.truncated'],
    ['tags that cross', `<l>${record}<p><sku>2</p></sku></l>`, 'files.content'],
    ['two documents', `<l>${record}${record}</l><l/>`, 'files.content'],
    ['elements without end within each other', `<l>${record}${'<a>'.repeat(100_000)}`, 'files.content'],
    ['no XML at all', 'sku,name\n1,a\n', 'files.content'],
    ['nothing', '', 'files.empty'],
  ])('%s is refused, and deletes nothing.', async (_, text, code) => {
    const folder = await testFolder({ list: 'l.p' })
    await folder.put('a.xml', text)
    expect(await folder.read('a.xml')).toMatchObject({ complete: false, error: { code, class: 'data' } })
  })

  test('A record that is too long is set aside, and the others are read.', async () => {
    const folder = await testFolder({ list: 'l.p' })
    await folder.put('a.xml', `<l><p><sku>1</sku></p><p><sku>2</sku>${`<x>${'y'.repeat(1000)}</x>`.repeat(5000)}</p><p><sku>3</sku></p></l>`)
    const seen = await folder.read('a.xml')
    expect(seen.records.map((one) => one.key)).toEqual(['1', '3'])
    expect(seen.broken).toMatchObject([{ place: 'a.xml:1', says: expect.stringContaining('longer than') as string }])
    expect(seen.complete).toBe(false)
  })

  test('Pieces may end anywhere: records, lines and layout are the same.', async () => {
    const folder = await testFolder({ list: 'l.p' })
    const body = Array.from({ length: 3000 }, (_, n) => `  <p a="${n}">\r\n    <sku>${n}</sku>\r\n    <n>😀 Łódź &lt;${n}&gt;</n>\r\n  </p>\r\n`).join('')
    await folder.put('a.xml', `<l>\r\n${body}</l>`)
    const seen = await folder.read('a.xml', UPDATES)
    expect(seen.values).toHaveLength(3000)
    expect(seen.values[2999]).toEqual({ '@a': '2999', sku: '2999', n: '😀 Łódź <2999>' })
    expect(await folder.write('a.xml', [{ operation: 'update', key: '1500', values: { n: 'x' } }], UPDATES)).toMatchObject([{ is: 'done' }])
    expect(await folder.text('a.xml')).toBe(`<l>\r\n${body.replace('😀 Łódź &lt;1500&gt;', 'x')}</l>`)
  })
})

describe('writing', () => {
  test('Only what changes is written anew; comments, layout and what is not mapped stay.', async () => {
    const folder = await testFolder({ settle: 0, lists: ['tags.tag', 'price'] })
    await folder.put('a.xml', CATALOG)
    const answers = await folder.write('a.xml', [
      { operation: 'update', key: '001', values: { name: 'Kubek <nowy>', note: 'x', tags: { tag: ['a', 'c', 'd'] }, '@lang': 'en' } },
      { operation: 'update', key: '002', values: { size: { width: '31', depth: '5' }, price: [{ '@currency': 'EUR', '#text': '3.20' }] } },
      { operation: 'create', values: { sku: '003', name: 'Nowy', price: [{ '@currency': 'PLN', '#text': '5' }], '@id': '9' } },
    ], UPDATES)
    expect(answers.map((answer) => answer.is)).toEqual(['done', 'done', 'done'])
    expect(await folder.text('a.xml')).toBe(CATALOG
      .replace('id="7" lang="pl"', 'id="7" lang="en"').replace('Kubek &amp; łyżka', 'Kubek &lt;nowy&gt;').replace('<tag>b</tag>', '<tag>c</tag><tag>d</tag>').replace('<note/>', '<note>x</note>')
      .replace('<width>30</width>', '<width>31</width>\n        <depth>5</depth>').replace('3.10', '3.20').replace('\n      <price currency="PLN">14</price>', '')
      .replace('  </products>', '  </products>'.replace('  </products>', '    <product id="9">\n      <sku>003</sku>\n      <name>Nowy</name>\n      <price currency="PLN">5</price>\n    </product>\n  </products>')))
    const again = await folder.read('a.xml', UPDATES)
    for (const answer of answers) expect(again.records).toContainEqual((answer as { record: unknown }).record)
  })

  test('A record is taken out with the blanks before it, and emptied elements stay.', async () => {
    const folder = await testFolder({ settle: 0 })
    await folder.put('a.xml', '<l>\n  <p><sku>1</sku><n a="b">x</n></p>\n  <!-- keep -->\n  <p><sku>2</sku></p>\n</l>\n')
    await folder.write('a.xml', [{ operation: 'delete', key: '2' }, { operation: 'update', key: '1', values: { n: null } }], UPDATES)
    expect(await folder.text('a.xml')).toBe('<l>\n  <p><sku>1</sku><n a="b"/></p>\n  <!-- keep -->\n</l>\n')
  })

  test.each([
    ['a list that became empty', '<l>\n</l>\n', { list: 'l.p' }],
    ['one that never held anything', '<l><p/></l>'.replace('<p/>', ''), { list: 'l.p' }],
    ['an element that closes itself', '<all><l/></all>', { list: 'all.l.p' }],
    ['an outermost element alone', '<records/>', {}],
  ])('A record is added to %s.', async (_, text, settings) => {
    const folder = await testFolder({ settle: 0, ...settings })
    await folder.put('a.xml', text)
    expect(await folder.write('a.xml', [{ values: { sku: '1', n: 'a' } }], UPDATES)).toMatchObject([{ is: 'done', key: '1' }])
    const again = await folder.read('a.xml', UPDATES)
    expect(again).toMatchObject({ complete: true, error: undefined, values: [{ sku: '1', n: 'a' }] })
  })

  test('A new file is made; where `list` says how, it is made so.', async () => {
    for (const [settings, opened] of [[{}, '<records>'], [{ list: 'all.items.item' }, '<all>\n  <items>']] as const) {
      const folder = await testFolder({ settle: 0, ...settings })
      await folder.write('a.xml', [{ values: { sku: '1', n: 'ł', 'n@a': '"<' } }, { values: { sku: '2', n: null } }], UPDATES)
      expect(await folder.text('a.xml')).toContain(`<?xml version="1.0" encoding="UTF-8"?>\n${opened}`)
      expect((await folder.read('a.xml', UPDATES)).values).toEqual([{ sku: '1', n: 'ł', 'n@a': '"<' }, { sku: '2', n: null }])
    }
  })

  test('What the encoding does not have is written by its number, and comes back.', async () => {
    const folder = await testFolder({ settle: 0 })
    await folder.put('a.xml', iconv.encode('<?xml version="1.0" encoding="ISO-8859-2"?><l><p><sku>1</sku><n>ł</n></p></l>', 'iso-8859-2'))
    await folder.write('a.xml', [{ operation: 'update', key: '1', values: { n: 'ł 日本 😀\rx' } }], UPDATES)
    expect(iconv.decode(await folder.bytes('a.xml'), 'iso-8859-2')).toContain('<n>ł &#26085;&#26412; &#128512;&#13;x</n>')
    expect((await folder.read('a.xml', UPDATES)).values).toEqual([{ sku: '1', n: 'ł 日本 😀\rx' }])
  })

  test('What XML can\'t hold, names that are none, and lists that were not declared are refused one by one.', async () => {
    const folder = await testFolder({ settle: 0 })
    const answers = await folder.write('a.xml', [
      { values: { sku: '1', n: 'a\0b' } }, { values: { sku: '2', 'a b': 'x' } }, { values: { sku: '3', n: ['x'] } }, { values: { sku: '4', n: { '<x>': '1' } } }, { values: { sku: '5', n: 'ok' } },
    ], UPDATES)
    expect(answers.map((answer) => answer.is)).toEqual(['refused', 'refused', 'refused', 'refused', 'done'])
    expect(answers[2]).toMatchObject({ field: 'n', says: expect.stringContaining('`lists`') as string })
    expect((await folder.read('a.xml', UPDATES)).values).toEqual([{ sku: '5', n: 'ok' }])
  })
})

test('A folder with XML is discovered.', async () => {
  const folder = await testFolder()
  await folder.put('a.xml', CATALOG)
  const found = await (await folder.session()).discover!(never)
  expect(found).toMatchObject([{ name: 'a.xml', count: 2 }])
  expect(found[0]!.fields.map((field) => field.path)).toEqual(expect.arrayContaining(['@id', 'sku', 'size.width']))
})
