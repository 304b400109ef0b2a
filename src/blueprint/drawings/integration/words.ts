/** What the landscape says beside the plan's own words. */
import type { Language } from '../../language.ts'
import { counted, countedPl } from '../counted.ts'

export interface LandscapeWords {
  readonly title: string
  readonly hub: string
  readonly overview: string
  readonly alt: (systems: number, flows: number, families: string) => string
  readonly altNone: (systems: number) => string
  readonly altHub: (hub: string, integrations: number) => string
  readonly from: (day: string) => string
  readonly until: (day: string) => string
  readonly peak: (rate: string) => string
  readonly sheets: (numbers: readonly number[]) => string
  readonly flows: (count: number) => string
  readonly systems: (count: number) => string
  readonly part: (number: number, of: number) => string
  readonly apart: string
  readonly stays: string
  readonly today: string
  readonly legend: {
    readonly flow: string
    readonly both: string
    readonly critical: string
    readonly later: string
    readonly kept: string
    readonly stays: string
  }
}

export const WORDS: Readonly<Record<Language, LandscapeWords>> = {
  en: {
    title: 'Technical integration model',
    hub: 'Integration hub',
    overview: 'Overview',
    alt: (systems, flows, families) => `A bar in the middle stands for Plimsoll, which carries ${counted(flows, 'flow', 'flows')} between ${counted(systems, 'system', 'systems')}${families === '' ? '' : `, grouped as ${families}`}; each line says what is exchanged, in which direction, when and how much.`,
    altNone: (systems) => `Plimsoll and ${counted(systems, 'system', 'systems')} between which the plan has no flows yet.`,
    altHub: (hub, integrations) => `${hub} stands in the middle of ${counted(integrations, 'integration', 'integrations')} that exist today and stay.`,
    from: (day) => `from ${day}`,
    until: (day) => `until ${day}`,
    peak: (rate) => `peak ${rate}`,
    sheets: (numbers) => `${numbers.length === 1 ? 'sheet' : 'sheets'} ${numbers.join(', ')}`,
    flows: (count) => counted(count, 'flow', 'flows'),
    systems: (count) => counted(count, 'system', 'systems'),
    part: (number, of) => `${number} of ${of}`,
    apart: 'Not connected',
    stays: 'Stays as it is today',
    today: 'Integrations of today that stay',
    legend: {
      flow: 'Exchange, F and its number',
      both: 'In both directions',
      critical: 'Critical',
      later: 'Not at launch, later',
      kept: 'Ends in Plimsoll, nobody receives it',
      stays: 'Exists today and stays',
    },
  },
  pl: {
    title: 'Techniczny model integracji',
    hub: 'Platforma integracyjna',
    overview: 'Przegląd',
    alt: (systems, flows, families) => `Belka pośrodku to Plimsoll, który przenosi ${countedPl(flows, 'przepływ', 'przepływy', 'przepływów')} między ${countedPl(systems, 'systemem', 'systemami', 'systemami')}${families === '' ? '' : `, w grupach: ${families}`}; każda linia mówi, co, w którą stronę, kiedy i ile jest wymieniane.`,
    altNone: (systems) => `Plimsoll i systemy (${systems}), między którymi plan nie ma jeszcze przepływów.`,
    altHub: (hub, integrations) => `${hub} stoi pośrodku istniejących dziś integracji, które zostają (${integrations}).`,
    from: (day) => `od ${day}`,
    until: (day) => `do ${day}`,
    peak: (rate) => `szczyt ${rate}`,
    sheets: (numbers) => `${numbers.length === 1 ? 'arkusz' : 'arkusze'} ${numbers.join(', ')}`,
    flows: (count) => countedPl(count, 'przepływ', 'przepływy', 'przepływów'),
    systems: (count) => countedPl(count, 'system', 'systemy', 'systemów'),
    part: (number, of) => `${number} z ${of}`,
    apart: 'Niepołączone',
    stays: 'Zostaje jak dziś',
    today: 'Dzisiejsze integracje, które zostają',
    legend: {
      flow: 'Wymiana, F i jej numer',
      both: 'W obu kierunkach',
      critical: 'Krytyczna',
      later: 'Nie na start, później',
      kept: 'Kończy się w Plimsollu, nikt jej nie odbiera',
      stays: 'Istnieje dziś i zostaje',
    },
  },
}
