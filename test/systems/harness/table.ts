/** The systems, in the order in which they are worth starting. */
import { COMMERCETOOLS } from './commercetools.ts'
import { MARIADB, POSTGRESQL } from './databases.ts'
import { FTP } from './ftp.ts'
import { GROUPAROO } from './grouparoo.ts'
import { JSON_SERVER } from './json-server.ts'
import { MAILDEV } from './maildev.ts'
import { MOSQUITTO_BROKER } from './mosquitto.ts'
import { OAUTH } from './oauth.ts'
import { ODOO } from './odoo.ts'
import { OIDC_PROVIDER } from './oidc-provider.ts'
import { RABBITMQ } from './rabbitmq.ts'
import { S3 } from './s3.ts'
import { SFTP } from './sftp.ts'
import { STRAPI } from './strapi.ts'
import { STRIPE } from './stripe.ts'
import { SHIPENGINE } from './shipengine.ts'
import type { SystemDefinition } from './system.ts'
import { TRYTON } from './tryton.ts'
import { VENDURE } from './vendure.ts'
import { WORDPRESS } from './wordpress.ts'

export const SYSTEMS: readonly SystemDefinition[] = [
  VENDURE, TRYTON, STRAPI, WORDPRESS, COMMERCETOOLS, STRIPE, SHIPENGINE, GROUPAROO, JSON_SERVER, POSTGRESQL, MARIADB, SFTP, FTP, S3, RABBITMQ, MOSQUITTO_BROKER, MAILDEV, OAUTH, OIDC_PROVIDER, ODOO,
]
