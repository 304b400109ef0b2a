/** The static site: a page for each document, a search index, style, script and faces. It works from a folder, with no server and no network. */
import { FACES, type Face, fontFile } from '../../fonts/bundled.ts'
import { darkRules } from '../../scene/palette.ts'
import { clean } from '../clean.ts'
import { type Document, everyInline, plain, type Subject } from '../document.ts'
import type { LabelKey } from '../labels/labels.ts'
import { from } from '../places.ts'
import { assetText } from './assets.ts'
import { escaped, htmlPlace, HtmlPage, type HtmlOptions, shownText } from './html.ts'

export interface SiteOptions extends HtmlOptions {
  readonly language: string
  readonly plan: string
  /** What stands under each page: plan, version, date. */
  readonly foot: string
  /** File of the PDF from the root, where it is made too. */
  readonly pdf?: string
}

const POLICY = "default-src 'none'; script-src 'self' file:; style-src 'self' file:; font-src 'self' file:; img-src 'self' file: data:; base-uri 'none'; form-action 'none'"
const GROUPS: readonly (readonly [Subject, LabelKey])[] = [
  ['flow', 'site.group.flow'], ['process', 'site.group.process'], ['system', 'site.group.system'], ['entity', 'site.group.entity'], ['runbook', 'site.group.runbook'],
]
/** A menu with more entries than this is no help; the first page lists them. */
const IN_MENU = 40

export function* siteFiles(documents: readonly Document[], options: SiteOptions): Generator<readonly [file: string, content: string | Uint8Array]> {
  const menu = new Menu(documents, options)
  for (const document of documents) yield [htmlPlace(document), pageOf(document, documents, menu, options)]
  yield ['assets/search-index.js', searchIndex(documents)]
  yield ['assets/site.css', `${assetText('site.css')}\n@media screen and (prefers-color-scheme: dark) { ${darkRules('.drawing ')} }\n`]
  yield ['assets/browser.js', assetText('browser.js')]
  for (const face of Object.keys(FACES) as Face[]) yield [`assets/fonts/${FACES[face]}`, fontFile(face)]
}

class Menu {
  readonly #documents: readonly Document[]
  readonly #options: SiteOptions

  constructor(documents: readonly Document[], options: SiteOptions) {
    this.#documents = documents
    this.#options = options
  }

  /** On the page `current`. */
  html(current: Document): string {
    const { say } = this.#options
    const page = htmlPlace(current)
    const link = (one: Document): string => `<li><a href="${escaped(from(page, htmlPlace(one)))}"${one === current ? ' aria-current="page"' : ''}>${shownText(one.key === 'index' && one.subject === 'document' ? say('kicker.overview') : one.title)}</a></li>`
    const papers = this.#documents.filter((one) => one.subject === 'document')
    const groups = GROUPS.flatMap(([subject, label]) => {
      const list = this.#documents.filter((one) => one.subject === subject)
      if (list.length === 0) return []
      const title = `${escaped(say(label))} <span class="count">${list.length}</span>`
      if (list.length > IN_MENU) return [`<p class="group"><a href="${from(page, 'index.html')}#all-${subject}">${title}</a></p>`]
      return [`<details${current.subject === subject ? ' open' : ''}><summary>${title}</summary><ul>${list.map(link).join('')}</ul></details>`]
    })
    return `<ul>${papers.map(link).join('')}</ul>${groups.join('')}`
  }

  /** All pages, for the first one. */
  directory(page: string): string {
    return GROUPS.flatMap(([subject, label]) => {
      const list = this.#documents.filter((one) => one.subject === subject)
      return list.length === 0 ? [] : [`<section aria-labelledby="all-${subject}"><h2 id="all-${subject}">${escaped(this.#options.say(label))}</h2><ul class="directory">${list.map((one) => `<li><a href="${escaped(from(page, htmlPlace(one)))}">${shownText(one.title)}</a></li>`).join('')}</ul></section>`]
    }).join('\n')
  }
}

