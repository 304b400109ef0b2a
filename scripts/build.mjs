// Compiles src/ into dist/; run by `prepare`, so that `npm ci` leaves a working command. The new build takes the place of the old
// one at once: a command that runs meanwhile never finds half of it.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
if (!existsSync(`${root}/src/index.ts`)) process.exit(0)
const fresh = `${root}/dist.${process.pid}`
const old = `${root}/dist.old.${process.pid}`
try {
  execFileSync(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '-p', `${root}/tsconfig.build.json`, '--outDir', fresh], {
    stdio: 'inherit',
    cwd: root,
  })
  // Data that the compiled code reads (manifests, templates) travels beside it.
  cpSync(`${root}/src`, fresh, { recursive: true, filter: (path) => !path.endsWith('.ts') })
  chmodSync(`${fresh}/cli/main.js`, 0o755)
  if (existsSync(`${root}/dist`)) renameSync(`${root}/dist`, old)
  renameSync(fresh, `${root}/dist`)
} finally {
  rmSync(fresh, { recursive: true, force: true })
  rmSync(old, { recursive: true, force: true })
}
