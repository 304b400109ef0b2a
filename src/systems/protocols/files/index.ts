/** The connector for files in a folder, here or at a distance: CSV, JSON, NDJSON, XML and XLSX, as full lists, as an inbox of changes, and as targets. */
import type { Connector, ConnectorContext, Resource, SystemSession, Traits } from '../../contract.ts'
import { arrivals } from './arrivals.ts'
import { discover } from './discover.ts'
import { FilesResource } from './files-resource.ts'
import { Inbox } from './inbox.ts'
import { findRecords, readKeys } from './look-up.ts'
import { readList } from './read-list.ts'
import type { Place } from './place.ts'
import { localPlace } from './places/local.ts'
import { filesSettings, readSettings } from './settings.ts'
import type { FilesSettings } from './settings.ts'
import { writeFile } from './write-file.ts'

export const filesConnector: Connector = {
  name: 'files',
  about: 'Files in a folder, here or over SFTP, FTP(S) and S3: CSV, JSON, NDJSON, XML, XLSX.',
  form: 'files',
  settings: filesSettings,
  async open(values, context) {
    const settings = readSettings(values, context.system)
    const place = settings.url === undefined ? localPlace(settings.folder!, context.budget) : await (await import('./places/remote.ts')).remotePlace(settings.url, values, context)
    return session(settings, place, context)
  },
}

function session(settings: FilesSettings, place: Place, context: ConnectorContext): SystemSession {
  return {
    check: (signal) => place.check(signal),
    discover: (signal) => discover(settings, place, context, signal),
    resource(spec) {
      const resource = new FilesResource(spec, settings, place, context)
      return settings.archive === undefined ? listResource(resource, context) : inboxResource(resource, context)
    },
    close: () => place.close(),
  }
}

const LIST: Traits = {
  read: true,
  incremental: false,
  complete: true,
  version: 'opaque',
  readByKey: true,
  find: true,
  create: true,
  update: true,
  delete: true,
  updateStyle: 'patch',
  // Another program that writes in the instant between the last look and the rename is not noticed; no file system offers more.
  conditional: true,
  // A create that finds its key answers `exists`.
  idempotency: false,
  answers: true,
  omitsEmpty: false,
  listLagMs: 0,
  keyLagMs: 0,
  lateMs: 0,
  // Each call copies the file once.
  batch: 2_000,
  pushes: false,
}

/** Files that bring changes: what is not in one is not said. */
const INBOX: Traits = {
  ...LIST,
  incremental: true,
  complete: false,
  version: 'none',
  readByKey: false,
  find: false,
  create: false,
  update: false,
  delete: false,
  conditional: false,
  answers: false,
}

function inboxResource(resource: FilesResource, context: ConnectorContext): Resource {
  const inbox = new Inbox(resource, context)
  return {
    traits: INBOX,
    read: (options) => inbox.read(options),
    arrived: arrivals(resource, context.clock),
    acknowledge: (position) => inbox.acknowledge(position),
  }
}

function listResource(resource: FilesResource, context: ConnectorContext): Resource {
  const writes = resource.key.length > 0
  return {
    traits: { ...LIST, create: writes, update: writes, delete: writes, conditional: writes && resource.mayBeMade && resource.place.conditional, version: resource.mayBeMade ? 'opaque' : 'none' },
    read: (options) => readList(resource, context, options),
    arrived: arrivals(resource, context.clock),
    // At a distance requests are counted here.
    ...(resource.place.near ? { bytes: async (signal: AbortSignal) => (await resource.glance(signal)).reduce((sum, file) => sum + file.size, 0) } : {}),
    readKeys: (keys, signal) => readKeys(resource, keys, signal),
    find: (paths, values, signal) => findRecords(resource, paths, values, signal),
    ...(writes ? { write: (items, options) => writeFile(resource, context, items, options) } : {}),
  }
}
