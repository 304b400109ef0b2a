import { readFileSync } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import { AwsClient } from 'aws4fetch'
import { Client as FtpClient } from 'basic-ftp'
import SftpClient from 'ssh2-sftp-client'
import { expect, test } from 'vitest'
import { comesBack, portOf } from './harness/comes-back.ts'
import { describeSystem } from './harness/describe.ts'

const TEXT = 'id;name\n1;שלום 👋\n'
const NAME = 'Zażółć gęślą.csv'

await describeSystem('sftp', (system) => {
  test.each(['password', 'key'] as const)('A file is put and fetched again after the server was away, logged in by %s.', async (by) => {
    const { user, password, key, folder } = system().access
    const open = async (): Promise<SftpClient> => {
      const client = new SftpClient()
      await client.connect({ host: '127.0.0.1', port: portOf(system()), username: String(user), ...(by === 'password' ? { password: String(password) } : { privateKey: readFileSync(String(key)) }) })
      return client
    }
    const client = await open()
    await client.put(Buffer.from(TEXT), `${folder}/${by} ${NAME}`)
    await client.end()
    await comesBack(system(), async () => {
      const again = await open()
      expect(String(await again.get(`${folder}/${by} ${NAME}`))).toBe(TEXT)
      await again.end()
    })
    expect(system().log()).toMatch(/open ".*csv" flags WRITE/u)
  })
})

await describeSystem('ftp', (system) => {
  test.each([['plain', false], ['TLS', true]])('A file is put and fetched again after the server was away: %s.', async (_name, secure) => {
    const open = async (): Promise<FtpClient> => {
      const { user, password, certificate } = system().access
      const client = new FtpClient(10_000)
      await client.access({ host: '127.0.0.1', port: portOf(system()), user: String(user), password: String(password), ...(secure && { secure: true, secureOptions: { ca: readFileSync(String(certificate)), host: 'localhost', servername: 'localhost' } }) })
      return client
    }
    const client = await open()
    await client.uploadFrom(Readable.from([TEXT]), NAME)
    client.close()
    await comesBack(system(), async () => {
      const again = await open()
      const parts: Buffer[] = []
      await again.downloadTo(new Writable({ write(chunk: Buffer, _encoding, done) { parts.push(chunk); done() } }), NAME)
      again.close()
      expect(String(Buffer.concat(parts))).toBe(TEXT)
    })
    expect(system().log()).toContain('STOR')
  })
})

await describeSystem('s3', (system) => {
  test('An object is put and fetched again after the server was away; a key that it does not know is refused.', async () => {
    const { key, secret, region, bucket } = system().access
    const client = (accessKeyId = String(key)): AwsClient => new AwsClient({ accessKeyId, secretAccessKey: String(secret), region: String(region), service: 's3', retries: 0 })
    const address = `${system().url}/${bucket}/${encodeURIComponent(NAME)}`
    const put = await client().fetch(address, { method: 'PUT', body: TEXT })
    expect(put.status).toBe(200)
    expect((await client('WRONG').fetch(address, { method: 'PUT', body: 'other' })).status).toBe(403)
    await comesBack(system(), async () => {
      expect(await (await client().fetch(address)).text()).toBe(TEXT)
    })
  })
})
