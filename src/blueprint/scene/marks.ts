/** What a drawing is in the end: shapes with a colour by role, and lines of text at places. Both writers (SVG, PDF) know these and nothing else. */
import type { Role } from './palette.ts'
import type { Anchor } from './scene.ts'

export type Mark = GroupMark | PathMark | TextMark

export interface GroupMark {
  readonly is: 'group'
  /** Attributes by name, without `data-`. */
  readonly data: ReadonlyMap<string, string>
  readonly hint?: string
  readonly marks: readonly Mark[]
}

export interface PathMark {
  readonly is: 'path'
  /** What it is, by which the judge finds it: the outline of a shape, the course of a line; the rest is ornament. */
  readonly part?: 'outline' | 'course' | 'backing'
  readonly form:
    | { readonly is: 'rectangle'; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly radius: number }
    | { readonly is: 'ellipse'; readonly x: number; readonly y: number; readonly rx: number; readonly ry: number }
    /** Steps of SVG path data, in absolute units. */
    | { readonly is: 'course'; readonly steps: readonly Step[] }
  readonly fill?: Role
  readonly stroke?: Role
  readonly weight?: number
  /** Lengths of dash and gap. */
  readonly dash?: readonly number[]
  readonly round?: boolean
  /** Moved there and made so much larger. */
  readonly placed?: { readonly x: number; readonly y: number; readonly scale: number }
}

/** `raw` is path data of an icon, in units of its own. */
export type Step =
  | { readonly to: 'move' | 'line'; readonly x: number; readonly y: number }
  | { readonly to: 'curve'; readonly x1: number; readonly y1: number; readonly x: number; readonly y: number }
  | { readonly to: 'arc'; readonly rx: number; readonly ry: number; readonly sweep: boolean; readonly x: number; readonly y: number }
  | { readonly to: 'close' }
  | { readonly to: 'raw'; readonly data: string }

export interface TextMark {
  readonly is: 'text'
  readonly lines: readonly string[]
  /** Of the anchor; `y` is the first base line. */
  readonly x: number
  readonly y: number
  readonly anchor: Anchor
  readonly size: number
  readonly bold: boolean
  readonly colour: Role
  /** Reads upward; x and y are where it begins. */
  readonly turned: boolean
  /** Its width as measured: a writer that has to say it in other letters makes it narrower. */
  readonly most: number
}

/** A page with everything around it, ready to be written. */
export interface Sheet {
  /** Of its file, without ending. */
  readonly name: string
  readonly title: string
  readonly alt: string
  readonly width: number
  readonly height: number
  readonly marks: readonly Mark[]
}

/** Numbers as they are written: two decimals, no negative nought. */
export const rounded = (number: number): string => String(Math.round(number * 100) / 100 + 0)

export const pathData = (steps: readonly Step[]): string =>
  steps.map((step) => {
    switch (step.to) {
      case 'move': return `M${rounded(step.x)} ${rounded(step.y)}`
      case 'line': return `L${rounded(step.x)} ${rounded(step.y)}`
      case 'curve': return `Q${rounded(step.x1)} ${rounded(step.y1)} ${rounded(step.x)} ${rounded(step.y)}`
      case 'arc': return `A${rounded(step.rx)} ${rounded(step.ry)} 0 0 ${step.sweep ? 1 : 0} ${rounded(step.x)} ${rounded(step.y)}`
      case 'close': return 'Z'
      case 'raw': return step.data
    }
  }).join('')
