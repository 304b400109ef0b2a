/**
 * Who works on which lane. A dispatcher only rings: that something may be due in a lane. What is due, who holds it and until
 * when stands in the store, so a bell that is lost costs the second until the next sweep and nothing else.
 */
export interface Dispatcher {
  /** Somebody should look into the lane. Rings of a lane that nobody has answered yet count as one. */
  ring(lane: string): void
  /** The lane that has waited longest among those for which `takes` is true; waits for one. Rejects with the signal's reason. */
  next(takes: (lane: string) => boolean, signal: AbortSignal): Promise<string>
  /** Whoever waits is sent away with `dispatch.closed`; later rings are heard by nobody. */
  close(): Promise<void>
}
