/** Which systems stand together on a drawing: a partner's apart, the company's own by what they are for. */
import type { Language } from '../language.ts'
import type { Application } from '../model.ts'
import type { Role } from '../scene/palette.ts'

export interface Family {
  readonly id: string
  readonly name: string
  readonly strong: Role
  readonly soft: Role
  readonly systems: readonly Application[]
}

interface Kind { readonly id: string; readonly categories: readonly string[]; readonly strong: Role; readonly soft: Role; readonly words: Readonly<Record<Language, string>> }

/** In the order of a drawing: towards customers first, partners last. `accent-3` is the hub's, `accent-6` that of what stays as it is. */
const KINDS: readonly Kind[] = [
  { id: 'channels', categories: ['shop', 'website', 'mobile_app'], strong: 'accent-1', soft: 'soft-1', words: { en: 'Sales channels', pl: 'Kanały sprzedaży' } },
  { id: 'customers', categories: ['crm', 'cdp', 'marketing', 'support'], strong: 'accent-4', soft: 'soft-4', words: { en: 'Customers and marketing', pl: 'Klienci i marketing' } },
  { id: 'content', categories: ['pim', 'cms'], strong: 'accent-5', soft: 'soft-5', words: { en: 'Products and content', pl: 'Produkty i treści' } },
  { id: 'business', categories: ['erp', 'finance', 'warehouse', 'contractors'], strong: 'accent-2', soft: 'soft-2', words: { en: 'Business systems', pl: 'Systemy biznesowe' } },
  { id: 'services', categories: ['payment', 'courier'], strong: 'accent-8', soft: 'soft-8', words: { en: 'Payment and delivery', pl: 'Płatności i dostawa' } },
  { id: 'data', categories: ['analytics', 'database', 'files'], strong: 'accent-8', soft: 'soft-8', words: { en: 'Data and analysis', pl: 'Dane i analizy' } },
  { id: 'others', categories: [], strong: 'quiet', soft: 'fill', words: { en: 'Other systems', pl: 'Inne systemy' } },
  { id: 'partners', categories: [], strong: 'accent-7', soft: 'soft-7', words: { en: 'Partners’ systems', pl: 'Systemy partnerów' } },
]

const ONLY: Readonly<Record<Language, string>> = { en: 'Systems', pl: 'Systemy' }

const kindOf = ({ category, control }: Application): string =>
  control === 'partner' ? 'partners' : (KINDS.find(({ categories }) => categories.includes(category))?.id ?? 'others')

export const familiesOf = (systems: Iterable<Application>, language: Language): readonly Family[] => {
  const all = [...systems]
  const families = KINDS.flatMap(({ id, strong, soft, words }): Family[] => {
    const inside = all.filter((system) => kindOf(system) === id)
    return inside.length === 0 ? [] : [{ id, name: words[language], strong, soft, systems: inside }]
  })
  // Others than whom?
  return families.map((family) => (family.id === 'others' && families.length === 1 ? { ...family, name: ONLY[language] } : family))
}
