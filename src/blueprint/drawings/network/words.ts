/** What the network diagram says beside the plan's own words. */
import type { Language } from '../../language.ts'
import { counted, countedPl } from '../counted.ts'

export interface NetworkWords {
  readonly title: string
  readonly alt: (zones: number, nodes: number, crossings: number) => string
  readonly overview: string
  readonly hubIn: (zone: string) => string
  readonly partner: (name: string) => string
  readonly unplaced: string
  readonly store: string
  readonly kinds: Readonly<Record<string, string>>
  readonly encrypted: string
  readonly open: string
  readonly through: (what: string) => string
  readonly on: (node: string) => string
  readonly lines: (count: number) => string
  readonly sheets: (numbers: readonly number[]) => string
  readonly part: (number: number, of: number) => string
  readonly others: string
  readonly legend: { readonly opens: string; readonly gate: string; readonly open: string; readonly besides: string; readonly assumed: string }
}

export const WORDS: Readonly<Record<Language, NetworkWords>> = {
  en: {
    title: 'Network diagram',
    alt: (zones, nodes, crossings) => `${counted(nodes, 'machine or place', 'machines and places')} in ${counted(zones, 'zone', 'zones')} with Plimsoll in the middle; each line says who opens the connection, with which protocol and port; the borders of zones have ${counted(crossings, 'numbered opening', 'numbered openings')}.`,
    overview: 'Overview',
    hubIn: (zone) => `Plimsoll in ${zone}`,
    partner: (name) => `At ${name}`,
    unplaced: 'No place said yet',
    store: 'Plimsoll’s store',
    kinds: { server: 'server', vm: 'virtual machine', container: 'container', service: 'service' },
    encrypted: 'encrypted',
    open: 'not encrypted',
    through: (what) => `through ${what}`,
    on: (node) => `on ${node}`,
    lines: (count) => counted(count, 'line', 'lines'),
    sheets: (numbers) => `${numbers.length === 1 ? 'sheet' : 'sheets'} ${numbers.join(', ')}`,
    part: (number, of) => `${number} of ${of}`,
    others: 'Connections beside Plimsoll',
    legend: { opens: 'Opens the connection', gate: 'Opening in the firewall', open: 'Not encrypted', besides: 'Beside Plimsoll', assumed: 'Assumed, nobody has said where' },
  },
  pl: {
    title: 'Diagram sieci',
    alt: (zones, nodes, crossings) => `Maszyny i miejsca (${nodes}) w strefach (${zones}) wokół Plimsolla; każda linia mówi, kto otwiera połączenie, jakim protokołem i na którym porcie; granice stref przekraczają ponumerowane otwarcia (${crossings}).`,
    overview: 'Przegląd',
    hubIn: (zone) => `Plimsoll w: ${zone}`,
    partner: (name) => `U partnera: ${name}`,
    unplaced: 'Miejsca jeszcze nie podano',
    store: 'Baza Plimsolla',
    kinds: { server: 'serwer', vm: 'maszyna wirtualna', container: 'kontener', service: 'usługa' },
    encrypted: 'szyfrowane',
    open: 'nieszyfrowane',
    through: (what) => `przez: ${what}`,
    on: (node) => `na: ${node}`,
    lines: (count) => countedPl(count, 'linia', 'linie', 'linii'),
    sheets: (numbers) => `${numbers.length === 1 ? 'arkusz' : 'arkusze'} ${numbers.join(', ')}`,
    part: (number, of) => `${number} z ${of}`,
    others: 'Połączenia obok Plimsolla',
    legend: { opens: 'Otwiera połączenie', gate: 'Otwarcie w zaporze', open: 'Nieszyfrowane', besides: 'Obok Plimsolla', assumed: 'Założone, nikt nie powiedział gdzie' },
  },
}
