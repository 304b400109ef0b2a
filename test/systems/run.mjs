// node test/systems/run.mjs start|install|list [names]: see harness/run.ts.
import { createJiti } from 'jiti'

const { main } = await createJiti(import.meta.url).import('./harness/run.ts')
process.exitCode = await main(process.argv.slice(2))
