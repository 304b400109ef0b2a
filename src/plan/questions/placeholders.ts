/** Words that stand where an answer is missing, in the languages in which people write plans. A text made of them answers nothing. */

/** Wherever a text begins with one of these, what follows does not make it an answer: “tbd by the board”. */
const OPENINGS: readonly string[] = [
  'tbd', 'tba', 'tbc', 'tbs', 'todo', 'to do', 'fixme', 'to be determined', 'to be decided', 'to be defined', 'to be announced', 'to be confirmed', 'to be done', 'to be discussed', 'to be agreed',
  'to be clarified', 'to be checked', 'not yet decided', 'not decided', 'not defined', 'not yet known', 'not known', 'placeholder', 'lorem ipsum', 'your answer',
  'do ustalenia', 'do uzgodnienia', 'do wyjaśnienia', 'do uzupełnienia', 'do zrobienia', 'do decyzji', 'nie ustalono', 'nieustalone', 'nie wiadomo', 'jeszcze nie wiadomo', 'w trakcie ustaleń',
  'noch offen', 'noch zu klären', 'zu klären', 'noch unklar', 'noch nicht bekannt', 'noch nicht festgelegt', 'wird noch',
  'à définir', 'a définir', 'à déterminer', 'à préciser', 'pas encore', 'por definir', 'por determinar', 'por decidir', 'da definire', 'da determinare', 'da decidere', 'a definir', 'a determinar', 'a confirmar',
  'nog te bepalen', 'nog niet bekend', 'bude upřesněno', 'bude určeno', 'bude doplněno', 'doplnit', 'att bestämma', 'skal avklares', 'meghatározandó', 'urmează a fi stabilit',
  'уточняется', 'уточнить', 'не определено', 'будет определено', 'буде визначено', 'уточнюється', 'προς καθορισμό', 'θα καθοριστεί',
]

/** These answer nothing when they are all there is. */
const WORDS: readonly string[] = [
  'na', 'idk', 'unknown', 'undefined', 'unclear', 'undecided', 'pending', 'later', 'missing', 'empty', 'nil', 'null', 'not applicable', 'not available', 'no idea', 'dont know', 'dunno', 'who knows', 'asdf', 'test test', 'foo bar',
  'nieznane', 'nieznany', 'nieznana', 'nie wiem', 'brak danych', 'nie dotyczy', 'później', 'otwarte', 'unbekannt', 'offen', 'unklar', 'später', 'keine angabe', 'entfällt', 'weiß nicht',
  'inconnu', 'inconnue', 'non défini', 'sans objet', 'plus tard', 'desconocido', 'desconocida', 'desconhecido', 'no sé', 'no aplica', 'não se aplica', 'sconosciuto', 'non definito', 'non so', 'onbekend', 'neznámé', 'neznámý', 'okänd', 'ukjent', 'tuntematon', 'ismeretlen', 'necunoscut', 'bilinmiyor', 'belirlenecek',
  'неизвестно', 'не знаю', 'невідомо', 'н/д', 'άγνωστο', '未定', '待定', '未知', '待确认', '不明', '検討中', '미정', '미확인', 'לא ידוע', 'טרם נקבע', 'غير معروف', 'غير محدد',
]

/** Small letters, without marks of any script, one space between words. */
export function plain(text: string): string {
  return text.slice(0, 400).normalize('NFKD').replaceAll(/[\p{M}\p{Cf}]/gu, '').toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()
}

const openings = OPENINGS.map(plain)
const joined = new Set([...OPENINGS, ...WORDS].map((word) => plain(word).replaceAll(' ', '')))
/** Nothing usual begins so: most texts are told apart by their first two letters. */
const beginnings = new Set([...joined].map((word) => word.slice(0, 2)))
const cache = new Map<string, boolean>()

/** Whether a text says that nobody knows: `tbd`, `T.B.D.`, `???`, `n/a`, `-`, `do ustalenia z Anną`, `xxx`, `<fill in>`. */
export function isPlaceholder(text: string): boolean {
  let known = cache.get(text)
  if (known === undefined) {
    known = looksEmpty(text)
    if (cache.size > 5_000) cache.clear()
    cache.set(text, known)
  }
  return known
}

function looksEmpty(text: string): boolean {
  // Signs alone, and what a template puts into brackets.
  if (!/[\p{L}\p{N}]/u.test(text) || /^\s*(?:<[^>]*>|\[[^\]]*\]|\{\{[^}]*\}\}|_{2,}.*_{2,})\s*$/u.test(text)) return true
  const words = plain(text)
  const together = words.replaceAll(' ', '')
  // One letter over and over: xxx, zzzz. Numbers are numbers.
  if (/^(\p{L})\1{2,}$/u.test(together) || together === 'x') return true
  if (!beginnings.has(together.slice(0, 2))) return false
  return joined.has(together) || openings.some((opening) => words === opening || words.startsWith(`${opening} `))
}

/** The same for a name that an author chose; names have small letters and are often short. */
export const isPlaceholderName = (name: string): boolean => /^(?:tbd|tba|tbc|todo|fixme|unknown|placeholder|x+)(?:_?\d+)?$/.test(name)
