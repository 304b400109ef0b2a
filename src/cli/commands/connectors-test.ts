import { compile, openSystem, readPlan, runnablePlan } from '../../app.ts'
import { PlimsollError } from '../../base/errors.ts'
import { reportText } from '../../rehearse/conformance/report.ts'
import { testPlace } from '../../rehearse/conformance/run.ts'
import { resourceSpec } from '../../sync/resource-spec.ts'
import { placesAt, whereAndWhat } from '../arguments.ts'
import { type Command, ENV, environmentOf } from '../command.ts'

export const connectorsTest: Command = {
  name: 'connectors test',
  about: 'Hold a connector to what it promises, at one resource of a plan: which promises it keeps, which it breaks, how to mend it',
  arguments: [['[where]', 'folder of the plan, or its file (default: here)'], ['[resource]', '<system>/<resource> as the plan names it']],
  flags: [ENV, ['--write', 'also make, change and delete records of its own there; else it only reads'], ['--only <checks...>', 'only these checks']],
  async run(args, flags, context) {
    const { where, what } = whereAndWhat(args['where'], args['resource'], context)
    if (what === undefined) throw new PlimsollError('cli.arguments', 'Name <system>/<resource>.')
    const runtime = await compile(runnablePlan(await readPlan(context.app, where, environmentOf(flags, context))))
    const place = placesAt(runtime, what)[0]!
    const own = place.hold.connector === undefined && place.hold.settings === undefined ? undefined : place.hold
    const report = await testPlace(
      { name: `${place.system}/${place.resource}`, clock: context.app.clock, spec: resourceSpec(runtime, place), open: (readOnly) => openSystem(context.app, runtime.plan, place.of, own, { readOnly }), write: flags['write'] === true },
      { onCheck: (name, at, of) => context.say(`  ${at}/${of} ${name}`), ...(Array.isArray(flags['only']) ? { only: flags['only'] as string[] } : {}) },
    )
    return { exit: report.broken > 0 ? 1 : 0, summary: { passed: report.passed, broken: report.broken, skipped: report.skipped }, result: report, text: reportText(report) }
  },
}
