// `npm start`: the example from its first load to a page to look at. `-- --once`: without the page; it ends by itself.
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { existsSync } from 'node:fs'

const root = fileURLToPath(new URL('..', import.meta.url))
const plimsoll = `${root}dist/cli/main.js`
const example = 'examples/online-shop'
const documents = `${example}/data/documents`
const once = process.argv.includes('--once')

const run = (file, ...args) => spawnSync(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1
const systems = (command) => run(`${root}${example}/systems/run.mjs`, command)
const heading = (text) => console.log(`\n── ${text} ${'─'.repeat(Math.max(3, 96 - text.length))}\n`)

if (!existsSync(plimsoll)) {
  console.error('There is no build yet: run `npm ci` first.')
  process.exit(3)
}

heading('1 The example’s seven systems')
if (systems('start') !== 0) process.exit(1)

heading('2 One pass: read, recognise, merge, deliver')
const status = run(plimsoll, 'sync', example)
if (status === 0) {
  heading('3 The architecture, from the same plan')
  run(plimsoll, 'docs', example, '--out', documents)
}
if (status !== 0 || once) {
  systems('stop')
  if (status === 0) whatNext()
  process.exit(status)
}

heading('4 Something to look at')
const serve = spawn(process.execPath, [plimsoll, 'serve', example], { cwd: root, stdio: 'inherit' })
whatNext()
// Ctrl-C reaches the child as well; the systems are stopped when it has finished.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => serve.kill('SIGTERM'))
serve.on('exit', (code) => {
  systems('stop')
  process.exit(code ?? 0)
})

function whatNext() {
  console.log(`
What to try next (${once ? 'start the systems first: npm run example:systems -- start' : 'in another terminal, while this one runs'}):
  npx plimsoll sync ${example}            a second pass writes nothing
  npx plimsoll errors list ${example}     what was set aside, and how to mend it
  npx plimsoll records review ${example}  what wants a person's decision
  ${documents}/index.html  open it in a browser: the documents, click on a system
  ${example}/README.md                    change a phone in the shop, an e-mail in the CRM, and watch where it goes
`)
}
