import { describe, expect, test } from 'vitest'
import { exchange, type Exchange } from '../../../test/support/exchange.ts'
import { quiet, threePlan, threeSystems, valuesOf } from '../../../test/support/three-systems.ts'
import { answerDeleted, choose, pin, unpin } from '../decide.ts'
import { explainRecord, openQuestions, showRecord } from '../inspect.ts'
import { notSame, same } from '../join.ts'

const steward = { who: 'ann', why: 'asked them' }

const next = async (x: Exchange) => {
  x.clock.advance(60_000)
  return x.sync()
}
const golden = async (x: Exchange) => (await x.goldens('thing'))[0]!

describe('pins and choices', () => {
  test('18: a pin wins everywhere, over its owner too, and its release brings back what the owner said', async () => {
    const x = await threeSystems('a')
    const { id } = await golden(x)
    await pin(x.parts(), { ...steward, record: id, values: new Map([['f', 'p']]) })
    await next(x)
    expect(valuesOf(x)).toEqual(['p', 'p', 'p'])
    await quiet(x)
    x.systems['a']!.edit('thing', '1', { f: 'a2' })
    await next(x)
    expect(valuesOf(x)).toEqual(['p', 'p', 'p'])
    expect(await x.conflicts()).toMatchObject([{ field: 'f', loser: { system: 'a', value: 'a2' } }])
    await quiet(x)
    await unpin(x.parts(), { ...steward, record: id, fields: ['f'] })
    await next(x)
    expect(valuesOf(x)).toEqual(['a2', 'a2', 'a2'])
    const { fields } = await explainRecord(x.parts(), id, 'f')
    expect(fields[0]!.statements.map((s) => s.value)).not.toContain('p')
    await quiet(x)
  })

  test('12: a choice decides what is undecided; an edit after it travels as ever', async () => {
    const x = await threeSystems('ask')
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    x.systems['b']!.edit('thing', '1', { f: 'v2' })
    await next(x)
    const [question] = await openQuestions(x.parts(), 10)
    expect(question!.item).toMatchObject({ kind: 'ask', field: 'f' })
    expect(question!.answers).toHaveLength(2)
    const { due } = await choose(x.parts(), { ...steward, record: 'b/thing/1', values: new Map([['f', 'v2']]) })
    expect(due).toBe(2)
    expect((await next(x)).summary).toMatchObject({ updated: 2, review: 0 })
    expect(valuesOf(x)).toEqual(['v2', 'v2', 'v2'])
    await quiet(x)
    x.systems['b']!.edit('thing', '1', { f: 'v3' })
    await next(x)
    expect(valuesOf(x)).toEqual(['v3', 'v3', 'v3'])
    await quiet(x)
  })

  test('a choice of the value that stands already is known to whoever agrees with it', async () => {
    const x = await threeSystems('ask')
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    x.systems['b']!.edit('thing', '1', { f: 'v2' })
    await next(x)
    await choose(x.parts(), { ...steward, record: 'c/thing/1', values: new Map([['f', 'v0']]) })
    await next(x)
    expect(valuesOf(x)).toEqual(['v0', 'v0', 'v0'])
    x.clock.advance(60_000)
    x.systems['c']!.edit('thing', '1', { f: 'v3' })
    await next(x)
    expect(valuesOf(x)).toEqual(['v3', 'v3', 'v3'])
    await quiet(x)
  })
})

/** Two records that share nothing: one in a, one in b; both made in c. */
async function two() {
  const x = exchange(threePlan('latest'), { a: { tellsEditTimes: true }, b: { tellsEditTimes: true }, c: { tellsEditTimes: true } })
  x.systems['a']!.edit('thing', 'A1', { code: 'X', f: 'from a', g: 'ga' })
  x.systems['c']!.edit('thing', 'C1', { code: 'X', f: 'from a', g: 'ga' })
  x.systems['b']!.edit('thing', 'B2', { code: 'Y', f: 'from b', g: 'gb' })
  x.systems['c']!.edit('thing', 'C2', { code: 'Y', f: 'from b', g: 'gb' })
  x.change(threePlan('latest').replace('between: [a, b, c]', 'between: { a: { may: update }, b: { may: update }, c: {} }'))
  await x.sync()
  x.clock.advance(60_000)
  const g1 = (await showRecord(x.parts(), 'a/thing/A1')).golden.id
  const g2 = (await showRecord(x.parts(), 'b/thing/B2')).golden.id
  const state = () => ({ a: x.systems['a']!.get('thing', 'A1'), b: x.systems['b']!.get('thing', 'B2'), c1: x.systems['c']!.get('thing', 'C1'), c2: x.systems['c']!.get('thing', 'C2') })
  return { x, g1, g2, state, before: structuredClone(state()) }
}

