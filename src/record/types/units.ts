/** Units of quantities: names, dimensions and exact factors. A unit that is not here is only ever equal to itself. */
import type { Ratio } from './digits.ts'

/** Dimension → unit → [factor to the dimension's base, as numerator and denominator; other names in lower case]. */
const TABLE: Readonly<Record<string, Readonly<Record<string, readonly [num: number, den: number, names?: string]>>>> = {
  mass: {
    mg: [1, 1000, 'milligram milligrams mgm'], g: [1, 1, 'gram grams gr grm'], dag: [10, 1, 'dkg decagram'],
    kg: [1000, 1, 'kilogram kilograms kilo kilos kgs kgm'], t: [1_000_000, 1, 'tonne tonnes tne'],
    oz: [28_349_523_125, 1_000_000_000, 'ounce ounces onz'], lb: [45_359_237, 100_000, 'lbs pound pounds lbr'],
  },
  volume: {
    ml: [1, 1, 'millilitre millilitres milliliter milliliters mlt ccm cm3 cm³'], cl: [10, 1, 'centilitre centiliter clt'],
    dl: [100, 1, 'decilitre deciliter dlt'], l: [1000, 1, 'litre litres liter liters ltr'],
    hl: [100_000, 1, 'hectolitre hectoliter hlt'], m3: [1_000_000, 1, 'm³ cbm mtq'],
  },
  length: {
    mm: [1, 1, 'millimetre millimetres millimeter millimeters mmt'], cm: [10, 1, 'centimetre centimetres centimeter centimeters cmt'],
    dm: [100, 1, 'decimetre decimeter dmt'], m: [1000, 1, 'metre metres meter meters mtr'],
    km: [1_000_000, 1, 'kilometre kilometres kilometer kilometers kmt'],
    in: [254, 10, 'inch inches inh'], ft: [3048, 10, 'foot feet fot'], yd: [9144, 10, 'yard yards yrd'],
  },
  area: {
    mm2: [1, 1, 'mm² mmk'], cm2: [100, 1, 'cm² cmk'], m2: [1_000_000, 1, 'm² sqm mtk'], ha: [10_000_000_000, 1, 'hectare hectares har'],
  },
  time: {
    ms: [1, 1, 'millisecond milliseconds c26'], s: [1000, 1, 'sec secs second seconds'],
    min: [60_000, 1, 'mins minute minutes'], h: [3_600_000, 1, 'hr hrs hour hours hur std'],
    day: [86_400_000, 1, 'd days tag tage dni dzień'], week: [604_800_000, 1, 'weeks wk wee'],
  },
  months: { month: [1, 1, 'months mon mth'], year: [12, 1, 'years yr yrs ann'] },
  count: {
    piece: [1, 1, 'pieces pc pcs pce ea each h87 c62 st stk stück stueck szt szt. unit units'], pair: [2, 1, 'pairs pr'],
    dozen: [12, 1, 'dozens dz dzn'],
  },
  energy: { Wh: [1, 1, 'wh whr'], kWh: [1000, 1, 'kwh'], MWh: [1_000_000, 1, 'mwh'] },
  share: { '%': [1, 1, 'percent pct p1'], '‰': [1, 10, 'per_mille'] },
}

interface Unit { readonly name: string; readonly dimension: string; readonly factor: Ratio }

const UNITS = new Map<string, Unit>()
for (const [dimension, units] of Object.entries(TABLE)) {
  for (const [name, [num, den, names]] of Object.entries(units)) {
    const unit: Unit = { name, dimension, factor: { num: BigInt(num), den: BigInt(den) } }
    for (const alias of [name, ...(names?.split(' ') ?? [])]) if (!UNITS.has(alias)) UNITS.set(alias, unit)
  }
}

const unit = (written: string): Unit | undefined => UNITS.get(written) ?? UNITS.get(written.toLowerCase())

/** `KGM`, `Kilogram` → `kg`; an unknown unit as it is. */
export const unitName = (written: string): string => unit(written.trim())?.name ?? written.trim()

/** Dimension, or the unit itself when it is not known. */
export const dimensionOf = (name: string): string => unit(name)?.dimension ?? `=${name}`

/** What an amount in `from` is multiplied by to be in `to`; undefined: they measure different things. */
export function factor(from: string, to: string): Ratio | undefined {
  if (from === to) return { num: 1n, den: 1n }
  const [a, b] = [unit(from), unit(to)]
  if (!a || !b || a.dimension !== b.dimension) return undefined
  return { num: a.factor.num * b.factor.den, den: a.factor.den * b.factor.num }
}

/** Factor to the base of its dimension. */
export const toBase = (name: string): Ratio => unit(name)?.factor ?? { num: 1n, den: 1n }
