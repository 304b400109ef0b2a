/** ISO 4217: currencies and the decimals of their minor unit. */

/** Two decimals. The last line: withdrawn lately, still found in older records. */
const TWO = `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU
CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR
NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY
TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
ANG BGN CUC HRK SLL ZWL`
const OTHER: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}

/** Code → decimals of its minor unit. */
export const CURRENCIES: ReadonlyMap<string, number> = new Map([
  ...TWO.split(/\s+/).map((code) => [code, 2] as const),
  ...Object.entries(OTHER).flatMap(([places, codes]) => codes.split(' ').map((code) => [code, Number(places)] as const)),
])

/** Signs that one currency alone uses. `$`, `£` and `kr` are shared and therefore say nothing. */
export const CURRENCY_SIGNS: ReadonlyMap<string, string> = new Map([['€', 'EUR'], ['zł', 'PLN'], ['Kč', 'CZK'], ['Ft', 'HUF'], ['₴', 'UAH'], ['₹', 'INR'], ['₪', 'ILS']])
