/** What the data-flow diagram says beside the plan's own words. */
import type { Language } from '../../language.ts'
import { counted } from '../counted.ts'
import type { Heads } from './three-columns.ts'

export interface DataFlowWords {
  readonly title: string
  readonly alt: (flows: number, systems: number) => string
  readonly altToday: (integrations: number) => string
  readonly heads: Heads
  readonly contents: string
  readonly today: string
  readonly sheet: (number: number, flows: string) => string
  readonly part: (first: string, last: string) => string
  readonly kept: string
  readonly personal: string
  readonly works: Readonly<Record<string, string>>
  readonly fate: Readonly<Record<string, string>>
  readonly replacedBy: (flow: string) => string
  readonly legend: { readonly flow: string; readonly critical: string; readonly later: string; readonly stays: string; readonly goes: string }
}

export const WORDS: Readonly<Record<Language, DataFlowWords>> = {
  en: {
    title: 'Data-flow diagram',
    alt: (flows, systems) => `Between the systems that give data at the left and those that receive them at the right ${flows === 1 ? 'stands' : 'stand'} ${counted(flows, 'flow', 'flows')} with what is carried; ${counted(systems, 'system takes', 'systems take')} part.`,
    altToday: (integrations) => `${counted(integrations, 'integration', 'integrations')} of today: who gives what to whom, how well it works, and what becomes of it.`,
    heads: { gives: 'Who gives', what: 'What', receives: 'Who receives' },
    contents: 'Overview',
    today: 'As it is today',
    sheet: (number, flows) => `Sheet ${number}: ${flows}`,
    part: (first, last) => (first === last ? first : `${first} to ${last}`),
    kept: 'known in Plimsoll only',
    personal: 'personal data',
    works: { well: 'works well', partly: 'works partly', badly: 'works badly', unknown: 'nobody knows how it works' },
    fate: { keep: 'stays', replace: 'is replaced', retire: 'goes', unsaid: 'not decided' },
    replacedBy: (flow) => `is replaced by ${flow}`,
    legend: { flow: 'Flow: what is exchanged', critical: 'Critical', later: 'Not at launch, later', stays: 'Exists today and stays', goes: 'Exists today and goes' },
  },
  pl: {
    title: 'Diagram przepływu danych',
    alt: (flows, systems) => `Między systemami, które dają dane (po lewej), a tymi, które je dostają (po prawej), stoją przepływy planu (${flows}) i to, co niosą; uczestniczące systemy: ${systems}.`,
    altToday: (integrations) => `Dzisiejsze integracje (${integrations}): kto co komu daje, jak to działa i co się z tym stanie.`,
    heads: { gives: 'Kto daje', what: 'Co', receives: 'Kto dostaje' },
    contents: 'Przegląd',
    today: 'Jak jest dziś',
    sheet: (number, flows) => `Arkusz ${number}: ${flows}`,
    part: (first, last) => (first === last ? first : `${first} do ${last}`),
    kept: 'znane tylko w Plimsollu',
    personal: 'dane osobowe',
    works: { well: 'działa dobrze', partly: 'działa częściowo', badly: 'działa źle', unknown: 'nie wiadomo, jak działa' },
    fate: { keep: 'zostaje', replace: 'zostanie zastąpione', retire: 'znika', unsaid: 'nie zdecydowano' },
    replacedBy: (flow) => `zastępuje to ${flow}`,
    legend: { flow: 'Przepływ: co jest wymieniane', critical: 'Krytyczny', later: 'Nie na start, później', stays: 'Istnieje dziś i zostaje', goes: 'Istnieje dziś i znika' },
  },
}
