/** Lengths of time as people say them. */
const UNITS = [['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]] as const

export function age(seconds: number): string {
  for (const [name, size] of UNITS) {
    const n = Math.floor(seconds / size)
    if (n >= 1) return `${n} ${name}${n === 1 ? '' : 's'}`
  }
  return 'no time'
}

/** `2026-11-21 14:03` in UTC. */
export const moment = (iso: string | null): string => (iso === null ? 'never' : `${iso.slice(0, 16).replace('T', ' ')} UTC`)
