/** The JSON Schema of a plan for editors: with every connector's settings, and the names of one plan where there is one. */
import type { Plan } from '../plan/model.ts'
import { type JsonSchema, jsonSchema, type JsonSchemaOptions, type ConnectorSettings } from '../plan/schema/json-schema.ts'
import { connectorAliases, connectorNames, loadConnector } from '../systems/registry.ts'

export const SCHEMA_FILE = 'plan.schema.json'
export const SCHEMA_LINE = `# yaml-language-server: $schema=./${SCHEMA_FILE}`

export async function planSchema(plan: Plan | undefined): Promise<JsonSchema> {
  return jsonSchema({ connectors: await everyConnector(), ...(plan ? { names: namesOf(plan) } : {}) })
}

async function everyConnector(): Promise<ConnectorSettings[]> {
  const found: ConnectorSettings[] = []
  for (const name of [...connectorNames(), ...connectorAliases.keys()]) found.push({ name, settings: (await loadConnector(name)).settings })
  return found
}

function namesOf(plan: Plan): NonNullable<JsonSchemaOptions['names']> {
  return {
    system: [...plan.systems.keys()], entity: [...plan.entities.keys()], flow: [...plan.flows.keys()], type: [...plan.types.keys()], person: [...plan.people.keys()],
    team: [...plan.teams.keys()], party: [...plan.people.keys(), ...plan.teams.keys()], calendar: [...plan.calendars.keys()],
  }
}
