/** Who gives, what, who receives: three columns, and one line per system that branches to everything it gives or receives. */
import { type ColumnBox, type Net, type PlacedNet, placeColumns, type Rect } from '../../layout/columns.ts'
import type { Role } from '../../scene/palette.ts'
import type { Item, Label, Meaning } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { shifted, wire } from '../wires.ts'

export interface Party extends Meaning { readonly key: string; readonly name: string; readonly strong: Role; readonly soft: Role; readonly dashed: boolean }

export interface Matter extends Meaning {
  readonly key: string
  readonly sign: string
  readonly name: string
  readonly sub: string
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly strong: Role
  readonly soft: Role
  readonly dashed: boolean
  readonly critical: boolean
}

export interface Heads { readonly gives: string; readonly what: string; readonly receives: string }

interface Widths { readonly party: number; readonly matter: number }
const widthsFor = (width: number): Widths => (width > 1000 ? { party: 210, matter: 300 } : { party: 160, matter: 240 })

const PAD = 9
const HEAD = 30
const ENDS = 22

const nameLabel = (party: Party, width: number): Label => label(party.name, { size: 12.5, bold: true, width: width - 2 * PAD, ...(party.dashed ? { colour: 'later' as const } : {}) })
const matterLabels = (matter: Matter, width: number): { readonly name: Label; readonly sub?: Label } => {
  const name = label(`${matter.sign}  ${matter.name}`, { size: 12.5, bold: true, width: width - 2 * PAD - 8, lines: 4, colour: matter.dashed ? 'later' : matter.strong })
  return { name, ...(matter.sub === '' ? {} : { sub: label(matter.sub, { size: 11, colour: 'quiet', width: width - 2 * PAD - 8, lines: 3 }) }) }
}

export interface ThreeColumns { readonly width: number; readonly height: number; readonly items: readonly Item[] }

/** Everything at its place; whether that goes on a page is for the caller to see. */
export function threeColumns(matters: readonly Matter[], parties: ReadonlyMap<string, Party>, heads: Heads, width: number): ThreeColumns {
  const widths = widthsFor(width)
  const givers = byMiddle(matters, 'from')
  const receivers = byMiddle(matters, 'to')
  const boxOf = (before: string) => (key: string): ColumnBox => ({ key: `${before}${key}`, height: nameLabel(parties.get(key)!, widths.party).height + 2 * PAD })
  const placed = placeColumns({
    columns: [
      { width: widths.party, boxes: givers.map(boxOf('from-')) },
      { width: widths.matter, boxes: matters.map((matter): ColumnBox => {
        const { name, sub } = matterLabels(matter, widths.matter)
        return { key: `what-${matter.key}`, height: name.height + (sub === undefined ? 0 : 2 + sub.height) + 2 * PAD }
      }) },
      { width: widths.party, boxes: receivers.map(boxOf('to-')) },
    ],
    nets: [
      ...givers.map((key): Net => ({ key: `from-${key}`, pins: [{ box: `from-${key}`, side: 'right', row: 'middle' }, ...matters.filter(({ from }) => from.includes(key)).map((matter) => ({ box: `what-${matter.key}`, side: 'left' as const }))] })),
      ...receivers.map((key): Net => ({ key: `to-${key}`, pins: [{ box: `to-${key}`, side: 'left', row: 'middle' }, ...matters.filter(({ to }) => to.includes(key)).map((matter) => ({ box: `what-${matter.key}`, side: 'right' as const }))] })),
    ],
    pitch: 12, gap: 12, track: { least: 9, most: 20 }, pad: ENDS, width,
  })
  const nets = new Map(placed.nets.map((net) => [net.key, net]))
  const byKey = new Map(matters.map((matter) => [`what-${matter.key}`, matter]))
  const lines = [...givers.map((key) => [`from-${key}`, key] as const), ...receivers.map((key) => [`to-${key}`, key] as const)].flatMap(([net, key]) => linesOf(nets.get(net)!, parties.get(key)!, byKey))
  const shapes = [
    ...givers.map((key) => partyShape(`from-${key}`, parties.get(key)!, placed.boxes.get(`from-${key}`)!, widths.party)),
    ...matters.map((matter) => matterShape(matter, placed.boxes.get(`what-${matter.key}`)!, widths.matter)),
    ...receivers.map((key) => partyShape(`to-${key}`, parties.get(key)!, placed.boxes.get(`to-${key}`)!, widths.party)),
  ]
  const columnX = [0, (placed.boxes.get(`what-${matters[0]?.key ?? ''}`)?.x ?? 0), placed.width - widths.party]
  const texts = [heads.gives, heads.what, heads.receives].map((text, index): Item => ({
    kind: 'text', label: label(text, { size: 12, bold: true, colour: 'quiet', width: index === 1 ? widths.matter : widths.party, lines: 1 }), x: columnX[index]! + (index === 1 ? widths.matter : widths.party) / 2, y: 0, anchor: 'middle',
  }))
  return { width: placed.width, height: placed.height + HEAD, items: [...lines, ...shapes, ...texts] }
}

