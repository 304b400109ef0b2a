/** The catalogue's entry for WordPress on a real one: everything read as it is held, what it does to values, and an exchange with a database. */
import { beforeAll, expect, test } from 'vitest'
import type { Native, NativeRecord } from '../../src/systems/contract.ts'
import { wordpressBench } from '../conformance/benches/wordpress.ts'
import { keepsTheContract } from '../support/conformance-run.ts'
import { never, openHttp, readAll, specOf, writeOptions } from '../support/http-servers.ts'
import { describeSystem } from './harness/describe.ts'
import { proveResources } from './harness/resources.ts'
import { staysTheSame } from './harness/two-way.ts'

await describeSystem('wordpress', (system) => {
  const access = () => ({ user: String(system().access['user']), password: String(system().access['password']) })
  const open = () => openHttp(system().url, { manifest: 'wordpress', ...access() }, { timeZone: 'America/New_York' })
  const ask = async (path: string, init: { method?: string; body?: object } = {}): Promise<Record<string, never>> => {
    const { user, password } = access()
    const answer = await fetch(`${system().url}/wp-json/wp/v2${path}`, {
      method: init.method ?? 'GET', headers: { authorization: `Basic ${btoa(`${user}:${password}`)}`, 'content-type': 'application/json' }, ...(init.body ? { body: JSON.stringify(init.body) } : {}),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return await answer.json() as never
  }
  /** A picture of one green point, and its key. */
  let sent = 0
  const media = async (): Promise<string> => {
    const { user, password } = access()
    const answer = await fetch(`${system().url}/wp-json/wp/v2/media`, {
      method: 'POST', headers: { authorization: `Basic ${btoa(`${user}:${password}`)}`, 'content-type': 'image/png', 'content-disposition': `attachment; filename="green-${(sent += 1)}.png"` },
      body: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
    })
    return String((await answer.json() as { id: number }).id)
  }
  const item = (operation: 'create' | 'update' | 'delete', values: NativeRecord, key?: string) => ({ operation, values, idempotencyKey: 'k', ...(key === undefined ? {} : { key }) })

  beforeAll(async () => {
    await media()
    await ask('/products', { method: 'POST', body: { title: 'Chair', slug: 'chair', status: 'publish' } })
    await ask('/tags', { method: 'POST', body: { name: 'wood' } })
  })

  test('Who does not know the password is not let in.', async () => {
    const session = await openHttp(system().url, { manifest: 'wordpress', user: 'admin', password: 'wrong' })
    await expect(session.check(never)).rejects.toMatchObject({ class: 'auth' })
    await session.close()
  })

  test('Over several pages every post is read, with its raw text and the time of its change.', async () => {
    for (let n = 1; n <= 105; n += 1) await ask('/posts', { method: 'POST', body: { slug: `many-${n}`, title: `Many & ${n}`, content: `<p>${n} „ß”</p>`, status: n % 2 ? 'publish' : 'draft' } })
    const session = await open()
    const read = await readAll(session.resource(specOf('posts')))
    const many = read.values.filter((values) => String(values['slug']).startsWith('many-'))
    expect([read.complete, many.length]).toEqual([true, 105])
    expect(many.map((values) => [values['title'], values['content'], values['status']]).toSorted()).toEqual(Array.from({ length: 105 }, (_, n) => [`Many & ${n + 1}`, `<p>${n + 1} „ß”</p>`, n % 2 ? 'draft' : 'publish']).toSorted())
    for (const name of ['pages', 'products', 'media', 'categories', 'tags', 'users', 'comments']) expect((await readAll(session.resource(specOf(name)))).complete, name).toBe(true)
    await session.close()
  })

  test('What changed is read from a position, whatever the zone of the site; a post in the trash is a deleted one.', async () => {
    const session = await open()
    const posts = session.resource(specOf('posts'))
    const whole = await readAll(posts)
    const [first, second] = whole.keys as [string, string]
    await ask(`/posts/${first}`, { method: 'POST', body: { title: 'edited' } })
    await posts.write!([item('delete', {}, second)], writeOptions)
    const changed = new Map<string, boolean>()
    for await (const page of posts.read({ since: whole.position!, signal: never, pageSize: 500 })) for (const record of page.records) changed.set(record.key, record.deleted === true)
    expect([changed.get(first), changed.get(second)]).toEqual([false, true])
    expect((await posts.readKeys!([first, second, '999999', 'x'], never)).map((record) => record.key)).toEqual([first])
    expect(await posts.write!([item('delete', {}, second)], writeOptions)).toEqual([{ is: 'missing' }])
    await session.close()
  })

  test.each<[string, Native, Native]>([
    ['title', '  A & <b>B</b>  ', 'A & <b>B</b>'],
    ['title', 'Zażółć 😀 "q" \\ \'s\'', 'Zażółć 😀 "q" \\ \'s\''],
    ['title', null, ''],
    ['content', '<p>x</p>\r\n<script>1</script>', '<p>x</p>\r\n<script>1</script>'],
    ['slug', 'Über Uns!', 'uber-uns'],
  ])('A %s that is %j is held, and answered, as %j.', async (field, written, held) => {
    const session = await open()
    const pages = session.resource(specOf('pages'))
    const [made] = await pages.write!([item('create', { title: 'first', content: 'c', status: 'publish' })], writeOptions)
    const key = (made as { key: string }).key
    const [done] = await pages.write!([item('update', { [field]: written }, key)], writeOptions)
    const answered = (done as { record: { values: NativeRecord } }).record.values[field]
    expect((await pages.readKeys!([key], never))[0]!.values[field]).toEqual(answered)
    expect(answered).toBe(held)
    await session.close()
  })

  test('A slug that is taken gets a number; a tag that is there already is said to exist.', async () => {
    const session = await open()
    const pages = session.resource(specOf('pages'))
    const create = item('create', { slug: 'taken', title: 'x', status: 'publish' })
    // One after the other: two at the same moment may both get it.
    const slugs = [...await pages.write!([create], writeOptions), ...await pages.write!([create], writeOptions)].map((result) => (result as { record: { values: NativeRecord } }).record.values['slug'])
    expect(slugs.toSorted()).toEqual(['taken', 'taken-2'])
    const tags = session.resource(specOf('tags'))
    const [tag] = await tags.write!([item('create', { name: 'tea' })], writeOptions)
    expect(await tags.write!([item('create', { name: 'tea' })], writeOptions)).toEqual([{ is: 'exists', key: (tag as { key: string }).key }])
    await session.close()
  })

  test('The site says which content types it has.', async () => {
    const session = await open()
    expect((await session.discover!(never)).map((found) => found.name)).toEqual(expect.arrayContaining(['posts', 'pages', 'media', 'products', 'users']))
    await session.close()
  })

  proveResources({
    system: 'wordpress', at: system, open,
    reads: { posts: [], pages: [], products: [], media: [], categories: [], tags: [], users: ['email', 'slug', 'username'], comments: [] },
    writes: {
      posts: { make: { slug: 'a-new-post', title: 'New & „ß”', content: '<p>x</p>', status: 'publish' }, change: { title: 'Changed 😀' } },
      media: { of: media, change: { title: 'A green point', caption: 'Ω' } },
      categories: { make: { name: 'Chairs', slug: 'chairs' }, change: { description: 'To sit on' } },
      tags: { make: { name: 'green', slug: 'green' }, change: { description: 'A colour' } },
      users: { make: { username: 'zoe', email: 'zoe@example.test', password: 'only-Here7392b' }, made: { username: 'zoe', email: 'zoe@example.test' }, change: { first_name: 'Zoë' } },
      comments: { make: async () => ({ post: (await ask('/posts?per_page=1') as unknown as { id: number }[])[0]!.id, content: 'First!', author_name: 'Jo', author_email: 'jo@example.test' }), made: { content: 'First!' }, change: { content: 'Second' } },
    },
  })

  test('Pages and rows of a table stay the same, both ways; whoever changes nothing causes no write.', async () => {
    const pages = async (): Promise<{ id: number; slug: string; status: string; title: { raw: string }; content: { raw: string } }[]> => await ask('/pages?context=edit&status=any&per_page=100') as never
    const idOf = async (slug: string): Promise<number> => (await pages()).find((page) => page.slug === slug)!.id
    await staysTheSame({
      system: system(), connector: 'wordpress', settings: { user: access().user }, secrets: { password: access().password },
      // The kit has a bench of its own below.
      resource: 'pages', kit: false,
      entity: 'content', fields: { slug: 'text', title: 'text', body: 'text', published: 'boolean' }, identifier: 'slug', text: 'title',
      record: (n) => ({ slug: `page-number-${n}`, title: `Strona „${n}” & co`, body: `<p>${n}</p>`, published: 1 }),
      user: {
        all: async () => (await pages()).map((page) => ({ slug: page.slug, title: page.title.raw, body: page.content.raw, published: page.status === 'publish' ? 1 : 0 })),
        create: async (record) => { await ask('/pages', { method: 'POST', body: { slug: record['slug'], title: record['title'], content: record['body'], status: 'publish' } }) },
        edit: async (slug, title) => { await ask(`/pages/${await idOf(slug)}`, { method: 'POST', body: { title } }) },
        remove: async (slug) => { await ask(`/pages/${await idOf(slug)}`, { method: 'DELETE' }) },
      },
      writes: (request) => request.method !== 'GET',
    })
  }, 300_000)

  test('The catalogue keeps the contract on the pages of a real WordPress.', async () => {
    const { bench, close } = await wordpressBench(system())
    try {
      await keepsTheContract(bench, 36, { system: 'wordpress', at: system() })
    } finally {
      await close()
    }
  }, 300_000)
}, { bodies: true })
