/** `drawings/` draws the blueprint: each file one kind of drawing, as data of `scene/`. This is the table of them, in the order of a document. */
import type { Language } from '../language.ts'
import type { Blueprint } from '../model.ts'
import { sheetsOf } from '../scene/compose.ts'
import type { Sheet } from '../scene/marks.ts'
import type { Drawing, Layer, TitleBlock } from '../scene/scene.ts'
import { application } from './application/application.ts'
import { dataFlow } from './data-flow/data-flow.ts'
import { dataModel } from './data-model/data-model.ts'
import { escalation } from './escalation.ts'
import { golden } from './golden/golden.ts'
import { hardware } from './hardware/hardware.ts'
import { process } from './process/process.ts'
import { raci } from './raci.ts'
import { sequence } from './sequence/sequence.ts'
import { integration } from './integration/integration.ts'
import { network } from './network/network.ts'

/** None where the plan has nothing to draw. */
export type Draw = (blueprint: Blueprint, language: Language) => readonly Drawing[]

const DRAWINGS: readonly Draw[] = [
  process,
  dataFlow,
  dataModel,
  application,
  integration,
  network,
  hardware,
  golden,
  raci,
  sequence,
  escalation,
]

/** Every drawing of a plan; names are unique. */
export const drawingsOf = (blueprint: Blueprint, language: Language): readonly Drawing[] => DRAWINGS.flatMap((draw) => draw(blueprint, language))

interface BlockWords {
  readonly layers: Readonly<Record<Layer, string>>
  readonly version: (version: string) => string
  readonly sheet: TitleBlock['sheet']
  readonly legend: string
}

const WORDS: Readonly<Record<Language, BlockWords>> = {
  en: {
    layers: { business: 'Business layer', application: 'Application layer', infrastructure: 'Infrastructure layer', overview: 'All layers' },
    version: (version) => `version ${version}`,
    sheet: (number, of) => `sheet ${number} of ${of}`,
    legend: 'Legend',
  },
  pl: {
    layers: { business: 'Warstwa biznesowa', application: 'Warstwa aplikacji', infrastructure: 'Warstwa infrastruktury', overview: 'Wszystkie warstwy' },
    version: (version) => `wersja ${version}`,
    sheet: (number, of) => `arkusz ${number} z ${of}`,
    legend: 'Legenda',
  },
}

/** A drawing with title block and legend, ready for `svgOf` and for the PDF. */
export function finished(drawing: Drawing, blueprint: Blueprint, language: Language): readonly Sheet[] {
  const words = WORDS[language]
  return sheetsOf(drawing, {
    plan: blueprint.name,
    version: words.version(blueprint.version),
    ...(blueprint.date === undefined ? {} : { date: blueprint.date }),
    layer: words.layers[drawing.layer],
    sheet: words.sheet,
    legend: words.legend,
  })
}
