/**
 * The judge. It knows what users typed and what they saw when they typed it, what the systems hold in the end, and what the
 * product says of itself; it knows nothing of how that came about. Every edit remembers which edit it replaced.
 */
export interface Edit {
  readonly id: number
  readonly system: string
  /** Of the record there: a thing that was thrown away and made again is another one. */
  readonly key: string
  readonly thing: string
  readonly field: string
  /** As typed; null: the field was emptied. */
  readonly text: string | null
  /** Whose value the user saw there and typed over. */
  readonly replaced: number | null
  /** The user threw the record away while it held this. */
  removed: boolean
  /** The product deleted its record, and with it the golden record of then. */
  ended: boolean
  /** The product names it as undecided, or as what this system holds instead. */
  readonly listed: boolean
  /** The product does not listen to this system, record or field: filter, direction, plan. */
  unheard: boolean
}

export interface Holding { readonly system: string; readonly key: string; readonly thing: string; readonly values: Readonly<Record<string, string | null>> }
export interface Golden { readonly id: string; readonly state: string; readonly thing: string; readonly values: Readonly<Record<string, string | null>>; readonly asks: boolean }
export interface Link {
  readonly golden: string; readonly system: string; readonly key: string | null; readonly state: string
  /** Fields in which the system is known to hold something else. */
  readonly altered: readonly string[]
  /** Why a write that is due was not made: it waits, is held or was refused. */
  readonly listed: string | undefined
}
export interface Outcome {
  readonly edits: readonly Edit[]
  readonly holdings: readonly Holding[]
  readonly goldens: readonly Golden[]
  readonly links: readonly Link[]
  /** Everything that history, conflict log and lists of what was set aside name, as texts. */
  readonly told: ReadonlySet<string>
  /** Values that the product sent to systems. */
  readonly sent: readonly { readonly system: string; readonly field: string; readonly text: string }[]
  /** Records that were set aside, as system/key. */
  readonly aside: ReadonlySet<string>
  readonly plan: {
    /** Fields that are written, by system that receives. */
    readonly written: Readonly<Record<string, readonly string[]>>
    /** Systems whose records are read. */
    readonly senders: readonly string[]
    /** Systems in which records are made. */
    readonly makes: readonly string[]
    /** Field → the system that alone decides it, from the beginning to the end. */
    readonly owners: Readonly<Record<string, string>>
    /** Fields whose owner changed on the way: anybody's word may stand. */
    readonly unruled: readonly string[]
  }
  /** Records that users made, as system/thing → how many there may be. */
  readonly made: ReadonlyMap<string, number>
}

const idOf = (text: string | null | undefined): number | undefined => {
  const found = /^e?(\d+)[ .]/.exec(text ?? '')
  return found ? Number(found[1]) : undefined
}

