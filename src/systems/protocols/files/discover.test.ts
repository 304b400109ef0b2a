import { expect, test } from 'vitest'
import { never, testFolder } from '../../../../test/support/test-folder.ts'

test('Columns are discovered with types, key, examples and count.', async () => {
  const folder = await testFolder()
  await folder.put('articles.csv', [
    'Group;Article no.;EAN;Price;Stock;Since;Updated at;Mail;Active;Zip;password;Note',
    'A;1001;4006381333931;1,50;3;2026-01-02;2026-01-02T10:00:00Z;a@x.test;true;00-950;hunter2;',
    'A;1002;5901234123457;12;-4;2026-01-03;2026-01-02 10:00;b@x.test;false;01234;hunter3;x',
  ].join('\n'))
  const [found] = await (await folder.session()).discover!(never)
  expect(found).toMatchObject({ name: 'articles.csv', key: ['Article no.'], changedAt: 'Updated at', count: 2 })
  expect(Object.fromEntries(found!.fields.map((field) => [field.path, field.type]))).toEqual({
    Group: 'text', 'Article no.': 'integer', EAN: 'gtin', Price: 'decimal', Stock: 'integer', Since: 'date', 'Updated at': 'datetime', Mail: 'email', Active: 'boolean', Zip: 'text', password: 'text', Note: 'text',
  })
  expect(found!.fields[0]).toEqual({ path: 'Group', type: 'text', nullable: false, unique: false, examples: ['A'] })
  expect(found!.fields.find((field) => field.path === 'password')).not.toHaveProperty('examples')
  expect(found!.fields.find((field) => field.path === 'Note')).toMatchObject({ nullable: true })
})

test('Files that differ in digits are one resource; others, and unfinished ones, are not mixed in.', async () => {
  const folder = await testFolder()
  for (const name of ['p-2026-11-20.csv', 'p-2026-11-21.csv', 'q1.csv', '.hidden.csv', 'x.csv.part', 'readme.md']) await folder.put(name, 'id,x\n1,a\n')
  const found = await (await folder.session()).discover!(never)
  expect(found.map((resource) => resource.name)).toEqual(['p-*.csv', 'q1.csv'])
})

test('Members of JSON objects are paths; a file that can\'t be read costs only itself.', async () => {
  const folder = await testFolder()
  await folder.put('a.json', '[{"id":1,"name":{"first name":"A"},"tags":["x"],"n":1.5},{"id":2,"name":{"first name":"B"},"tags":[],"n":2}]')
  await folder.put('b.json', '[{"id":1},')
  await folder.put('c.xlsx', 'nothing')
  const found = await (await folder.session()).discover!(never)
  expect(found.map(({ name, key }) => ({ name, key }))).toEqual([{ name: 'a.json', key: ['id'] }, { name: 'b.json', key: ['id'] }, { name: 'c.xlsx', key: [] }])
  expect(found[0]!.fields.map((field) => [field.path, field.type])).toEqual([['id', 'integer'], ['name."first name"', 'text'], ['tags', 'json'], ['n', 'decimal']])
  expect(found[1]).not.toHaveProperty('count')
})

test('A folder that is not there is named.', async () => {
  const folder = await testFolder({ folder: '/nowhere/at/all' })
  await expect((await folder.session()).check(never)).rejects.toMatchObject({ code: 'files.folder', class: 'remote', message: expect.stringContaining('/nowhere/at/all') as string })
})

test.each([
  [{ folder: '' }, 'folder'], [{ format: 'yaml' }, 'format'], [{ delimiter: 'ab' }, 'delimiter'], [{ settle: 'soon' }, 'settle'], [{ errors: '/x' }, 'errors'], [{ header: 'maybe' }, 'header'],
])('The settings %j are refused with the name of the setting.', async (settings, name) => {
  const folder = await testFolder(settings)
  await expect(folder.session()).rejects.toMatchObject({ code: 'files.settings', class: 'config', message: expect.stringContaining(`\`${name}\``) as string })
})
