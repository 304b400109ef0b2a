/** What of a system could be verified: what its manifest in the catalogue offers, or, where no manifest is needed, what the connector does with it. */
import type { Manifest } from '../../../src/systems/protocols/http/manifest/manifest.ts'
import { namedResource } from '../../../src/systems/protocols/http/manifest/named.ts'
import { pushesResource } from '../../../src/systems/protocols/http/webhook/webhook.ts'
import { OPERATIONS, type Operation } from './proof.ts'

export function offered(manifest: Manifest, name: string): readonly Operation[] {
  const resource = namedResource(manifest, name)!.manifest
  const { list, get, get_many: many, find, find_in_list: inList, create, update, delete: remove, actions } = resource
  const can: Readonly<Record<(typeof OPERATIONS)[number], boolean>> = {
    read: list !== undefined, 'by key': get !== undefined || many !== undefined, since: list?.since !== undefined, find: find !== undefined || inList !== undefined,
    create: create !== undefined, update: update !== undefined || actions?.some((action) => action.calls !== undefined) === true, delete: remove !== undefined, webhook: pushesResource(manifest.webhooks, name),
  }
  return OPERATIONS.filter((operation) => can[operation])
}

/** Systems that hold whatever somebody puts there. Their resources have no names of their own. */
export const GENERIC: Readonly<Record<string, Readonly<Record<string, readonly Operation[]>>>> = {
  postgresql: { tables: ['read', 'by key', 'since', 'find', 'create', 'update', 'delete'] },
  mariadb: { tables: ['read', 'by key', 'since', 'find', 'create', 'update', 'delete'] },
  sftp: { files: ['read', 'by key', 'find', 'create', 'update', 'delete'] },
  ftp: { files: ['read', 'by key', 'find', 'create', 'update', 'delete'] },
  s3: { files: ['read', 'by key', 'find', 'create', 'update', 'delete'] },
  rabbitmq: { queues: ['read'], exchanges: ['create', 'update', 'delete'] },
  mosquitto: { 'topics that are read': ['read'], 'topics that are written': ['create', 'update', 'delete'] },
  maildev: { mails: ['create'] },
  oauth: { logins: ['log in'] },
  'oidc-provider': { logins: ['log in'] },
}
