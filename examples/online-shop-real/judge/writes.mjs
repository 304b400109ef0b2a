// What each system received, by a proxy before it, is what the ledger says: also where the hub was killed and the shop was away.

export async function judge({ hub: { counts } }) {
  return [...new Set(counts.map(({ system }) => system))].map((system) => {
    const of = counts.filter((one) => one.system === system)
    const sum = (name) => of.reduce((total, one) => total + one[name], 0)
    return {
      what: `writes that ${system} received, of those in the ledger`, should: sum('says'), is: sum('received'),
      faults: of.filter(({ received, says }) => received !== says).map(({ received, says }) => `${system} received ${received}, and the ledger says ${says}`),
    }
  })
}
