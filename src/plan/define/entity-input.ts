import type { CelInput, Labelled, Many, Responsible, ShareInput, Text } from './values-input.ts'

export type BuiltInType =
  | 'text' | 'integer' | 'decimal' | 'money' | 'quantity' | 'boolean' | 'date' | 'time' | 'datetime' | 'email' | 'phone' | 'country' | 'currency'
  | 'language' | 'postal_code' | 'vat_id' | 'iban' | 'gtin' | 'url' | 'file' | 'json'

export type RuleWord = 'latest' | 'fill' | 'union' | 'longest' | 'highest' | 'lowest' | 'ask'

interface FieldCommon extends Labelled { readonly default?: Text }
type Codes = readonly Text[] | { readonly [code: string]: string }

export type FieldInput<Type extends string, Ent extends string> =
  | BuiltInType | Type
  | (FieldCommon & { readonly type: BuiltInType | Type; readonly length?: number; readonly pattern?: string; readonly at_least?: Text; readonly at_most?: Text })
  | (FieldCommon & { readonly codes: Codes })
  | (FieldCommon & { readonly quantity: string; readonly at_least?: Text; readonly at_most?: Text })
  | (FieldCommon & { readonly money: string; readonly at_least?: Text; readonly at_most?: Text })
  | (FieldCommon & { readonly group: { readonly [member: string]: FieldInput<Type, Ent> } })
  | (FieldCommon & { readonly list: FieldInput<Type, Ent> | { readonly [member: string]: FieldInput<Type, Ent> }; readonly key?: string; readonly ordered?: boolean })
  | (FieldCommon & { readonly to: Ent; readonly late?: boolean })

export type RuleInput<Sys extends string> =
  | RuleWord | Sys | readonly Sys[]
  | { readonly rule: RuleWord | Sys | readonly Sys[]; readonly among?: Many<Sys>; readonly first_load?: RuleWord; readonly why?: string }

export type GoldenInput<Field extends string, Sys extends string> =
  | Sys | 'plimsoll'
  | {
    readonly home?: Sys | 'plimsoll'
    readonly by_field?: { readonly [F in Field]?: RuleInput<Sys> }
    readonly together?: readonly (readonly Field[])[]
    readonly edited_elsewhere?: 'revert' | 'report'
  }

/** `F` is inferred from `fields`; every other key may name only these fields. */
export interface EntityInput<F, Party extends string, Sys extends string, Type extends string, Ent extends string> extends Labelled, Responsible<Party> {
  readonly fields?: F & { readonly [K in keyof F]: FieldInput<Type, Ent> }
  readonly identifiers?: Many<Many<NoInfer<(keyof F & string) | 'id'>>>
  readonly required?: Many<NoInfer<keyof F & string>>
  readonly personal?: Many<NoInfer<keyof F & string>>
  readonly golden?: GoldenInput<NoInfer<keyof F & string>, Sys>
  readonly match?: true | { readonly automatic?: ShareInput; readonly review?: ShareInput; readonly fields?: Many<NoInfer<keyof F & string>> }
  readonly rules?: { readonly [name: string]: Labelled & { readonly must: CelInput; readonly says?: string; readonly if_broken?: 'set_aside' | 'warn' } }
  readonly steward?: Party
  readonly records?: number
  readonly retention?: string
  readonly standard?: string
}
