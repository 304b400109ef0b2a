/** Pages for people, rendered here and complete without a script. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { writtenFields } from '../../sync/engine.ts'
import { aside } from '../../sync/repair.ts'
import { recordPage, recordsQuery } from '../api/records.ts'
import { runOf } from '../api/run.ts'
import type { Served } from '../endpoint.ts'
import { decodeCursor, encodeCursor, offsetPage, pageQuery } from '../paging.ts'
import { inWords, iso, isoOrNull, plain } from '../plain.ts'
import { type ChangeView, recordView, type RecordView } from '../record-view.ts'
import { frame, ICON, moment, more, scroll, tag } from './frame.ts'
import { html, Html, prose } from './html.ts'
import { balanceTag, overview } from './overview.ts'
import { STYLE } from './style.ts'
import { asideTable, fieldTable, ledgerTable, recordTable, reviewTable, titleOf, valueInWords } from './tables.ts'

/** Nothing from elsewhere, no script, no frame around it. */
const CSP = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

interface Page { readonly title: string; readonly body: Html }

export const sendPage = (reply: FastifyReply, { parts }: Served, at: string, page: Page): FastifyReply =>
  reply.header('content-security-policy', CSP).type('text/html; charset=utf-8').send(frame({ ...page, at, plan: parts.runtime.plan.name, madeAt: iso(parts.clock.now()) }))

export const problemPage = (problem: Readonly<Record<string, unknown>>): Page => ({
  title: 'Not found', body: html`<h1>${problem['status'] === 404 ? 'Not found' : 'That did not work'}</h1><div class="says bad"><p>${prose(String(problem['detail']))}</p></div><p class="more"><a href="/">Overview</a></p>`,
})

export function addPages(app: FastifyInstance, served: Served): void {
  const { parts } = served
  const send = (reply: FastifyReply, at: string, page: Page): FastifyReply => sendPage(reply, served, at, page)
  app.get('/style.css', async (_request, reply) => reply.header('cache-control', 'max-age=60').type('text/css; charset=utf-8').send(STYLE))
  app.get('/icon.svg', async (_request, reply) => reply.header('content-security-policy', CSP).type('image/svg+xml').send(ICON))
  app.get('/', async (_request, reply) => send(reply, '/', await overview(served)))
  app.get('/records', async (request, reply) => send(reply, '/records', await recordsPage(served, request.query)))
  app.get('/records/:id', async (request, reply) => send(reply, '/records', recordOf(await recordView(parts.store, parts.runtime, (request.params as { id: string }).id))))
  app.get('/errors', async (request, reply) => send(reply, '/errors', await errorsPage(served, request.query)))
  app.get('/errors/:id', async (request, reply) => send(reply, '/errors', await errorPage(served, (request.params as { id: string }).id)))
  app.get('/review', async (request, reply) => send(reply, '/review', await reviewPage(served, request.query)))
  app.get('/runs', async (request, reply) => send(reply, '/runs', await runsPage(served, request.query)))
  app.get('/runs/:id', async (request, reply) => send(reply, '/runs', await runPage(served, (request.params as { id: string }).id, request.query)))
}

async function recordsPage({ parts }: Served, given: unknown): Promise<Page> {
  const query = recordsQuery.catch(recordsQuery.parse({})).parse(blanksLeftOut(given))
  const entities = [...parts.runtime.entities.keys()]
  const entity = query.entity !== undefined && entities.includes(query.entity) ? query.entity : undefined
  const { entity: _, ...rest } = query
  const { items, next } = await recordPage(entities, { ...rest, ...(entity === undefined ? {} : { entity }) }, (work) => parts.store.transaction(work, { readOnly: true }))
  const body = html`<h1>Records</h1><section aria-label="Search"><form class="search" method="get" action="/records" role="search">
<label>Text, key or id <input type="search" name="text" value="${query.text ?? ''}"></label>
<label>Entity <select name="entity"><option value="">all</option>${entities.map((name) => html`<option value="${name}"${name === entity ? new Html(' selected') : ''}>${name}</option>`)}</select></label>
<button>Search</button></form>
${items.length === 0 ? html`<p class="soft">No record is like that.</p>` : recordTable(items)}${more('/records', { text: query.text, entity }, next)}</section>`
  return { title: 'Records', body }
}

const blanksLeftOut = (given: unknown): Record<string, unknown> => Object.fromEntries(Object.entries((given ?? {}) as Record<string, unknown>).filter(([, value]) => value !== ''))

