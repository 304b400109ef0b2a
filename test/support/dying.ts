/** For tests of connectors: what would happen if the process ended before a request. */

/** A process that is gone before its n-th request: nothing that it wanted happens any more. */
export function dying(before: number): { readonly budget: () => Promise<void>; readonly died: () => boolean } {
  let requests = 0
  return {
    died: () => requests >= before,
    budget: async () => {
      requests += 1
      if (requests >= before) throw new Error('the process is gone')
    },
  }
}
