// The ERP by its own API.

export async function erp(system) {
  let id = 0
  const call = async (method, params, session) => {
    const answer = await (await fetch(`${system.url}/${system.database}/?by=staff`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...(session ? { authorization: `Session ${session}` } : {}) }, body: JSON.stringify({ id: (id += 1), method, params }),
    })).json()
    if (answer.error) throw new Error(`${method}: ${JSON.stringify(answer.error).slice(0, 600)}`)
    return answer.result
  }
  const [user, key] = await call('common.db.login', [system.user, { password: system.password }, 'en'])
  const session = Buffer.from(`${system.user}:${user}:${key}`).toString('base64')
  return (method, ...params) => call(method.startsWith('wizard.') ? method : `model.${method}`, [...params, ...(params.at(-1)?.company ? [] : [{ company: 1 }])], session)
}

export const decimal = (text) => ({ __class__: 'Decimal', decimal: String(text) })
export const plain = (value) => (value?.__class__ === 'Decimal' ? value.decimal : value?.__class__ === 'date' ? [value.year, value.month, value.day].map((part) => String(part).padStart(2, '0')).join('-') : value)

/** Two parties are one person: what a user of the ERP does with its wizard. Orders and addresses of the second become the first's. */
export async function replaceParty(call, { source, destination }) {
  const [session] = await call('wizard.party.replace.create')
  await call('wizard.party.replace.execute', session, { ask: { source, destination } }, 'replace')
  await call('wizard.party.replace.delete', session)
}
