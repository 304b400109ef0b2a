// The payment provider by its own API.
export const provider = (system) => async (path, form) => {
  const answer = await fetch(`${system.url}${path}${path.includes('?') ? '&' : '?'}by=staff`, { headers: { authorization: `Bearer ${system.key}` }, ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}) })
  const body = await answer.json()
  if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(body)}`)
  return body
}

/** Every page of a list. */
export async function all(ask, path) {
  const found = []
  for (let after = ''; ; after = `&starting_after=${found.at(-1).id}`) {
    const page = await ask(`${path}?limit=100${after}`)
    found.push(...page.data)
    if (!page.has_more) return found
  }
}
