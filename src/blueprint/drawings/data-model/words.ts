/** What the business data model says beside the plan's own words. */
import type { Language } from '../../language.ts'
import { counted } from '../counted.ts'

export interface DataModelWords {
  readonly title: string
  readonly alt: (entities: number, references: number) => string
  readonly contents: string
  readonly sheet: (number: number) => string
  readonly part: (first: string, more: number) => string
  readonly apart: string
  readonly records: (count: number) => string
  readonly home: (system: string) => string
  readonly several: string
  readonly more: (count: number) => string
  readonly elsewhere: (name: string, sheet: number) => string
  readonly legend: { readonly identifies: string; readonly required: string; readonly personal: string; readonly many: string; readonly one: string; readonly elsewhere: string }
}

/** Digits in groups of three, the same on every machine. */
export const grouped = (value: number, between: string): string => String(value).replaceAll(/\B(?=(\d{3})+(?!\d))/g, between)

export const WORDS: Readonly<Record<Language, DataModelWords>> = {
  en: {
    title: 'Business data model',
    alt: (entities, references) => `${counted(entities, 'entity', 'entities')} with the most important fields, what identifies each, and ${counted(references, 'reference', 'references')} between them.`,
    contents: 'Overview',
    sheet: (number) => `Sheet ${number}`,
    part: (first, more) => (more === 0 ? first : `${first} and ${more} more`),
    apart: 'Without references',
    records: (count) => `${grouped(count, ',')} records`,
    home: (system) => `golden record: ${system}`,
    several: 'several ',
    more: (count) => `and ${grouped(count, ',')} more: see the table`,
    elsewhere: (name, sheet) => `sheet ${sheet}: ${name}`,
    legend: { identifies: 'Identifies', required: 'Required', personal: 'Personal data', many: 'Several', one: 'One', elsewhere: 'Drawn on another sheet' },
  },
  pl: {
    title: 'Biznesowy model danych',
    alt: (entities, references) => `Encje planu (${entities}) z najważniejszymi polami, z tym, co je identyfikuje, i z odwołaniami między nimi (${references}).`,
    contents: 'Przegląd',
    sheet: (number) => `Arkusz ${number}`,
    part: (first, more) => (more === 0 ? first : `${first} i ${more} więcej`),
    apart: 'Bez odwołań',
    records: (count) => `rekordy: ${grouped(count, ' ')}`,
    home: (system) => `złoty rekord: ${system}`,
    several: 'wiele ',
    more: (count) => `i ${grouped(count, ' ')} więcej: zob. tabelę`,
    elsewhere: (name, sheet) => `arkusz ${sheet}: ${name}`,
    legend: { identifies: 'Identyfikuje', required: 'Wymagane', personal: 'Dane osobowe', many: 'Wiele', one: 'Jeden', elsewhere: 'Na innym arkuszu' },
  },
}
