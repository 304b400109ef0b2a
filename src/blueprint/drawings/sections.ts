/** Parts of a page, one below the other; where a page is full, the next one goes on. */
import type { Item, Page } from '../scene/scene.ts'

export interface Section {
  readonly height: number
  /** With y 0 at its top. */
  readonly items: readonly Item[]
  /** Distance from what stands above. */
  readonly gap?: number
}

export function moved(item: Item, dx: number, dy: number): Item {
  switch (item.kind) {
    case 'line': return {
      ...item, points: item.points.map(([x, y]) => [x + dx, y + dy] as const),
      ...(item.label === undefined ? {} : { label: { ...item.label, x: item.label.x + dx, y: item.label.y + dy } }),
    }
    default: return { ...item, x: item.x + dx, y: item.y + dy }
  }
}

/** Sections as pages of at most this height. */
export function stacked(sections: readonly Section[], width: number, height: number): Omit<Page, 'part'>[] {
  const pages: { width: number; height: number; items: Item[] }[] = []
  let page: { width: number; height: number; items: Item[] } | undefined
  for (const section of sections) {
    const gap = page === undefined ? 0 : (section.gap ?? 0)
    if (page === undefined || page.height + gap + section.height > height) {
      page = { width, height: 0, items: [] }
      pages.push(page)
    }
    const top = page.height === 0 ? 0 : page.height + gap
    page.items.push(...section.items.map((item) => moved(item, 0, top)))
    page.height = top + section.height
  }
  return pages
}
