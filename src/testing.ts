/** For the tests of connectors and plans: systems that behave, and misbehave, on request. */
export { SimulatedSystem } from './rehearse/systems/simulated.ts'
export { SimulatedWebhooks } from './rehearse/systems/webhooks.ts'
export { type ViceName, VICES } from './rehearse/systems/vices.ts'
/** The conformance kit: holds a connector to the contract on a bench of yours. */
export type { Bench } from './rehearse/conformance/bench.ts'
export { type Report, reportText } from './rehearse/conformance/report.ts'
export { runChecks } from './rehearse/conformance/run.ts'
