/** Every command of the product, in the order in which `--help` lists them. */
import type { Command } from './command.ts'
import { check } from './commands/check.ts'
import { connectorsCheck, connectorsDiscover, connectorsForget, connectorsList, connectorsRead, connectorsWrite } from './commands/connectors.ts'
import { connectorsTest } from './commands/connectors-test.ts'
import { recordsChoose, recordsEnd, recordsKeep, recordsNotSame, recordsPin, recordsSame, recordsUnpin } from './commands/decisions.ts'
import { errorsDiscard, errorsFix, errorsList, errorsRetry, errorsShow } from './commands/errors.ts'
import { init } from './commands/init.ts'
import { preview } from './commands/preview.ts'
import { recordsExplain, recordsReview, recordsSearch, recordsShow } from './commands/records.ts'
import { release } from './commands/release.ts'
import { schema } from './commands/schema.ts'
import { serve } from './commands/serve.ts'
import { status } from './commands/status.ts'
import { sync } from './commands/sync.ts'
import { test } from './commands/test.ts'

export const COMMANDS: readonly Command[] = [
  init, check, schema, preview, sync, serve, status, release, test,
  recordsSearch, recordsShow, recordsExplain, recordsReview, recordsSame, recordsNotSame, recordsChoose, recordsPin, recordsUnpin, recordsKeep, recordsEnd,
  errorsList, errorsShow, errorsFix, errorsRetry, errorsDiscard,
  connectorsList, connectorsCheck, connectorsDiscover, connectorsTest, connectorsRead, connectorsWrite, connectorsForget,
]
