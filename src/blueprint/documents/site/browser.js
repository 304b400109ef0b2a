// The site's own script: menu, search, and drawings that can be enlarged, moved and clicked. No network, no storage, no library.
'use strict'
;(() => {
  const root = document.body.dataset.root
  /** [subject, key, title, kicker, file, words] */
  const pages = globalThis.plimsollPages ?? []
  const files = new Map(pages.map((page) => [`${page[0]} ${page[1]}`, page[4]]))

  // ── menu on a small screen ──
  const menuButton = document.querySelector('.menu-button')
  const menu = document.getElementById('menu')
  const openMenu = (open) => {
    menu.classList.toggle('open', open)
    menuButton.setAttribute('aria-expanded', String(open))
  }
  menuButton.addEventListener('click', () => openMenu(!menu.classList.contains('open')))

  // ── search ──
  const field = document.getElementById('search')
  const hits = document.getElementById('hits')
  const folded = (text) => text.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('ł', 'l').replaceAll('ß', 'ss')
  let index
  const indexed = () => (index ??= pages.map((page) => ({ page, title: folded(page[2]), key: page[1], words: ` ${folded(page[5])}` })))
  const ranks = { document: 0, flow: 1, system: 2, process: 3, entity: 4, runbook: 5 }
  const score = (one, words) => {
    let sum = 0
    for (const word of words) {
      if (one.title === word || one.key === word) sum += 100
      else if (one.title.startsWith(word)) sum += 60
      else if (one.title.includes(word)) sum += 40
      else if (one.words.includes(` ${word}`)) sum += 10
      else if (one.words.includes(word)) sum += 4
      else return 0
    }
    return sum * 10 - (ranks[one.page[0]] ?? 6)
  }
  let chosen = -1
  const choose = (at) => {
    const items = [...hits.querySelectorAll('[role=option]')]
    chosen = items.length === 0 ? -1 : (at + items.length) % items.length
    items.forEach((item, number) => item.setAttribute('aria-selected', String(number === chosen)))
    if (chosen >= 0) {
      field.setAttribute('aria-activedescendant', items[chosen].id)
      items[chosen].scrollIntoView({ block: 'nearest' })
    } else field.removeAttribute('aria-activedescendant')
  }
  const close = () => {
    hits.hidden = true
    field.setAttribute('aria-expanded', 'false')
    chosen = -1
  }
  const search = () => {
    const words = folded(field.value).split(/\s+/).filter((word) => word !== '')
    hits.replaceChildren()
    if (words.length === 0) return close()
    const found = indexed().map((one) => ({ page: one.page, points: score(one, words) })).filter((one) => one.points > 0).sort((a, b) => b.points - a.points).slice(0, 12)
    for (const [at, { page }] of found.entries()) {
      const item = document.createElement('li')
      item.id = `hit-${at}`
      item.setAttribute('role', 'option')
      const link = document.createElement('a')
      link.href = root + page[4]
      link.tabIndex = -1
      const title = document.createElement('bdi')
      title.textContent = page[2]
      const kind = document.createElement('span')
      kind.textContent = page[3]
      link.append(title, kind)
      item.append(link)
      hits.append(item)
    }
    if (found.length === 0) {
      const none = document.createElement('li')
      none.className = 'none'
      none.textContent = hits.dataset.none
      hits.append(none)
    }
    hits.hidden = false
    field.setAttribute('aria-expanded', 'true')
    choose(0)
  }
  field.addEventListener('input', search)
  field.addEventListener('focus', () => field.value !== '' && search())
  field.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      choose(chosen + (event.key === 'ArrowDown' ? 1 : -1))
    } else if (event.key === 'Enter') hits.querySelectorAll('[role=option] a')[chosen]?.click()
    else if (event.key === 'Escape') close()
  })
  document.addEventListener('click', (event) => {
    if (!event.target.closest('.search')) close()
  })
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !event.target.closest('input, textarea')) {
      event.preventDefault()
      field.focus()
    }
    if (event.key === 'Escape') openMenu(false)
  })

  // ── drawings ──
  const placeOf = (shape) => {
    for (const [name, subject] of [['flow', 'flow'], ['system', 'system']]) {
      const key = shape.dataset[name]
      const file = key === undefined ? undefined : files.get(`${subject} ${key}`)
      if (file !== undefined) return root + file
    }
    return undefined
  }

  for (const figure of document.querySelectorAll('.drawing')) {
    const viewport = figure.querySelector('.viewport')
    const svg = viewport.querySelector('svg')
    const whole = svg.getAttribute('viewBox').split(' ').map(Number)
    const [, , width, height] = whole
    let view = { x: 0, y: 0, width }
    const least = width / 12
    const show = () => {
      view.width = Math.min(width, Math.max(least, view.width))
      const tall = (view.width * height) / width
      view.x = Math.min(width - view.width, Math.max(0, view.x))
      view.y = Math.min(height - tall, Math.max(0, view.y))
      svg.setAttribute('viewBox', `${view.x} ${view.y} ${view.width} ${tall}`)
      viewport.classList.toggle('zoomed', view.width < width - 0.5)
    }
    /** Around a point of the screen, else around the middle. */
    const zoom = (factor, at) => {
      const box = svg.getBoundingClientRect()
      const across = at ? (at.x - box.left) / box.width : 0.5
      const down = at ? (at.y - box.top) / box.height : 0.5
      const next = Math.min(width, Math.max(least, view.width / factor))
      view = { x: view.x + (view.width - next) * across, y: view.y + ((view.width - next) * height / width) * down, width: next }
      show()
    }
    const move = (across, down) => {
      const perPixel = view.width / svg.getBoundingClientRect().width
      view = { ...view, x: view.x + across * perPixel, y: view.y + down * perPixel }
      show()
    }
    const fit = () => {
      view = { x: 0, y: 0, width }
      show()
    }
    for (const button of figure.querySelectorAll('[data-zoom]')) {
      button.addEventListener('click', () => (button.dataset.zoom === 'fit' ? fit() : zoom(button.dataset.zoom === 'in' ? 1.5 : 1 / 1.5)))
    }
    viewport.addEventListener('keydown', (event) => {
      const step = 80
      const does = {
        '+': () => zoom(1.5), '=': () => zoom(1.5), '-': () => zoom(1 / 1.5), 0: fit,
        ArrowLeft: () => move(-step, 0), ArrowRight: () => move(step, 0), ArrowUp: () => move(0, -step), ArrowDown: () => move(0, step),
      }[event.key]
      if (!does || event.ctrlKey || event.metaKey || event.altKey) return
      // What can't be moved leaves the arrows to the page.
      if (event.key.startsWith('Arrow') && !viewport.classList.contains('zoomed')) return
      event.preventDefault()
      does()
    })
    viewport.addEventListener('wheel', (event) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== viewport) return
      event.preventDefault()
      zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, { x: event.clientX, y: event.clientY })
    }, { passive: false })

    const fingers = new Map()
    let dragged = false
    let spread
    viewport.addEventListener('pointerdown', (event) => {
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY })
      if (fingers.size === 1) dragged = false
      spread = undefined
    })
    viewport.addEventListener('pointermove', (event) => {
      const was = fingers.get(event.pointerId)
      if (!was) return
      const now = { x: event.clientX, y: event.clientY }
      if (fingers.size === 2) {
        fingers.set(event.pointerId, now)
        const [a, b] = [...fingers.values()]
        const apart = Math.hypot(a.x - b.x, a.y - b.y)
        if (spread) zoom(apart / spread, { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
        spread = apart
        dragged = true
        return
      }
      if (!dragged && Math.hypot(now.x - was.x, now.y - was.y) < 5) return
      if (!dragged) viewport.setPointerCapture(event.pointerId)
      dragged = true
      fingers.set(event.pointerId, now)
      move(was.x - now.x, was.y - now.y)
    })
    for (const end of ['pointerup', 'pointercancel']) viewport.addEventListener(end, (event) => fingers.delete(event.pointerId))
    viewport.addEventListener('dblclick', (event) => zoom(2, { x: event.clientX, y: event.clientY }))

    // Shapes lead to the pages of what they stand for; the first one of each can be reached with the keyboard.
    const reached = new Set()
    for (const shape of svg.querySelectorAll('[data-system], [data-flow]')) {
      const place = placeOf(shape)
      if (place === undefined) continue
      shape.classList.add('leads')
      if (reached.has(place)) continue
      reached.add(place)
      shape.setAttribute('tabindex', '0')
      shape.setAttribute('role', 'link')
    }
    if (reached.size > 0) svg.setAttribute('role', 'group')
    const follow = (target) => {
      const shape = target.closest('.leads')
      const place = shape && svg.contains(shape) ? placeOf(shape) : undefined
      if (place !== undefined) location.href = place
    }
    svg.addEventListener('click', (event) => !dragged && follow(event.target))
    svg.addEventListener('keydown', (event) => event.key === 'Enter' && follow(event.target))
    viewport.classList.add('live')
  }
})()
