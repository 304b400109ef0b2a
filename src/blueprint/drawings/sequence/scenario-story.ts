/** What may go wrong, told as a sequence: what happens, what the hub does by itself, who is told when, and how it ends. */
import type { Language } from '../../language.ts'
import type { Blueprint, Rung, Scenario } from '../../model.ts'
import { inWords, listed, partyName, scenarioName, spanOf, subjectNames } from '../words.ts'
import { HUB, hubActor, systemActor, type Told } from './flow-story.ts'
import type { Act, Actor, Story } from './story.ts'

type Means = 'call' | 'data' | 'watch'

interface Words {
  readonly title: (name: string) => string
  readonly alt: (name: string, people: string) => string
  readonly asks: string
  readonly ends: Readonly<Record<string, string>>
  readonly until: string
  readonly waits: string
  readonly reads: string
  readonly keepsBack: string
  readonly watches: (name: string) => string
  readonly short: (span: string) => string
  readonly shortUsual: string
  readonly alone: string
  readonly lasting: (span: string, above: string) => string
  readonly tells: (channels: string, name: string) => string
  readonly accepts: string
  readonly unless: (who: string, span: string) => string
  readonly informs: (name: string) => string
  readonly nobody: string
  readonly asksPerson: string
  readonly paused: string
  readonly answersPerson: string
  readonly over: string
  readonly catchesUp: (within: string) => string
  readonly closes: string
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: (name) => `When it goes wrong: ${name}`,
    alt: (name, people) => `What happens when: ${name}. What the platform does by itself, who is told and after how long (${people}), and how it ends.`,
    asks: 'Asks as usual',
    ends: {
      unreachable: 'No answer', slow: 'Answers late', refusing: 'Refuses access', limiting: 'Too many calls', changed: 'Answers in another form than agreed', misbehaving: 'Sends bad data',
    },
    until: 'until it is well again',
    waits: 'Waits a little longer each time; work is kept and nothing is lost',
    reads: 'Compares what is with what the plan promises',
    keepsBack: 'Sets aside what does not fit and goes on with the rest',
    watches: (name) => `Notices: ${name}`,
    short: (span) => `it is over within ${span}`,
    shortUsual: 'it is over at once',
    alone: 'Catches up; nobody is disturbed',
    lasting: (span, above) => `it lasts ${[span === '' ? '' : `longer than ${span}`, above === '' || above === '0' ? '' : `or goes above ${above}`].filter(Boolean).join(' ') || 'on'}`,
    tells: (channels, name) => `By ${channels}: ${name}`,
    accepts: 'Takes it on',
    unless: (who, span) => `${who} has not taken it on after ${span}`,
    informs: (name) => `For information: ${name}`,
    nobody: 'Nobody is named in the plan: it is shown in the console and in reports',
    asksPerson: 'Holds the change and asks for approval',
    paused: 'Holds these flows until somebody releases them',
    answersPerson: 'Releases or refuses',
    over: 'the cause is gone',
    catchesUp: (within) => `Catches up${within === '' ? '' : ` within ${within}`} and checks that both sides balance`,
    closes: 'Says that it is over',
  },
  pl: {
    title: (name) => `Gdy coś pójdzie źle: ${name}`,
    alt: (name, people) => `Co się dzieje, gdy: ${name}. Co platforma robi sama, kto i po jakim czasie się dowiaduje (${people}) i jak się to kończy.`,
    asks: 'Pyta jak zwykle',
    ends: {
      unreachable: 'Brak odpowiedzi', slow: 'Odpowiada późno', refusing: 'Odmawia dostępu', limiting: 'Za dużo wywołań', changed: 'Odpowiada w innej postaci niż uzgodniono', misbehaving: 'Wysyła błędne dane',
    },
    until: 'aż znów działa',
    waits: 'Czeka za każdym razem nieco dłużej; praca zostaje zachowana, nic nie ginie',
    reads: 'Porównuje stan z tym, co obiecuje plan',
    keepsBack: 'Odkłada to, co nie pasuje, i pracuje dalej z resztą',
    watches: (name) => `Zauważa: ${name}`,
    short: (span) => `mija w ciągu ${span}`,
    shortUsual: 'mija od razu',
    alone: 'Nadrabia; nikogo nie niepokoi',
    lasting: (span, above) => `trwa ${[span === '' ? '' : `dłużej niż ${span}`, above === '' || above === '0' ? '' : `lub przekracza ${above}`].filter(Boolean).join(' ') || 'dalej'}`,
    tells: (channels, name) => `Kanał ${channels}: ${name}`,
    accepts: 'Przyjmuje zgłoszenie',
    unless: (who, span) => `${who} nie przyjmuje zgłoszenia przez ${span}`,
    informs: (name) => `Do wiadomości: ${name}`,
    nobody: 'Plan nikogo nie wskazuje: widać to w konsoli i w raportach',
    asksPerson: 'Wstrzymuje zmianę i prosi o zgodę',
    paused: 'Wstrzymuje te przepływy, aż ktoś je zwolni',
    answersPerson: 'Zwalnia albo odmawia',
    over: 'przyczyna ustąpiła',
    catchesUp: (within) => `Nadrabia${within === '' ? '' : ` w ciągu ${within}`} i sprawdza, czy obie strony się zgadzają`,
    closes: 'Zawiadamia, że po wszystkim',
  },
}

const MEANS: Readonly<Record<string, Means>> = { unreachable: 'call', slow: 'call', refusing: 'call', limiting: 'call', changed: 'data', misbehaving: 'data' }
/** People that one page can show; the escalation timeline shows all. */
const PEOPLE = 3
const INFORMED = 'informed'