function recordOf(view: RecordView): Page {
  const { golden } = view
  const title = titleOf(golden)
  const body = html`<h1>${title}</h1>
<p class="soft">${golden.entity} · revision ${golden.rev} · ${golden.state}${golden.mergedInto === null ? '' : html` · merged`} · <span class="key">${golden.id}</span></p>
${golden.review.length === 0 ? '' : html`<div class="says note">${golden.review.map((item) => html`<p>${item.field === undefined ? '' : html`<strong>${item.field}</strong>: `}${prose(item.says)}${item.with === undefined ? '' : html` <a href="/records/${item.with}">The other one</a>`}</p>`)}</div>`}
<section aria-labelledby="values"><h2 id="values">Values and where they come from</h2>${fieldTable(view)}</section>
<section aria-labelledby="links"><h2 id="links">Known as</h2>${linksTable(view)}</section>
<section aria-labelledby="conflicts"><h2 id="conflicts">Conflicts</h2>${view.conflicts.length === 0 ? html`<p class="soft">Nobody’s word was overruled.</p>` : conflictsTable(view.conflicts, view)}</section>
<section aria-labelledby="history"><h2 id="history">History</h2>${view.history.length === 0 ? html`<p class="soft">Nothing changed since it was first read.</p>` : historyTable(view.history, view)}</section>`
  return { title, body }
}

const linksTable = (view: RecordView): Html => html`<table class="cards">
<thead><tr><th scope="col">System</th><th scope="col">Key</th><th scope="col">State</th><th scope="col">Held there</th><th scope="col">Seen</th></tr></thead>
<tbody>${view.links.map((link) => html`<tr><th scope="row">${link.system} <span class="soft">${link.resource}</span></th><td data-is="Key"><span class="key">${link.key ?? 'due to be made'}</span></td>
<td data-is="State"><span>${link.open ? tag(link.open.state === 'aside' || link.open.state === 'unsure' ? 'bad' : 'note', `${link.open.kind} ${link.open.state}`) : link.state === 'live' ? tag('good', 'agrees') : tag('', link.state)}${link.open?.reason ? html`<br><span class="small">${link.open.reason}</span>` : ''}${link.altered.length > 0 ? html`<br><span class="small soft">keeps its own form of ${link.altered.join(', ')}</span>` : ''}</span></td>
<td data-is="Held"><span class="small">${link.held === null ? '–' : Object.entries(link.held as Record<string, unknown>).filter(([, value]) => value !== null).map(([name, value]) => html`<span class="soft">${name}</span> ${inWords(value)}<br>`)}</span></td>
<td data-is="Seen"><span>${moment(link.seen_at)}</span></td></tr>`)}</tbody></table>`

const conflictsTable = (rows: readonly ChangeView[], view: RecordView): Html => html`<table class="cards">
<thead><tr><th scope="col">When</th><th scope="col">Field</th><th scope="col">What lost</th><th scope="col">What counts</th></tr></thead>
<tbody>${rows.map((row) => html`<tr><th scope="row">${moment(row.at)}</th><td data-is="Field">${row.field}</td><td data-is="Lost"><span>${row.loser ? html`${valueInWords(row.loser.value, view)} <span class="soft">said by ${row.loser.system}</span>` : ''}</span></td>
<td data-is="Counts"><span>${valueInWords(row.after, view)} <span class="soft">${row.winner === null ? '' : `said by ${row.winner}`}${row.rule === null ? '' : ` (${row.rule})`}</span></span></td></tr>`)}</tbody></table>`

const historyTable = (rows: readonly ChangeView[], view: RecordView): Html => html`<table class="cards">
<thead><tr><th scope="col">When</th><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>${rows.map((row) => html`<tr><th scope="row">${moment(row.at)}</th><td data-is="Field"><span>${row.field === '' ? row.kind : row.field}</span></td><td data-is="Before"><span>${valueInWords(row.before, view)}</span></td>
<td data-is="After"><span>${valueInWords(row.after, view)}${row.rule === null ? '' : html` <span class="soft">${row.rule}</span>`}</span></td></tr>`)}</tbody></table>`

async function errorsPage({ parts }: Served, given: unknown): Promise<Page> {
  const query = pageQuery.catch(pageQuery.parse({})).parse(blanksLeftOut(given))
  const { items, next } = await offsetPage(query, (limit) => parts.store.transaction((tx) => tx.asides({ states: ['open', 'fixed'], limit }), { readOnly: true }))
  return { title: 'Set aside', body: html`<h1>Set aside</h1><p class="soft">Records that could not be understood, or that a system refused. Nothing of them is lost; the others go on.</p>
<section aria-label="Records that were set aside">${items.length === 0 ? html`<p class="soft">Nothing is set aside.</p>` : asideTable(items)}${more('/errors', {}, next)}</section>` }
}

