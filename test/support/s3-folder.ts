/** A folder in an S3 server, for whoever is not Plimsoll: requests signed by the library alone. */
import { readFileSync, writeFileSync } from 'node:fs'
import { AwsClient } from 'aws4fetch'
import type { SettingValues } from '../../src/systems/contract.ts'

export interface S3Access { readonly url: string; readonly bucket: string; readonly region: string; readonly key: string; readonly secret: string }

export class S3Folder {
  readonly name = 'S3'
  readonly #client: AwsClient
  readonly #root: string
  readonly #access: S3Access
  readonly #prefix: string

  constructor(access: S3Access, prefix: string) {
    this.#access = access
    this.#prefix = prefix
    this.#root = `${access.url}/${access.bucket}/${prefix}`
    this.#client = new AwsClient({ accessKeyId: access.key, secretAccessKey: access.secret, region: access.region, service: 's3', retries: 0 })
  }

  get settings(): SettingValues {
    const { url, bucket, region, key, secret } = this.#access
    return { url: `s3://${bucket}/${this.#prefix}`, endpoint: url, region, access_key: key, secret_key: secret }
  }

  async put(file: string, name: string): Promise<void> {
    await this.write(name, readFileSync(file))
  }
  async write(name: string, content: Uint8Array | string): Promise<void> {
    const answer = await this.#client.fetch(`${this.#root}/${name}`, { method: 'PUT', body: new Uint8Array(typeof content === 'string' ? Buffer.from(content) : content) })
    if (!answer.ok) throw new Error(`PUT ${name}: ${answer.status} ${await answer.text()}`)
  }
  async read(name: string): Promise<Buffer | undefined> {
    const answer = await this.#client.fetch(`${this.#root}/${name}`)
    if (answer.status === 404) {
      await answer.text()
      return undefined
    }
    return Buffer.from(await answer.arrayBuffer())
  }
  async get(name: string, file: string): Promise<boolean> {
    const content = await this.read(name)
    if (content) writeFileSync(file, content)
    return content !== undefined
  }
  async remove(name: string): Promise<void> {
    await (await this.#client.fetch(`${this.#root}/${name}`, { method: 'DELETE' })).text()
  }
  /** All names below, folders too. */
  async names(): Promise<string[]> {
    const answer = await this.#client.fetch(`${this.#access.url}/${this.#access.bucket}?list-type=2&prefix=${encodeURIComponent(`${this.#prefix}/`)}`)
    return [...(await answer.text()).matchAll(/<Key>([^<]*)<\/Key>/g)].map((match) => match[1]!.slice(this.#prefix.length + 1)).toSorted()
  }
}
