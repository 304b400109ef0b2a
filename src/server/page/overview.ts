import type { GoldenRow } from '../../store/rows.ts'
import { type Status, status } from '../../sync/status.ts'
import type { Served } from '../endpoint.ts'
import { triggerInWords } from '../api/flows.ts'
import { runOf } from '../api/run.ts'
import { recordView } from '../record-view.ts'
import { isoOrNull } from '../plain.ts'
import { moment, plural, scroll, tag } from './frame.ts'
import { html, type Html, prose } from './html.ts'
import { asideTable, fieldTable, ledgerTable, reviewTable, titleOf } from './tables.ts'

const SHOWN = 6
/** Golden records that are looked through for one that shows much. */
const LOOKED_THROUGH = 200

export async function overview(served: Served): Promise<{ title: string; body: Html }> {
  const { parts } = served
  const now = await status(parts)
  const { aside, review, run, example } = await parts.store.transaction(async (tx) => {
    const runs = await tx.runs(50)
    let shown = runs[0]
    // A run in which nothing was read or written says little.
    for (const row of runs) {
      if ((await tx.ledger(row.id)).length === 0) continue
      shown = row
      break
    }
    let best: GoldenRow | undefined
    for (const entity of parts.runtime.entities.keys()) {
      for (const row of await tx.goldensAfter(entity, '', LOOKED_THROUGH)) if (row.mergedInto === null && (!best || told(row) > told(best))) best = row
    }
    return { aside: await tx.asides({ states: ['open', 'fixed'], limit: SHOWN }), review: await tx.goldensInReview(SHOWN), run: shown, example: best }
  }, { readOnly: true })
  const ledger = run ? await runOf(parts.store, run.id) : undefined
  const view = example ? await recordView(parts.store, parts.runtime, example.id) : undefined
  const { summary } = now
  const body = html`
<h1>${parts.runtime.plan.name}</h1>
<p class="soft">${parts.runtime.plan.about ?? ''}</p>
${verdict(now)}
<dl class="figures">
<div><dt>golden records</dt><dd>${summary.golden_records}</dd></div>
<div><dt>writes open</dt><dd>${summary.due + summary.waiting + summary.unsure + summary.held}</dd></div>
<div><dt>records set aside</dt><dd>${summary.set_aside}</dd></div>
<div><dt>questions to people</dt><dd>${summary.review}</dd></div>
</dl>
<section aria-labelledby="systems"><h2 id="systems">Systems</h2>${systemsTable(now, served)}</section>
<section aria-labelledby="flows"><h2 id="flows">Flows</h2>${await flowsTable(now, served)}</section>
<section aria-labelledby="ledger"><h2 id="ledger">Ledger of the last run</h2>${ledger && run ? html`
<p>${balanceTag(run)} ${moment(isoOrNull(run.startedAt))}, <a href="/runs/${run.id}">every field that it wrote</a></p>
${ledger.ledger.length > 0 ? ledgerTable(ledger.ledger, 'Every record that was read and every write that was due is in one of these columns.') : html`<p class="soft">Nothing was due.</p>`}` : html`<p class="soft">Nothing ran yet.</p>`}</section>
<section aria-labelledby="aside"><h2 id="aside">Set aside</h2>${aside.length === 0 ? html`<p class="soft">Nothing is set aside.</p>` : html`${asideTable(aside)}
${summary.set_aside > aside.length ? html`<p class="more"><a href="/errors">All ${summary.set_aside} records that were set aside</a></p>` : ''}`}</section>
<section aria-labelledby="review"><h2 id="review">Review</h2>${review.length === 0 ? html`<p class="soft">No question waits for a person.</p>` : html`${reviewTable(review)}
${summary.review > review.length ? html`<p class="more"><a href="/review">All ${summary.review} records with a question</a></p>` : ''}`}</section>
<section aria-labelledby="record"><h2 id="record">One golden record</h2>${view ? html`
<p><a href="/records/${view.golden.id}">${titleOf(view.golden)}</a> <span class="soft">(${view.golden.entity}), known by ${view.links.filter((link) => link.key !== null).map((link) => link.system).join(', ')}</span></p>${fieldTable(view)}
<p class="more"><a href="/records">Search all records</a></p>` : html`<p class="soft">There is none yet.</p>`}</section>`
  return { title: parts.runtime.plan.name, body }
}

/** How many systems a record speaks of, then how many of its fields are known. */
const told = (row: GoldenRow): number => new Set(Object.values(row.from).map((from) => from.link).filter((link) => link > 0)).size * 100 + Object.values(row.values).filter((value) => value !== null).length