export function scenarioStory(blueprint: Blueprint, scenario: Scenario, language: Language): Told {
  const words = WORDS[language]
  const name = scenarioName(blueprint, scenario, language)
  const told = [...new Set([...scenario.ladder.map((rung) => rung.who), ...scenario.inform])].map((who) => partyName(blueprint, who))
  return { title: words.title(name), alt: words.alt(name, listed(told, 4, language) || '–'), stories: [storyOf(blueprint, scenario, name, words, language)] }
}

function storyOf(blueprint: Blueprint, scenario: Scenario, name: string, words: Words, language: Language): Story {
  const { subject } = scenario
  const system = subject.kind === 'system' ? subject.keys[0] : undefined
  const concerned: Actor | undefined = system === undefined
    ? undefined
    : { ...systemActor(blueprint.systems.get(system), system), name: listed(subjectNames(blueprint, scenario), 2, language) }
  const informed = [...new Set(scenario.inform)]
  const ladder = firstOfEach(scenario.ladder)
  const people = ladder.map(({ who }): Actor => ({ key: `party-${who}`, name: partyName(blueprint, who), role: 'person', icon: 'user' }))
  const readers: readonly Actor[] = informed.length === 0 ? [] : [{ key: INFORMED, name: listed(informed.map((who) => partyName(blueprint, who)), 2, language), role: 'person', icon: 'letter' }]
  const told = escalates(blueprint, scenario, ladder, name, words, language)
  return {
    actors: [...(concerned === undefined ? [] : [concerned]), hubActor, ...people, ...readers],
    acts: [
      ...begins(scenario, system, name, words),
      ...(scenario.for === undefined && scenario.above === undefined ? told : [{
        is: 'frame', word: scenario.for === undefined ? 'opt' : 'alt', parts: [
          ...(scenario.for === undefined ? [] : [{ when: words.short(inWords(scenario.for, language)), acts: [{ is: 'own', at: HUB, text: words.alone } as const] }]),
          { when: words.lasting(scenario.for === undefined ? '' : inWords(scenario.for, language), scenario.above ?? ''), acts: told },
        ],
      } as const]),
      ...endsWith(scenario, system, ladder, informed.length > 0, words, language),
    ],
  }
}

function firstOfEach(ladder: readonly Rung[]): readonly Rung[] {
  const seen = new Set<string>()
  return ladder.filter((rung) => !seen.has(rung.who) && seen.add(rung.who)).slice(0, PEOPLE)
}

function begins(scenario: Scenario, system: string | undefined, name: string, words: Words): readonly Act[] {
  const means = system === undefined ? 'watch' : (MEANS[scenario.is] ?? 'call')
  if (system === undefined || means === 'watch') return [{ is: 'own', at: HUB, text: words.reads }, { is: 'own', at: HUB, text: words.watches(name) }, ...reaction(scenario, words)]
  const answer = words.ends[scenario.is] ?? name
  return [{
    is: 'frame', word: 'loop', parts: [{
      when: words.until,
      acts: [
        { is: 'message', from: HUB, to: system, text: words.asks, way: 'request' },
        { is: 'message', from: system, to: HUB, text: answer, way: scenario.is === 'unreachable' ? 'failed' : 'refusal' },
        { is: 'own', at: HUB, text: means === 'data' ? words.keepsBack : words.waits },
        ...reaction(scenario, words),
      ],
    }],
  }]
}

const reaction = (scenario: Scenario, words: Words): readonly Act[] => (scenario.reaction === 'hold' ? [] : [{ is: 'own', at: HUB, text: scenario.reaction === 'ask' ? words.asksPerson : words.paused }])

function escalates(blueprint: Blueprint, scenario: Scenario, ladder: readonly Rung[], name: string, words: Words, language: Language): readonly Act[] {
  const tell = (rung: Rung): Act => ({ is: 'message', from: HUB, to: `party-${rung.who}`, text: words.tells(rung.channels.join(', '), scenario.impact ?? name), way: 'request' })
  const [first, ...others] = ladder
  const acts: Act[] = []
  if (scenario.inform.length > 0) acts.push({ is: 'message', from: HUB, to: INFORMED, text: words.informs(name), way: 'request' })
  if (first === undefined) return acts.length > 0 ? acts : [{ is: 'own', at: HUB, text: words.nobody }]
  acts.unshift(tell(first))
  let before = first
  for (const rung of others) {
    if (rung.afterMs === first.afterMs) acts.push(tell(rung))
    else acts.push({ is: 'frame', word: 'opt', parts: [{ when: words.unless(partyName(blueprint, before.who), spanOf(rung.afterMs, language)), acts: [tell(rung)] }] })
    before = rung
  }
  acts.push({ is: 'message', from: `party-${first.who}`, to: HUB, text: words.accepts, way: 'reply' })
  acts.push(...scenario.do.map((text): Act => ({ is: 'own', at: `party-${first.who}`, text })))
  if (scenario.reaction !== 'hold') acts.push({ is: 'message', from: `party-${first.who}`, to: HUB, text: words.answersPerson, way: 'request' })
  return acts
}

function endsWith(scenario: Scenario, system: string | undefined, ladder: readonly Rung[], informs: boolean, words: Words, language: Language): readonly Act[] {
  const within = scenario.rehearse.caughtUpWithin
  const first = ladder[0]
  const acts: Act[] = [{ is: 'own', at: HUB, text: words.catchesUp(within === undefined ? '' : inWords(within, language)) }]
  if (system !== undefined) acts.unshift({ is: 'message', from: system, to: HUB, text: words.over, way: 'reply' })
  if (first !== undefined) acts.push({ is: 'message', from: HUB, to: `party-${first.who}`, text: words.closes, way: 'request' })
  else if (informs) acts.push({ is: 'message', from: HUB, to: INFORMED, text: words.closes, way: 'request' })
  return acts
}