async function errorPage({ parts }: Served, id: string): Promise<Page> {
  const row = await parts.store.transaction((tx) => aside(tx, id), { readOnly: true })
  const title = `${row.system} ${row.key}`
  return { title, body: html`<h1>${title}</h1><p class="soft">${row.entity} in ${row.resource} · ${row.direction === 'in' ? 'read and not understood' : 'refused when it was written'} · ${moment(iso(row.at))} · ${row.times === 1 ? 'once' : `${row.times} times`}</p>
<div class="says bad"><p>${row.field === null ? '' : html`<strong>${row.field}</strong>${row.value === null ? '' : html` <code>${row.value}</code>`}: `}${prose(row.says)}</p><p>${prose(row.mend)}</p></div>
<section aria-labelledby="mend"><h2 id="mend">By command</h2><p><code>plimsoll errors fix ${row.id} ${row.field ?? 'field'}=…</code><br><code>plimsoll errors retry ${row.id}</code><br><code>plimsoll errors discard ${row.id}</code></p></section>
<section aria-labelledby="raw"><h2 id="raw">${row.direction === 'in' ? 'As it was read' : 'As it was to be written'}</h2>
<table><thead><tr><th scope="col">Path</th><th scope="col">Value</th></tr></thead><tbody>${Object.entries(row.raw).map(([path, value]) => html`<tr><th scope="row">${path}</th><td>${inWords(plain(value))}</td></tr>`)}</tbody></table></section>` }
}

async function reviewPage({ parts }: Served, given: unknown): Promise<Page> {
  const query = pageQuery.catch(pageQuery.parse({})).parse(blanksLeftOut(given))
  const { items, next } = await offsetPage(query, (limit) => parts.store.transaction((tx) => tx.goldensInReview(limit), { readOnly: true }))
  return { title: 'Review', body: html`<h1>Review</h1><p class="soft">Questions that only a person can answer. Until then nothing is merged and nothing contested is written.</p>
<section aria-label="Questions">${items.length === 0 ? html`<p class="soft">No question waits for a person.</p>` : reviewTable(items)}${more('/review', {}, next)}</section>` }
}

async function runsPage({ parts }: Served, given: unknown): Promise<Page> {
  const query = pageQuery.catch(pageQuery.parse({})).parse(blanksLeftOut(given))
  const { items, next } = await offsetPage(query, (limit) => parts.store.transaction((tx) => tx.runs(limit), { readOnly: true }))
  const count = (summary: unknown, name: string): number => Number((summary as Record<string, unknown> | null)?.[name] ?? 0)
  return { title: 'Runs', body: html`<h1>Runs</h1><p class="soft">The newest first. While Plimsoll serves, a run is what is done between two moments of rest.</p><section aria-label="Runs">
<table class="cards"><thead><tr><th scope="col">Started</th><th scope="col">State</th><th scope="col" class="n">Read</th><th scope="col" class="n">Changed</th><th scope="col" class="n">Written</th><th scope="col" class="n">Set aside</th></tr></thead>
<tbody>${items.map((row) => html`<tr><th scope="row"><a href="/runs/${row.id}">${moment(isoOrNull(row.startedAt))}</a></th><td data-is="State"><span>${balanceTag(row)}</span></td><td data-is="Read" class="n"><span>${count(row.summary, 'read')}</span></td>
<td data-is="Changed" class="n"><span>${count(row.summary, 'new') + count(row.summary, 'changed')}</span></td><td data-is="Written" class="n"><span>${count(row.summary, 'writes')}</span></td><td data-is="Set aside" class="n"><span>${count(row.summary, 'set_aside')}</span></td></tr>`)}</tbody></table>
${more('/runs', {}, next)}</section>` }
}

async function runPage({ parts }: Served, id: string, given: unknown): Promise<Page> {
  const query = pageQuery.catch(pageQuery.parse({})).parse(blanksLeftOut(given))
  const { row, ledger } = await runOf(parts.store, id)
  const writes = await parts.store.transaction((tx) => tx.writes(id, Number(decodeCursor(query.cursor)) || 0, query.limit + 1), { readOnly: true })
  const shown = writes.slice(0, query.limit)
  return { title: 'Run', body: html`<h1>Run</h1><p>${balanceTag(row)} from ${moment(isoOrNull(row.startedAt))} to ${moment(isoOrNull(row.endedAt))}</p>
<section aria-labelledby="ledger"><h2 id="ledger">Ledger</h2>${ledger.length === 0 ? html`<p class="soft">Nothing was due.</p>` : ledgerTable(ledger, 'Every record that was read and every write that was due is in one of these columns.')}</section>
<section aria-labelledby="writes"><h2 id="writes">What it wrote</h2>${shown.length === 0 ? html`<p class="soft">Nothing.</p>` : scroll('What it wrote', html`<table class="cards"><thead><tr><th scope="col">Record</th><th scope="col">Operation</th><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>${shown.flatMap(writtenFields).map((write) => html`<tr><th scope="row"><a href="/records/${write.golden}">${write.system} ${write.record}</a></th><td data-is="Operation">${write.operation}</td><td data-is="Field"><span>${write.field}</span></td><td data-is="Before"><span>${inWords(plain(write.before))}</span></td><td data-is="After"><span>${inWords(plain(write.after))}</span></td></tr>`)}</tbody></table>`)}
${more(`/runs/${encodeURIComponent(id)}`, {}, writes.length > query.limit ? encodeCursor(String(shown.at(-1)!.row)) : null)}</section>` }
}
