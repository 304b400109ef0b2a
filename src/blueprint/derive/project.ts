/** Sections that stand alone: launch, operation, money, security, tests, log (plan-language §12 to §15). */
import type { Kept, Plan } from '../../plan/model.ts'
import { given } from '../../plan/normal/reading.ts'
import type { Name } from '../../plan/values.ts'
import type { Project } from '../model.ts'
import { nameOf } from './business.ts'
import { dayOf } from './days.ts'
import { entriesOf, keptAt, textOf, textsOf } from './kept.ts'

export function projectOf(plan: Plan): Project {
  const section = (name: string): Kept | undefined => plan.written.get(name)
  const day = (kept: Kept | undefined, ...keys: readonly string[]): string | undefined => dayOf(plan, textOf(kept, ...keys))
  const tests = section('tests')
  const recovery = keptAt(section('infrastructure'), 'recovery')
  return {
    milestones: entriesOf(section('milestones')).map(([key, one]) => ({
      key, name: nameOf(key, one), date: day(one, 'date') ?? '', ...given({ accountable: textOf(one, 'accountable'), about: textOf(one, 'about') }),
    })),
    launch: launchOf(section('launch'), day),
    operation: operationOf(section('operation')),
    budget: budgetOf(section('budget')),
    security: securityOf(section('security'), day),
    performance: performanceOf(section('performance')),
    recovery: given({ dataLoss: textOf(recovery, 'data_loss'), downtime: textOf(recovery, 'downtime'), backup: textOf(recovery, 'backup') }),
    acceptance: entriesOf(tests, 'acceptance').map(([key, one]) => ({
      key, name: nameOf(key, one), given: textsOf(one, 'given'), when: textsOf(one, 'when'), expected: textsOf(one, 'then'), ...given({ accepts: textOf(one, 'accepts') }),
    })),
    load: entriesOf(tests, 'load').map(([key, one]) => ({ key, flow: textOf(one, 'flow') ?? '', rate: textOf(one, 'rate') ?? '', for: textOf(one, 'for') ?? '' })),
    environments: entriesOf(section('environments')).map(([key, one]) => ({
      key, kind: textOf(one, 'kind') ?? (key === 'production' || key === 'development' ? key : 'test'), ...given({ about: textOf(one, 'about'), data: textOf(one, 'data') }),
    })),
    channels: entriesOf(section('channels')).map(([key, one]) => ({ key, name: nameOf(key, one), kind: textOf(one, 'kind') ?? '' })),
    calendars: entriesOf(section('calendars')).map(([key, one]) => ({ key, closed: textsOf(one, 'closed'), ...given({ days: textOf(one, 'days'), hours: textOf(one, 'hours') }) })),
    decisions: entriesOf(section('decisions')).map(([key, one]) => ({
      key, name: nameOf(key, one), decision: textOf(one, 'decision') ?? '', who: textsOf(one, 'who'), insteadOf: textsOf(one, 'instead_of'), concerns: textsOf(one, 'concerns'),
      status: textOf(one, 'status') ?? 'accepted', ...given({ date: day(one, 'date'), because: textOf(one, 'because') }),
    })),
    questions: entriesOf(section('questions')).map(([key, one]) => {
      const why = textOf(one, 'waived')
      return {
        key, concerns: textsOf(one, 'concerns'),
        ...given({ question: textOf(one, 'question'), ask: textOf(one, 'ask'), due: day(one, 'due'), assume: textOf(one, 'assume'), note: textOf(one, 'note') }),
        ...(why === undefined ? {} : { waived: { why, ...given({ who: textOf(one, 'who'), until: day(one, 'until') }) } }),
      }
    }),
  }
}

type Day = (kept: Kept | undefined, ...keys: readonly string[]) => string | undefined

const texts = (kept: Kept | undefined, ...keys: readonly string[]): ReadonlyMap<Name, string> =>
  new Map(entriesOf(kept, ...keys).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : [])))

function launchOf(launch: Kept | undefined, day: Day): Project['launch'] {
  const freeze = keptAt(launch, 'freeze')
  const alongside = keptAt(launch, 'alongside')
  return {
    firstLoad: textsOf(launch, 'first_load'), goIf: textsOf(launch, 'go_if'), goBack: textsOf(launch, 'go_back'),
    ...given({
      milestone: textOf(launch, 'milestone'), decides: textOf(launch, 'decides'),
      freeze: freeze === undefined ? undefined : { systems: textsOf(freeze, 'systems'), ...given({ from: day(freeze, 'from'), until: day(freeze, 'until') }) },
      alongside: alongside === undefined ? undefined : given({ what: textOf(alongside, 'what'), for: textOf(alongside, 'for') }),
    }),
  }
}

function operationOf(operation: Kept | undefined): Project['operation'] {
  const report = keptAt(operation, 'report')
  const review = keptAt(operation, 'review')
  return {
    tools: textsOf(operation, 'tools'), staff: texts(operation, 'staff'),
    ...given({
      team: textOf(operation, 'team'), hours: textOf(operation, 'hours'),
      report: report === undefined ? undefined : { who: textsOf(report, 'who'), ...given({ each: textOf(report, 'each') }) },
      review: review === undefined ? undefined : { who: textsOf(review, 'who'), checks: textsOf(review, 'checks'), ...given({ each: textOf(review, 'each') }) },
    }),
  }
}

const budgetOf = (budget: Kept | undefined): Project['budget'] => ({
  rates: texts(budget, 'rates'), running: texts(budget, 'running'),
  ...given({
    limit: textOf(budget, 'project', 'limit'), contingency: textOf(budget, 'project', 'contingency'), accountable: textOf(budget, 'project', 'accountable'),
    maintenance: keptAt(budget, 'maintenance') === undefined ? undefined : given({ yearly: textOf(budget, 'maintenance', 'yearly'), accountable: textOf(budget, 'maintenance', 'accountable') }),
  }),
})

const securityOf = (security: Kept | undefined, day: Day): Project['security'] => ({
  maskedFor: textsOf(security, 'personal_data', 'masked_for'), standards: textsOf(security, 'standards'),
  access: new Map(entriesOf(security, 'access').map(([role]) => [role, textsOf(security, 'access', role)] as const)),
  secrets: given({ keptIn: textOf(security, 'secrets', 'kept_in'), rotate: textOf(security, 'secrets', 'rotate'), accountable: textOf(security, 'secrets', 'accountable') }),
  reviews: entriesOf(security, 'reviews').map(([key, one]) => ({ key, name: nameOf(key, one), ...given({ due: day(one, 'due'), who: textOf(one, 'who') }) })),
  ...given({
    officer: textOf(security, 'personal_data', 'officer'), basis: textOf(security, 'personal_data', 'basis'), region: textOf(security, 'personal_data', 'region'),
    transport: textOf(security, 'transport'), audit: textOf(security, 'audit'),
  }),
})

const performanceOf = (performance: Kept | undefined): Project['performance'] => ({
  peaks: entriesOf(performance, 'peaks').map(([key, one]) => ({
    key, name: nameOf(key, one), from: textOf(one, 'from') ?? '', until: textOf(one, 'until') ?? '', times: textOf(one, 'times') ?? '',
  })),
  ...given({
    catchUp: keptAt(performance, 'catch_up') === undefined ? undefined : given({ after: textOf(performance, 'catch_up', 'after'), within: textOf(performance, 'catch_up', 'within') }),
    headroom: textOf(performance, 'headroom'),
  }),
})
