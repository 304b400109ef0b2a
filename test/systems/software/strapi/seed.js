// What the content system begins with: 60 products with 150 variants in two languages and two currencies, with pictures; categories,
// articles, and one API token, which is written to the file that is named. The same data each time.
'use strict'

const { mkdtempSync, rmSync, statSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const sharp = require('sharp')

const KINDS = [
  ['chair', 'Chair', 'Krzesło'], ['table', 'Table', 'Stół'], ['lamp', 'Lamp', 'Lampa'], ['shelf', 'Shelf', 'Półka'], ['bench', 'Bench', 'Ławka'],
  ['basket', 'Basket', 'Kosz'], ['mirror', 'Mirror', 'Lustro'], ['rug', 'Rug', 'Dywan'], ['vase', 'Vase', 'Wazon'], ['stool', 'Stool', 'Stołek'],
]
const STYLES = [['oak', 'Oak', 'Dębowy'], ['coast', 'Coast', 'Nadmorski'], ['studio', 'Studio', 'Studyjny'], ['attic', 'Attic', 'Strychowy'], ['meadow', 'Meadow', 'Łąkowy'], ['harbour', 'Harbour', 'Portowy']]
const CATEGORIES = [['furniture', 'Furniture', 'Meble', ['chair', 'table', 'shelf', 'bench', 'stool']], ['light', 'Light', 'Oświetlenie', ['lamp']], ['decoration', 'Decoration', 'Dekoracje', ['basket', 'mirror', 'rug', 'vase']]]
const COLOURS = [['sand', { r: 214, g: 196, b: 160 }], ['slate', { r: 84, g: 96, b: 110 }], ['moss', { r: 112, g: 130, b: 84 }]]

module.exports = async function seed(strapi, tokenFile) {
  const languages = strapi.plugin('i18n').service('locales')
  if (!(await languages.findByCode('pl'))) await languages.create({ code: 'pl', name: 'Polish (pl)' })
  const documents = (name) => strapi.documents(`api::${name}.${name}`)
  /** In both languages: the second is a version of the same document. */
  const both = async (name, english, polish, options = {}) => {
    const made = await documents(name).create({ data: english, locale: 'en', ...options })
    await documents(name).update({ documentId: made.documentId, locale: 'pl', data: { ...english, ...polish }, ...options })
    return made
  }

  const folder = mkdtempSync(join(tmpdir(), 'strapi-pictures-'))
  const picture = async (name, background) => {
    const filepath = join(folder, `${name}.png`)
    await sharp({ create: { width: 240, height: 180, channels: 3, background } }).png().toFile(filepath)
    const [file] = await strapi.plugin('upload').service('upload').upload({
      data: { fileInfo: { name: `${name}.png`, alternativeText: name } },
      files: { filepath, originalFilename: `${name}.png`, mimetype: 'image/png', size: statSync(filepath).size },
    })
    return file.id
  }
  try {
    const categories = new Map()
    for (const [slug, name, namePl, kinds] of CATEGORIES) {
      const made = await both('category', { slug, name }, { name: namePl })
      for (const kind of kinds) categories.set(kind, made.documentId)
    }
    let number = 0
    const firsts = []
    for (const [kind, kindName, kindNamePl] of KINDS) {
      for (const [style, styleName, styleNamePl] of STYLES) {
        number += 1
        const slug = `${style}-${kind}`
        const pictures = [await picture(slug, COLOURS[number % 3][1])]
        if (number % 4 === 0) pictures.push(await picture(`${slug}-2`, COLOURS[(number + 1) % 3][1]))
        const product = await both('product', {
          slug, name: `${kindName} “${styleName}”`, description: `${kindName} of the ${styleName} series. Number ${number}.`, brand: number % 2 === 0 ? 'Example Works' : 'Sample & Sons',
          active: number % 20 !== 0, pictures, category: categories.get(kind),
        }, { name: `${kindNamePl} „${styleNamePl}”`, description: `${kindNamePl} z serii ${styleNamePl}. Numer ${number}.` })
        if (firsts.length < 6) firsts.push(product.documentId)
        for (let at = 0; at < 2 + (number % 2); at += 1) {
          const cents = 1990 + number * 130 + at * 250
          await documents('variant').create({ data: {
            sku: `${kind.slice(0, 2).toUpperCase()}-${String(number).padStart(3, '0')}-${at + 1}`, name: `${styleName} ${COLOURS[at][0]}`, color: COLOURS[at][0], size: ['S', 'M', 'L'][at],
            stock: (number * 7 + at * 3) % 40, weight: (5 + number + at) / 4, ean: String(5_900_000_000_000 + number * 10 + at),
            prices: [{ currency: 'EUR', amount: cents / 100 }, { currency: 'PLN', amount: Math.round(cents * 4.3) / 100 }], picture: pictures[0], product: product.documentId,
          } })
        }
      }
    }
    for (const [at, title] of ['How we build', 'Care for wood', 'Delivery', 'Returns', 'Winter ideas', 'About us'].entries()) {
      const slug = title.toLowerCase().replaceAll(' ', '-')
      await both('article', { slug, title, body: `# ${title}\n\nText number ${at + 1}.`, products: firsts.slice(0, at) }, { title: `${title} (PL)`, body: `# ${title}\n\nTekst numer ${at + 1}.` }, at < 5 ? { status: 'published' } : {})
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const token = await strapi.service('admin::api-token').create({ name: 'tests', description: '', type: 'full-access', lifespan: null })
  writeFileSync(tokenFile, token.accessKey)
}
