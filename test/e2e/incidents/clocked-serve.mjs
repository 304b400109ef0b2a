/**
 * `plimsoll serve` as it was built, living by a clock that begins at a given moment and goes faster: for what happens at night, over days,
 * and when clocks are put forward. Called with the build's folder, the moment and the speed.
 */
const [dist, from, speed] = process.argv.slice(2)
const { createApp } = await import(`${dist}/app.js`)
const { serve } = await import(`${dist}/cli/commands/serve.js`)

// It stands still until the work begins to wait: how long a machine takes to start is no time that passes.
let began
const clock = {
  now: () => Date.parse(from) + (began === undefined ? 0 : Math.floor((performance.now() - began) * Number(speed))),
  random: () => Math.random(),
  sleep: (ms, signal) => new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    if (ms > 0) began ??= performance.now()
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    // Not so often that looking is all it does.
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms === 0 ? 0 : Math.max(ms / Number(speed), 10))
    signal?.addEventListener('abort', stop, { once: true })
  }),
}
const stop = new AbortController()
process.on('SIGINT', () => stop.abort(new Error('stopped on request')))
const answer = await serve.run({}, { port: '0', hooksPort: '0' }, {
  app: createApp({ clock, command: 'plimsoll serve' }), signal: stop.signal, json: true, say: (line) => process.stderr.write(`${line}\n`),
})
process.exitCode = answer.exit
