/**
 * Files that a record hands on: each content goes to the system once, streamed, before the record that names it; the record then names it
 * by the key under which the system has it.
 */
import { type MediaForTarget, type Native, type NativeRecord, numeral, PlimsollError, type WriteOptions, type WriteResult } from '../../../contract.ts'
import { orThrow } from '../call/answer.ts'
import type { UploadManifest } from '../manifest/manifest.ts'
import { asNotSent } from '../auth/oauth.ts'
import { at, merged, textOf, wrap } from '../../../path.ts'
import type { ResourceContext } from '../resource.ts'
import { otherThanDone } from './result.ts'
import { type Fill, fillText } from '../manifest/template.ts'

/** Uploads under way in one session, by content: two records of a batch that share a picture send it once. */
export type Uploading = Map<string, Promise<string | WriteResult>>

export async function withUploads(context: ResourceContext, table: Readonly<Record<string, UploadManifest>>, values: NativeRecord, options: WriteOptions): Promise<{ readonly values: NativeRecord } | WriteResult> {
  let result = values
  for (const [path, upload] of Object.entries(table)) {
    const held = at(values, path)
    if (held === undefined || held === null || held === '') continue
    const keys: Native[] = []
    for (const one of Array.isArray(held) ? held : [held]) {
      const key = await uploaded(context, upload, textOf(one) ?? '', options)
      if (typeof key === 'object' && key !== null && 'is' in key) return { ...(key as WriteResult), ...(key.is === 'refused' ? { field: path } : {}) } as WriteResult
      keys.push(key as Native)
    }
    result = merged(result, wrap(path, Array.isArray(held) ? keys : keys[0]!) as NativeRecord)
  }
  return { values: result }
}

async function uploaded(context: ResourceContext, upload: UploadManifest, value: string, options: WriteOptions): Promise<Native | WriteResult> {
  const { media, uploading } = context
  const content = await media?.open(value)
  if (!media || !content) return { is: 'refused', code: 'file', says: `The content of ${value.slice(0, 200)} is not here: it could not be fetched where it comes from.` }
  const known = await media.sent(content.hash)
  if (known !== undefined) return asSent(upload, known)
  const running = uploading.get(content.hash) ?? send(context, upload, content, options).then(async (key) => {
    if (typeof key === 'string') await media.keep(content.hash, key)
    return key
  }).catch((error: unknown) => { throw asNotSent(error) }).finally(() => uploading.delete(content.hash))
  uploading.set(content.hash, running)
  const key = await running
  return typeof key === 'string' ? asSent(upload, key) : key
}

const asSent = (upload: UploadManifest, key: string): Native => (upload.key_type === 'number' && /^\d{1,30}$/.test(key) ? numeral(key) : key)

type Content = NonNullable<Awaited<ReturnType<MediaForTarget['open']>>>

/** The key, as text. */
async function send(context: ResourceContext, upload: UploadManifest, content: Content, options: WriteOptions): Promise<string | WriteResult> {
  // The content in the name: who looks for it later finds this one and no other.
  const name = `${content.hash.slice(0, 12)}-${content.name}`
  const facts: Readonly<Record<string, Native>> = { name, type: typeOf(name), bytes: content.bytes, hash: content.hash }
  const fill: Fill = (wanted) => (Object.hasOwn(facts, wanted) ? facts[wanted] : undefined)
  if (upload.find) {
    const answer = orThrow(await context.send({
      method: upload.find.method ?? 'GET', path: context.path(upload.find.path, fill), query: context.query(upload.find.query, fill), signal: options.signal, patient: true,
    }), 'read', context.errors, context.mask)
    const found = answer.missing ? undefined : textOf(at(answer.json(), upload.find.key))
    if (found !== undefined && found !== '') return found
  }
  const form = upload.file === undefined ? undefined : multipart(upload.file, name, typeOf(name), Object.entries(upload.fields ?? {}).map(([field, text]) => [field, fillText(text, context.fill(fill))]), content)
  const answer = await context.send({
    method: upload.method ?? 'POST', path: context.path(upload.path, fill), query: context.query(upload.query, fill),
    headers: Object.fromEntries(Object.entries(upload.headers ?? {}).map(([header, text]) => [header.toLowerCase(), fillText(text, context.fill(fill))])),
    stream: form ?? content, type: form?.type ?? typeOf(name), signal: options.signal, deadline: options.deadline,
  })
  const other = otherThanDone(context, 'create', answer)
  if (other?.is === 'exists' && other.key !== undefined) return other.key
  if (other) return other
  const key = textOf(at(answer.json(), upload.key))
  if (key === undefined || key === '') throw new PlimsollError('http.answer', `The answer to ${answer.what} does not say under which key the file is (${upload.key}).`)
  return key
}

/** A form with a file (RFC 7578), made as it is sent; its length is known before. */
function multipart(part: string, name: string, type: string, fields: readonly (readonly [string, string])[], content: Pick<Content, 'hash' | 'bytes' | 'content'>) {
  // No content holds its own hash.
  const boundary = `plimsoll-${content.hash}`
  const quoted = (text: string): string => text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const head = Buffer.from([
    ...fields.map(([field, text]) => `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(field)}"\r\n\r\n${text}\r\n`),
    `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(part)}"; filename="${quoted(name)}"\r\ncontent-type: ${type}\r\n\r\n`,
  ].join(''))
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: head.length + content.bytes + tail.length,
    async *content(): AsyncGenerator<Uint8Array> {
      yield head
      yield* content.content()
      yield tail
    },
  }
}

const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', svg: 'image/svg+xml', bmp: 'image/bmp', tif: 'image/tiff', tiff: 'image/tiff',
  pdf: 'application/pdf', txt: 'text/plain', csv: 'text/csv', json: 'application/json', xml: 'application/xml', zip: 'application/zip', mp4: 'video/mp4', mp3: 'audio/mpeg',
}
const typeOf = (name: string): string => TYPES[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream'
