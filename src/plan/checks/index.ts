/**
 * `checks/` holds the cross-checks of a plan (plan-language §17), one file a subject. A check sees the plan in normal form
 * and says what does not fit together. It keeps silent about what follows from another mistake: `Known.isSound` tells
 * whether something at a place was already found wrong. Checks that need record mathematics stand in record/plan-checks.ts.
 */
import type { Mistake } from '../mistakes.ts'
import type { Plan } from '../model.ts'
import type { NameUse } from '../schema/validate.ts'
import type { MapNode, Place } from '../tree.ts'
import { codeLists, unknownCodes } from './codes.ts'
import { lossy, typeConflicts, unmappedFields } from './coverage.ts'
import { deleteUnmarked, noReason, sendersAndHolders, twoFlowsWrite } from './flows.ts'
import { ruleTypes, silentDeciders } from './golden.ts'
import { identifierChecks } from './identifiers.ts'
import { connectors, kept } from './kept.ts'
import { formerNames, likeSystems } from './like.ts'
import { unknownEnvironment, unknownIdentifiers, unknownNames, unknownPlaces } from './names.ts'
import { unreachable, unsetChannels } from './people.ts'
import { forgotten, toPartners } from './personal.ts'
import { dates, existing, questions, sameWords } from './planning.ts'
import { scenarios, steps } from './processes.ts'
import { cycles, unlinked } from './references.ts'
import { type TraitsOf, unsafeWrites } from './safe-writes.ts'
import { secretsInPlan } from './secrets.ts'
import { overLimit, tooSlow } from './speed.ts'
import { neverFires } from './triggers.ts'

export interface CheckContext {
  /** In normal form, made of whatever was right. */
  readonly plan: Plan
  /** Merged files, long form, without what was wrong; before `defaults` and `like`. */
  readonly tree: MapNode
  /** Names that stand in a section (`systems`, `entities` …), also those of elements that were left out. */
  readonly names: (...section: readonly string[]) => ReadonlySet<string>
  /** ISO date. */
  readonly today: string
  /** Where the value at this path of the long form was written; the nearest place above it if it was not written itself. */
  readonly placeOf: (...path: readonly string[]) => Place
  /** Where its key was written: `unknown system` points here, not at the value. */
  readonly keyPlaceOf: (...path: readonly string[]) => Place
  /** Whether something at or below this path was left out because it was wrong. */
  readonly isWrong: (...path: readonly string[]) => boolean
  /** Every place where the name of another element stands, in the order of the files. */
  readonly uses: readonly NameUse[]
  /** Some file could not be read: a name that seems to be missing may stand there, so nothing is said about it. */
  readonly incomplete: boolean
  /** Registry names of the connectors that exist; undefined: not known here. */
  readonly connectors: ReadonlySet<string> | undefined
  /** Whether a channel has what it needs in this environment; undefined: nobody knows. */
  readonly isChannelSet?: (channel: string) => boolean
  /** What targets can do; absent: nothing is said about it. */
  readonly traitsOf?: TraitsOf
}

export type CrossCheck = (context: CheckContext) => readonly Mistake[]

export const crossChecks: readonly CrossCheck[] = [
  unknownNames, unknownPlaces, unknownEnvironment, unknownIdentifiers, unknownCodes, connectors,
  likeSystems, formerNames, secretsInPlan, typeConflicts,
  sendersAndHolders, identifierChecks, silentDeciders, ruleTypes, unlinked, cycles, codeLists, unmappedFields, lossy, twoFlowsWrite, deleteUnmarked, unsafeWrites,
  neverFires, tooSlow, overLimit, noReason,
  steps, scenarios, unreachable, unsetChannels, forgotten, toPartners, dates, questions, existing, sameWords, kept,
]
