import { look, readPlan, start } from '../../app.ts'
import { heldIn, release as releaseIn, type HeldList } from '../../sync/release.ts'
import { PLAN, placesAt, text, whoIs, WHY } from '../arguments.ts'
import { type Command, ENV, environmentOf } from '../command.ts'

/** People are shown this many; --json has all. */
const SHOWN = 50

export const release: Command = {
  name: 'release',
  about: 'Let go what the brake holds at one place: a named list of writes, or a source that shrank; the next run does it',
  arguments: [['<what>', '<system>/<resource>, as `plimsoll status` names it']],
  flags: [PLAN, ENV, ['--list <hash>', 'only if exactly this list is held'], ['--show', 'show what is held and release nothing'], ['--discard', 'give the held writes up instead'], WHY],
  async run({ what }, flags, context) {
    const of = await readPlan(context.app, text(flags, 'plan'), environmentOf(flags, context))
    if (flags['show'] === true) {
      const { store, runtime } = await look(context.app, of)
      try {
        const place = placesAt(runtime, what!)[0]!
        const held = (await heldIn(store)).find((list) => list.system === place.system && list.resource === place.resource)
        return { exit: held ? 4 : 0, summary: { held: held?.writes.length ?? 0 }, result: asJson(held), text: held ? `${listed(held)}\nRelease exactly these with --list ${held.list}.` : `Nothing is held at ${what}.` }
      } finally {
        await store.close()
      }
    }
    const running = await start(context.app, of, { readOnly: false, offline: true })
    try {
      const place = placesAt(running.parts.runtime, what!)[0]!
      const list = text(flags, 'list')
      const discard = flags['discard'] === true
      const done = await releaseIn(running.parts, { system: place.system, resource: place.resource, discard, who: whoIs(context), why: text(flags, 'why') ?? '', ...(list === undefined ? {} : { list }) })
      const lines = [
        ...(done.held ? [listed(done.held), discard ? `${done.held.writes.length} writes were given up.` : `${done.held.writes.length} writes are released; \`plimsoll sync\` makes them.`] : []),
        ...(done.shrunk ? [`${what} may hold ${done.shrunk.now} records instead of ${done.shrunk.was}: the next run takes what is missing as deleted.`] : []),
        ...(done.fields ? [`${what} may lack the fields that it lost: the next run takes it as it is.`] : []),
      ]
      return { exit: 0, summary: { released: discard ? 0 : (done.held?.writes.length ?? 0), discarded: discard ? (done.held?.writes.length ?? 0) : 0, shrunk: done.shrunk !== undefined, fields: done.fields }, result: { ...asJson(done.held), shrunk: done.shrunk ?? null }, text: lines.join('\n') }
    } finally {
      await running.close()
    }
  },
}

const listed = (held: HeldList): string => [
  ...held.writes.slice(0, SHOWN).map((write) => `  ${write.kind.padEnd(6)} ${held.system}/${held.resource} ${write.key ?? '(new)'}  golden record ${write.golden}`),
  ...(held.writes.length > SHOWN ? [`  … and ${held.writes.length - SHOWN} more (--json lists all)`] : []),
].join('\n')

const asJson = (held: HeldList | undefined) => ({
  list: held?.list ?? null,
  writes: (held?.writes ?? []).map((write) => ({ kind: write.kind, entity: write.entity, key: write.key, golden: write.golden, since: new Date(write.since).toISOString() })),
})
