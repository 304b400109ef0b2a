/** What people do in a Vendure shop, through its own two interfaces: look with an administrator's eyes, and order as a customer. */
import type { RunningSystem } from './start.ts'

export interface Answered { readonly data: Readonly<Record<string, never>>; readonly token: string | undefined }

async function ask(url: string, token: string | undefined, query: string, variables: object = {}): Promise<Answered> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  })
  const body = (await response.json()) as { data?: Record<string, never>; errors?: readonly { message: string }[] }
  if (body.errors !== undefined) throw new Error(`Vendure: ${body.errors.map((error) => error.message).join('; ')}`)
  return { data: body.data ?? {}, token: response.headers.get('vendure-auth-token') ?? token }
}

/** Asks the admin API as the administrator, past the product; it is the proxy's business to count that too. */
export async function administrator(shop: RunningSystem): Promise<<T>(query: string, variables?: object) => Promise<T>> {
  const url = `${shop.url}${shop.access['admin']}`
  const { token } = await ask(url, undefined, 'mutation ($user: String!, $password: String!) { login(username: $user, password: $password) { __typename } }', { user: shop.access['user'], password: shop.access['password'] })
  return async <T>(query: string, variables?: object) => (await ask(url, token, query, variables)).data as T
}

export interface Bought { readonly variant: string; readonly quantity: number }
export interface Buyer { readonly email: string; readonly first: string; readonly last: string; readonly street: string; readonly city: string; readonly postalCode: string; readonly country: string }
export interface Placed { readonly id: string; readonly code: string; readonly state: string }

/** A guest's order, from the basket to the payment that the provider took. */
export async function placeOrder(shop: RunningSystem, buyer: Buyer, bought: readonly Bought[], payment: { readonly transaction: string; readonly settled: boolean }): Promise<Placed> {
  const url = `${shop.url}${shop.access['shop']}`
  let token: string | undefined
  const shopping = async <T>(query: string, variables?: object): Promise<T> => {
    const answer = await ask(url, token, query, variables)
    token = answer.token
    return answer.data as T
  }
  const said = (result: { readonly message?: string }): void => {
    if (result.message !== undefined) throw new Error(`Vendure's shop: ${result.message}`)
  }
  const { city, postalCode, street } = buyer
  const address = { fullName: `${buyer.first} ${buyer.last}`, streetLine1: street, city, postalCode, countryCode: buyer.country }
  const put = (some: readonly Bought[]): string => some.map(({ variant, quantity }, n) => `item${n}: addItemToOrder(productVariantId: ${JSON.stringify(variant)}, quantity: ${quantity}) { __typename ... on ErrorResult { message } }`).join('\n')
  // The basket is there from the second request on.
  const first = await shopping<Record<string, { message?: string }>>(`mutation { ${put(bought.slice(0, 1))} }`)
  const begun = await shopping<Record<string, { message?: string }>>(
    `mutation ($who: CreateCustomerInput!, $address: CreateAddressInput!) {
      ${put(bought.slice(1))}
      who: setCustomerForOrder(input: $who) { __typename ... on ErrorResult { message } }
      where: setOrderShippingAddress(input: $address) { __typename ... on ErrorResult { message } }
      bill: setOrderBillingAddress(input: $address) { __typename ... on ErrorResult { message } }
    }`,
    { who: { emailAddress: buyer.email, firstName: buyer.first, lastName: buyer.last }, address },
  )
  for (const result of [...Object.values(first), ...Object.values(begun)]) said(result)
  const offered = await shopping<{ methods: readonly { id: string }[]; ways: readonly { code: string }[] }>('{ methods: eligibleShippingMethods { id } ways: eligiblePaymentMethods { code } }')
  const done = await shopping<{ order: Placed & { message?: string } }>(
    `mutation ($method: [ID!]!, $payment: PaymentInput!) {
      setOrderShippingMethod(shippingMethodId: $method) { __typename ... on ErrorResult { message } }
      transitionOrderToState(state: "ArrangingPayment") { __typename ... on ErrorResult { message } }
      order: addPaymentToOrder(input: $payment) { __typename ... on Order { id code state } ... on ErrorResult { message } }
    }`,
    { method: [offered.methods[0]!.id], payment: { method: offered.ways[0]!.code, metadata: { transactionId: payment.transaction, settled: payment.settled } } },
  )
  said(done.order)
  return { id: done.order.id, code: done.order.code, state: done.order.state }
}
