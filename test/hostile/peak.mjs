// Loaded into the child: leaves the most memory that it ever held, for whoever started it.
import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const to = process.env.PLIMSOLL_TEST_PEAK
if (isMainThread && to) process.on('exit', () => writeFileSync(to, String(process.resourceUsage().maxRSS)))
