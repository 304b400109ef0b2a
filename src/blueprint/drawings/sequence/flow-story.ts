/** One exchange as it goes: how it begins, what the hub does with what it reads, and what each receiver answers. */
import type { Language } from '../../language.ts'
import type { Application, Blueprint, Exchange, ExchangeEnd } from '../../model.ts'
import { interfaceName, inWords, listed, partyName } from '../words.ts'
import type { Act, Actor, Story } from './story.ts'

export const HUB = 'plimsoll'
/** Systems that one page can show beside the hub. */
const SYSTEMS = 5

interface Words {
  readonly title: (number: string, name: string) => string
  readonly alt: (name: string, from: string, to: string) => string
  readonly says: (entity: string) => string
  readonly noted: string
  readonly each: (trigger: string) => string
  readonly usual: string
  readonly asks: (protocol: string, what: string) => string
  readonly answers: (entity: string) => string
  readonly maps: string
  readonly decides: (entity: string) => string
  readonly changed: (system: string) => string
  readonly writes: (protocol: string, what: string, fields: string) => string
  readonly takes: string
  readonly confirms: string
  readonly keeps: string
  readonly refuses: string
  readonly reason: string
  readonly aside: (who: string) => string
  readonly silent: string
  readonly noAnswer: string
  readonly repeats: string
  readonly operator: string
}

/** A protocol that nobody has decided on yet is left out. */
const said = (protocol: string, text: string): string => (protocol === '' ? text.charAt(0).toUpperCase() + text.slice(1) : `${protocol}: ${text}`)

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: (number, name) => `${number} ${name}: how it is exchanged`,
    alt: (name, from, to) => `The exchange of ${name} from ${from} to ${to} step by step: reading, checking, deciding, writing, and what happens when a record is refused or nobody answers.`,
    says: (entity) => `Says that ${entity} changed`,
    noted: 'Call kept',
    each: (trigger) => trigger,
    usual: 'each time it is run',
    asks: (protocol, what) => said(protocol, `what changed in ${what}?`),
    answers: (entity) => `Records of ${entity}`,
    maps: 'Checks and translates each record; sets aside what is wrong',
    decides: (entity) => `Finds the golden record of ${entity} and decides each field`,
    changed: (system) => `something is new for ${system}`,
    writes: (protocol, what, fields) => said(protocol, `writes ${what}${fields === '' ? '' : ` (${fields})`}`),
    takes: 'it is taken',
    confirms: 'Confirmed',
    keeps: 'Keeps what the system now holds',
    refuses: 'it is refused',
    reason: 'Refused, with the reason',
    aside: (who) => `Sets the record aside with its reason and tells ${who}`,
    silent: 'nobody answers',
    noAnswer: 'No answer',
    repeats: 'Repeats with longer and longer pauses; nothing is lost',
    operator: 'whoever runs it',
  },
  pl: {
    title: (number, name) => `${number} ${name}: przebieg wymiany`,
    alt: (name, from, to) => `Wymiana „${name}” z ${from} do ${to} krok po kroku: odczyt, kontrola, rozstrzygnięcie, zapis oraz co się dzieje przy odmowie lub braku odpowiedzi.`,
    says: (entity) => `Zgłasza zmianę: ${entity}`,
    noted: 'Zgłoszenie zapisane',
    each: (trigger) => trigger,
    usual: 'przy każdym uruchomieniu',
    asks: (protocol, what) => said(protocol, `co się zmieniło w ${what}?`),
    answers: (entity) => `Rekordy: ${entity}`,
    maps: 'Sprawdza i tłumaczy każdy rekord; błędne odkłada',
    decides: (entity) => `Znajduje złoty rekord (${entity}) i rozstrzyga każde pole`,
    changed: (system) => `jest coś nowego dla: ${system}`,
    writes: (protocol, what, fields) => said(protocol, `zapisuje ${what}${fields === '' ? '' : ` (${fields})`}`),
    takes: 'przyjęte',
    confirms: 'Potwierdzone',
    keeps: 'Zapamiętuje, co system teraz zawiera',
    refuses: 'odmowa',
    reason: 'Odmowa z podaniem przyczyny',
    aside: (who) => `Odkłada rekord z przyczyną i zawiadamia: ${who}`,
    silent: 'brak odpowiedzi',
    noAnswer: 'Brak odpowiedzi',
    repeats: 'Powtarza z coraz dłuższymi przerwami; nic nie ginie',
    operator: 'obsługę',
  },
}

export interface Told { readonly title: string; readonly alt: string; readonly stories: readonly Story[] }

export const hubActor: Actor = { key: HUB, name: 'Plimsoll', role: 'hub', icon: 'repeat' }

export const systemActor = (application: Application | undefined, key: string): Actor => ({
  key, name: application?.name ?? key, role: 'system', icon: application?.control === 'partner' ? 'cloud' : 'server', system: key,
  later: application !== undefined && application.states.has('later') && !application.states.has('to-be') && !application.states.has('as-is'),
})

