import { html, Html } from './html.ts'

export interface Frame {
  readonly title: string
  readonly plan: string
  /** Path of the page in the navigation. */
  readonly at: string
  readonly body: Html
  readonly madeAt: string
}

const NAVIGATION = [['/', 'Overview'], ['/records', 'Records'], ['/errors', 'Set aside'], ['/review', 'Review'], ['/runs', 'Runs']] as const

export const frame = ({ title, plan, at, body, madeAt }: Frame): string => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Plimsoll</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header class="top"><div class="wrap">
<a class="brand" href="/">${mark} <span>Plimsoll</span></a>
<nav aria-label="Pages"><ul>${NAVIGATION.map(([path, name]) => html`<li><a href="${path}"${at === path ? new Html(' aria-current="page"') : ''}>${name}</a></li>`)}</ul></nav>
</div></header>
<main id="main"><div class="wrap">
${body}
</div></main>
<footer><div class="wrap">${plan} · as of ${moment(madeAt)} · load the page again to see what changed since</div></footer>
</body>
</html>
`.text

/** The load line: a ring and a line through it. */
const SHAPE = '<circle cx="12" cy="12" r="7" fill="none" stroke="currentColor" stroke-width="2.4"/><path d="M1.5 12h21" stroke="currentColor" stroke-width="2.4"/>'
const mark = new Html(`<svg viewBox="0 0 24 24" aria-hidden="true">${SHAPE}</svg>`)
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" color="#0b5cad">${SHAPE}</svg>`

export const moment = (iso: string | null): Html => (iso === null ? html`<span class="soft">not yet</span>` : html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`)

export const tag = (kind: 'good' | 'bad' | 'note' | '', text: string): Html => html`<span class="tag ${kind}">${text}</span>`

export const number = (n: number): Html => (n === 0 ? html`<span class="zero">0</span>` : html`${n}`)

/** Wide tables scroll by themselves, with the keyboard too. */
export const scroll = (label: string, table: Html): Html => html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`

export const more = (path: string, query: Readonly<Record<string, string | undefined>>, next: string | null): Html =>
  next === null ? html`` : html`<p class="more"><a href="${path}?${new URLSearchParams(Object.entries({ ...query, cursor: next }).filter((e): e is [string, string] => e[1] !== undefined && e[1] !== '')).toString()}">Next page</a></p>`

export const plural = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`
