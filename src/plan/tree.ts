/**
 * A plan as it was written: text with places. YAML files and TypeScript objects both become this, and everything after
 * (short forms, schema, names) works on it, so that each mistake can be shown where it stands.
 */
export interface Place {
  /** As the author would name it: relative to the plan's root file's folder. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
  /** Offsets into the file's text. */
  readonly range: readonly [number, number]
  /** JSON pointer in the plan as written. */
  readonly pointer: string
}

export type Node = TextNode | ListNode | MapNode | FunctionNode

/** Text exactly as written; the schema decides what it means. `empty`: nothing was written (`key:`). */
export interface TextNode { readonly is: 'text'; readonly text: string; readonly quoted: boolean; readonly empty: boolean; readonly place: Place }
export interface ListNode { readonly is: 'list'; readonly items: readonly Node[]; readonly place: Place }
/** Ordered pairs, never a JavaScript object: `__proto__` is a name like any other, digits keep their order. */
export interface MapNode { readonly is: 'map'; readonly entries: readonly Entry[]; readonly place: Place }
export interface Entry { readonly key: string; readonly keyPlace: Place; readonly value: Node }
/** Only from TypeScript plans, only at `read`, `write`, `function`. */
export interface FunctionNode { readonly is: 'function'; readonly call: (...args: unknown[]) => unknown; readonly place: Place }

export const entry = (map: MapNode, key: string): Entry | undefined => map.entries.find((e) => e.key === key)