/** Systems in the order of the middle of what they give or receive, so that lines cross little. */
function byMiddle(matters: readonly Matter[], side: 'from' | 'to'): string[] {
  const places = new Map<string, number[]>()
  for (const [index, matter] of matters.entries()) for (const key of matter[side]) places.set(key, [...(places.get(key) ?? []), index])
  const middle = (key: string): number => places.get(key)!.reduce((sum, place) => sum + place, 0) / places.get(key)!.length
  return [...places.keys()].map((key, index) => ({ key, index, at: middle(key) })).sort((a, b) => a.at - b.at || a.index - b.index).map(({ key }) => key)
}

function linesOf(net: PlacedNet, party: Party, matters: ReadonlyMap<string, Matter>): Item[] {
  const [own, ...branches] = net.pins
  return branches.map((pin): Item => {
    const matter = matters.get(pin.box)!
    const gives = own!.side === 'right'
    const [from, to] = gives ? [own!, pin] : [pin, own!]
    const { key: _, ...meaning } = { key: '', ...(party.system === undefined ? {} : { system: party.system }), ...(matter.flow === undefined ? {} : { flow: matter.flow }) }
    return {
      kind: 'line', points: shifted(wire(net, from, to), 0, HEAD), from: from.box, to: to.box, end: 'arrow', colour: party.dashed || matter.dashed ? 'later' : party.strong, weight: matter.critical ? 2.5 : 1.5,
      ...(matter.dashed ? { dash: 'dashed' as const } : {}), hint: gives ? `${party.name} → ${matter.sign} ${matter.name}` : `${matter.sign} ${matter.name} → ${party.name}`, ...meaning,
    }
  })
}

const partyShape = (id: string, party: Party, rect: Rect, width: number): Item => {
  const { key: _, name, strong, soft, dashed, ...meaning } = party
  return { kind: 'shape', id, shape: 'box', ...rect, y: rect.y + HEAD, width, radius: 6, fill: soft, edge: dashed ? 'later' : strong, weight: 1.75, ...(dashed ? { dashed } : {}), label: nameLabel(party, width), hint: name, ...meaning }
}

const matterShape = (matter: Matter, rect: Rect, width: number): Item => {
  const { name, sub } = matterLabels(matter, width)
  const { dashed, strong, soft, critical, flow, hint } = matter
  return {
    kind: 'shape', id: `what-${matter.key}`, shape: 'box', ...rect, y: rect.y + HEAD, width, radius: 13, fill: soft, edge: dashed ? 'later' : strong, weight: critical ? 2.75 : 1.5, ...(dashed ? { dashed } : {}),
    label: name, ...(sub === undefined ? {} : { sub }), ...(flow === undefined ? {} : { flow }), ...(hint === undefined ? {} : { hint }),
  }
}
