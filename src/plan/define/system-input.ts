import type { BuiltInType } from './entity-input.ts'
import type { CelInput, Compute, DueInput, DurationInput, Labelled, Many, RateInput, Responsible, Text } from './values-input.ts'

export interface TypeWriting {
  readonly join?: string
  readonly fields?: { readonly [member: string]: MappingInput }
  readonly each?: MappingInput
  readonly value?: Text
  readonly default?: Text
  readonly codes?: { readonly [golden: string]: Many<Text> }
  readonly unknown?: Text
  readonly ignore?: Many<Text>
  readonly unit?: string
  readonly currency?: string
  readonly format?: string
  readonly time_zone?: string
  readonly decimal?: ',' | '.'
  readonly split?: string
  readonly take?: 'first' | 'rest' | 'last' | number
  readonly transform?: Many<string>
  readonly identifier?: string
  readonly read?: string | Compute
  readonly write?: string | Compute
  readonly function?: string
  readonly access?: 'read' | 'write'
}

export type MappingInput = string | readonly string[] | (TypeWriting & { readonly path?: Many<string> })

export interface Settings { readonly [name: string]: Text | readonly unknown[] | Settings }

export interface HoldObject<Field extends string> {
  readonly resource?: string
  readonly key?: Many<string>
  readonly changed_at?: string
  readonly where?: CelInput
  readonly parts?: { readonly [name: string]: { readonly resource: string; readonly parent: string; readonly key?: string; readonly where?: string } }
  readonly archived?: { readonly [path: string]: Text }
  readonly fields?: 'same' | { readonly [F in Field | 'id']?: MappingInput }
  readonly connector?: string
  readonly settings?: Settings
}
export type HoldInput<Field extends string> = string | Many<HoldObject<Field>>

export type HoldsInput<Fields> = Many<keyof Fields & string> | { readonly [E in keyof Fields]?: HoldInput<keyof Fields[E] & string> }

export type Category =
  | 'shop' | 'website' | 'mobile_app' | 'crm' | 'erp' | 'cms' | 'pim' | 'cdp' | 'payment' | 'courier' | 'warehouse' | 'contractors'
  | 'finance' | 'marketing' | 'support' | 'analytics' | 'database' | 'files' | 'custom'

type Form = 'api' | 'database' | 'files' | 'messages' | 'edi' | 'mail' | 'by_hand' | 'none'

export interface LimitsInput { readonly calls?: RateInput; readonly batch?: number; readonly concurrent?: number }

export interface SystemInput<Party extends string, Sys extends string, Type extends string, Fields> extends Labelled, Responsible<Party> {
  readonly category?: Category
  readonly operates?: Party
  readonly functions?: Many<string> | { readonly [module: string]: Many<string> }
  readonly connector?: string
  readonly settings?: Settings
  readonly interface?: Form | {
    readonly form?: Form
    readonly documentation?: 'current' | 'outdated' | 'none'
    readonly spec?: string
    readonly checked?: string
    readonly sandbox?: 'own' | 'shared' | 'none'
    readonly change_notice?: DurationInput
  }
  readonly limits?: RateInput | LimitsInput
  readonly unavailable?: string
  readonly time_zone?: string
  readonly country?: string
  readonly contract?: { readonly ends?: DueInput; readonly support?: string; readonly notice?: DurationInput }
  readonly live_from?: DueInput
  readonly live_until?: DueInput
  readonly like?: Sys
  readonly types?: { readonly [T in BuiltInType | Type]?: TypeWriting }
  readonly holds?: HoldsInput<Fields>
}
