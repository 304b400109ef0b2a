// commercetools' interface without commercetools: a project with a few customers and products, in memory, on 127.0.0.1:PORT.
// Its own way to listen takes every interface; the application that it made is asked to take this one.
import { CommercetoolsMock } from '@labdigital/commercetools-mock'

const project = process.env.COMMERCETOOLS_PROJECT
const mock = new CommercetoolsMock({ enableAuthentication: true, validateCredentials: true, defaultProjectKey: project, silent: true })
await mock.app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })

const base = `http://127.0.0.1:${process.env.PORT}`
const answered = async (path, options) => {
  const response = await fetch(`${base}${path}`, options)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response.json()
}
const { access_token: token } = await answered(`/oauth/token?grant_type=client_credentials&scope=manage_project:${project}`, {
  method: 'POST', headers: { authorization: `Basic ${Buffer.from(`${process.env.COMMERCETOOLS_CLIENT}:${process.env.COMMERCETOOLS_SECRET}`).toString('base64')}` },
})
const post = (path, body) => answered(`/${project}/${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })

for (let number = 1; number <= 12; number += 1) {
  await post('customers', { key: `customer-${number}`, email: `customer${number}@example.test`, password: 'unused', firstName: 'Customer', lastName: `Number ${number}`, addresses: [{ country: 'PL', city: 'Kraków', streetName: `ul. Testowa ${number}`, postalCode: '30-001' }] })
}
await post('product-types', { key: 'goods', name: 'Goods', description: 'Goods', attributes: [] })
for (const [number, name, namePl] of [[1, 'Chair', 'Krzesło'], [2, 'Table', 'Stół'], [3, 'Lamp', 'Lampa']]) {
  await post('products', {
    key: `product-${number}`, productType: { typeId: 'product-type', key: 'goods' }, name: { en: name, pl: namePl }, slug: { en: name.toLowerCase() }, publish: true,
    masterVariant: { sku: `CT-${number}`, prices: [{ value: { currencyCode: 'EUR', centAmount: 1000 * number } }, { value: { currencyCode: 'PLN', centAmount: 4300 * number } }] },
  })
}
process.stdout.write('ready\n')
process.once('SIGTERM', () => process.exit(0))
