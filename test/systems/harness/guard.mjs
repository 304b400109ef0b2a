// Ends what a test process started when that process is gone, however it went: it reads from that process's pipe, and the pipe's end
// is the signal. Lines: `+group 12`, `-group 12`, `+folder /tmp/x`, `-folder /tmp/x`, `+user name`, `-user name`.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

const kept = { group: new Set(), folder: new Set(), user: new Set() }
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('SIGHUP', () => undefined)

const signal = (name) => {
  for (const group of kept.group) {
    try {
      process.kill(-Number(group), name)
    } catch {
      kept.group.delete(group)
    }
  }
}
createInterface({ input: process.stdin }).on('line', (line) => {
  const [, sign, what, value] = /^([+-])(\w+) (.+)$/u.exec(line) ?? []
  if (sign === '+') kept[what]?.add(value)
  else if (sign === '-') kept[what]?.delete(value)
}).on('close', () => {
  signal('SIGTERM')
  setTimeout(() => {
    signal('SIGKILL')
    for (const user of kept.user) spawnSync('userdel', [user])
    for (const folder of kept.folder) rmSync(folder, { recursive: true, force: true })
  }, kept.group.size > 0 ? 5_000 : 0)
})