function verdict({ summary, systems, shrunk }: Status): Html {
  const bad = [
    summary.failing > 0 ? `${systems.filter((system) => !system.ok).map((system) => system.system).join(', ')} can’t be read` : '',
    summary.shrunk > 0 ? `${shrunk.map((one) => `${one.system}/${one.resource}`).join(', ')} lost more records than is usual: nothing is taken as deleted until a person says so` : '',
    summary.held > 0 ? `${plural(summary.held, 'write')} held by the brake` : '',
    summary.unsure > 0 ? `of ${plural(summary.unsure, 'write')} nobody knows yet whether the target made it` : '',
  ].filter((text) => text !== '')
  const note = [
    summary.due > 0 ? `${plural(summary.due, 'write')} due` : '', summary.waiting > 0 ? `${plural(summary.waiting, 'write')} waiting` : '', summary.set_aside > 0 ? `${plural(summary.set_aside, 'record')} set aside` : '',
    summary.review > 0 ? `${plural(summary.review, 'record')} with a question` : '',
  ].filter((text) => text !== '')
  if (bad.length > 0) return html`<div class="says bad"><p><strong>Something needs a person.</strong> ${sentence(bad)}</p></div>`
  if (note.length > 0) return html`<div class="says note"><p><strong>Everything runs.</strong> ${sentence(note)}</p></div>`
  return html`<div class="says good"><p><strong>Everything runs and all systems agree.</strong></p></div>`
}

const sentence = (parts: readonly string[]): string => `${parts.join('; ').replace(/^./, (c) => c.toUpperCase())}.`

function systemsTable(now: Status, { parts }: Served): Html {
  const rows = [...parts.runtime.plan.systems.values()].flatMap((system) => {
    const known = now.systems.find((one) => one.system === system.key)
    if (!known) return [html`<tr><th scope="row">${system.name}</th><td data-is="State"><span>${tag('', system.connector === undefined ? 'drawn only' : 'takes no part')}</span></td><td data-is="Holds"><span class="soft">–</span></td><td data-is="Records" class="n"><span>–</span></td><td data-is="Last read"><span>–</span></td></tr>`]
    return known.resources.map((resource, i) => html`<tr>${i === 0 ? html`<th scope="row">${system.name}</th>` : html`<th scope="row"><span class="soft">${system.name}</span></th>`}
<td data-is="State"><span>${resource.error === null ? (resource.looked_at === null ? tag('', 'not read yet') : tag('good', 'well')) : html`${tag('bad', 'fails')}<br><span class="small">${prose(resource.error.says)}</span>`}</span></td>
<td data-is="Holds"><span>${resource.entity} <span class="soft">in ${resource.resource}, ${resource.sends ? (resource.receives ? 'sends and receives' : 'sends') : 'receives'}</span></span></td>
<td data-is="Records" class="n"><span>${resource.records}</span></td><td data-is="Last read"><span>${moment(resource.looked_at)}</span></td></tr>`)
  })
  return scroll('Systems', html`<table class="cards"><thead><tr><th scope="col">System</th><th scope="col">State</th><th scope="col">Holds</th><th scope="col" class="n">Records</th><th scope="col">Last read</th></tr></thead><tbody>${rows}</tbody></table>`)
}

async function flowsTable(now: Status, { parts, worker }: Served): Promise<Html> {
  const lanes = await worker.lanes()
  const rows = [...parts.runtime.plan.flows.values()].map((flow) => {
    const known = now.flows.find((one) => one.flow === flow.key)!
    const mine = lanes.filter(({ lane }) => lane.flow === flow.key && !lane.full)
    const both = flow.ends.filter((end) => end.sends && end.receives).map((end) => end.system)
    const way = [flow.ends.filter((end) => end.sends && !end.receives).map((end) => end.system).join(', '), both.join(' ⇄ '), flow.ends.filter((end) => end.receives && !end.sends).map((end) => end.system).join(', ')].filter((part) => part !== '').join(' → ')
    return html`<tr><th scope="row">${flow.name}</th><td data-is="Between"><span>${flow.entity}: ${way}</span></td>
<td data-is="Reads"><ul class="plain">${mine.map((row) => html`<li>${row.lane.system} ${triggerInWords(row.lane)}${row.underWay ? html` ${tag('note', 'reading')}` : row.nextAt === null ? '' : html`<br><span class="soft small">next ${moment(isoOrNull(row.nextAt))}</span>`}</li>`)}</ul></td>
<td data-is="State"><span>${known.runs ? (known.stale ? tag('bad', 'late') : tag('good', 'runs')) : html`${tag('', 'does not run')}<br><span class="small">${known.because.join('; ')}</span>`}</span></td></tr>`
  })
  return scroll('Flows', html`<table class="cards"><thead><tr><th scope="col">Flow</th><th scope="col">Between</th><th scope="col">Reads</th><th scope="col">State</th></tr></thead><tbody>${rows}</tbody></table>`)
}

export function balanceTag(run: { readonly state: string; readonly summary: unknown }): Html {
  const summary = run.summary as { balanced?: boolean } | null
  const state = run.state === 'ended' ? tag('good', 'done') : run.state === 'running' ? tag('note', 'running') : tag(run.state === 'stopped' ? 'note' : 'bad', run.state === 'failed' ? 'something failed' : run.state)
  return html`${state} ${summary === null ? '' : summary.balanced === true ? tag('good', 'balanced') : tag('bad', 'not balanced')}`
}

