import { expect, test } from 'vitest'
import { filled, formOf, LABELS } from './labels/labels.ts'
import { inLanguage } from './phrases.ts'

const say = (language: 'en' | 'pl') => (said: string): string => inLanguage(said, (key, values = {}) => {
  const n = values['n']
  return filled(formOf(LABELS[language][key], language, typeof n === 'number' ? n : undefined), values)
})

test.each(['5 minutes', '1 hour 30 minutes', '1 working day', '400/day', '100/10 seconds', '25% a year', 'mon-fri', '2 weeks'])('English says %s as the plan does', (said) => {
  expect(say('en')(said)).toBe(said)
})

test.each([
  ['1 minute', '1 minuta'], ['2 minutes', '2 minuty'], ['5 minutes', '5 minut'], ['12 minutes', '12 minut'], ['22 minutes', '22 minuty'], ['1.5 hours', '1.5 godziny'], ['30m', '30 minut'],
  ['1 hour 30 minutes', '1 godzina 30 minut'], ['3 working days', '3 dni robocze'], ['400/day', '400/dzień'], ['100/10 seconds', '100/10 sekund'], ['25% a year', '25% rocznie'], ['mon-fri', 'pn-pt'], ['month', 'co miesiąc'], ['every hour', 'co godzinę'], ['every 1 hour', 'co godzinę'], ['every 90 minutes', 'co 90 minut'],
])('Polish says %s as %s', (said, expected) => {
  expect(say('pl')(said)).toBe(expected)
})

test('one hour between two looks is said without its number, one hour of delay with it', () => {
  expect(['every 1 hour', 'every 1 week', '1 hour', 'every 12 hours'].map(say('en'))).toEqual(['every hour', 'every week', '1 hour', 'every 12 hours'])
})

test('a sentence that holds a length of time stays the words of its author', () => {
  expect(say('pl')('4 hours a day and about 20 slips a week')).toBe('4 hours a day and about 20 slips a week')
})
