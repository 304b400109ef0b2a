// The website by its own API.
export function website(system) {
  const authorization = `Basic ${Buffer.from(`${system.user}:${system.password}`).toString('base64')}`
  return {
    /** Every page of a list. */
    async all(type, query = '') {
      const found = []
      for (;;) {
        const answer = await fetch(`${system.url}${system.api}/${type}?context=edit&orderby=id&order=asc&per_page=100&offset=${found.length}${query}`, { headers: { authorization } })
        if (!answer.ok) throw new Error(`${type}: ${answer.status} ${await answer.text()}`)
        const page = await answer.json()
        found.push(...page)
        if (page.length === 0 || found.length >= Number(answer.headers.get('x-wp-total'))) return found
      }
    },
    bytes: async (url) => Buffer.from(await (await fetch(url)).arrayBuffer()),
  }
}