export function judge(world: Outcome): string[] {
  const wrong: string[] = []
  const byId = new Map(world.edits.map((edit) => [edit.id, edit]))
  const successors = new Map<number, Edit[]>()
  for (const edit of world.edits) if (edit.replaced !== null) successors.set(edit.replaced, [...(successors.get(edit.replaced) ?? []), edit])
  const live = world.goldens.filter((golden) => golden.state !== 'ended' && world.links.some((link) => link.golden === golden.id && link.state === 'live'))
  const final = new Map(live.flatMap((golden) => Object.entries(golden.values).map(([field, text]) => [`${golden.thing}/${field}`, text] as const)))
  const known = (edit: Edit): boolean => edit.text === null || edit.listed || world.told.has(edit.text) || final.get(`${edit.thing}/${edit.field}`) === edit.text
  /** It never reached anybody: its record was thrown away, or nobody listened, before it was read. */
  const lost = (edit: Edit): boolean => !(edit.text !== null && known(edit))
    && (edit.unheard || edit.removed || (successors.get(edit.id) ?? []).some((next) => next.system === edit.system && lost(next)))
  /** It went with its record, or what was typed over it there did. */
  const went = (edit: Edit): boolean => edit.removed || edit.ended || (successors.get(edit.id) ?? []).some((next) => next.system === edit.system && went(next))
  /** It is listed as waiting, or was typed over in its system by one that is, before anybody read it. */
  const waits = (edit: Edit): boolean => edit.listed || (!world.told.has(edit.text ?? '') && (successors.get(edit.id) ?? []).some((next) => next.system === edit.system && waits(next)))

  for (const golden of live) {
    for (const [field, text] of Object.entries(golden.values)) {
      const edit = byId.get(idOf(text) ?? -1)
      if (text === null) continue
      if (!edit || edit.text !== text || edit.thing !== golden.thing || edit.field !== field) {
        wrong.push(`${golden.thing}.${field} is ${text}, which nobody typed there`)
        continue
      }
      const owner = world.plan.owners[field]
      if (world.plan.unruled.includes(field)) continue
      const over = (successors.get(edit.id) ?? []).find((next) => !next.unheard && !waits(next) && !lost(next) && (owner === undefined || next.system === owner))
      if (over) wrong.push(`${golden.thing}.${field} is ${text}, which a user of ${over.system} knowingly replaced with ${over.text ?? 'nothing'}`)
      // What went with a record counts as its owner's last word while its golden record lives on.
      const remembered = (one: Edit): boolean => world.links.some((link) => link.golden === golden.id && link.system === owner && link.key === one.key && link.state === 'gone')
      const owned = world.edits.some((one) => one.system === owner && one.thing === golden.thing && one.field === field && one.text !== null && known(one) && !one.listed && (remembered(one) || !went(one)))
      if (owner !== undefined && edit.system !== owner && owned && !golden.asks) wrong.push(`${golden.thing}.${field} is ${text} of ${edit.system}, but ${owner} decides it`)
    }
  }
  for (const edit of world.edits) {
    const replaced = edit.removed || edit.unheard || successors.has(edit.id)
    if (!replaced && !known(edit)) wrong.push(`${edit.text} that a user of ${edit.system} typed into ${edit.thing}.${edit.field} is nowhere: not live, not in the history, not in the conflict log, not set aside`)
  }
  for (const { system, field, text } of world.sent) {
    const edit = byId.get(idOf(text) ?? -1)
    if (!edit || edit.text !== text) wrong.push(`${text} was sent to ${system}.${field}, which nobody typed so`)
  }

  const linkOf = new Map(world.links.filter((link) => link.key !== null).map((link) => [`${link.system}/${link.key}`, link]))
  const goldenOf = new Map(world.goldens.map((golden) => [golden.id, golden]))
  for (const holding of world.holdings) {
    const at = `${holding.system}/${holding.key}`
    const link = linkOf.get(at)
    const golden = link && goldenOf.get(link.golden)
    if (world.aside.has(at) || !world.plan.senders.includes(holding.system)) continue
    if (!link || !golden) wrong.push(`${at} (${holding.thing}) is known to nobody`)
    else if (link.state === 'gone') wrong.push(`${at} (${holding.thing}) is there, but counts as gone`)
    else if (golden.thing !== holding.thing) wrong.push(`${at} is ${holding.thing}, but belongs to ${golden.thing}`)
    else if (link.state === 'live' && golden.state === 'live' && link.listed === undefined && !golden.asks) {
      for (const field of world.plan.written[holding.system] ?? []) {
        const [held, truth] = [holding.values[field] ?? null, golden.values[field] ?? null]
        if (held !== truth && !link.altered.includes(field)) wrong.push(`${at} (${holding.thing}) holds ${field} = ${held}, the golden record ${truth}, and no list says why`)
      }
    }
  }
  for (const link of world.links) {
    if (link.state === 'live' && !world.holdings.some((one) => one.system === link.system && one.key === link.key) && link.listed === undefined && world.plan.senders.includes(link.system)) {
      wrong.push(`${link.system}/${link.key} counts as there, and is not`)
    }
  }
  for (const golden of live) {
    if (golden.state !== 'live' || golden.asks || !world.links.some((link) => link.golden === golden.id && link.state === 'live' && world.plan.senders.includes(link.system))) continue
    for (const system of world.plan.makes) {
      const there = world.links.some((link) => link.golden === golden.id && link.system === system && (link.key !== null || link.listed !== undefined))
      if (!there) wrong.push(`${golden.thing} is not in ${system}, and no list says why`)
    }
  }
  const count = new Map<string, number>()
  for (const { system, thing } of world.holdings) count.set(`${system}/${thing}`, (count.get(`${system}/${thing}`) ?? 0) + 1)
  for (const [at, n] of count) if (n > Math.max(1, world.made.get(at) ?? 0)) wrong.push(`${at} is there ${n} times`)
  for (const thing of new Set(live.map((golden) => golden.thing))) {
    const same = live.filter((golden) => golden.thing === thing && !golden.asks)
    if (same.length > 1) wrong.push(`${thing} has ${same.length} golden records`)
  }
  return wrong
}