describe('merge and split by a steward', () => {
  test('57: both records of one system get the result, and the merged id leads to the other', async () => {
    const { x, g1, g2, state } = await two()
    await same(x.parts(), { ...steward, a: g1, b: g2 })
    const report = await next(x)
    expect(report.summary).toMatchObject({ created: 0, deleted: 0, balanced: true })
    const f = new Set(Object.values(state()).map((record) => record!['f']))
    expect(f.size).toBe(1)
    expect((await showRecord(x.parts(), g2)).golden.id).toBe(g1)
    await quiet(x)
  })

  test('58: a split at once restores all systems, the ids, and survives every rerun', async () => {
    const { x, g1, g2, state, before } = await two()
    await same(x.parts(), { ...steward, a: g1, b: g2 })
    await next(x)
    await notSame(x.parts(), { ...steward, a: g1, b: g2 })
    await next(x)
    expect(state()).toEqual(before)
    expect((await showRecord(x.parts(), 'a/thing/A1')).golden.id).toBe(g1)
    expect((await showRecord(x.parts(), 'b/thing/B2')).golden.id).toBe(g2)
    await quiet(x)
    const report = await x.sync({ full: true })
    expect(report.summary).toMatchObject({ writes: 0, review: 0 })
  })

  test('58: a split before anything was written writes nothing', async () => {
    const { x, g1, g2, before, state } = await two()
    await same(x.parts(), { ...steward, a: g1, b: g2 })
    await notSame(x.parts(), { ...steward, a: g1, b: 'b/thing/B2' })
    expect((await next(x)).summary).toMatchObject({ writes: 0, balanced: true })
    expect(state()).toEqual(before)
  })

  test('59: an edit made while they were one stays with the record it was made in', async () => {
    const { x, g1, g2, state, before } = await two()
    await same(x.parts(), { ...steward, a: g1, b: g2 })
    await next(x)
    x.systems['a']!.edit('thing', 'A1', { f: 'edited' })
    await next(x)
    expect(new Set(Object.values(state()).map((record) => record!['f']))).toEqual(new Set(['edited']))
    await notSame(x.parts(), { ...steward, a: g1, b: g2 })
    await next(x)
    expect(state().b).toEqual(before.b)
    expect(state().c2).toEqual(before.c2)
    expect(state().a).toEqual({ ...before.a, f: 'edited' })
    expect(state().c1).toEqual({ ...before.c1, f: 'edited' })
    await quiet(x)
  })

  test('an edit after a merge wins over what came in by it, whatever its time', async () => {
    const { x, g1, g2, state } = await two()
    await same(x.parts(), { ...steward, a: g1, b: g2 })
    await next(x)
    x.systems['c']!.edit('thing', 'C1', { f: 'later' }, 0)
    await next(x)
    expect(new Set(Object.values(state()).map((record) => record!['f']))).toEqual(new Set(['later']))
    await quiet(x)
  })

  test('60: a merge waits while nobody knows how a write ended, and then makes no third record', async () => {
    const x = exchange(threePlan('latest'), { a: {}, b: {}, c: {} })
    x.systems['a']!.edit('thing', 'A1', { code: 'X', f: 'fa' })
    await x.sync()
    x.systems['b']!.edit('thing', 'B9', { code: 'Y', f: 'fb' })
    x.systems['c']!.vices.nextWrite = ['lost-executed']
    x.clock.advance(60_000)
    await x.sync({ patienceMs: 0 })
    const pair = { ...steward, a: 'a/thing/A1', b: 'b/thing/B9' }
    await expect(same(x.parts(), pair)).rejects.toMatchObject({ code: 'sync.busy' })
    x.clock.advance(600_000)
    await x.sync()
    await same(x.parts(), pair)
    await next(x)
    expect(x.systems['c']!.all('thing')).toHaveLength(2)
    await quiet(x)
  })

  test('47: two records with one identifier in one system; "same" merges them and doubles nothing', async () => {
    const plan = threePlan('latest').replace('between: [a, b, c]', 'from: a, to: [b, c]')
    const x = exchange(plan, { a: {}, b: {}, c: {} })
    x.systems['a']!.edit('thing', '1', { code: 'X', f: 'one' })
    x.systems['a']!.edit('thing', '2', { code: 'X', f: 'two' })
    const first = await x.sync()
    expect(first.summary).toMatchObject({ created: 2, review: 2 })
    const [question] = await openQuestions(x.parts(), 10)
    expect(question!.item.kind).toBe('duplicate')
    await same(x.parts(), { ...steward, a: question!.golden.id, b: question!.other!.golden.id })
    expect((await next(x)).summary).toMatchObject({ created: 0, review: 0, balanced: true })
    expect(x.systems['b']!.all('thing')).toHaveLength(1)
    await quiet(x)
  })

  test('47: "not the same" makes the second one too', async () => {
    const plan = threePlan('latest').replace('between: [a, b, c]', 'from: a, to: [b, c]')
    const x = exchange(plan, { a: {}, b: { traits: { find: false } }, c: { traits: { find: false } } })
    x.systems['a']!.edit('thing', '1', { code: 'X', f: 'one' })
    x.systems['a']!.edit('thing', '2', { code: 'X', f: 'two' })
    await x.sync()
    const [question] = await openQuestions(x.parts(), 10)
    await notSame(x.parts(), { ...steward, a: question!.golden.id, b: question!.other!.golden.id })
    expect((await next(x)).summary).toMatchObject({ created: 2, review: 0 })
    await quiet(x)
  })

  test('52: an identifier changed to that of another record asks; the identifier is written nowhere until somebody decides', async () => {
    const { x, g1, g2 } = await two()
    x.systems['a']!.edit('thing', 'A1', { code: 'Y', f: 'flows' })
    const report = await next(x)
    expect(report.summary.review).toBe(2)
    expect(x.systems['c']!.get('thing', 'C1')).toMatchObject({ code: 'X', f: 'flows' })
    await notSame(x.parts(), { ...steward, a: g1, b: g2 })
    await next(x)
    expect(x.systems['c']!.get('thing', 'C1')).toMatchObject({ code: 'Y', f: 'flows' })
    expect(x.systems['c']!.get('thing', 'C2')).toMatchObject({ code: 'Y', f: 'from b' })
    await quiet(x)
  })
})

