/** Text of a plan as any writer may show it: whole characters, no control signs, nothing that turns its neighbours around. */

// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb\ufffe\uffff]+/g
const TURNERS = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g

export const clean = (text: string): string => (PLAIN.test(text) ? text : text.toWellFormed().replaceAll(CONTROLS, ' ').replaceAll(TURNERS, ''))
const PLAIN = /^[\x20-\x7e]*$/
