import { describe, expect, test } from 'vitest'
import './errors.ts'
import { checkHost, checkOrigin, checkToken } from './guard.ts'

const HOST = '127.0.0.1:7400'

describe('who may speak to the API', () => {
  test.each(['127.0.0.1', HOST, 'localhost:7400', 'LOCALHOST', '[::1]:7400'])('The name %s is ours.', (host) => {
    expect(checkHost(host)).toBeUndefined()
  })

  test.each(['evil.test', 'evil.test:7400', '127.0.0.1.evil.test', 'localhost.evil.test', `${HOST}@evil.test`, '', undefined, '0.0.0.0', '[::ffff:127.0.0.1]', '127.0.0.1:', '2130706433'])('The name %s is not.', (host) => {
    expect(() => checkHost(host)).toThrow(expect.objectContaining({ code: 'api.host' }))
  })

  test.each([['https://evil.test'], ['null'], [`https://${HOST}`], ['http://127.0.0.1'], [`http://${HOST}.evil.test`], ['']])('A page of %j may not call, whether it reads or changes.', (origin) => {
    for (const navigates of [true, false]) expect(() => checkOrigin({ origin, host: HOST }, navigates)).toThrow(expect.objectContaining({ code: 'api.origin' }))
  })

  test('Our own pages may, programs without a page too; what another site embeds may not, but a link may lead here.', () => {
    expect(checkOrigin({ origin: `http://${HOST}`, host: HOST }, false)).toBeUndefined()
    expect(checkOrigin({ host: HOST }, false)).toBeUndefined()
    expect(checkOrigin({ host: HOST, 'sec-fetch-site': 'cross-site' }, true)).toBeUndefined()
    expect(() => checkOrigin({ host: HOST, 'sec-fetch-site': 'cross-site' }, false)).toThrow(expect.objectContaining({ code: 'api.origin' }))
  })

  test('A change needs the very token.', () => {
    expect(checkToken('Bearer abc', 'abc')).toBeUndefined()
    for (const given of [undefined, '', 'Bearer', 'Bearer ', 'Bearer ab', 'Bearer abcd', 'Basic abc', 'abc', `Bearer ${'a'.repeat(600)}`]) expect(() => checkToken(given, 'abc')).toThrow(expect.objectContaining({ code: 'api.token' }))
  })
})