describe('a record that one system deleted and another edited', () => {
  async function contested() {
    const x = await threeSystems('latest', { plan: { flow: ', when_deleted: delete' } })
    // One record of one would be a source that lost everything.
    for (const key of ['2', '3', '4', '5', '6']) x.systems['a']!.edit('thing', key, { code: `other ${key}`, f: 'x' })
    await next(x)
    x.clock.advance(60_000)
    x.systems['a']!.vices.down = true
    x.systems['b']!.edit('thing', '1', { f: 'edited' })
    await x.sync({ patienceMs: 0 })
    x.systems['a']!.vices.down = false
    x.systems['a']!.remove('thing', '1')
    await next(x)
    return { x, question: (await openQuestions(x.parts(), 10))[0]! }
  }

  test('stays when a person keeps it', async () => {
    const { x, question } = await contested()
    expect(question.item.kind).toBe('deleted')
    await answerDeleted(x.parts(), { ...steward, record: question.golden.id, keep: true })
    expect((await next(x)).summary.review).toBe(0)
    expect(x.systems['c']!.get('thing', '1')).toMatchObject({ f: 'edited' })
    await quiet(x)
  })

  test('ends when a person ends it', async () => {
    const { x, question } = await contested()
    await answerDeleted(x.parts(), { ...steward, record: question.golden.id, keep: false })
    expect((await next(x)).summary).toMatchObject({ deleted: 2, review: 0 })
    expect(x.systems['c']!.get('thing', '1')).toBeUndefined()
    await quiet(x)
  })
})
