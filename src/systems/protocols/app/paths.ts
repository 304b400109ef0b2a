/** Plain paths into a record: names and places in lists, own properties only. */
import { type Native, type NativeRecord, Numeral } from '../../contract.ts'

const STEP = /(?:"((?:[^"\\]|\\.)*)"|([^."()]+))(\.|$)/y

/** undefined: it is more than a plain path, and can't be looked up here. */
export function plainSteps(path: string): readonly string[] | undefined {
  const steps: string[] = []
  let open = true
  for (let at = 0; at < path.length; at = STEP.lastIndex) {
    STEP.lastIndex = at
    const match = STEP.exec(path)
    if (!match) return undefined
    steps.push(match[1] === undefined ? match[2]! : match[1].replaceAll(/\\(.)/g, '$1'))
    open = match[3] === '.'
  }
  return open ? undefined : steps
}

export function valueAt(record: NativeRecord, steps: readonly string[]): Native | undefined {
  let here: Native | undefined = record
  for (const step of steps) {
    if (Array.isArray(here)) here = /^\d{1,9}$/.test(step) ? here[Number(step)] : undefined
    else if (here !== null && typeof here === 'object' && !(here instanceof Numeral) && !(here instanceof Uint8Array)) here = Object.hasOwn(here, step) ? (here as NativeRecord)[step] : undefined
    else return undefined
  }
  return here
}
