import { describe, expect, test } from 'vitest'
import { PlimsollError, type Resource, type SystemSession } from './contract.ts'
import { masked, maskOf } from './masking.ts'

const SECRET = 'c+n/r y="1"&ż'

describe('a secret in a text', () => {
  test.each([
    ['as it is', SECRET], ['in an address', encodeURIComponent(SECRET)], ['in a form', new URLSearchParams({ s: SECRET }).toString().slice(2)], ['in JSON', JSON.stringify({ s: SECRET })],
    ['in Base64', Buffer.from(SECRET).toString('base64')], ['in Base64 for addresses', Buffer.from(SECRET).toString('base64url')],
  ])('is taken out %s.', (_what, form) => {
    const shown = maskOf([SECRET])(`before ${form} after`)
    expect(shown).toMatch(/^before .*•••.* after$/)
    expect(shown).not.toContain('c+n')
  })

  test('is taken out whole where another one is its beginning, and a very short one is left.', () => {
    expect(maskOf(['abcd', 'abcdefgh', 'x'])('abcdefgh abcd x')).toBe('••• ••• x')
  })
})

describe('a session with a secret', () => {
  const failing = () => Promise.reject(new PlimsollError('base.stopped', `No answer for ${SECRET}.`, { details: { key: SECRET }, place: SECRET, executed: false, cause: new Error(SECRET) }))
  const resource = {
    traits: {}, write: async () => [{ is: 'refused', code: SECRET, says: SECRET, field: SECRET }, { is: 'unsure', says: SECRET }, { is: 'done', key: '1' }],
    readKeys: failing, find: failing, bytes: failing,
    async *read() {
      yield { records: [], requestedAt: 0, broken: [{ place: '1', says: SECRET, raw: SECRET }], notes: [SECRET] }
      await failing()
    },
  } as unknown as Resource
  const session = { check: failing, resource: () => resource, receive: failing, openFile: failing, close: async () => undefined } as unknown as SystemSession

  test('never says it, whatever it answers or throws, and says everything else as it was.', async () => {
    const said: unknown[] = []
    const note = (error: PlimsollError): void => void said.push([error.message, error.details, error.place, error.code, error.executed, error.cause])
    const open = await masked([SECRET], async () => session)
    await masked([SECRET], failing).catch(note)
    await open.check(new AbortController().signal).catch(note)
    await open.receive!({} as never).catch(note)
    await open.openFile!('', {} as never, {} as never, {} as never).catch(note)
    const inside = open.resource({} as never)
    await inside.readKeys!([], {} as never).catch(note)
    await inside.find!([], [], {} as never).catch(note)
    await inside.bytes!({} as never).catch(note)
    said.push(await inside.write!([], {} as never))
    try {
      for await (const page of inside.read({} as never)) said.push(page)
    } catch (error) {
      note(error as PlimsollError)
    }
    expect(JSON.stringify(said)).not.toContain('c+n')
    expect(said.filter((one) => Array.isArray(one) && one[3] === 'base.stopped' && one[4] === false)).toHaveLength(8)
    expect(said[7]).toMatchObject([{ is: 'refused' }, { is: 'unsure' }, { is: 'done', key: '1' }])
    expect(inside.acknowledge).toBeUndefined()
  })
})
