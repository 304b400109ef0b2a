/** As much of a browser as a login page needs: it keeps cookies, follows redirects on one host, and fills in forms. */
export class Browser {
  readonly #cookies = new Map<string, { value: string; path: string }>()

  /** Logs in at the page that an address leads to, agrees to everything, and stops at the first address that does not belong to the service. */
  async logIn(address: string, account: string): Promise<string> {
    const home = new URL(address).origin
    let url = new URL(address)
    let form: URLSearchParams | undefined
    for (let steps = 0; steps < 20; steps += 1) {
      const response = await fetch(url, {
        method: form ? 'POST' : 'GET', redirect: 'manual', ...(form ? { body: form } : {}),
        headers: { cookie: [...this.#cookies].filter(([, one]) => url.pathname.startsWith(one.path)).map(([name, one]) => `${name}=${one.value}`).join('; ') },
      })
      for (const line of response.headers.getSetCookie()) {
        const [pair = '', ...attributes] = line.split(';')
        const at = pair.indexOf('=')
        this.#cookies.set(pair.slice(0, at), { value: pair.slice(at + 1), path: attributes.find((one) => one.trim().toLowerCase().startsWith('path='))?.split('=')[1] ?? '/' })
      }
      form = undefined
      const location = response.headers.get('location')
      if (location !== null) {
        url = new URL(location, url)
        if (url.origin !== home) return url.href
        continue
      }
      const page = await response.text()
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1]
      if (action === undefined) throw new Error(`There is no form at ${url.pathname} (status ${response.status}): ${page.slice(0, 300)}`)
      url = new URL(action.replaceAll('&amp;', '&'), url)
      form = new URLSearchParams([...page.matchAll(/<input[^>]*name="([^"]+)"[^>]*>/g)].map(([input, name]) => [name!, /value="([^"]*)"/.exec(input)?.[1] ?? account] as [string, string]))
    }
    throw new Error('The login goes round in a circle.')
  }
}
