// How many records a system was told to write, by what arrived there: requests and answers that a proxy before it kept. Several
// steps for one record (create, then quote and confirm) are one write, as they are in Plimsoll's ledger. People of this world say
// `by=…` in the address: what they do is not counted.

/**
 * Of each system: what one request does, as `{ made: [keys], steps: [keys] }`. Each of `made` is a write; `steps` belong to the write of
 * the same record, or are one. A key that the answer does not tell is null.
 */
const TELL = { vendure: graphql, tryton: rpc, stripe: rest, grouparoo: rest, strapi: rest, wordpress: rest }

/** `requests` as the control of the systems gives them. */
export function writesIn(name, requests) {
  const [made, steps] = [[], new Set()]
  for (const request of requests) {
    // What was refused was not written. One without an answer (the asking process was killed) may well have been.
    if (request.status >= 400 || request.path.includes('by=')) continue
    const told = TELL[name](request)
    if (!told) continue
    made.push(...told.made ?? [])
    for (const key of told.steps ?? []) steps.add(key)
  }
  return made.length + [...steps].filter((key) => !made.includes(key)).length
}

const parsed = (text) => {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

/** Mutations are named after what they do to what: `createCustomer`, `updateProductVariants`, `settlePayment`. */
function graphql({ body, answer }) {
  const { query = '', variables = {} } = parsed(body) ?? {}
  if (!/^\s*mutation/.test(query)) return undefined
  const { data, errors } = parsed(answer) ?? {}
  if (errors && !data) return undefined
  const told = { made: [], steps: [] }
  for (const [, alias, field] of query.matchAll(/(?:^|[{}\s])(?:(\w+)\s*:\s*)?(\w+)\s*\(/g)) {
    if (field === 'mutation' || field === 'login' || field === 'createAssets') continue
    // What is in stock is a record of its own, though the shop keeps it at the variant.
    const what = query.includes('stockLevels') ? 'Stock' : WHAT.find((one) => field.includes(one)) ?? field
    const said = data?.[alias ?? field]
    // Refused, by an answer that is well otherwise.
    if (said?.errorCode !== undefined) continue
    const answered = [said].flat().flatMap((one) => (one?.id === undefined ? [] : [`${what} ${one.id}`]))
    const own = Object.entries(variables).filter(([key]) => alias === undefined || key.startsWith(`${alias}_`)).map(([, value]) => value)
    // The options that a product is sold by are part of its own write.
    if (/^(create|add|refund)/.test(field) && field !== 'addOptionGroupToProduct') told.made.push(...answered.length > 0 ? answered : Array.from({ length: Array.isArray(own[0]) ? own[0].length : 1 }, () => null))
    else told.steps.push(...answered.length > 0 ? answered : [own[0]].flat().map((value) => `${what} ${value?.id ?? value}`))
  }
  return told
}
const WHAT = ['CustomerAddress', 'Customer', 'ProductVariant', 'Product', 'Payment', 'Refund', 'Fulfillment', 'Order', 'Stock']

const READS = /\.(search|read|search_read|search_count|browse|fields_get|default_get)$/
/** `model.<model>.<method>` with a list of records or of keys as its first parameter. */
function rpc({ body, answer }) {
  const { method = '', params: [first] = [] } = parsed(body) ?? {}
  if (!method.startsWith('model.') || READS.test(method) || !Array.isArray(first)) return undefined
  const model = method.slice(6, method.lastIndexOf('.'))
  // An order's address is kept with its customer: part of the order's write.
  if (model === 'party.address') return undefined
  const { result: answered, error } = parsed(answer) ?? {}
  if (error) return undefined
  if (method.endsWith('.create')) return { made: first.map((_, at) => (Array.isArray(answered) ? `${model} ${answered[at]}` : null)) }
  return { steps: first.map((key) => `${model} ${key}`) }
}

/** One request is one write; a file that is sent is no record. */
function rest({ method, path }) {
  return method === 'GET' || method === 'HEAD' || path.includes('/media') || path.includes('/upload') ? undefined : { made: [null] }
}