function pageOf(document: Document, documents: readonly Document[], menu: Menu, options: SiteOptions): string {
  const { say } = options
  const page = htmlPlace(document)
  const writer = new HtmlPage(page, options)
  const first = document.subject === 'document' && document.key === 'index'
  const about = document.about ? `<p class="lead">${writer.inline(document.about)}</p>` : ''
  const body = writer.blocks(document.blocks) + (first ? `\n${menu.directory(page)}` : '')
  const inside = writer.headings.filter((heading) => heading.depth <= 3)
  const contents = inside.length < 2 ? '' : `<nav class="inside" aria-label="${escaped(say('site.on_this_page'))}"><p>${escaped(say('site.on_this_page'))}</p><ul>${inside.map((heading) => `<li class="depth-${heading.depth}"><a href="#${heading.id}">${shownText(heading.title)}</a></li>`).join('')}</ul></nav>`
  const at = documents.indexOf(document)
  const near = (one: Document | undefined, sign: (title: string) => string): string => (one ? `<a href="${escaped(from(page, htmlPlace(one)))}">${sign(shownText(one.title))}</a>` : '<span></span>')
  const root = from(page, '')
  return `<!doctype html>
<html lang="${options.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(first ? document.title : `${document.title} · ${options.plan}`)}</title>
<link rel="stylesheet" href="${root}assets/site.css">
<script defer src="${root}assets/search-index.js"></script>
<script defer src="${root}assets/browser.js"></script>
</head>
<body data-root="${root}">
<a class="skip" href="#content">${escaped(say('site.skip'))}</a>
<header class="top">
<a class="home" href="${from(page, 'index.html')}">${shownText(options.plan)}</a>
<div class="search" role="search"><label class="hidden" for="search">${escaped(say('site.search'))}</label><input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="${escaped(say('site.search_hint'))}" role="combobox" aria-expanded="false" aria-controls="hits" aria-autocomplete="list"><ul id="hits" role="listbox" aria-label="${escaped(say('site.search'))}" hidden data-none="${escaped(say('site.no_results'))}"></ul></div>
<button class="menu-button" type="button" aria-expanded="false" aria-controls="menu">${escaped(say('site.menu'))}</button>
</header>
<div class="frame">
<nav id="menu" class="menu" aria-label="${escaped(say('site.menu'))}">
${menu.html(document)}
${options.pdf === undefined ? '' : `<p class="group"><a href="${escaped(from(page, options.pdf))}">${escaped(say('site.pdf'))}</a></p>`}
</nav>
<main id="content" tabindex="-1">
<article>
<header><p class="kicker">${shownText(document.kicker)}</p><h1>${shownText(document.title)}</h1>${about}</header>
${body}
</article>
<nav class="near" aria-label="${escaped(say('site.menu'))}">${near(documents[at - 1], (title) => `← ${title}`)}${near(documents[at + 1], (title) => `${title} →`)}</nav>
</main>
${contents}
</div>
<footer class="foot"><p>${shownText(options.foot)}</p></footer>
</body>
</html>
`
}

/** Words of one page beyond this are not searched: a page with 10,000 fields is still found by its first thousands. */
const MOST_WORDS = 6000

/** A script, since a page that is opened from a folder may not fetch. */
function searchIndex(documents: readonly Document[]): string {
  const entries = documents.map((document) => {
    const words = new Set<string>()
    for (const inline of everyInline(document)) {
      for (const word of clean(plain(inline)).toLowerCase().split(/[^\p{L}\p{N}_@.+-]+/u)) if (word.length > 1 && words.size < MOST_WORDS) words.add(word)
    }
    return [document.subject, document.key, clean(document.title), clean(document.kicker), htmlPlace(document), [...words].join(' ')]
  })
  // In a script `</` would end it, and two separators of lines would break a text.
  const json = JSON.stringify(entries).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
  return `globalThis.plimsollPages = ${json}\n`
}
