/** The public surface: plans in TypeScript. Connectors: `plimsoll/connector`. */
export { definePlan } from './plan/define-plan.ts'
export type { Plan } from './plan/model.ts'
