export { SimulatedSystem } from './rehearse/systems/simulated.ts'
