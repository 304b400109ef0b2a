/** Where a reader stands. While everything is read for the first time, deletions that were before its beginning are left out. */
import { PlimsollError } from '../../base/errors.ts'
import type { Hosted } from '../../systems/hosted.ts'

export interface Position { readonly since: number; readonly deletedSince: number }

const FORM = /^(\d{1,16})(?:-(\d{1,16}))?$/

export function positionOf(text: string | undefined, hosted: Hosted): Position {
  const { last, forgotten } = hosted.reach()
  if (text === undefined) return { since: 0, deletedSince: last }
  const [, since, began] = FORM.exec(text) ?? []
  if (since === undefined) throw new PlimsollError('apps.query', 'since is no position that was given out here.')
  const position = { since: Number(since), deletedSince: Number(began ?? since) }
  if (position.since > last || position.deletedSince > last || position.deletedSince < forgotten) throw new PlimsollError('apps.position', 'From this position on it is not known any more what was deleted.')
  return position
}

/** `whole`: nothing is left to read. */
export const positionText = (of: Position, reached: number, whole: boolean): string => (whole || reached >= of.deletedSince || of.deletedSince === of.since ? String(reached) : `${reached}-${of.deletedSince}`)
