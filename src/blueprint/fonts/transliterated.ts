/**
 * What a text is in characters that the bundled faces have: for scripts that they lack a transliteration in `‹ ›`, letter by
 * letter, or the code of a character that has none. For the PDF only: a browser has other fonts.
 */
import { IN_HEBREW, IN_LATIN } from './bundled.ts'

const pairs = (text: string): readonly (readonly [string, string])[] => text.split(' ').map((pair) => {
  const [from = '', ...to] = [...pair]
  return [from, to.join('')]
})

const LETTERS: ReadonlyMap<string, string> = new Map([
  // Arabic, with the letters that Persian and Urdu add.
  ...pairs('اā آā أa إi ءʾ ؤuʾ ئiʾ بb پp تt ثth جj چch حḥ خkh دd ذdh رr زz ژzh سs شsh صṣ ضḍ طṭ ظẓ عʿ غgh فf قq كk کk گg لl مm نn هh ةa وw يy یī ىā ،, ؟? ؛;'),
  ...pairs('٠0 ١1 ٢2 ٣3 ٤4 ٥5 ٦6 ٧7 ٨8 ٩9 ۰0 ۱1 ۲2 ۳3 ۴4 ۵5 ۶6 ۷7 ۸8 ۹9'),
  ...pairs('აa ბb გg დd ეe ვv ზz თt იi კkʼ ლl მm ნn ოo პpʼ ჟzh რr სs ტtʼ უu ფp ქk ღgh ყqʼ შsh ჩch ცts ძdz წtsʼ ჭchʼ ხkh ჯj ჰh'),
  ...pairs('աa բb գg դd եe զz էē ըë թtʿ ժzh իi լl խkh ծts կk հh ձdz ղgh ճch մm յy նn շsh ոo չchʿ պp ջj ռrr սs վv տt րr ցtsʿ ւw փpʿ քkʿ օō ֆf եւew'),
  ...pairs('ぁa あa ぃi いi ぅu うu ぇe えe ぉo おo かka がga きki ぎgi くku ぐgu けke げge こko ごgo さsa ざza しshi じji すsu ずzu せse ぜze そso ぞzo たta だda ちchi ぢji つtsu づzu てte でde とto どdo'),
  ...pairs('なna にni ぬnu ねne のno はha ばba ぱpa ひhi びbi ぴpi ふfu ぶbu ぷpu へhe べbe ぺpe ほho ぼbo ぽpo まma みmi むmu めme もmo ゃya やya ゅyu ゆyu ょyo よyo らra りri るru れre ろro わwa をo んn ゔvu っ ー'),
])

/** Signs that look alike enough to stand for each other without a word. */
const ALIKE: ReadonlyMap<string, string> = new Map(pairs('⇄↔ ⇆↔ ⇌↔ ⟷↔ ⟶→ ⟵← ➔→ ➜→ ➡→ ⬅← ⬆↑ ⬇↓ ✔✓ ☑✓ ✗× ✘× ✖× ☒× ☐□ █■ ▓■ ▒□ ░□ ▪■ ●• ∙· ‒– ―— ″" ′\' ⁃- ▶► ◀◄'))

const LEADS = 'g kk n d tt r m b pp s ss  j jj ch k t p h'.split(' ')
const VOWELS = 'a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i'.split(' ')
const TAILS = ' k k k n n n t l k m l l l p l m p p t t ng t t k t p h'.split(' ')

function inLatin(character: string): string | undefined {
  const code = character.codePointAt(0) ?? 0
  if (code >= 0xac00 && code <= 0xd7a3) {
    const at = code - 0xac00
    return `${LEADS[Math.floor(at / 588)]}${VOWELS[Math.floor((at % 588) / 28)]}${TAILS[at % 28]}`
  }
  // Katakana lies as far behind Hiragana as its letters behind theirs.
  return LETTERS.get(code >= 0x30a1 && code <= 0x30f4 ? String.fromCodePoint(code - 0x60) : character.toLowerCase())
}

/** Acts on its neighbours and is not seen itself. */
const UNSEEN = /[\p{Mn}\p{Me}\p{Cf}]/u

const has = (text: string): boolean => [...text].every((character) => IN_LATIN(character.codePointAt(0) ?? 0) || IN_HEBREW(character.codePointAt(0) ?? 0))

export interface Written {
  readonly text: string
  /** Something is said in other letters than the plan has. */
  readonly changed: boolean
}

export function transliterated(text: string): Written {
  const normal = text.normalize('NFC')
  if (has(normal)) return { text: normal, changed: false }
  const composed = [...normal].map((character) => (has(character) ? character : (ALIKE.get(character) ?? character))).join('')
  if (has(composed)) return { text: composed, changed: false }
  let result = ''
  let foreign = ''
  // A code stands apart from what follows it.
  let isAfterCode = false
  let changed = false
  const close = (): void => {
    if (foreign !== '') {
      changed = true
      result += `‹${foreign.trim()}›${foreign.endsWith(' ') ? ' ' : ''}`
    }
    foreign = ''
    isAfterCode = false
  }
  const add = (said: string, isCode: boolean): void => {
    if (foreign !== '' && !foreign.endsWith(' ') && (isCode || isAfterCode)) foreign += ' '
    foreign += said
    isAfterCode = isCode
  }
  for (const character of composed) {
    const plain = character.normalize('NFKC')
    if (has(character) || has(plain)) {
      // A blank between two foreign words belongs to them.
      if (character === ' ' && foreign !== '') foreign += ' '
      else {
        close()
        result += has(character) ? character : plain
      }
    } else if (!UNSEEN.test(character)) {
      const latin = [...plain].map((one) => inLatin(one) ?? (has(one) ? one : undefined))
      if (latin.includes(undefined)) add(`U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`, true)
      else add(latin.join(''), false)
    }
  }
  close()
  return { text: result, changed }
}
