/** docs/connectors/systems.md: what of each system was verified, on which version, and by which tests; from the results of the last run and the manifests. */
import type { Manifest } from '../../../src/systems/protocols/http/manifest/manifest.ts'
import { namedResource } from '../../../src/systems/protocols/http/manifest/named.ts'
import { GENERIC, offered } from './offers.ts'
import { OPERATIONS, type Operation } from './proof.ts'
import type { Results, SystemResult } from './results.ts'
import type { SystemDefinition } from './system.ts'

export const NOT_VERIFIED = 'not verified'

/** A resource as the page has it: what is offered, and which tests proved what. */
interface Row { readonly name: string; readonly about?: string | undefined; readonly offers: readonly Operation[]; tests(operation: Operation): readonly string[] }
interface Section { readonly name: string; readonly title: string; readonly kind: string; readonly proof: string; readonly result: SystemResult | undefined; readonly rows: readonly Row[]; readonly documentation?: string | undefined }

const PROOFS = { server: 'the server itself', double: 'a double that others wrote', description: 'its published description' } as const

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`)

export function resultsPage(results: Results, catalogue: ReadonlyMap<string, Manifest>, systems: readonly SystemDefinition[]): string {
  const definitions = new Map(systems.map((one) => [one.name, one]))
  const sections = [...catalogue].map(([name, manifest]) => ofCatalogue(name, manifest, results[name], definitions.get(name)))
  const generic = Object.entries(GENERIC).map(([name, resources]) => ofGeneric(name, resources, results[name], definitions.get(name)))
  const all = [...sections, ...generic]
  return `# What was verified on which system

Each ✓ stands for a test that passed in the last run of \`npm run test:systems\` and in which the operation was seen to reach the system; the numbers name the tests below the table.
**${NOT_VERIFIED}**: the manifest offers it, and no test of that run proved it. **–**: the manifest does not offer it.
This page is written by that run from its results (\`test/systems/results.json\`) and the manifests of the catalogue; \`npx vitest run test/architecture -u\` writes it anew.

## Systems

| system | what it is | version that answered | kind of proof | day | operations verified |
|---|---|---|---|---|---|
${all.map((one) => `| [${one.title}](#${slug(one.title)}) | ${cell(one.kind)} | ${cell(one.result?.version ?? '–')} | ${one.result ? one.proof : `**${NOT_VERIFIED}**`} | ${one.result?.date ?? '–'} | ${counted(one)} |`).join('\n')}

## Requests for each changed record

Requests of a whole run, logging in and reading among them, divided by the records that changed in it (ten; three for deletes), counted by a proxy before the system. In brackets what it may be at most:
the run in which nothing changes, one request for as many writes as the system takes together, and what the guard needs around them (a look-up before creates; a read by key before
changes that the system does not make conditional, and after whatever it does not answer with the record; after a deletion what is not found among several is asked for by itself). The tests hold each number to that.

| system | resource | create | update | delete | nothing changed (requests) |
|---|---|---|---|---|---|
${sections.flatMap((one) => callRows(one)).join('\n')}

${all.map(sectionText).join('\n\n')}
`
}

const slug = (heading: string): string => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')

function ofCatalogue(name: string, manifest: Manifest, result: SystemResult | undefined, definition: SystemDefinition | undefined): Section {
  // Tests name a resource as a plan would; where the manifest has a pattern for it, it stands for that one.
  const proved = Object.entries(result?.proofs ?? {}).map(([resource, operations]) => ({ entry: namedResource(manifest, resource)?.manifest, resource, operations }))
  const rows = Object.entries(manifest.resources).map(([resource, entry]): Row => ({
    name: resource, about: entry.about, offers: offered(manifest, resource.endsWith('*') ? `${resource.slice(0, -1)}any` : resource),
    tests: (operation) => [...new Set(proved.filter((one) => one.entry === entry).flatMap((one) => one.operations[operation] ?? []))].toSorted(),
  }))
  const known = manifest as { readonly name?: string; readonly about?: string; readonly documentation?: string }
  return { name, title: known.name ?? name, kind: known.about ?? definition?.kind ?? '', proof: PROOFS[definition?.proof ?? 'server'], result, rows, documentation: known.documentation }
}

function ofGeneric(name: string, resources: Readonly<Record<string, readonly Operation[]>>, result: SystemResult | undefined, definition: SystemDefinition | undefined): Section {
  const rows = Object.entries(resources).map(([resource, offers]): Row => ({ name: resource, offers, tests: (operation) => result?.proofs[resource]?.[operation] ?? [] }))
  return { name, title: definition?.title ?? name, kind: definition?.kind ?? '', proof: PROOFS[definition?.proof ?? 'server'], result, rows }
}

function counted({ rows }: Section): string {
  const offers = rows.flatMap((row) => row.offers.map((operation) => row.tests(operation).length > 0))
  return `${offers.filter(Boolean).length} of ${offers.length}`
}

const shortly = (value: number): string => String(Math.round(value * 100) / 100)

function callRows({ title, result }: Section): readonly string[] {
  return Object.entries(result?.calls ?? {}).map(([resource, calls]) => {
    const of = (what: 'create' | 'update' | 'delete'): string => (calls[what] === undefined ? '–' : `${shortly(calls[what])} (${shortly(calls.most[what] ?? 0)})`)
    return `| ${title} | \`${resource}\` | ${of('create')} | ${of('update')} | ${of('delete')} | ${calls.quiet} |`
  })
}

function sectionText({ title, name, result, rows, proof, documentation }: Section): string {
  const tests = [...new Set(rows.flatMap((row) => row.offers.flatMap((operation) => row.tests(operation))))].toSorted()
  const columns = rows.some((row) => row.offers.includes('log in')) ? ['log in' as const] : OPERATIONS
  const verified = (row: Row, operation: Operation): string => {
    if (!row.offers.includes(operation)) return '–'
    const by = row.tests(operation).map((test) => tests.indexOf(test) + 1).toSorted((a, b) => a - b)
    return by.length === 0 ? `**${NOT_VERIFIED}**` : `✓ ${by.join(', ')}`
  }
  return `## ${title}

${result ? `Version ${cell(result.version)}, ${result.date}; ${proof}.` : `Not run yet.`} In a plan: \`${GENERIC[name] ? connectorOf(name) : name}\`.${GENERIC[name] ? ' It has no resources of its own: what is put there is.' : ''}${documentation === undefined ? '' : ` [Documentation](${documentation}).`}

| resource | ${columns.join(' | ')} |
|---|${columns.map(() => '---|').join('')}
${rows.map((row) => `| \`${row.name}\`${row.about === undefined ? '' : `<br>${cell(row.about)}`} | ${columns.map((operation) => verified(row, operation)).join(' | ')} |`).join('\n')}
${tests.length === 0 ? '' : `\n${tests.map((test, n) => `${n + 1}. ${listed(test)}`).join('\n')}\n`}`.trimEnd()
}

/** `file: name`. */
function listed(test: string): string {
  const at = test.indexOf(': ')
  return `\`${test.slice(0, at)}\`: ${test.slice(at + 2).replaceAll(/[*_`<[\]]/g, String.raw`\$&`)}`
}

const CONNECTORS: Readonly<Record<string, string>> = { postgresql: 'postgres', sftp: 'csv', ftp: 'csv', s3: 'csv', rabbitmq: 'amqp', mosquitto: 'mqtt', maildev: 'mail', oauth: 'http', 'oidc-provider': 'http' }
const connectorOf = (name: string): string => CONNECTORS[name] ?? name
