/** The whole language: every section of a plan, chapter by chapter. */
import { type Key, key, many, scalar, type Shape, shape, text } from './kinds.ts'
import { DATA } from './chapter-data.ts'
import { FLOWS } from './chapter-flows.ts'
import { PROCESS } from './chapter-process.ts'
import { PROJECT } from './chapter-project.ts'
import { SYSTEMS } from './chapter-systems.ts'
import { TECHNOLOGY } from './chapter-technology.ts'
import { WHO } from './chapter-who.ts'
import { WHY } from './chapter-why.ts'
import { LABEL } from './named-keys.ts'

const HEAD = {
  plimsoll: key({ is: 'word', words: ['1'] }, 'Version of the plan language.', { need: 'required', example: '1' }),
  name: key(text, 'What the project is called.', { need: 'required', example: 'New online shop' }),
  about: LABEL['about']!,
  version: key(text, 'Version of this document, for title pages.', { default: 'the beginning of its digest', example: '1.2' }),
  date: key(scalar('date'), 'Date of this document, for title pages.', { default: 'the day of the last decision', example: '2027-01-15' }),
  links: LABEL['links']!,
  tags: LABEL['tags']!,
  time_zone: key(scalar('zone'), 'Zone of all times that stand without one.', { default: 'UTC', example: 'Europe/Warsaw' }),
  country: key(scalar('country'), 'Country of phone numbers, postal codes and VAT ids that stand without one.', { example: 'FR' }),
  currency: key(scalar('currency'), 'Currency of amounts that stand without one.', { example: 'PLN' }),
  include: key(many(text), 'Other files of this plan, as names or patterns.', { example: '[people.yaml, systems/*.yaml]' }),
}

export const CHAPTERS: readonly { readonly title: string; readonly sections: Readonly<Record<string, Key>> }[] = [
  { title: 'Head', sections: HEAD },
  { title: 'Why', sections: WHY },
  { title: 'Who', sections: WHO },
  { title: 'What: systems', sections: SYSTEMS },
  { title: 'What: data', sections: DATA },
  { title: 'What: flows', sections: FLOWS },
  { title: 'How it goes', sections: PROCESS },
  { title: 'With what', sections: TECHNOLOGY },
  { title: 'When, how much, log', sections: PROJECT },
]

export const PLAN: Shape = shape('plan', 'a plan', Object.assign({}, ...CHAPTERS.map((chapter) => chapter.sections)) as Record<string, Key>)
