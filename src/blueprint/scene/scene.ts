/**
 * `scene/` is what all drawings are made of. A drawing is data: pages with items at places, colours by their role, texts already
 * wrapped to the room they have. `text.ts` measures, `compose.ts` makes primitive marks of the items and puts title block and
 * legend around them, `svg.ts` and `pdf.ts` write the marks down. One unit is one CSS pixel.
 *
 * A browser judges the result (test/browser), by these attributes: `data-shape` with `data-id` (texts in its group stay inside;
 * shapes do not overlap), `data-zone` (may hold shapes and zones, is crossed by lines), `data-line` with `data-from` and `data-to`
 * (crosses no shape but those, and no text).
 */
import type { Icon } from './icons.ts'
import type { Role } from './palette.ts'

export interface Drawing {
  /** `integration` → drawings/integration.svg; its second sheet is integration-2. Lower case, digits and hyphens. */
  readonly name: string
  readonly title: string
  /** One sentence that says what is to be seen, for those who do not see it. */
  readonly alt: string
  readonly layer: Layer
  /** At least one; each no larger than `room()` says, else its text is too small on paper. */
  readonly pages: readonly Page[]
  readonly legend: readonly LegendEntry[]
}

export type Layer = 'business' | 'application' | 'infrastructure' | 'overview'

export interface Page {
  /** What this sheet shows of the whole, where there are several. */
  readonly part?: string
  /** Of what is drawn, without title block and legend. Items lie between 0,0 and width,height. */
  readonly width: number
  readonly height: number
  /** In order of painting: zones, then lines, then shapes, then texts is usual. */
  readonly items: readonly Item[]
}

export type Item = ShapeItem | ZoneItem | LineItem | TextItem

/** What it stands for; keys of the plan. They become `data-system`, `data-flow` and `data-step`, by which the site links and colours. */
export interface Meaning {
  readonly system?: string
  readonly flow?: string
  readonly step?: string
  /** Shown when one points at it; needed where a label is cut. */
  readonly hint?: string
}

/** A wrapped text; made by `label()` in text.ts, which also measures it. */
export interface Label {
  readonly lines: readonly string[]
  readonly size: number
  readonly bold: boolean
  readonly colour: Role
  /** Of the widest line, in the widest of the faces it may be shown with. */
  readonly width: number
  readonly height: number
  /** From the top to the first base line. */
  readonly base: number
  /** The whole text, where `lines` is only its beginning. */
  readonly full?: string
}

export type Anchor = 'start' | 'middle' | 'end'

export type Shape = 'box' | 'circle' | 'diamond' | 'cylinder' | 'note' | 'hexagon'

/** A box, or one of the other closed shapes, in the rectangle x, y, width, height. */
export interface ShapeItem extends Meaning {
  readonly kind: 'shape'
  /** Unique on its page. */
  readonly id: string
  readonly shape: Shape
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Of a box; 6 unless said. */
  readonly radius?: number
  readonly fill?: Role
  readonly edge?: Role
  /** Of the edge; 1.5 unless said. */
  readonly weight?: number
  /** A second edge inside the first: intermediate events. */
  readonly double?: boolean
  /** Does not exist yet, or no longer. */
  readonly dashed?: boolean
  readonly label?: Label
  /** Below the label, quieter. */
  readonly sub?: Label
  /** `middle` unless said; `start` keeps `PAD` from the left edge. */
  readonly align?: 'start' | 'middle'
  /** Where label and sub stand; `middle` unless said. */
  readonly valign?: 'top' | 'middle'
  readonly icon?: Icon
  /** `corner`: top left, small; `left`: before the label; `centre`: alone in the shape. */
  readonly iconAt?: 'corner' | 'left' | 'centre'
  /** More texts inside, placed from the shape's top left corner; `y` is the top of the text. */
  readonly texts?: readonly { readonly label: Label; readonly x: number; readonly y: number; readonly anchor?: Anchor }[]
  /** Horizontal rules inside, by their distance from the top. */
  readonly rules?: readonly number[]
  /** Sits on the edge of this shape, as a boundary event does. */
  readonly on?: string
}

/** An area that holds others: network zone, lane, frame, group. Its label has its own strip, which no line should cross. */
export interface ZoneItem extends Meaning {
  readonly kind: 'zone'
  readonly id: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly radius?: number
  readonly fill?: Role
  readonly edge?: Role
  readonly weight?: number
  readonly dashed?: boolean
  readonly label?: Label
  readonly icon?: Icon
  /** `top`: at the top left; `left`: turned, in a strip at the left edge; `tab`: in a corner of its own, as frames of sequences have it. */
  readonly labelAt?: 'top' | 'left' | 'tab'
  /** Width of the strip at the left, or height of the tab. */
  readonly strip?: number
}

export interface LineItem extends Meaning {
  readonly kind: 'line'
  readonly points: readonly Point[]
  /** Shapes it may touch with its ends. */
  readonly from?: string
  readonly to?: string
  readonly colour?: Role
  /** 1.5 unless said. */
  readonly weight?: number
  readonly dash?: Dash
  readonly start?: Head
  readonly end?: Head
  /** How far corners are rounded; 6 unless said. */
  readonly corner?: number
  readonly label?: LineLabel
}

export type Dash = 'solid' | 'dashed' | 'dotted'

export type Point = readonly [x: number, y: number]

/** `arrow`: filled; `open`: two strokes; `many`: crow's foot; `one`: a bar; `dot`, `ring`: circles; `flow`: hollow triangle. */
export type Head = 'arrow' | 'open' | 'many' | 'one' | 'dot' | 'ring' | 'flow'

/** `y` is the top of the text. With `backing` it may stand on its own line, which is covered there. */
export interface LineLabel {
  readonly label: Label
  readonly x: number
  readonly y: number
  readonly anchor?: Anchor
  readonly backing?: Role
}

/** Text that stands free. `y` is its top; turned by -90 it reads upward and `y` is its middle, `x` its left edge. */
export interface TextItem extends Meaning {
  readonly kind: 'text'
  readonly label: Label
  readonly x: number
  readonly y: number
  readonly anchor?: Anchor
  readonly turned?: boolean
  readonly backing?: Role
}

export interface LegendEntry {
  readonly text: string
  readonly sample:
    | { readonly kind: 'shape'; readonly shape?: Shape; readonly fill?: Role; readonly edge?: Role; readonly dashed?: boolean; readonly double?: boolean; readonly icon?: Icon; readonly weight?: number }
    | { readonly kind: 'line'; readonly colour?: Role; readonly dash?: Dash; readonly start?: Head; readonly end?: Head; readonly weight?: number }
    | { readonly kind: 'icon'; readonly icon: Icon; readonly colour?: Role }
    /** A letter or number as it stands on the drawing. */
    | { readonly kind: 'sign'; readonly sign: string; readonly colour?: Role }
}

/** What the title block says beside the drawing's own title. Words are in the reader's language. */
export interface TitleBlock {
  readonly plan: string
  /** The plan's own version, as shown: `version 3`. */
  readonly version: string
  /** The plan's own date, as shown; none where it says none. */
  readonly date?: string
  /** `Application layer`. */
  readonly layer: string
  /** `sheet 2 of 3`. */
  readonly sheet: (number: number, of: number) => string
  /** `Legend`. */
  readonly legend: string
}

/** The least distance of text from the edge of its shape. */
export const PAD = 9

/** No text is smaller. */
export const SMALLEST = 10

export const sheetName = (drawing: Pick<Drawing, 'name'>, index: number): string => (index === 0 ? drawing.name : `${drawing.name}-${index + 1}`)
