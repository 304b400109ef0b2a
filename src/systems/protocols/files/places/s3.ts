/** A folder in a bucket: objects appear whole or not at all, and have a version. There is no renaming: what is moved is copied, then removed. */
import { createWriteStream } from 'node:fs'
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { asPlimsollError } from '../../../../base/errors.ts'
import { PlimsollError } from '../../../contract.ts'
import type { NativeRecord } from '../../../contract.ts'
import { freeName, isUnfinished, matches } from '../pattern.ts'
import type { FoundFile, Place } from '../place.ts'
import { changedMeanwhile } from '../source.ts'
import type { RemoteContext } from './remote.ts'
import { encoded, S3Client } from './s3-client.ts'
import type { S3Settings } from './s3-client.ts'

/** More than this goes in parts; a part is at least 5 MB, and there are at most 10,000. */
const WHOLE = 64 * 1024 * 1024
const PART = 16 * 1024 * 1024
const MOST_PARTS = 9_000
const MOST_LISTED = 200_000

interface Seen { readonly size: number; readonly mtimeMs: number; readonly etag: string }

export function s3Place(settings: S3Settings, context: RemoteContext): Place {
  const client = new S3Client(settings, context)
  const { bucket, prefix } = settings
  const shown = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`
  const keyOf = (name: string): string => (prefix === '' ? name : `${prefix}/${name}`)
  /** A folder for files that leave: within the place, or from the top of the bucket. */
  const folderKey = (folder: string): string => (folder.startsWith('/') ? folder.slice(1) : keyOf(posix.normalize(folder))).replace(/\/+$/, '')

  const found = (name: string, { size, mtimeMs, etag }: Seen): FoundFile => ({
    name, size, mtimeMs, version: etag,
    source: {
      name: `${shown}/${name}`, size,
      async *bytes(signal, start = 0, end = Infinity) {
        if (start >= Math.min(end, size)) return
        const range = start === 0 && end >= size ? {} : { range: `bytes=${start}-${Math.min(end, size) - 1}` }
        const answer = await client.ask({ method: 'GET', key: keyOf(name), headers: { 'if-match': etag, ...range } }, signal)
        // Servers that do not know the condition answer with what is there now.
        if (answer.headers['etag'] !== undefined && answer.headers['etag'] !== etag) {
          await answer.body.dump()
          throw changedMeanwhile()
        }
        let left = Math.min(end, size) - start
        let skip = 'range' in range && answer.status === 200 ? start : 0
        try {
          for await (const bytes of answer.body as AsyncIterable<Buffer>) {
            const rest = skip > 0 ? bytes.subarray(skip) : bytes
            skip -= bytes.length - rest.length
            const wanted = rest.subarray(0, left)
            left -= wanted.length
            if (wanted.length > 0) yield wanted
            if (left === 0) break
          }
        } catch (error) {
          signal.throwIfAborted()
          throw new PlimsollError('files.unreachable', `${shown}/${name}: the connection broke: ${(error as Error).message}.`, { cause: error })
        }
        if (left > 0) throw new PlimsollError('files.unreachable', `${shown}/${name}: the connection broke before the end.`)
      },
    },
  })

  async function look(key: string, signal: AbortSignal): Promise<Seen | undefined> {
    const { status, headers, body } = await client.ask({ method: 'HEAD', key, expect: [404] }, signal)
    await body.dump()
    if (status === 404) return undefined
    return { size: Number(headers['content-length'] ?? 0), mtimeMs: Date.parse(headers['last-modified'] ?? '') || 0, etag: headers['etag'] ?? '' }
  }

  /** Objects whose keys begin so, without those in folders below. */
  async function listed(under: string, wanted: (name: string) => boolean, signal: AbortSignal): Promise<FoundFile[]> {
    const start = keyOf(under === '' ? '' : `${under}/`)
    const files: FoundFile[] = []
    let token: string | undefined
    let met = 0
    do {
      const query = { 'list-type': '2', delimiter: '/', prefix: start, 'max-keys': '1000', ...(token === undefined ? {} : { 'continuation-token': token }) }
      const page = await client.xml({ method: 'GET', key: '', query }, ['Contents', 'CommonPrefixes'], signal)
      for (const entry of page['Contents'] as NativeRecord[]) {
        const name = String(entry['Key'] ?? '').slice(start.length)
        met += 1
        if (name === '' || name.includes('/') || !wanted(name)) continue
        files.push(found(under === '' ? name : `${under}/${name}`, { size: Number(entry['Size'] ?? 0), mtimeMs: Date.parse(String(entry['LastModified'])) || 0, etag: String(entry['ETag'] ?? '') }))
      }
      const next: string | undefined = page['IsTruncated'] === 'true' && page['NextContinuationToken'] ? String(page['NextContinuationToken']) : undefined
      if (next !== undefined && next === token) throw new PlimsollError('files.unreachable', `${shown}: the list of objects does not end.`)
      token = next
      if (met > MOST_LISTED) throw new PlimsollError('files.too_large', `${start} has more than ${MOST_LISTED.toLocaleString('en')} objects.`)
    } while (token !== undefined)
    return files
  }

  /** With the condition that what is there is what was seen, where the server knows such conditions. */
  async function conditionally<T>(before: string | undefined, send: (headers: Readonly<Record<string, string>>) => Promise<T>): Promise<T> {
    try {
      return await send(before === undefined ? { 'if-none-match': '*' } : { 'if-match': before })
    } catch (error) {
      if (asPlimsollError(error).details['status'] !== 501) throw error
      return send({})
    }
  }

  async function put(draft: string, key: string, before: string | undefined, signal: AbortSignal): Promise<void> {
    const { size } = await stat(draft)
    if (size > WHOLE) return putParts(draft, size, key, before, signal)
    const body = await readFile(draft)
    await conditionally(before, async (headers) => (await client.ask({ method: 'PUT', key, headers, body }, signal)).body.dump())
  }

  async function putParts(draft: string, size: number, key: string, before: string | undefined, signal: AbortSignal): Promise<void> {
    const begun = await client.xml({ method: 'POST', key, query: { uploads: '' } }, [], signal)
    const upload = String(begun['UploadId'] ?? '')
    const length = Math.max(PART, Math.ceil(size / MOST_PARTS))
    const file = await open(draft, 'r')
    try {
      const parts: string[] = []
      for (let at = 0, number = 1; at < size; at += length, number += 1) {
        const body = Buffer.allocUnsafe(Math.min(length, size - at))
        await file.read(body, 0, body.length, at)
        const answer = await client.ask({ method: 'PUT', key, query: { partNumber: String(number), uploadId: upload }, body }, signal)
        await answer.body.dump()
        parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${(answer.headers['etag'] ?? '').replaceAll('"', '&quot;')}</ETag></Part>`)
      }
      const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
      await conditionally(before, (headers) => client.xml({ method: 'POST', key, query: { uploadId: upload }, headers: { ...headers, 'content-type': 'application/xml' }, body }, [], signal))
    } catch (error) {
      // Parts that nobody ends are paid for.
      await client.ask({ method: 'DELETE', key, query: { uploadId: upload }, expect: [404] }, new AbortController().signal).then((answer) => answer.body.dump(), () => undefined)
      throw error
    } finally {
      await file.close()
    }
  }

  const isStill = async (file: FoundFile, signal: AbortSignal): Promise<boolean> => (await look(keyOf(file.name), signal))?.etag === file.version

  return {
    shown,
    near: false,
    whole: true,
    conditional: true,
    skewMs: 0,
    async check(signal) {
      await client.xml({ method: 'GET', key: '', query: { 'list-type': '2', 'max-keys': '1', prefix: keyOf('') } }, [], signal)
      return {}
    },
    async visit() {},
    async list(pattern, signal) {
      if (pattern.wild) return { files: await listed(pattern.under, (name) => matches(pattern.name, name) && !isUnfinished(name), signal), outside: [] }
      const name = pattern.under === '' ? pattern.name : `${pattern.under}/${pattern.name}`
      const seen = await look(keyOf(name), signal)
      return { files: seen ? [found(name, seen)] : [], outside: [] }
    },
    isSame: isStill,
    async withDraft(name, before, signal, work) {
      const folder = await mkdtemp(join(tmpdir(), 'plimsoll-draft-'))
      try {
        return await work(join(folder, 'draft'), async () => {
          const key = keyOf(name)
          // For servers that don't know the condition of the request itself.
          if ((await look(key, signal))?.etag !== before?.version) throw new PlimsollError('files.changing', `${name} was changed by another program meanwhile.`, { executed: false })
          await put(join(folder, 'draft'), key, before?.version, signal)
          const now = await look(key, signal).catch(() => undefined)
          return now && found(name, now)
        })
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    async moveAway(file, to, now, signal) {
      const key = keyOf(file.name)
      try {
        if (!(await isStill(file, signal))) return undefined
        const target = await copyAway(file, key, folderKey(to), now, signal)
        if (target === undefined) return undefined
        // Whoever put a new object there since then must not lose it.
        if (!(await isStill(file, signal))) return undefined
        await remove(key, file.version, signal)
        return target
      } catch (error) {
        const known = asPlimsollError(error)
        if (known.code === 'files.changing') return undefined
        throw new PlimsollError('files.archive', `${file.name} was read but can't be moved to ${to}: ${known.message}`, { place: file.name, cause: error })
      }
    },
    // A copy that was made before a crash is found again when the same object is moved.
    async finishMoves() {},
    async writeReason(moved, reason, signal) {
      await (await client.ask({ method: 'PUT', key: `${moved}.reason.txt`, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from(reason) }, signal)).body.dump()
    },
    close: () => client.close(),
  }

  /** The key of a copy under a name that is free, or of one that was made already: its name tells the object's time, which stays the same however late it is moved. */
  async function copyAway(file: FoundFile, key: string, folder: string, now: number, signal: AbortSignal): Promise<string | undefined> {
    for (let n = 0; n < 1_000; n += 1) {
      const target = `${folder}/${freeName(posix.basename(file.name), n, file.mtimeMs || now)}`
      const there = await look(target, signal)
      if (there !== undefined && there.etag === file.version && there.size === file.size) return target
      if (there !== undefined) continue
      await copy(file, key, target, signal)
      const made = await look(target, signal)
      if (made?.size === file.size) return target
      throw new PlimsollError('files.archive', 'the copy is not whole.')
    }
    throw new PlimsollError('files.archive', 'no name is free there.')
  }

  /** By the server itself; where it can't (some take names with unusual signs for others, large objects are refused), by way of this machine. */
  async function copy(file: FoundFile, key: string, target: string, signal: AbortSignal): Promise<void> {
    const from = `/${encoded(bucket)}/${key.split('/').map(encoded).join('/')}`
    try {
      await conditionally(undefined, (headers) => client.xml({ method: 'PUT', key: target, headers: { ...headers, 'x-amz-copy-source': from, 'x-amz-copy-source-if-match': file.version } }, [], signal))
    } catch (error) {
      if (![400, 404, 501].includes(Number(asPlimsollError(error).details['status']))) throw error
      const folder = await mkdtemp(join(tmpdir(), 'plimsoll-draft-'))
      try {
        await pipeline(file.source.bytes(signal), createWriteStream(join(folder, 'draft')), { signal })
        await put(join(folder, 'draft'), target, undefined, signal)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    }
  }

  async function remove(key: string, etag: string, signal: AbortSignal): Promise<void> {
    const send = async (headers: Readonly<Record<string, string>>): Promise<void> => void (await (await client.ask({ method: 'DELETE', key, headers, expect: [404] }, signal)).body.dump())
    try {
      await send({ 'if-match': etag })
    } catch (error) {
      if (![400, 501].includes(Number(asPlimsollError(error).details['status']))) throw error
      await send({})
    }
  }
}
