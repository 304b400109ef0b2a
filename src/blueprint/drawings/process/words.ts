/** What process diagrams say by themselves. */
import type { Language } from '../../language.ts'
import type { Lane } from '../../model.ts'

export interface Words {
  readonly title: (name: string) => string
  readonly alt: (name: string, steps: number, lanes: number, exceptions: number) => string
  readonly unsaid: string
  readonly kinds: Readonly<Record<Exclude<Lane['kind'], 'unsaid'>, string>>
  readonly begins: string
  readonly done: string
  readonly caseEnds: string
  readonly backTo: (step: string) => string
  readonly onlyIf: (condition: string) => string
  readonly otherwise: (span: string, scenario: string) => string
  readonly late: (span: string) => string
  readonly byHand: string
  readonly goesOn: (sheet: number) => string
  readonly comesFrom: (sheet: number) => string
  readonly legend: { readonly user: string; readonly service: string; readonly manual: string; readonly timer: string; readonly exception: string; readonly gateway: string; readonly scenario: string }
}

export const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: (name) => `Process: ${name}`,
    alt: (name, steps, lanes, exceptions) => `The process ${name} with ${steps} steps in ${lanes} lanes and ${exceptions} exceptions: who does what, with which system or flow, how long it may take, and where it may be left.`,
    unsaid: 'Nobody named yet',
    kinds: { person: 'person', team: 'team', system: 'system', plimsoll: 'platform' },
    begins: 'begins',
    done: 'done',
    caseEnds: 'the case ends',
    backTo: (step) => `back to: ${step}`,
    onlyIf: (condition) => `only if ${condition}`,
    otherwise: (span, scenario) => `after ${span}: ${scenario}`,
    late: (span) => `after ${span}: late`,
    byHand: 'by hand',
    goesOn: (sheet) => `goes on, sheet ${sheet}`,
    comesFrom: (sheet) => `from sheet ${sheet}`,
    legend: { user: 'person in a system', service: 'done by a system', manual: 'by hand', timer: 'deadline', exception: 'exception, goes on at the same letter', gateway: 'only if', scenario: 'what follows a missed deadline' },
  },
  pl: {
    title: (name) => `Proces: ${name}`,
    alt: (name, steps, lanes, exceptions) => `Proces ${name}: kroki: ${steps}, tory: ${lanes}, wyjątki: ${exceptions}; kto co robi, w którym systemie lub przepływie, jak długo to może trwać i gdzie można go opuścić.`,
    unsaid: 'Jeszcze nikt',
    kinds: { person: 'osoba', team: 'zespół', system: 'system', plimsoll: 'platforma' },
    begins: 'początek',
    done: 'gotowe',
    caseEnds: 'koniec sprawy',
    backTo: (step) => `powrót do: ${step}`,
    onlyIf: (condition) => `tylko jeśli ${condition}`,
    otherwise: (span, scenario) => `po ${span}: ${scenario}`,
    late: (span) => `po ${span}: za późno`,
    byHand: 'ręcznie',
    goesOn: (sheet) => `dalej: arkusz ${sheet}`,
    comesFrom: (sheet) => `z arkusza ${sheet}`,
    legend: { user: 'osoba w systemie', service: 'wykonuje system', manual: 'ręcznie', timer: 'termin', exception: 'wyjątek, ciąg dalszy przy tej samej literze', gateway: 'tylko jeśli', scenario: 'skutek przekroczenia terminu' },
  },
}
