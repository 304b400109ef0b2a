// Starts the real systems (test/systems installs them when they are not there) and ends them with this process.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const RUN = fileURLToPath(new URL('../../../test/systems/run.mjs', import.meta.url))

/** Answers when all of them do, with their addresses and logins by name. */
export async function startSystems(names) {
  const child = spawn(process.execPath, [RUN, 'start', names.join(','), '--bodies'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const found = {}
  let control
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line)
    if (said.control) control = said.control
    else found[said.name] = said
    if (Object.keys(found).length === names.length) break
  }
  const missing = names.filter((name) => !found[name])
  if (missing.length > 0) throw new Error(`${missing.join(', ')} did not start.`)
  child.stdout.resume()
  return {
    ...found,
    tell: async (name, what) => { await fetch(`${control}/${name}/${what}`, { method: 'POST' }) },
    forget: async (name) => { await fetch(`${control}/${name}/requests`, { method: 'DELETE' }) },
    requests: async (name) => (await fetch(`${control}/${name}/requests`)).json(),
    end: () => new Promise((done) => {
      child.once('exit', done)
      child.kill('SIGTERM')
    }),
  }
}
