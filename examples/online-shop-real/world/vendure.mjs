// The shop by its own APIs: what the shop's staff does (admin) and what its customers do (shop).

const GOOD = (answer, what) => {
  if (answer.errors) throw new Error(`${what}: ${answer.errors.map((error) => error.message).join('; ')}`)
  for (const [name, value] of Object.entries(answer.data)) if (value?.errorCode) throw new Error(`${what}: ${name}: ${value.errorCode}: ${value.message}`)
  return answer.data
}

export async function staff(system) {
  const login = await fetch(system.url + system.admin, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'mutation ($user: String!, $password: String!) { login(username: $user, password: $password) { __typename } }', variables: { user: system.user, password: system.password } }),
  })
  const token = login.headers.get('vendure-auth-token')
  return async (query, variables = {}) => {
    const answer = await fetch(`${system.url}${system.admin}?by=staff`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ query, variables }) })
    return GOOD(await answer.json(), query.slice(0, 60))
  }
}

/** What variants of new products differ by is the shop's own to say. */
export const sellsBySize = (admin) => admin('mutation ($input: CreateProductOptionGroupInput!) { createProductOptionGroup(input: $input) { id } }', { input: {
  code: 'size', translations: [{ languageCode: 'en', name: 'Size' }, { languageCode: 'pl', name: 'Rozmiar' }],
  options: ['S', 'M', 'L'].map((name) => ({ code: `size-${name.toLowerCase()}`, translations: [{ languageCode: 'en', name }, { languageCode: 'pl', name }] })),
} })

/** A visitor with a basket of their own. */
export function visitor(system, language = 'en') {
  let token
  return async (query, variables = {}) => {
    const answer = await fetch(`${system.url}${system.shop}?by=visitor&languageCode=${language}`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify({ query, variables }),
    })
    token = answer.headers.get('vendure-auth-token') ?? token
    return GOOD(await answer.json(), query.slice(0, 60))
  }
}

const ERROR = '... on ErrorResult { errorCode message }'

/** Places an order as a guest would: goods, person, address, delivery, payment at the provider (`pay` answers with its id). */
export async function placeOrder(system, { person, address, lines, pay }) {
  const shop = visitor(system)
  for (const { variant, quantity } of lines) {
    await shop(`mutation ($variant: ID!, $quantity: Int!) { addItemToOrder(productVariantId: $variant, quantity: $quantity) { __typename ... on Order { id } ${ERROR} } }`, { variant, quantity })
  }
  await shop(`mutation ($input: CreateCustomerInput!) { setCustomerForOrder(input: $input) { __typename ... on Order { id } ${ERROR} } }`, { input: person })
  await shop(`mutation ($input: CreateAddressInput!) { setOrderShippingAddress(input: $input) { __typename ... on Order { id } ${ERROR} } }`, { input: address })
  await shop(`mutation ($input: CreateAddressInput!) { setOrderBillingAddress(input: $input) { __typename ... on Order { id } ${ERROR} } }`, { input: address })
  const { eligibleShippingMethods: [method] } = await shop('{ eligibleShippingMethods { id } }')
  await shop(`mutation ($id: [ID!]!) { setOrderShippingMethod(shippingMethodId: $id) { __typename ... on Order { id } ${ERROR} } }`, { id: [method.id] })
  const { transitionOrderToState: ready } = await shop(`mutation { transitionOrderToState(state: "ArrangingPayment") { __typename ... on Order { code totalWithTax currencyCode } ... on OrderStateTransitionError { errorCode message transitionError } } }`)
  const transactionId = await pay({ order: ready.code, amount: ready.totalWithTax, currency: ready.currencyCode.toLowerCase() })
  const { addPaymentToOrder: order } = await shop(`mutation ($input: PaymentInput!) { addPaymentToOrder(input: $input) { __typename ... on Order { id code state totalWithTax currencyCode } ${ERROR} } }`, { input: { method: 'provider-payment', metadata: { transactionId } } })
  return order
}

/** What the shop's staff does with an order that was placed: `{ id, state }`. */
export async function changeAddress(admin, { id, state }, address) {
  const to = (next) => admin(`mutation ($id: ID!, $state: String!) { transitionOrderToState(id: $id, state: $state) { __typename ... on OrderStateTransitionError { errorCode message } } }`, { id, state: next })
  await to('Modifying')
  await admin(`mutation ($input: ModifyOrderInput!) { modifyOrder(input: $input) { __typename ${ERROR} } }`, { input: { orderId: id, dryRun: false, updateShippingAddress: address } })
  await to(state)
}
export const cancelOrder = (admin, { id }) => admin(`mutation ($id: ID!) { cancelOrder(input: { orderId: $id, cancelShipping: true, reason: "The customer changed their mind" }) { __typename ${ERROR} } }`, { id })

/** Orders with these numbers, in their order. */
export async function ordersOf(admin, codes) {
  const { orders } = await admin('query ($codes: [String!]) { orders(options: { take: 100, filter: { code: { in: $codes } } }) { items { id code state lines { id quantity } payments { transactionId amount } } } }', { codes })
  return codes.map((code) => orders.items.find((one) => one.code === code))
}
