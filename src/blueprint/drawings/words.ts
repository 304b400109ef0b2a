/** What drawings say of scenarios, spans of time and people, in a reader's language. */
import type { Language } from '../language.ts'
import type { Application, Blueprint, Scenario } from '../model.ts'
import type { Duration, Name } from '../../plan/values.ts'
import { isolated } from '../scene/text.ts'

type Words = Readonly<Record<Language, string>>

/** What is wrong, as the plan's word says it; `#` stands for whom it is said of. */
const WRONG: Readonly<Record<string, Words>> = {
  unreachable: { en: '# cannot be reached', pl: 'brak połączenia: #' },
  slow: { en: '# is slow', pl: 'wolno odpowiada: #' },
  refusing: { en: '# refuses us', pl: 'odmawia dostępu: #' },
  limiting: { en: '# limits our calls', pl: 'ogranicza wywołania: #' },
  changed: { en: 'the interface of # has changed', pl: 'zmienił się interfejs: #' },
  misbehaving: { en: '# sends bad data', pl: 'wysyła błędne dane: #' },
  late: { en: '# is late', pl: 'spóźnia się: #' },
  silent: { en: 'nothing comes: #', pl: 'nic nie przychodzi: #' },
  stopped: { en: '# has stopped', pl: 'zatrzymał się: #' },
  failing: { en: '# fails', pl: 'nie udaje się: #' },
  braked: { en: 'the brake holds #', pl: 'hamulec wstrzymał: #' },
  unbalanced: { en: '# does not balance', pl: 'nie bilansuje się: #' },
  queued: { en: '# piles up', pl: 'gromadzi się: #' },
  set_aside: { en: 'records are set aside: #', pl: 'rekordy odłożone: #' },
  conflicting: { en: 'values conflict: #', pl: 'sprzeczne wartości: #' },
  awaiting_review: { en: 'records wait for a decision: #', pl: 'rekordy czekają na decyzję: #' },
  inconsistent: { en: 'systems disagree: #', pl: 'systemy się różnią: #' },
  disk_full: { en: 'disk of Plimsoll is full', pl: 'pełny dysk Plimsolla' },
  store_down: { en: 'store of Plimsoll is down', pl: 'magazyn danych Plimsolla nie działa' },
  clock_wrong: { en: 'clock of Plimsoll is wrong', pl: 'zegar Plimsolla źle chodzi' },
  restarted: { en: 'Plimsoll was restarted', pl: 'Plimsoll uruchomił się ponownie' },
}

const MORE: Readonly<Record<Language, (n: number) => string>> = { en: (n) => `and ${n} more`, pl: (n) => `i jeszcze ${n}` }

/** Interfaces that no protocol stands for. */
const FORMS: Readonly<Record<string, Words>> = { by_hand: { en: 'By hand', pl: 'Ręcznie' }, none: { en: 'No interface', pl: 'Bez interfejsu' } }

/** How one talks to a system; undefined: nobody has said it. */
export const interfaceName = ({ interface: { protocol, form } }: Application, language: Language): string | undefined =>
  protocol?.name ?? (form === undefined ? undefined : FORMS[form]?.[language] ?? form)

/** Names in a list, the rest of a long one counted. */
export function listed(names: readonly string[], most: number, language: Language, between = ', '): string {
  return names.length <= most + 1 ? names.join(between) : `${names.slice(0, most).join(between)} ${MORE[language](names.length - most)}`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Its own name, or what is wrong with whom. */
export function scenarioName(blueprint: Blueprint, scenario: Scenario, language: Language): string {
  if (scenario.name !== undefined) return scenario.name
  const words = WRONG[scenario.is]?.[language] ?? `${scenario.is.replaceAll('_', ' ')}: #`
  return capital(words.replace('#', () => listed(subjectNames(blueprint, scenario).map(isolated), 2, language)))
}

export function subjectNames(blueprint: Blueprint, { subject }: Scenario): readonly string[] {
  switch (subject.kind) {
    case 'system': return subject.keys.map((key) => blueprint.systems.get(key)?.name ?? key)
    case 'flow': return subject.keys.map((key) => blueprint.flows.get(key)?.name ?? key)
    case 'entity': return subject.keys.map((key) => blueprint.entities.get(key)?.name ?? key)
    case 'step': return subject.keys.map((key) => stepNames(blueprint).get(key) ?? key)
    case 'platform': return ['Plimsoll']
  }
}

const stepNames = (blueprint: Blueprint): ReadonlyMap<string, string> =>
  new Map(blueprint.processes.flatMap((process) => [...process.steps, ...process.exceptions.flatMap((one) => one.steps)].map((step) => [`${process.key}.${step.key}`, step.name] as const)))

export const partyName = (blueprint: Blueprint, key: Name): string => blueprint.parties.get(key)?.name ?? blueprint.systems.get(key)?.name ?? key

const UNITS: readonly (readonly [string, number, Words])[] = [
  ['d', 86_400_000, { en: 'd', pl: 'd' }], ['h', 3_600_000, { en: 'h', pl: 'godz.' }], ['min', 60_000, { en: 'min', pl: 'min' }], ['s', 1000, { en: 's', pl: 's' }],
]

/** `1 h 30 min`; the beginning is `0 min`. */
export function spanOf(ms: number, language: Language): string {
  const parts: string[] = []
  let rest = ms
  for (const [, length, words] of UNITS) {
    const count = Math.floor(rest / length)
    if (count > 0) parts.push(`${count} ${words[language]}`)
    rest -= count * length
  }
  return parts.slice(0, 2).join(' ') || '0 min'
}

const POLISH: readonly (readonly [RegExp, string])[] = [
  [/\bevery day\b/g, 'codziennie'],
  [/\bworking days?\b/g, 'dni rob.'], [/\bworking hours?\b/g, 'godz. rob.'], [/\bseconds?\b/g, 's'], [/\bminutes?\b/g, 'min'], [/\bhours?\b/g, 'godz.'],
  [/\bdays?\b/g, 'd'], [/\bweeks?\b/g, 'tyg.'], [/\bmonths?\b/g, 'mies.'], [/\byears?\b/g, 'lat'], [/\bevery\b/g, 'co'], [/\bat\b/g, 'o'], [/\bwhen it calls\b/g, 'gdy wywoła'],
]

/** Spans and triggers as the plan says them, in the reader's language. */
export const inWords = (said: string, language: Language): string => (language === 'en' ? said : POLISH.reduce((text, [pattern, words]) => text.replaceAll(pattern, words), said))

export const lasting = (duration: Duration, language: Language): string => inWords(duration.text, language)
