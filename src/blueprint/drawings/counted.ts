/** Numbers with their noun, as a language counts. */
export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** Polish: one, two to four (not twelve to fourteen), and the rest. */
export function countedPl(count: number, one: string, few: string, many: string): string {
  const last = count % 10
  const teens = count % 100 >= 12 && count % 100 <= 14
  return `${count} ${count === 1 ? one : last >= 2 && last <= 4 && !teens ? few : many}`
}