export function flowStory(blueprint: Blueprint, flow: Exchange, language: Language): Told {
  const words = WORDS[language]
  const systems = [...new Set(flow.ends.map((end) => end.system))]
  const name = (key: string): string => blueprint.systems.get(key)?.name ?? key
  const names = (some: readonly ExchangeEnd[]): string => listed([...new Set(some.map((end) => name(end.system)))], 3, language) || '–'
  const pages = Array.from({ length: Math.max(1, Math.ceil(systems.length / SYSTEMS)) }, (_, index) => new Set(systems.slice(index * SYSTEMS, (index + 1) * SYSTEMS)))
  return {
    title: words.title(flow.number, flow.name),
    alt: words.alt(flow.name, names(flow.ends.filter((end) => end.sends)), names(flow.ends.filter((end) => end.receives))),
    stories: pages.map((some) => ({
      ...storyOf(blueprint, flow, flow.ends.filter((end) => some.has(end.system)), words, language),
      ...(pages.length === 1 ? {} : { part: listed([...some].map(name), 3, language) }),
    })),
  }
}

function storyOf(blueprint: Blueprint, flow: Exchange, ends: readonly ExchangeEnd[], words: Words, language: Language): Story {
  const entity = blueprint.entities.get(flow.entity)?.name ?? flow.entity
  const application = (end: ExchangeEnd): Application | undefined => blueprint.systems.get(end.system)
  const protocol = (end: ExchangeEnd): string => {
    const system = application(end)
    return (system && interfaceName(system, language)) ?? ''
  }
  const what = (end: ExchangeEnd): string => listed(end.resources, 2, language) || entity
  const senders = ends.filter((end) => end.sends)
  const receivers = ends.filter((end) => end.receives)
  const acts: Act[] = []
  for (const end of senders) {
    if (end.calls) {
      acts.push({ is: 'message', from: end.system, to: HUB, text: words.says(entity), way: 'request', flow: flow.key })
      acts.push({ is: 'message', from: HUB, to: end.system, text: words.noted, way: 'reply', flow: flow.key })
    }
    acts.push({
      is: 'frame', word: 'loop', parts: [{
        when: end.trigger === undefined ? words.usual : words.each(inWords(end.trigger, language)),
        acts: [
          { is: 'message', from: HUB, to: end.system, text: words.asks(protocol(end), what(end)), way: 'request', flow: flow.key },
          { is: 'message', from: end.system, to: HUB, text: words.answers(entity), way: 'reply', flow: flow.key },
          { is: 'own', at: HUB, text: words.maps, flow: flow.key },
        ],
      }],
    })
  }
  acts.push({ is: 'own', at: HUB, text: words.decides(entity), flow: flow.key })
  for (const end of receivers) {
    const fields = language === 'en' ? `${end.written.length} ${end.written.length === 1 ? 'field' : 'fields'}` : `pola: ${end.written.length}`
    const who = flow.operates ?? application(end)?.operates
    acts.push({
      is: 'frame', word: 'opt', parts: [{
        when: words.changed(application(end)?.name ?? end.system),
        acts: [
          { is: 'message', from: HUB, to: end.system, text: words.writes(protocol(end), what(end), end.written.length === 0 ? '' : fields), way: 'request', flow: flow.key },
          {
            is: 'frame', word: 'alt', parts: [
              { when: words.takes, acts: [{ is: 'message', from: end.system, to: HUB, text: words.confirms, way: 'reply', flow: flow.key }, { is: 'own', at: HUB, text: words.keeps, flow: flow.key }] },
              { when: words.refuses, acts: [{ is: 'message', from: end.system, to: HUB, text: words.reason, way: 'refusal', flow: flow.key }, { is: 'own', at: HUB, text: words.aside(who === undefined ? words.operator : partyName(blueprint, who)), flow: flow.key }] },
              { when: words.silent, acts: [{ is: 'message', from: end.system, to: HUB, text: words.noAnswer, way: 'failed', flow: flow.key }, { is: 'own', at: HUB, text: words.repeats, flow: flow.key }] },
            ],
          },
        ],
      }],
    })
  }
  return { actors: actorsOf(blueprint, senders, receivers), acts }
}

/** Who sends stands left of the hub, who only receives right of it; of two that do both one stands on each side. */
function actorsOf(blueprint: Blueprint, senders: readonly ExchangeEnd[], receivers: readonly ExchangeEnd[]): readonly Actor[] {
  const left = [...new Set(senders.map((end) => end.system))]
  const right = [...new Set(receivers.map((end) => end.system))].filter((key) => !left.includes(key))
  while (left.length > 1 && right.length < left.length - 1) right.unshift(left.pop() ?? '')
  const actor = (key: string): Actor => systemActor(blueprint.systems.get(key), key)
  return [...left.map(actor), hubActor, ...right.map(actor)]
}
