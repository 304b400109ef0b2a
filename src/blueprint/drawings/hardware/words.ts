/** What the hardware diagram says beside the plan's own words. */
import type { Language } from '../../language.ts'
import { counted } from '../counted.ts'

export interface HardwareWords {
  readonly title: string
  readonly alt: (nodes: number, places: string) => string
  readonly kinds: Readonly<Record<string, string>>
  readonly partner: (name: string) => string
  readonly noLocation: string
  readonly unplaced: string
  readonly zone: (name: string) => string
  readonly cpu: (count: string) => string
  readonly memory: (size: string) => string
  readonly disk: (size: string) => string
  readonly sizeUnsaid: string
  readonly runsNothing: string
  readonly hub: string
  readonly store: string
  readonly contents: string
  readonly legend: { readonly system: string; readonly hub: string; readonly assumed: string }
}

export const WORDS: Readonly<Record<Language, HardwareWords>> = {
  en: {
    title: 'Hardware diagram',
    alt: (nodes, places) => `${counted(nodes, 'machine or place', 'machines and places')} with number and size and with what runs on each, by location: ${places}.`,
    kinds: { server: 'Server', vm: 'Virtual machine', container: 'Container', service: 'Service' },
    partner: (name) => `At ${name}`,
    noLocation: 'Location not said',
    unplaced: 'No machine said yet',
    zone: (name) => `in ${name}`,
    cpu: (count) => `${count} CPU`,
    memory: (size) => `${size} memory`,
    disk: (size) => `${size} disk`,
    sizeUnsaid: 'size not said',
    runsNothing: 'runs nothing of the plan',
    hub: 'Plimsoll',
    store: 'Plimsoll’s store',
    contents: 'Overview',
    legend: { system: 'System that runs there', hub: 'Plimsoll and its store', assumed: 'Place that is assumed' },
  },
  pl: {
    title: 'Diagram sprzętu',
    alt: (nodes, places) => `Maszyny i miejsca (${nodes}) z liczbą i wielkością oraz z tym, co na nich działa, według lokalizacji: ${places}.`,
    kinds: { server: 'Serwer', vm: 'Maszyna wirtualna', container: 'Kontener', service: 'Usługa' },
    partner: (name) => `U partnera: ${name}`,
    noLocation: 'Lokalizacji nie podano',
    unplaced: 'Maszyny jeszcze nie podano',
    zone: (name) => `strefa: ${name}`,
    cpu: (count) => `${count} CPU`,
    memory: (size) => `${size} pamięci`,
    disk: (size) => `${size} dysku`,
    sizeUnsaid: 'wielkości nie podano',
    runsNothing: 'nic z planu tu nie działa',
    hub: 'Plimsoll',
    store: 'Baza Plimsolla',
    contents: 'Przegląd',
    legend: { system: 'System, który tam działa', hub: 'Plimsoll i jego baza', assumed: 'Miejsce założone' },
  },
}
