/** The endpoints of the API, a file each: its schemas, what it is for, and what it does. */
import type { Endpoint } from '../endpoint.ts'
import { discardError } from './discard-error.ts'
import { error } from './error.ts'
import { errors } from './errors.ts'
import { fixError } from './fix-error.ts'
import { flows } from './flows.ts'
import { record } from './record.ts'
import { records } from './records.ts'
import { releases } from './releases.ts'
import { retryError } from './retry-error.ts'
import { review } from './review.ts'
import { run } from './run.ts'
import { runs } from './runs.ts'
import { startRun } from './start-run.ts'
import { status } from './status.ts'
import { systems } from './systems.ts'

/** In the order of the document. */
export const ENDPOINTS: readonly Endpoint[] = [status, systems, flows, runs, startRun, run, records, record, errors, error, retryError, fixError, discardError, review, releases]
