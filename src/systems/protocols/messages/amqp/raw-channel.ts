/**
 * The driver reads JSON bodies with floating-point numbers and keeps bodies of any size. Messages must come as their bytes, and of one
 * that is too large only its size: that is cut in where the driver takes frames in. A test holds it to this for each of its versions.
 */
import { createHash, type Hash } from 'node:crypto'
import type { Channel } from 'rabbitmq-client'

interface HeaderFrame { readonly bodySize: number | bigint; readonly fields: { contentType?: string | undefined } }
interface BodyFrame { payload: Buffer }
interface Frames {
  _onHeader(frame: HeaderFrame): void
  _onBody(frame?: BodyFrame): void
}

export interface Around {
  readonly bytes: number
  readonly contentType: string | undefined
  /** Of a body that was too large to be kept. */
  readonly digest: Hash | undefined
}

const NOTHING = Buffer.alloc(0)

/** Says of each message that arrives on this channel, in order, how large it is and what it said of its content. */
export function takeRaw(channel: Channel, maxBytes: number): { next(): Around } {
  const arrived: Around[] = []
  const frames = channel as unknown as Frames
  const { _onHeader: onHeader, _onBody: onBody } = frames
  if (typeof onHeader !== 'function' || typeof onBody !== 'function') throw new Error('this version of rabbitmq-client takes frames in another way')
  let dropped: Hash | undefined
  frames._onHeader = (frame) => {
    const bytes = Number(frame.bodySize)
    dropped = bytes > maxBytes ? createHash('sha256') : undefined
    arrived.push({ bytes, contentType: frame.fields.contentType, digest: dropped })
    frame.fields.contentType = undefined
    onHeader.call(channel, frame)
  }
  frames._onBody = (frame) => {
    if (frame && dropped) {
      dropped.update(frame.payload)
      frame.payload = NOTHING
    }
    onBody.call(channel, frame)
  }
  return { next: () => arrived.shift() ?? { bytes: 0, contentType: undefined, digest: undefined } }
}
