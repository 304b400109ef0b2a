/** The JSON Schema of a plan for editors: with every connector's settings, and the names of one plan where there is one. */
import type { LoadedPlan } from '../plan/load.ts'
import { type ConnectorSettings, type JsonSchema, jsonSchema } from '../plan/schema/json-schema.ts'
import { namesIn } from '../plan/schema/names-in.ts'
import { connectorAliases, connectorNames, loadConnector } from '../systems/registry.ts'

export const SCHEMA_FILE = 'plan.schema.json'
export const SCHEMA_LINE = `# yaml-language-server: $schema=./${SCHEMA_FILE}`

export async function planSchema(of: LoadedPlan | undefined): Promise<JsonSchema> {
  return jsonSchema({ connectors: await everyConnector(), ...(of?.tree ? { names: namesIn(of.tree) } : {}) })
}

async function everyConnector(): Promise<ConnectorSettings[]> {
  const found: ConnectorSettings[] = []
  for (const name of [...connectorNames(), ...connectorAliases.keys()]) found.push({ name, settings: (await loadConnector(name)).settings })
  return found
}
