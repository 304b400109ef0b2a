/**
 * The HTTP surface: an API under /api/v1, pages rendered here, measurements, and webhooks on a listener of their own. Everything
 * is read from the store; every change needs the token. This file: what an endpoint is. Schema, route and document are one.
 */
import type { z } from 'zod'
import type { EngineParts } from '../sync/engine.ts'
import type { Worker } from '../sync/serve.ts'

export interface Served {
  readonly parts: EngineParts
  readonly worker: Worker
  readonly signal: AbortSignal
}

export interface Input<P, Q, B> { readonly params: P; readonly query: Q; readonly body: B }

export interface Endpoint<P extends z.ZodType = z.ZodType, Q extends z.ZodType = z.ZodType, B extends z.ZodType = z.ZodType, A extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST'
  /** Below /api/v1, parameters in braces. */
  readonly path: string
  readonly name: string
  readonly about: string
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly answer: A
  readonly status?: 200 | 202
  handle(served: Served, input: Input<z.output<P>, z.output<Q>, z.output<B>>): Promise<z.input<A>>
}

/** Keeps the types of the schemas while the endpoint is written; the list of all endpoints needs none. */
export const endpoint = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(of: Endpoint<P, Q, B, A>): Endpoint => of as unknown as Endpoint
