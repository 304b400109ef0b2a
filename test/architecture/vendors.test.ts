/** Products are data: the code knows none of them by name. */
import { expect, test } from 'vitest'
import { productNames } from '../../src/systems/catalogue.ts'
import { sources } from './sources.ts'

/** Names that a search of the code would find if somebody wrote code for one; those of the catalogue come on top. */
const KNOWN = [
  'shopify', 'magento', 'woocommerce', 'shopware', 'prestashop', 'bigcommerce', 'saleor', 'medusa', 'vendure', 'commercetools', 'wordpress', 'drupal', 'strapi', 'contentful', 'directus',
  'salesforce', 'hubspot', 'pipedrive', 'zoho', 'dynamics', 'netsuite', 'odoo', 'tryton', 'erpnext', 'dolibarr', 'sage', 'xero', 'quickbooks', 'stripe', 'adyen', 'paypal', 'payu', 'przelewy24', 'klarna',
  'dhl', 'inpost', 'fedex', 'shippo', 'easypost', 'segment\\.io', 'rudderstack', 'mailchimp', 'klaviyo', 'akeneo', 'pimcore', 'zendesk',
]

test('no file of the code names a product, but those of the catalogue', () => {
  const words = [...new Set([...KNOWN, ...productNames()])]
  const pattern = new RegExp(String.raw`(?<![a-z])(?:${words.join('|')})(?![a-z])`, 'i')
  const code = sources.filter((source) => !source.path.includes('/catalog/'))
  expect(code.length).toBeGreaterThan(300)
  const found = code.flatMap((source) => source.text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${source.path}:${index + 1} ${pattern.exec(line)![0]}`] : [])))
  expect(found).toEqual([])
})
