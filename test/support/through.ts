/** A system that behaves otherwise than the simulated one, in one call or two. */
import type { EngineParts } from '../../src/sync/engine.ts'
import type { Resource } from '../../src/systems/contract.ts'

/** The engine's parts with one system's resource seen through `wrap`. */
export function through({ parts: of }: { parts(): EngineParts }, system: string, wrap: (real: Resource) => Partial<Resource>): EngineParts {
  const parts = of()
  return {
    ...parts,
    connections: {
      ...parts.connections,
      resource(place) {
        const real = parts.connections.resource(place)
        return real && place.system === system ? { ...bound(real), ...wrap(real) } : real
      },
    },
  }
}

/** The same resource as an object that can be spread. */
export const bound = (real: Resource): Resource =>
  ({ traits: real.traits, read: (o) => real.read(o), readKeys: (k, s) => real.readKeys!(k, s), find: (p, v, s) => real.find!(p, v, s), write: (i, o) => real.write!(i, o) })
