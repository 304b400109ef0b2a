// What judges share. What should be there is computed from what the systems say themselves, never from Plimsoll.

/** Two maps of the same things: what is missing, what is too much, what differs. */
export function compared(what, should, is) {
  const faults = []
  for (const [key, value] of should) {
    if (!is.has(key)) faults.push(`${what} ${key} is missing`)
    else if (JSON.stringify(value) !== JSON.stringify(is.get(key))) faults.push(`${what} ${key} is ${JSON.stringify(is.get(key))}, and should be ${JSON.stringify(value)}`)
  }
  for (const key of is.keys()) if (!should.has(key)) faults.push(`${what} ${key} should not be there`)
  return { what, should: should.size, is: is.size, faults: [...faults, ...(should.twice ?? []), ...(is.twice ?? [])] }
}

/** A map that remembers what stood twice. */
export function once(entries, what) {
  const map = new Map()
  map.twice = []
  for (const [key, value] of entries) {
    if (map.has(key)) map.twice.push(`${what} ${key} is there twice`)
    map.set(key, value)
  }
  return map
}

/** A whole list of the shop. */
export async function listed(admin, list, fields, filter = '') {
  const found = []
  for (;;) {
    const { [list]: page } = await admin(`{ ${list}(options: { skip: ${found.length}, take: 100, sort: { id: ASC }${filter} }) { totalItems items { ${fields} } } }`)
    found.push(...page.items)
    if (page.items.length === 0 || found.length >= page.totalItems) return found
  }
}

/** For what is true only in the middle of a chapter. */
export function check(compared) {
  for (const { what, should, is, faults } of compared) {
    if (faults.length > 0) throw new Error(`${what}: ${is} of ${should}\n${faults.slice(0, 10).join('\n')}`)
    console.log(`  ✓ ${what}: ${is} of ${should}`)
  }
}
