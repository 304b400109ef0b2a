/** For the tests of connectors and plans: systems that behave, and misbehave, on request. */
export { SimulatedSystem } from './rehearse/systems/simulated.ts'
