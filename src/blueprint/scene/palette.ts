/**
 * The colours of the drawings by their role, for light and for dark. `accent-n` is for edges, lines and text, `soft-n` is its fill;
 * text in `ink`, `quiet`, an accent, `warn`, `ok` or `later` can be read on paper and on every fill (a test computes it).
 */
interface Shade { readonly light: string; readonly dark: string }

export const PALETTE = {
  paper: { light: '#ffffff', dark: '#10161e' },
  ink: { light: '#16202c', dark: '#e8eef5' },
  quiet: { light: '#4b596a', dark: '#aab7c6' },
  line: { light: '#42526a', dark: '#9fb2c8' },
  edge: { light: '#8a9bb2', dark: '#5d7089' },
  faint: { light: '#c9d3df', dark: '#33414f' },
  fill: { light: '#f4f7fb', dark: '#1a2430' },
  zone: { light: '#f8fafc', dark: '#141c25' },
  strip: { light: '#e6edf5', dark: '#213040' },
  'accent-1': { light: '#1f5fa8', dark: '#8ab8f0' },
  'soft-1': { light: '#eaf2fc', dark: '#16283d' },
  'accent-2': { light: '#1f6b35', dark: '#85cf96' },
  'soft-2': { light: '#eaf6ec', dark: '#15291b' },
  'accent-3': { light: '#855300', dark: '#e6b860' },
  'soft-3': { light: '#fdf4e0', dark: '#2d2413' },
  'accent-4': { light: '#6440a8', dark: '#bda4f0' },
  'soft-4': { light: '#f3eefb', dark: '#251d38' },
  'accent-5': { light: '#0c666f', dark: '#74ccd4' },
  'soft-5': { light: '#e4f4f5', dark: '#11282b' },
  'accent-6': { light: '#a02c5d', dark: '#f09abf' },
  'soft-6': { light: '#fcecf3', dark: '#331a27' },
  'accent-7': { light: '#74492a', dark: '#d8ac85' },
  'soft-7': { light: '#f7efe7', dark: '#2b2119' },
  'accent-8': { light: '#45558a', dark: '#a9b8e8' },
  'soft-8': { light: '#eceff8', dark: '#1c2236' },
  warn: { light: '#b3261e', dark: '#ff9d94' },
  'soft-warn': { light: '#fdecea', dark: '#381a18' },
  ok: { light: '#1f6b35', dark: '#85cf96' },
  'soft-ok': { light: '#eaf6ec', dark: '#15291b' },
  later: { light: '#59636f', dark: '#a3acb8' },
  'soft-later': { light: '#f3f4f6', dark: '#1d232b' },
} as const satisfies Readonly<Record<string, Shade>>

export type Role = keyof typeof PALETTE
export type Mode = 'light' | 'dark'

export const ROLES = Object.keys(PALETTE) as readonly Role[]

/**
 * Rules that colour drawings for dark: marks carry a class per role, `pf-ink` where it fills, `ps-ink` where it strokes. A page
 * with a switch of its own puts its selector before them.
 */
export const darkRules = (before = ''): string =>
  ROLES.map((role) => `${before}.pf-${role}{fill:${PALETTE[role].dark}}${before}.ps-${role}{stroke:${PALETTE[role].dark}}`).join('')
