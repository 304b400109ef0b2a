/** What the logical application model says beside the plan's own words. */
import type { Language } from '../../language.ts'
import { counted } from '../counted.ts'

export interface ApplicationWords {
  readonly title: string
  readonly alt: (systems: number, groups: string) => string
  readonly hub: string
  readonly hubModules: readonly (readonly [name: string, functions: readonly string[]])[]
  readonly categories: Readonly<Record<string, string>>
  readonly holds: string
  readonly more: (count: number) => string
  readonly noFunctions: string
  readonly states: { readonly isNew: string; readonly later: (day: string | undefined) => string; readonly goes: (day: string | undefined) => string }
  readonly contents: string
  readonly sheet: (number: number, names: string) => string
  readonly legend: { readonly module: string; readonly entity: string; readonly home: string; readonly isNew: string; readonly later: string; readonly goes: string }
}

export const WORDS: Readonly<Record<Language, ApplicationWords>> = {
  en: {
    title: 'Logical application model',
    alt: (systems, groups) => `${counted(systems, 'system', 'systems')} with modules and functions and the entities that each holds, grouped as ${groups}.`,
    hub: 'Integration',
    hubModules: [
      ['Exchange', ['Reads and maps records', 'Delivers changes', 'Sets aside what cannot be delivered']],
      ['Golden records', ['Recognises the same record', 'Decides field by field', 'Keeps the history']],
      ['Watching', ['Measures the service levels', 'Tells who must know']],
    ],
    categories: {
      shop: 'Shop', website: 'Website', mobile_app: 'Mobile app', crm: 'CRM', erp: 'ERP', cms: 'CMS', pim: 'Product information', cdp: 'Customer data platform', payment: 'Payment', courier: 'Courier',
      warehouse: 'Warehouse', contractors: 'Contractors', finance: 'Finance', marketing: 'Marketing', support: 'Support', analytics: 'Analytics', database: 'Database', files: 'Files', custom: '',
    },
    holds: 'Holds',
    more: (count) => `and ${count} more`,
    noFunctions: 'Functions not described',
    states: { isNew: 'new', later: (day) => (day === undefined ? 'later' : `later, from ${day}`), goes: (day) => (day === undefined ? 'goes' : `goes, until ${day}`) },
    contents: 'Overview',
    sheet: (number, names) => `Sheet ${number}: ${names}`,
    legend: { module: 'Module with its functions', entity: 'Entity that it holds', home: 'Golden record’s home', isNew: 'New at launch', later: 'Later', goes: 'Goes' },
  },
  pl: {
    title: 'Logiczny model aplikacji',
    alt: (systems, groups) => `Systemy planu (${systems}) z modułami i funkcjami oraz encjami, które każdy przechowuje, w grupach: ${groups}.`,
    hub: 'Integracja',
    hubModules: [
      ['Wymiana', ['Czyta i mapuje rekordy', 'Dostarcza zmiany', 'Odkłada to, czego nie można dostarczyć']],
      ['Złote rekordy', ['Rozpoznaje ten sam rekord', 'Rozstrzyga pole po polu', 'Przechowuje historię']],
      ['Czuwanie', ['Mierzy poziomy usług', 'Powiadamia, kogo trzeba']],
    ],
    categories: {
      shop: 'Sklep', website: 'Strona WWW', mobile_app: 'Aplikacja mobilna', crm: 'CRM', erp: 'ERP', cms: 'CMS', pim: 'Informacje o produktach', cdp: 'Platforma danych klientów', payment: 'Płatności', courier: 'Kurier',
      warehouse: 'Magazyn', contractors: 'Kontrahenci', finance: 'Finanse', marketing: 'Marketing', support: 'Obsługa klienta', analytics: 'Analityka', database: 'Baza danych', files: 'Pliki', custom: '',
    },
    holds: 'Przechowuje',
    more: (count) => `i ${count} więcej`,
    noFunctions: 'Funkcji nie opisano',
    states: { isNew: 'nowy', later: (day) => (day === undefined ? 'później' : `później, od ${day}`), goes: (day) => (day === undefined ? 'znika' : `znika, do ${day}`) },
    contents: 'Przegląd',
    sheet: (number, names) => `Arkusz ${number}: ${names}`,
    legend: { module: 'Moduł z funkcjami', entity: 'Encja, którą przechowuje', home: 'Dom złotego rekordu', isNew: 'Nowy na start', later: 'Później', goes: 'Znika' },
  },
}
