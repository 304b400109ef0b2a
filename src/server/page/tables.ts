import type { AsideRow, GoldenRow } from '../../store/rows.ts'
import type { PlaceCounts } from '../../sync/past-runs.ts'
import { inWords, iso } from '../plain.ts'
import type { RecordView } from '../record-view.ts'
import { moment, number, scroll, tag } from './frame.ts'
import { html, type Html, prose } from './html.ts'

/** Column → counts of the ledger that it adds up. */
const COLUMNS: readonly (readonly [title: string, counts: readonly string[]])[] = [
  ['Read', ['read']], ['New', ['new']], ['Changed', ['changed']], ['Unchanged', ['unchanged', 'echo', 'stale']], ['Left out', ['filtered']], ['Set aside', ['set_aside']], ['Gone', ['gone']],
  ['Created', ['created']], ['Updated', ['updated']], ['Deleted', ['deleted']], ['Equal already', ['already_equal']],
]

export function ledgerTable(ledger: readonly PlaceCounts[], caption: string): Html {
  const rows = new Map<string, Record<string, number>>()
  for (const { system, resource, counts } of ledger) {
    const place = `${system} / ${resource}`
    const sum = rows.get(place) ?? {}
    for (const [name, n] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + n
    rows.set(place, sum)
  }
  return html`<p class="soft small">${caption}</p>${scroll('Ledger', html`<table class="wide" aria-label="Ledger">
<thead><tr><th scope="col">System / resource</th>${COLUMNS.map(([title]) => html`<th scope="col" class="n">${title}</th>`)}</tr></thead>
<tbody>${[...rows].map(([place, counts]) => html`<tr><th scope="row">${place}</th>${COLUMNS.map(([, names]) => html`<td class="n">${number(names.reduce((sum, name) => sum + (counts[name] ?? 0), 0))}</td>`)}</tr>`)}</tbody></table>`)}`
}

export const asideTable = (rows: readonly AsideRow[]): Html => html`<table class="cards">
<thead><tr><th scope="col">Record</th><th scope="col">What is wrong</th><th scope="col">What mends it</th></tr></thead>
<tbody>${rows.map((row) => html`<tr>
<th scope="row"><a href="/errors/${encodeURIComponent(row.id)}">${row.system} ${row.key}</a><br><span class="soft small">${row.entity}, ${row.direction === 'in' ? 'as read' : 'as written'}</span></th>
<td data-is="Wrong"><span>${row.field === null ? '' : html`<strong>${row.field}</strong>${row.value === null ? '' : html` <code>${row.value}</code>`}: `}${prose(row.says)}</span></td>
<td data-is="Mend"><span>${prose(row.mend)}</span></td></tr>`)}</tbody></table>`

/** A name for people: the first values that are short texts. */
export function titleOf(golden: GoldenRow): string {
  const texts = Object.entries(golden.values).filter(([, value]) => typeof value === 'string' && value !== '' && value.length < 80)
  const named = texts.filter(([field]) => /name|title|label|subject/i.test(field))
  const parts = (named.length > 0 ? named : texts).slice(0, 2).map(([, value]) => String(value))
  return parts.length > 0 ? parts.join(' ') : `${golden.entity} ${golden.id.slice(-8)}`
}

const recordLink = (golden: GoldenRow): Html => html`<a href="/records/${golden.id}">${titleOf(golden)}</a>`

export const recordTable = (rows: readonly GoldenRow[]): Html => html`<table class="cards">
<thead><tr><th scope="col">Record</th><th scope="col">Entity</th><th scope="col">Values</th><th scope="col">State</th></tr></thead>
<tbody>${rows.map((row) => html`<tr><th scope="row">${recordLink(row)}</th><td data-is="Entity">${row.entity}</td>
<td data-is="Values"><span>${Object.entries(row.values).filter(([, value]) => value !== null && typeof value !== 'object').slice(0, 4).map(([, value]) => inWords(value)).join(' · ')}</span></td>
<td data-is="State"><span>${row.review.length > 0 ? tag('note', 'asks') : row.state === 'live' ? tag('good', 'live') : tag('', row.state)}</span></td></tr>`)}</tbody></table>`

export const reviewTable = (rows: readonly GoldenRow[]): Html => html`<table class="cards">
<thead><tr><th scope="col">Record</th><th scope="col">Question</th><th scope="col">Since</th></tr></thead>
<tbody>${rows.flatMap((row) => row.review.map((item) => html`<tr><th scope="row">${recordLink(row)}<br><span class="soft small">${row.entity}</span></th>
<td data-is="Question"><span>${item.field === undefined ? '' : html`<strong>${item.field}</strong>: `}${prose(item.says)}${item.with === undefined ? '' : html` <a href="/records/${item.with}">The other one</a>`}</span></td>
<td data-is="Since"><span>${moment(iso(item.at))}</span></td></tr>`))}</tbody></table>`

const originOf = (field: RecordView['fields'][number]): Html =>
  field.by === 'system' ? html`<strong>${field.system ?? 'a record that is gone'}</strong>${field.key === null ? '' : html` <span class="key">${field.key}</span>`}`
    : field.by === 'steward' ? html`<strong>a person</strong>` : field.by === 'default' ? html`<span class="soft">the plan’s default</span>` : html`<span class="soft">nobody said anything</span>`

const RULES: Readonly<Record<string, string>> = {
  owner: 'it decides this field', latest: 'edited last', rank: 'first in rank', fill: 'first that knows it', longest: 'longest', highest: 'highest', lowest: 'lowest', union: 'all together', pin: 'pinned', choice: 'chosen', ask: 'all agree', otherwise: 'the owner said nothing',
}

export const fieldTable = (view: RecordView): Html => html`<table class="cards">
<thead><tr><th scope="col">Field</th><th scope="col">Golden value</th><th scope="col">Said by</th><th scope="col">Why it counts</th><th scope="col">Edited</th></tr></thead>
<tbody>${view.fields.map((field) => html`<tr><th scope="row">${field.field}</th><td data-is="Value"><span>${valueInWords(field.value, view)}</span></td><td data-is="Said by"><span>${originOf(field)}</span></td>
<td data-is="Because"><span>${RULES[field.rule] ?? field.rule}</span></td><td data-is="Edited"><span>${field.at === null ? html`<span class="soft">${field.by === 'nobody' ? '' : 'unknown'}</span>` : moment(field.at)}</span></td></tr>`)}</tbody></table>`

export function valueInWords(value: unknown, view: Pick<RecordView, 'refersTo'>): Html {
  if (value !== null && typeof value === 'object' && 'link' in value) {
    const golden = view.refersTo.get(String((value as { link: unknown }).link))
    if (golden !== undefined) return html`<a href="/records/${golden}">another record</a>`
  }
  return html`${inWords(value)}`
}
