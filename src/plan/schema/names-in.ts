import { entriesAt } from '../normal/reading.ts'
import type { MapNode } from '../tree.ts'
import { SCALAR_TYPES } from './chapter-data.ts'
import type { JsonSchemaOptions } from './json-schema.ts'

/** The names of a plan as choices for its own JSON Schema (`schema --for`). A kind without any stays open. */
export function namesIn(tree: MapNode): NonNullable<JsonSchemaOptions['names']> {
  const of = (...section: readonly string[]): readonly string[] => entriesAt(tree, ...section).map((e) => e.key)
  const parties = [...of('people'), ...of('teams')]
  const names: NonNullable<JsonSchemaOptions['names']> = {
    person: of('people'),
    team: of('teams'),
    party: parties,
    lane: [...parties, ...of('systems')],
    system: of('systems'),
    entity: of('entities'),
    flow: of('flows'),
    scenario: of('scenarios'),
    calendar: of('calendars'),
    milestone: of('milestones'),
    channel: ['email', ...of('channels')],
    zone: of('infrastructure', 'zones'),
    node: of('infrastructure', 'nodes'),
    serves: [...of('objectives'), ...of('problems')],
    type: [...SCALAR_TYPES, ...of('types')],
  }
  return Object.fromEntries(Object.entries(names).filter(([, list]) => list.length > 0))
}
