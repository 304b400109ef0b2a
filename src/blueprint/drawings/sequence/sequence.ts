/** Sequence diagrams: one for each flow, and one for each scenario of what may go wrong. */
import type { Language } from '../../language.ts'
import type { Blueprint } from '../../model.ts'
import { room } from '../../scene/compose.ts'
import type { Drawing, LegendEntry } from '../../scene/scene.ts'
import { arranged } from './arrange.ts'
import { flowStory, type Told } from './flow-story.ts'
import { scenarioStory } from './scenario-story.ts'

const WORDS: Readonly<Record<Language, { readonly request: string; readonly reply: string; readonly wrong: string; readonly loop: string; readonly opt: string; readonly alt: string }>> = {
  en: { request: 'request', reply: 'answer', wrong: 'refused or lost', loop: 'again and again', opt: 'only if', alt: 'one of these' },
  pl: { request: 'żądanie', reply: 'odpowiedź', wrong: 'odmowa lub brak', loop: 'powtarzane', opt: 'tylko jeśli', alt: 'jedno z nich' },
}

/** So many stand side by side on a page that is higher than wide. */
const UPRIGHT = 4

export function sequence(blueprint: Blueprint, language: Language): readonly Drawing[] {
  const words = WORDS[language]
  const legend: readonly LegendEntry[] = [
    { text: words.request, sample: { kind: 'line', end: 'arrow' } },
    { text: words.reply, sample: { kind: 'line', end: 'open', dash: 'dashed' } },
    { text: words.wrong, sample: { kind: 'line', end: 'arrow', dash: 'dashed', colour: 'warn' } },
    ...(['loop', 'opt', 'alt'] as const).map((word): LegendEntry => ({ text: words[word], sample: { kind: 'sign', sign: word } })),
  ]
  const drawn = (name: string, { title, alt, stories }: Told): Drawing =>
    ({ name, title, alt, layer: 'application', pages: stories.flatMap((story) => arranged(story, room(legend, story.actors.length <= UPRIGHT ? 'portrait' : 'landscape'))), legend })
  return [
    ...[...blueprint.flows.values()].map((flow) => drawn(`sequence-${flow.key}`, flowStory(blueprint, flow, language))),
    ...blueprint.scenarios.map((scenario) => drawn(`sequence-scenario-${scenario.key}`, scenarioStory(blueprint, scenario, language))),
  ]
}
