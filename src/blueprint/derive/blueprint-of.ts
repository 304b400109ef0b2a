import type { Plan } from '../../plan/model.ts'
import { given } from '../../plan/normal/reading.ts'
import type { Name } from '../../plan/values.ts'
import { capacity } from '../capacity/capacity.ts'
import type { Blueprint } from '../model.ts'
import { applicationsOf, exchangesOf, existingOf } from './application.ts'
import { businessObjectsOf, goalsOf, processesOf } from './business.ts'
import { launchDayOf, planDay } from './days.ts'
import { infrastructureOf } from './infrastructure.ts'
import { entriesOf } from './kept.ts'
import { partiesOf } from './parties.ts'
import { projectOf } from './project.ts'
import { responsibilitiesOf } from './responsibility.ts'
import { type Layers, scenariosOf } from './scenarios.ts'

/** How many signs of the digest stand for a version: enough to tell the versions of one plan apart. */
const VERSION_SIGNS = 8

/** The same plan always gives the same blueprint, on any day and any machine. */
export function blueprintOf(plan: Plan): Blueprint {
  const { existing, outsiders } = existingOf(plan)
  const applications = applicationsOf(plan, existing, outsiders)
  const flows = exchangesOf(plan, applications)
  const placed = infrastructureOf(plan, applications, flows)
  const layers: Layers = { systems: placed.systems, flows, entities: businessObjectsOf(plan), processes: processesOf(plan) }
  const scenarios = scenariosOf(plan, layers)
  const deciders = new Map<string, Name>(entriesOf(plan.written.get('deciders')).flatMap(([aspect, who]) => (typeof who === 'string' ? [[aspect, who] as const] : [])))
  const project = projectOf(plan)
  return {
    plan, name: plan.name, version: plan.version ?? plan.digest.slice(0, VERSION_SIGNS), ...given({ about: plan.about?.trim(), date: planDay(plan), launchDay: launchDayOf(plan) }),
    objectives: goalsOf(plan, 'objectives'), problems: goalsOf(plan, 'problems'), parties: partiesOf(plan), deciders,
    ...layers, ...placed, existing, scenarios, project, capacity: capacity(plan),
    responsibilities: responsibilitiesOf(plan, layers, scenarios, deciders, project.milestones),
  }
}
