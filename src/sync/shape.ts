/** The names in a record, in their order. Records of one place mostly share one shape; equal ones are one object. */
import { hash as digest } from 'node:crypto'

/** Beyond that the old ones are forgotten: a shape that comes again is made again. */
const MOST = 5000
let made = 0

export class Shape {
  readonly names: readonly string[]
  #next = new Map<string, Shape>()
  #digest: string | undefined
  /** Whoever came last mostly comes next. */
  #last: Shape | undefined

  constructor(names: readonly string[]) {
    this.names = names
  }
  /** The shape with one more name. */
  with(name: string): Shape {
    const last = this.#last
    if (last !== undefined && last.names[this.names.length] === name) return last
    let next = this.#next.get(name)
    if (!next) {
      next = new Shape([...this.names, name])
      this.#next.set(name, next)
      made += 1
    }
    this.#last = next
    return next
  }
  get digest(): string {
    return (this.#digest ??= digest('sha1', JSON.stringify(this.names), 'base64url'))
  }
  forget(): void {
    this.#next = new Map()
    this.#last = undefined
  }
}

const EMPTY = new Shape([])

/** To begin a record with. */
export function emptyShape(): Shape {
  if (made > MOST) {
    EMPTY.forget()
    made = 0
  }
  return EMPTY
}

export function shapeOf(names: readonly string[]): Shape {
  let shape = emptyShape()
  for (const name of names) shape = shape.with(name)
  return shape
}
