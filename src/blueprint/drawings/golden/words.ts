/** What the golden-record map says beside the plan's own words. */
import type { Language } from '../../language.ts'
import { grouped } from '../data-model/words.ts'

export interface GoldenWords {
  readonly title: string
  readonly alt: (entities: number) => string
  readonly contents: string
  readonly sheet: (number: number) => string
  readonly field: string
  readonly who: string
  readonly home: (name: string) => string
  readonly part: (name: string, part: number, of: number) => string
  readonly more: (count: number) => string
  readonly rules: Readonly<Record<string, string>>
  readonly among: (rule: string, systems: string) => string
  readonly after: string
  readonly cells: { readonly decides: string; readonly place: (place: number) => string; readonly says: string; readonly gets: string; readonly both: string }
  readonly legend: { readonly decides: string; readonly says: string; readonly gets: string; readonly both: string }
}

export const WORDS: Readonly<Record<Language, GoldenWords>> = {
  en: {
    title: 'Golden-record map',
    alt: (entities) => `A table for ${entities === 1 ? 'the only entity' : `each of ${entities} entities`}: its fields, who is right about them, and which systems decide, contribute or receive each.`,
    contents: 'Overview',
    sheet: (number) => `Sheet ${number}`,
    field: 'Field',
    who: 'Who is right',
    home: (name) => `golden record: ${name}`,
    part: (name, part, of) => `${name} (${part} of ${of})`,
    more: (count) => `and ${grouped(count, ',')} more: see the table`,
    rules: { latest: 'the latest edit', fill: 'the first value known', union: 'all values together', longest: 'the longest value', highest: 'the highest value', lowest: 'the lowest value', ask: 'the steward decides' },
    among: (rule, systems) => `${rule} of ${systems}`,
    after: ', then ',
    cells: { decides: 'decides', place: (place) => `decides, ${place}.`, says: 'says', gets: 'gets', both: 'says, gets' },
    legend: { decides: 'Is right about it', says: 'Says what it knows', gets: 'Is given the golden value', both: 'Says it and is given the golden value' },
  },
  pl: {
    title: 'Mapa złotych rekordów',
    alt: (entities) => `Dla każdej encji (${entities}) tabela: jej pola, kto ma co do nich rację i które systemy rozstrzygają, wnoszą lub dostają każde z nich.`,
    contents: 'Przegląd',
    sheet: (number) => `Arkusz ${number}`,
    field: 'Pole',
    who: 'Kto ma rację',
    home: (name) => `złoty rekord: ${name}`,
    part: (name, part, of) => `${name} (${part} z ${of})`,
    more: (count) => `i ${grouped(count, ' ')} więcej: zob. tabelę`,
    rules: { latest: 'ostatnia zmiana', fill: 'pierwsza znana wartość', union: 'wszystkie wartości razem', longest: 'najdłuższa wartość', highest: 'najwyższa wartość', lowest: 'najniższa wartość', ask: 'rozstrzyga opiekun' },
    among: (rule, systems) => `${rule}: ${systems}`,
    after: ', potem ',
    cells: { decides: 'rozstrzyga', place: (place) => `rozstrzyga, ${place}.`, says: 'podaje', gets: 'dostaje', both: 'podaje, dostaje' },
    legend: { decides: 'Ma co do tego rację', says: 'Podaje, co wie', gets: 'Dostaje złotą wartość', both: 'Podaje i dostaje złotą wartość' },
  },
}
