// Product information by its own API: what its editors do.
export function productInformation(system) {
  const ask = async (path, data, method = data ? 'POST' : 'GET') => {
    const form = data instanceof FormData
    const answer = await fetch(`${system.url}/api${path}`, {
      method, headers: { authorization: `Bearer ${system.token}`, ...(data && !form ? { 'content-type': 'application/json' } : {}) }, ...(data ? { body: form ? data : JSON.stringify({ data }) } : {}),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? undefined : answer.json()
  }
  return {
    ask,
    /** Every page of a content type, in one language. */
    async all(type, language = 'en') {
      const found = []
      for (;;) {
        const { data, meta } = await ask(`/${type}?locale=${language}&populate=*&sort=documentId:asc&pagination[limit]=100&pagination[start]=${found.length}`)
        found.push(...data)
        if (data.length === 0 || found.length >= meta.pagination.total) return found
      }
    },
    /** A new picture; answers with its id. */
    async picture(name, bytes) {
      const form = new FormData()
      form.append('files', new Blob([bytes], { type: 'image/png' }), name)
      const [file] = await ask('/upload', form)
      return file.id
    },
    bytes: async (url) => Buffer.from(await (await fetch(new URL(url, system.url))).arrayBuffer()),
  }
}
