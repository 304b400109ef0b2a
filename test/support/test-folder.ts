/** For tests of the connector for files: a real folder, a session on it, and what reading gives. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { virtualClock } from '../../src/base/clock.ts'
import { asPlimsollError } from '../../src/base/errors.ts'
import type { PlimsollError } from '../../src/base/errors.ts'
import type { BrokenRecord, ConnectorContext, NativeRecord, Page, Resource, ResourceSpec, SettingValues, SourceRecord, WriteItem, WriteResult } from '../../src/systems/contract.ts'
import { filesConnector } from '../../src/systems/protocols/files/index.ts'

export interface Seen {
  readonly records: readonly SourceRecord[]
  readonly values: readonly NativeRecord[]
  readonly broken: readonly BrokenRecord[]
  readonly pages: readonly Page[]
  readonly complete: boolean | undefined
  readonly position: string | undefined
  readonly error: PlimsollError | undefined
  readonly notes: readonly string[]
}

export class TestFolder {
  readonly path: string
  readonly #settings: SettingValues
  readonly context: ConnectorContext
  constructor(path: string, settings: SettingValues, context: Partial<ConnectorContext>) {
    this.path = path
    this.#settings = settings
    this.context = { clock: virtualClock(0), system: 'supplier', timeZone: 'UTC', readOnly: false, budget: async () => {}, ...context }
  }

  put(name: string, content: string | Uint8Array): Promise<void> {
    return writeFile(join(this.path, name), content)
  }
  text(name: string): Promise<string> {
    return readFile(join(this.path, name), 'utf8')
  }
  bytes(name: string): Promise<Buffer> {
    return readFile(join(this.path, name))
  }
  session(): ReturnType<typeof filesConnector.open> {
    return filesConnector.open({ folder: this.path, ...this.#settings }, this.context)
  }
  async resource(resource: string, spec: Partial<ResourceSpec> = {}): Promise<Resource> {
    return (await this.session()).resource({ resource, key: ['sku'], parts: new Map(), identifiers: [], ...spec })
  }
  async read(resource: string, spec: Partial<ResourceSpec> = {}, options: { since?: string; pageSize?: number } = {}): Promise<Seen> {
    return collect(await this.resource(resource, spec), options)
  }
  async write(resource: string, items: readonly Partial<WriteItem>[], spec: Partial<ResourceSpec> = {}): Promise<readonly WriteResult[]> {
    const target = await this.resource(resource, spec)
    return target.write!(items.map((item, i) => ({ operation: 'create', values: {}, idempotencyKey: String(i), ...item })), { signal: never, deadline: Infinity })
  }
}

export const never: AbortSignal = new AbortController().signal

export async function testFolder(settings: SettingValues = {}, context: Partial<ConnectorContext> = {}): Promise<TestFolder> {
  return new TestFolder(await mkdtemp(join(tmpdir(), 'plimsoll-files-')), settings, context)
}

export async function collect(resource: Resource, options: { since?: string; pageSize?: number } = {}): Promise<Seen> {
  const pages: Page[] = []
  let error: PlimsollError | undefined
  try {
    for await (const page of resource.read({ signal: never, pageSize: options.pageSize ?? 100, ...(options.since === undefined ? {} : { since: options.since }) })) pages.push(page)
  } catch (thrown) {
    error = asPlimsollError(thrown)
  }
  const records = pages.flatMap((page) => page.records)
  return {
    pages, records, error,
    values: records.map((record) => record.values),
    broken: pages.flatMap((page) => page.broken ?? []),
    complete: pages.at(-1)?.complete,
    position: pages.findLast((page) => page.position !== undefined)?.position,
    notes: pages.flatMap((page) => page.notes ?? []),
  }
}
