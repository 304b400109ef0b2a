/** Style sheet and script of the site, read from beside this file. */
import { readFileSync } from 'node:fs'

export const assetText = (name: 'site.css' | 'browser.js'): string => readFileSync(new URL(name, import.meta.url), 'utf8')
