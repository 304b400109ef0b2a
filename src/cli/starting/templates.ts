/** Plans to start from: a folder of `cli/templates` each, with a sentence for whoever chooses. */
export const TEMPLATES: ReadonlyMap<string, string> = new Map([
  ['empty', 'a plan that says nothing yet'],
  ['list-to-database', 'files of a folder into a table; runs at once'],
  ['two-way', 'two lists of the same people, kept equal; runs at once'],
  ['new-shop', 'a shop beside an ERP, a payment provider and a courier'],
  ['website', 'a site with content, enquiries and a newsletter'],
  ['mobile-app', 'an app for customers, on the systems that are there'],
  ['e-commerce-platform', 'several channels with one range, one stock, one customer; in four files'],
  ['online-sales', 'the business process from order to money'],
  ['credit-application', 'the business process from application to money'],
  ['new-offer', 'the business process from a new offer to the answer of the customers'],
  ['customer-360', 'one view of the customer over all systems that know them'],
])
