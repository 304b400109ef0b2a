/** Examples of url, file, json, list, group and reference. */
import { Numeral } from '../../../base/numeral.ts'
import type { FieldType, ScalarName } from '../../../plan/model.ts'
import type { TypeExamples } from './example.ts'

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'

const url: TypeExamples = {
  name: 'url', type: { is: 'url' },
  accepts: 'absolute http and https addresses; `www.…` is taken as https',
  form: 'as the URL standard writes it: host in lower case and ASCII, no default port, dots resolved, letters escaped',
  refuses: 'other schemes, addresses with a user or password in them, white space',
  examples: [
    { native: 'HTTPS://Shop.Example:443/a/../b?q=1#c', value: 'https://shop.example/b?q=1#c' }, { native: 'https://żółw.example/ą', value: 'https://xn--w-uga1v8h.example/%C4%85' },
    { native: 'www.shop.example', value: 'https://www.shop.example/' }, { native: '', value: null },
    { native: 'ftp://shop.example/x', broken: 'type' }, { native: 'javascript:alert(1)', broken: 'type' }, { native: 'https://anna:secret@shop.example/', broken: 'type' },
    { native: 'shop.example', broken: 'type' }, { native: 'https://', broken: 'type' }, { native: 'https://a b', broken: 'type' },
  ],
}

const file: TypeExamples = {
  name: 'file', type: { is: 'file' },
  accepts: 'an http or https address, `sha256:` and the hash of the content, or bytes',
  form: 'the address, with `#sha256:` and 64 hexadecimal digits once its content was fetched, or `sha256:` and the digits; bytes become their hash',
  notes: 'Two files with the same hash are the same, wherever they lie.',
  refuses: 'paths and other schemes',
  examples: [
    { native: 'https://shop.example/a.jpg', value: 'https://shop.example/a.jpg' }, { native: `https://shop.example/a.jpg#sha256:${HASH}`, value: `https://shop.example/a.jpg#sha256:${HASH}` }, { native: `SHA256:${HASH.toUpperCase()}`, value: `sha256:${HASH}` },
    { native: new TextEncoder().encode('test'), value: `sha256:${HASH}` }, { native: new Uint8Array(0), value: null }, { native: '', value: null },
    { native: '../../etc/passwd', broken: 'type' }, { native: 'file:///etc/passwd', broken: 'type' }, { native: 'sha256:12', broken: 'type' },
  ],
}

const json: TypeExamples = {
  name: 'json', type: { is: 'json' },
  accepts: 'any structure, or its JSON text',
  form: 'canonical JSON text: keys sorted, numbers exact and without needless zeros',
  refuses: 'text that is no JSON, nesting beyond 100 levels',
  examples: [
    { native: '{"b": 1.10, "a": [1e2, null]}', value: '{"a":[100,null],"b":1.1}' }, { native: { b: new Numeral('12345678901234567890'), a: 'x' }, value: '{"a":"x","b":12345678901234567890}' },
    { native: '"text"', value: '"text"' }, { native: 'null', value: null }, { native: ' ', value: null }, { native: [], value: '[]' },
    { native: '{"a":', broken: 'syntax' }, { native: 'text', broken: 'syntax' }, { native: `${'['.repeat(200)}${']'.repeat(200)}`, broken: 'syntax' },
  ],
}

const field = (is: ScalarName): { readonly type: FieldType; readonly was: readonly string[] } => ({ type: { is }, was: [] })
const line: FieldType = { is: 'group', fields: new Map([['line', field('integer')], ['name', field('text')]]) }
const set: FieldType = { is: 'list', of: { is: 'text' }, ordered: false }
const keyed: FieldType = { is: 'list', of: line, key: 'line', ordered: true }

const list: TypeExamples = {
  name: 'list', type: { is: 'list', of: { is: 'integer' }, ordered: true },
  accepts: 'an array, or its JSON text, of what the item type accepts',
  form: 'an array; a set is sorted and without doubles, a list with a `key` is sorted by it',
  refuses: 'what is no array, an item that its type refuses, two items with one key, an item without its key',
  notes: 'Empty items are left out. An empty list and null are the same value.',
  examples: [
    { native: [3, '1', 2], value: ['3', '1', '2'] }, { native: '[1, 2]', value: ['1', '2'] }, { native: [1, null, ''], value: ['1'] }, { native: [], value: [] }, { native: '', value: null },
    { native: ['b', 'a', ' b '], type: set, value: ['a', 'b'] },
    { native: [{ line: 10, name: 'x' }, { line: '9', name: 'y' }], type: keyed, value: [{ line: '9', name: 'y' }, { line: '10', name: 'x' }] },
    { native: [{ line: 1 }, { line: '01' }], type: keyed, broken: 'key' }, { native: [{ name: 'x' }], type: keyed, broken: 'key' },
    { native: ['a'], broken: 'type' }, { native: 'a, b', broken: 'type' }, { native: 5, broken: 'type' },
  ],
}

const group: TypeExamples = {
  name: 'group', type: { is: 'group', fields: new Map([['street', field('text')], ['country', field('country')]]) },
  accepts: 'an object, or its JSON text, with what each member\'s type accepts; other members are not looked at',
  form: 'an object with the members that are known, in the order of the type',
  refuses: 'what is no object, a member that its type refuses',
  notes: 'A group of which nothing but nulls is known is null. For comparing, a member that is null and one that is missing are the same.',
  examples: [
    { native: { country: 'pl', street: ' Długa 1 ', floor: 2 }, value: { street: 'Długa 1', country: 'PL' } }, { native: { street: 'Długa 1', country: '' }, value: { street: 'Długa 1', country: null } },
    { native: { country: 'PL' }, value: { country: 'PL' } }, { native: { street: '', country: null }, value: null }, { native: {}, value: null }, { native: '{"country":"DE"}', value: { country: 'DE' } },
    { native: { country: 'XX' }, broken: 'code' }, { native: 'Długa 1', broken: 'type' }, { native: ['PL'], broken: 'type' },
  ],
}

const reference: TypeExamples = {
  name: 'reference', type: { is: 'reference', to: 'customer', late: false },
  accepts: 'the key of the other record, as this system writes it',
  form: '`{ to, by, key }` as read; `{ link }` once the record is known',
  refuses: 'objects and lists: the mapping\'s path leads to the key',
  examples: [
    { native: 42, value: { to: 'customer', by: '', key: '42' } }, { native: ' C-7 ', value: { to: 'customer', by: '', key: 'C-7' } }, { native: new Numeral('9007199254740993'), value: { to: 'customer', by: '', key: '9007199254740993' } },
    { native: '', value: null }, { native: { id: 1 }, broken: 'type' }, { native: false, broken: 'type' },
  ],
}

export const STRUCTURES: readonly TypeExamples[] = [url, file, json, list, group, reference]
