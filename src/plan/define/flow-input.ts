import type { CelInput, DueInput, DurationInput, Labelled, Many, RateInput, Responsible, ShareInput, SizeInput } from './values-input.ts'

export type TriggerInput = 'event' | 'on_demand' | DurationInput | {
  readonly every?: DurationInput
  readonly at?: Many<string>
  readonly days?: string
  readonly cron?: string
  readonly event?: boolean
  readonly file?: 'arrives'
  readonly on_demand?: boolean
  readonly missed?: 'once' | 'skip'
}

export interface EndInput<Field extends string> {
  readonly trigger?: TriggerInput
  readonly where?: CelInput
  readonly may?: Many<'create' | 'update'>
  readonly writes?: Many<Field>
}
export type EndsInput<Sys extends string, Field extends string> = Many<Sys> | { readonly [S in Sys]?: EndInput<Field> }

export type VolumeInput = RateInput | { readonly usual?: RateInput; readonly peak?: RateInput; readonly growth?: string; readonly size?: SizeInput }

export interface FlowPolicy<Party extends string, Serves extends string> extends Responsible<Party> {
  readonly trigger?: TriggerInput
  readonly when_deleted?: 'ignore' | 'archive' | 'delete'
  readonly brake?: ShareInput | { readonly share?: ShareInput; readonly records?: number }
  readonly expects?: { readonly at_least: number; readonly of?: 'records' | 'files'; readonly each: 'hour' | 'day' | 'week' | 'month'; readonly deadline?: string }
  readonly service_level?: {
    readonly freshness?: DurationInput | { readonly within: DurationInput; readonly share?: ShareInput }
    readonly completeness?: ShareInput
    readonly consistency?: ShareInput
    readonly validity?: ShareInput
    readonly uniqueness?: ShareInput
  }
  readonly volume?: VolumeInput
  readonly criticality?: 'low' | 'normal' | 'high' | 'critical'
  readonly if_lost?: string
  readonly if_late?: string
  readonly serves?: Many<Serves>
  readonly operates?: Party
  readonly live_from?: DueInput
  readonly live_until?: DueInput
  readonly paused?: string
}

/** One member for each entity, so that `writes` may name only its fields. */
export type FlowInput<Party extends string, Serves extends string, Sys extends string, Fields> = {
  [E in keyof Fields & string]: Labelled & FlowPolicy<Party, Serves> & {
    readonly entity: E
    readonly from?: EndsInput<Sys, (keyof Fields[E] & string) | 'id'>
    readonly to?: EndsInput<Sys, (keyof Fields[E] & string) | 'id'>
    readonly between?: EndsInput<Sys, (keyof Fields[E] & string) | 'id'>
    readonly where?: CelInput
    readonly writes?: Many<(keyof Fields[E] & string) | 'id'>
  }
}[keyof Fields & string]
