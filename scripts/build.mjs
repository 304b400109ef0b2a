// Compiles src/ into dist/; run by `prepare`, so that `npm ci` leaves a working command.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
if (!existsSync(`${root}/src/index.ts`)) process.exit(0)
rmSync(`${root}/dist`, { recursive: true, force: true })
execFileSync(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '-p', `${root}/tsconfig.build.json`], {
  stdio: 'inherit',
  cwd: root,
})
// Data that the compiled code reads (SQL, templates) travels beside it.
cpSync(`${root}/src`, `${root}/dist`, {
  recursive: true,
  filter: (path) => !path.endsWith('.ts'),
})
chmodSync(`${root}/dist/cli/main.js`, 0o755)
