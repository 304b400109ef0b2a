import { request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock, virtualClock } from '../base/clock.ts'
import { PlimsollError } from '../base/errors.ts'
import '../systems/protocols/http/errors.ts'
import { listenForLogin, loopbackOf } from './login-listener.ts'

const never = new AbortController().signal
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

describe('the listener for the browser', () => {
  const get = (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<{ status: number; text: string }> => new Promise((resolve, reject) => {
    const call = request(url, { headers, method }, (response) => {
      let text = ''
      response.on('data', (chunk) => { text += String(chunk) }).on('end', () => resolve({ status: response.statusCode!, text }))
    })
    call.on('error', reject).end()
  })

  test('It takes the one answer on its own address, turns everything else away, and is gone afterwards.', async () => {
    const listener = await listenForLogin(loopbackOf(undefined)!, systemClock, 60_000)
    expect(listener.redirect).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)
    const taken: string[] = []
    const answered = listener.answered(async (answer) => {
      taken.push(answer)
      if (!answer.includes('right')) throw new PlimsollError('http.login_state', 'not this one')
      return { renews: true }
    }, never)
    const { origin } = new URL(listener.redirect)
    expect(await get(`${origin}/favicon.ico`)).toMatchObject({ status: 404 })
    expect(await get(`${listener.redirect}?right`, { host: 'evil.example' })).toMatchObject({ status: 404 })
    expect(await get(`${listener.redirect}?right`, {}, 'POST')).toMatchObject({ status: 404 })
    expect(await get(`${listener.redirect}?wrong`)).toMatchObject({ status: 400 })
    expect(await get(`${listener.redirect}?right`)).toMatchObject({ status: 200 })
    expect(await answered).toEqual({ renews: true })
    await listener.close()
    expect(taken).toEqual(['/callback?wrong', '/callback?right'])
    await expect(get(listener.redirect)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('It waits for so long and no longer, and a refusal ends it.', async () => {
    const clock = virtualClock(0)
    const listener = await listenForLogin(loopbackOf('http://localhost:0/back')!, clock, 60_000)
    open.push(listener)
    expect(new URL(listener.redirect)).toMatchObject({ hostname: 'localhost', pathname: '/back' })
    const waiting = listener.answered(async () => ({ renews: true }), never)
    clock.advance(60_001)
    await expect(waiting).rejects.toMatchObject({ code: 'cli.login' })
    const stop = new AbortController()
    const stopped = listener.answered(async () => ({ renews: true }), stop.signal)
    stop.abort(new Error('stopped'))
    await expect(stopped).rejects.toThrow()
  })

  test('Nothing listens where the service leads somewhere else.', () => {
    for (const fixed of ['https://hub.example.com/back', 'https://127.0.0.1/back', 'http://10.0.0.1/back', 'http://localhost.evil.example/back']) expect(loopbackOf(fixed)).toBeUndefined()
  })
})
