/** What the judge is shown: plain data from the systems, and from what the product says of itself. */
import type { ValueRow } from '../../src/store/rows.ts'
import { WRITTEN_OVER } from '../../src/sync/statements.ts'
import type { Edit, Golden, Holding, Link, Outcome } from './oracle.ts'
import { entityOf, type Field, FIELDS, fieldOf, fieldsOf, inPlan, nameOf, receives, sends, type System, SYSTEMS } from './plan.ts'
import { textOf, type World } from './world.ts'

const RESOURCE = 'thing'
/** What waits for a person, or for something that is listed: never only "later". */
const LISTED = new Set(['waiting', 'held', 'aside', 'unsure'])

const plain = (value: ValueRow | undefined): string | null => (value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value))

export async function outcomeOf(world: World): Promise<Outcome> {
  const { plan } = world
  const entity = entityOf(plan)
  const modelOf = new Map(SYSTEMS.map((name) => [nameOf(plan, name), name]))
  const nativeOf = new Map(FIELDS.map((field) => [fieldOf(plan, field), field]))
  const rows = await world.store.transaction(async (tx) => {
    const goldens = await tx.goldensAfter(entity, '', 1000)
    const links = await tx.linksOfGoldens(goldens.map((golden) => golden.id))
    return {
      goldens: goldens.filter((golden) => golden.mergedInto === null), links, commands: await tx.commands(links.map((link) => link.id)),
      later: await tx.later({ limit: 1000 }), changes: await tx.changes({ limit: 100_000 }), asides: await tx.asides({ states: ['open', 'fixed'], limit: 1000 }), resources: await tx.resources(),
    }
  }, { readOnly: true })

  const told = new Set<string>()
  const tell = (value: ValueRow | undefined): void => {
    const text = plain(value)
    if (text !== null) told.add(text)
  }
  for (const change of rows.changes) for (const value of [change.before, change.after, change.loser?.value]) tell(value)
  for (const golden of rows.goldens) for (const value of Object.values(golden.values)) tell(value)
  for (const aside of rows.asides) for (const value of Object.values(aside.raw)) told.add(textOf(value) ?? '')

  const commands = new Map(rows.commands.map((row) => [row.link, row]))
  const links = rows.links.filter((link) => link.state !== 'mentioned').map((link): Link => {
    const command = commands.get(link.id)
    return {
      golden: link.golden, system: modelOf.get(link.system) ?? link.system, key: link.key, state: link.state,
      altered: Object.keys(link.altered).map((name) => nativeOf.get(name) ?? name),
      listed: command && LISTED.has(command.state) ? `${command.state}: ${command.reason}` : undefined,
    }
  })
  const holdings = SYSTEMS.flatMap((system) => [...world.systems[system].table(RESOURCE)].map(([key, row]): Holding => ({
    system, key, thing: textOf(row.values['code']) ?? '?', values: Object.fromEntries(FIELDS.map((field) => [field, textOf(row.values[field])])),
  })))
  // A record of a place that only receives says nothing to its golden record.
  const thingOf = (golden: string): string => {
    const mine = links.filter((link) => link.golden === golden)
    return holdings.find((one) => mine.some((link) => link.system === one.system && link.key === one.key))?.thing ?? '?'
  }
  const goldens = rows.goldens.map((golden): Golden => ({
    id: golden.id, state: golden.state, thing: plain(golden.values['code']) ?? thingOf(golden.id), asks: golden.review.length > 0,
    values: Object.fromEntries(fieldsOf(plan).map((field) => [field, plain(golden.values[fieldOf(plan, field)])])),
  }))
  const hidden = (system: System, thing: string): boolean => {
    if (!inPlan(plan, system) || !sends(plan, system)) return true
    const key = world.keyOf(system, thing)
    const link = links.find((one) => one.system === system && one.key === key)
    return link?.state === 'left' || (plan.filter && system === 'c' && key !== undefined && world.systems.c.get(RESOURCE, key)?.['kind'] === 'out')
  }
  // Nor can it be written once more where the record is gone.
  const isLogged = (edit: Edit): boolean => world.keyOf(edit.system as System, edit.thing) === undefined
    && rows.changes.some(({ loser, rule }) => rule?.startsWith('written over before') && loser !== undefined && modelOf.get(loser.system) === edit.system && plain(loser.value) === edit.text)
  /**
   * Written once more to tell it from the target's own form, as soon as a person has answered. A target that says yes and leaves
   * what it has, right after its answer was lost, can't be told from one whose form of the value that is: it is listed as altered.
   */
  const listed = (edit: Edit): boolean => isLogged(edit) || world.ignoredOver.has(`${edit.system}/${edit.key}/${edit.field}/${edit.text}`) || rows.links.some((link) => {
    if (modelOf.get(link.system) !== edit.system || link.key !== edit.key) return false
    const field = fieldOf(plan, edit.field as Field)
    const suspect = LISTED.has(commands.get(link.id)?.state ?? '') ? link.doubt[field]?.suspect : undefined
    return suspect !== undefined && textOf(suspect) === edit.text
  })
  // Where a record is gone, or what would tell was refused, the log says that nobody knows whether somebody typed it.
  const writtenOver = new Set(rows.changes.filter((change) => change.rule === WRITTEN_OVER).map((change) => plain(change.loser?.value)))
  const edits = world.edits.map((edit): Edit => ({
    ...edit, listed: listed(edit) || writtenOver.has(edit.text ?? ''), unheard: edit.unheard || world.unheard.has(edit.id) || hidden(edit.system as System, edit.thing) || !fieldsOf(plan).includes(edit.field as Field),
  }))
  const written = (system: System): readonly string[] => (inPlan(plan, system) && receives(plan, system) ? fieldsOf(plan) : [])
  const owner = world.owners.size === 1 ? [...world.owners][0]! : undefined
  return {
    edits, holdings, goldens, links, told,
    // A system that takes whole records is sent back what it made of a value itself.
    sent: SYSTEMS.filter((system) => world.systems[system].traits.updateStyle === 'patch').flatMap((system) => world.systems[system].writes.flatMap((write) => FIELDS.flatMap((field) => {
      const text = textOf(write.values[field])
      return text === null ? [] : [{ system, field, text }]
    }))),
    // What the plan's filter leaves out is no concern of anybody.
    aside: new Set([...holdings.filter((one) => plan.filter && one.system === 'c' && world.systems.c.get(RESOURCE, one.key)?.['kind'] === 'out').map((one) => `c/${one.key}`), ...rows.asides.filter((row) => row.direction === 'in').map((row) => `${modelOf.get(row.system) ?? row.system}/${row.key}`), ...rows.later.map((row) => `${modelOf.get(row.system) ?? row.system}/${row.key}`)]),
    plan: {
      written: Object.fromEntries(SYSTEMS.map((system) => [system, written(system)])),
      senders: SYSTEMS.filter((system) => inPlan(plan, system) && sends(plan, system)),
      makes: SYSTEMS.filter((system) => inPlan(plan, system) && receives(plan, system)),
      owners: owner !== undefined && owner !== 'plimsoll' ? { g: owner } : {}, unruled: owner === undefined ? ['g'] : [],
    },
    made: world.made,
  }
}
