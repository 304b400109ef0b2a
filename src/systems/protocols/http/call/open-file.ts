/** Fetching the files that records name: from the interface's own address, or from where the settings say that its media lie. */
import { basename } from 'node:path'
import { type ArrivingFile, PlimsollError, type SystemSession } from '../../../contract.ts'
import type { Send } from '../auth/auth.ts'
import type { HttpClient } from './request.ts'

export function fileOpener(client: HttpClient, send: Send, base: URL, mediaOrigins: ReadonlySet<string>): NonNullable<SystemSession['openFile']> {
  return async (written, known, take, signal) => {
    const url = URL.canParse(written, base.href) ? new URL(written, base) : undefined
    if (!url || (url.origin !== base.origin && !mediaOrigins.has(url.origin))) return 'none'
    url.hash = ''
    const before = await known(url.href)
    // Credentials go to the interface alone.
    const ask = url.origin === base.origin ? send : client.request
    const answer = await ask({
      method: 'GET', url: url.href, signal, patient: true,
      headers: { accept: '*/*', 'accept-encoding': 'identity', ...(before?.etag ? { 'if-none-match': before.etag } : {}), ...(before?.modified ? { 'if-modified-since': before.modified } : {}) },
      into: (content, headers) => take({ name: nameOf(url), type: typeOf(headers['content-type']), ...validators(headers), content }),
    })
    if (answer.status === 304 && before) return 'same'
    if (answer.status !== 200) throw new PlimsollError('http.not_there', `${answer.what} answers no file (status ${answer.status}).`)
    return 'taken'
  }
}

function validators(headers: Readonly<Record<string, string>>): Pick<ArrivingFile, 'etag' | 'modified'> {
  const { etag, 'last-modified': modified } = headers
  return { ...(etag === undefined ? {} : { etag }), ...(modified === undefined ? {} : { modified }) }
}

/** Letters, digits and a few signs: it is used in names of files and headers elsewhere. */
function nameOf(url: URL): string {
  let name = basename(url.pathname)
  try {
    name = decodeURIComponent(name)
  } catch {
    // As it stands.
  }
  const safe = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '').slice(-120)
  return safe === '' ? 'file' : safe
}

const typeOf = (header: string | undefined): string => /^[\w.+-]{1,60}\/[\w.+-]{1,80}/.exec(header ?? '')?.[0].toLowerCase() ?? 'application/octet-stream'
