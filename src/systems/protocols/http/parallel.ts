/** Several calls at the same time, and not more of them than the interface is meant to get. */

/** Works through `items`, `atOnce` of them at a time. The first failure ends it. */
export async function inParallel<T>(atOnce: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
