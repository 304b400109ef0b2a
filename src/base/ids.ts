import type { Clock } from './clock.ts'

/** UUIDv7 (RFC 9562 §5.7): sortable by time of creation. `sequence` keeps ids of one millisecond in order. */
export function idSource(clock: Clock): () => string {
  let lastMs = 0
  let sequence = 0
  return () => {
    let ms = clock.now()
    if (ms <= lastMs) {
      ms = lastMs
      sequence += 1
      if (sequence > 0xfff) {
        ms = lastMs + 1
        sequence = 0
      }
    } else {
      sequence = 0
    }
    lastMs = ms
    const time = ms.toString(16).padStart(12, '0')
    const a = (0x7000 | sequence).toString(16)
    const b = (0x8000 | Math.floor(clock.random() * 0x4000)).toString(16)
    const tail =
      Math.floor(clock.random() * 0x1000000).toString(16).padStart(6, '0') +
      Math.floor(clock.random() * 0x1000000).toString(16).padStart(6, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-${a}-${b}-${tail}`
  }
}
