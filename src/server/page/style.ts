export const STYLE = `
:root { color-scheme: light dark; --ground: #f6f7f9; --sheet: #fff; --ink: #17212b; --soft: #51606e; --line: #d8dee5; --accent: #0b5cad; --good: #1a6e3c; --good-ground: #e3f4e9; --bad: #a3231b; --bad-ground: #fbe7e5; --note: #7a4f00; --note-ground: #fbf0d9; --row: #f2f5f8 }
@media (prefers-color-scheme: dark) { :root { --ground: #10161c; --sheet: #182028; --ink: #e8edf2; --soft: #a3b1be; --line: #303c48; --accent: #7cb8f5; --good: #7fd6a1; --good-ground: #173526; --bad: #ff9d94; --bad-ground: #43211f; --note: #f2c66d; --note-ground: #3b2f16; --row: #1e2832 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; overflow-wrap: anywhere }
a { color: var(--accent) }
a:focus-visible, input:focus-visible, select:focus-visible, button:focus-visible, .scroll:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px }
.skip { position: absolute; left: -999rem }
.skip:focus { left: 1rem; top: .5rem; background: var(--sheet); padding: .5rem 1rem; z-index: 1 }
header.top { background: var(--sheet); border-bottom: 1px solid var(--line) }
.wrap { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem }
header.top .wrap { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 2rem; padding-top: .75rem; padding-bottom: .75rem }
.brand { display: inline-flex; align-items: center; gap: .55rem; font-weight: 650; color: var(--ink); text-decoration: none }
.brand svg { width: 1.5rem; height: 1.5rem; color: var(--accent) }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0; padding: 0; list-style: none }
nav a { display: inline-block; padding: .3rem 0; text-decoration: none; color: var(--soft) }
nav a:hover { text-decoration: underline }
nav a[aria-current] { color: var(--ink); font-weight: 600; box-shadow: 0 2px 0 var(--accent) }
main { padding: 1.5rem 0 3rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .35rem; text-wrap: balance }
h2 { font-size: 1.15rem; margin: 0 0 .75rem }
h3 { font-size: 1rem; margin: 0 }
p { margin: 0 0 .75rem }
.soft { color: var(--soft) }
.small { font-size: .875rem }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem 1.25rem 1.25rem; margin-top: 1.25rem }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1.1rem 0 0 }
.figures div { background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem .9rem; display: flex; flex-direction: column-reverse; justify-content: flex-end }
.figures dt { color: var(--soft); font-size: .875rem }
.figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.3 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .925rem }
caption { text-align: left; color: var(--soft); padding-bottom: .5rem }
th, td { text-align: left; padding: .45rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
table.wide { min-width: 54rem } table.wide tr > :first-child { position: sticky; left: 0; background: var(--sheet); min-width: 8.5rem }
tr > :first-child { padding-left: 0 } tr > :last-child { padding-right: 0 }
thead th { color: var(--soft); font-weight: 550; font-size: .85rem; vertical-align: bottom; border-bottom-color: var(--soft) }
tbody th { font-weight: 550 } tbody th .soft { font-weight: 400 }
tbody tr:last-child > * { border-bottom: 0 }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.zero { color: var(--soft) }
.tag { display: inline-block; border-radius: 1rem; padding: .05rem .6rem; font-size: .84rem; font-weight: 550; background: var(--row); color: var(--soft); white-space: nowrap }
.tag.good { background: var(--good-ground); color: var(--good) } .tag.bad { background: var(--bad-ground); color: var(--bad) } .tag.note { background: var(--note-ground); color: var(--note) }
.says { margin: .9rem 0 0; padding: .65rem .9rem; border-radius: .5rem; border-left: 4px solid }
.says.good { background: var(--good-ground); border-color: var(--good) } .says.bad { background: var(--bad-ground); border-color: var(--bad) } .says.note { background: var(--note-ground); border-color: var(--note) }
.says p:last-child { margin: 0 }
code { background: var(--row); border-radius: .25rem; padding: .05rem .25rem }
code, .key { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .86em }
form.search { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 0 0 1rem }
form.search label { display: flex; flex-direction: column; gap: .2rem; font-size: .875rem; color: var(--soft) }
input, select, button { font: inherit; color: var(--ink); background: var(--ground); border: 1px solid var(--soft); border-radius: .4rem; padding: .45rem .7rem; max-width: 100% }
button { background: var(--accent); color: var(--sheet); border-color: var(--accent); font-weight: 600; cursor: pointer }
.more { margin: .9rem 0 0 }
footer { color: var(--soft); font-size: .875rem; padding-bottom: 2rem }
ul.plain { margin: 0; padding: 0; list-style: none } ul.plain li + li { margin-top: .4rem }
@media (max-width: 42rem) {
  .wrap { padding: 0 .9rem }
  section { padding: .9rem }
  h1 { font-size: 1.35rem }
  nav ul { gap: .1rem .95rem } nav a { font-size: .93rem }
  .figures { grid-template-columns: repeat(2, 1fr) }
  table.cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  table.cards, table.cards tbody, table.cards tr, table.cards th, table.cards td { display: block; padding: 0; border: 0; text-align: left; white-space: normal }
  table.cards tr { padding: .65rem 0; border-bottom: 1px solid var(--line) } table.cards tr:last-child { border: 0; padding-bottom: 0 } table.cards caption { display: block }
  table.cards td { display: grid; grid-template-columns: 7rem 1fr; gap: .5rem }
  table.cards td::before { content: attr(data-is); color: var(--soft); font-size: .85rem }
  table.cards td.bare { display: block } table.cards td.bare::before { content: none }
}
@media print { nav, form.search { display: none } section { break-inside: avoid } }
`
