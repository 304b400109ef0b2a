/** The agenda of a workshop, in Markdown and for programs. */
import type { Agenda, Session, Topic } from '../plan/questions/agenda.ts'
import { AREAS } from '../plan/questions/question.ts'
import type { Present } from '../plan/questions/room.ts'
import { questionObject } from './readiness-text.ts'

const SUBJECTS = 12

/** What people wrote is text, whatever signs are in it. */
const plain = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_[\]<>|#~]/g, (sign) => `\\${sign}`)
const code = (text: string): string => {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`
}
const titles = new Map<string, string>(AREAS)
const number = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`

const present = ({ who, label, note }: Present): string => (who === undefined ? `*${plain(label)}* (not named yet)` : note === undefined ? plain(label) : `${plain(label)} (${plain(note)})`)

function topicLines({ questions, minutes }: Topic, at: number): readonly string[] {
  const [first] = questions as [typeof questions[number]]
  const subjects = questions.slice(1).flatMap((one) => one.subject ?? one.place.join('.'))
  const assumed = first.assumed ?? (first.blocking ? 'Nothing: it stays open, and production does not start.' : 'Nothing: it stays open.')
  const reasons = [...new Set(questions.flatMap((one) => one.reason ?? []))]
  return [
    `${at}. **${plain(first.ask)}** (${minutes} min${first.blocking ? ', blocking' : ''})`,
    ...(subjects.length > 0 ? [`   - Also for: ${subjects.slice(0, SUBJECTS).map(plain).join(', ')}${subjects.length > SUBJECTS ? ` and ${subjects.length - SUBJECTS} more` : ''}`] : []),
    ...reasons.slice(0, 3).map((reason) => `   - Open because: ${plain(reason)}`),
    `   - Why: ${plain(first.why)}`,
    ...(first.example === '' ? [] : [`   - For example: ${code(first.example)}`]),
    `   - If nobody decides: ${plain(assumed)}`,
    `   - Answer at: ${code(first.place.join('.'))}`,
    ...(first.assigned?.ask === undefined ? [] : [`   - Asked already: ${plain(first.assigned.ask)}${first.assigned.due === undefined ? '' : `, by ${plain(first.assigned.due)}`}`]),
  ]
}

const sessionLines = ({ room, topics, minutes }: Session, at: number, of: number): readonly string[] => [
  `## Session ${at} of ${of}: ${[...new Set(topics.map(({ area }) => titles.get(area)!))].slice(0, 3).join(', ')} (${minutes} min)`, '',
  `In the room: ${room.map(present).join(', ')}`, '',
  ...topics.flatMap((topic, i) => topicLines(topic, i + 1)), '',
]

export function agendaText({ sessions, afterwards }: Agenda, name: string): string {
  const minutes = sessions.reduce((sum, session) => sum + session.minutes, 0)
  if (sessions.length === 0) return `# Workshop: ${plain(name)}\n\nNothing is open.`
  return [
    `# Workshop: ${plain(name)}`, '',
    `${number(sessions.length, 'session')}, ${number(sessions.reduce((sum, { topics }) => sum + topics.length, 0), 'topic')}, about ${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min. What most hangs on comes first.`, '',
    ...sessions.flatMap((session, i) => sessionLines(session, i + 1, sessions.length)),
    ...(afterwards.length > 0 ? ['## Afterwards', '', `When this is answered, more can be asked: ${afterwards.map(({ title, questions }) => `${title} ${questions}`).join(' · ')}.`, ''] : []),
  ].join('\n').trimEnd()
}

export const agendaObject = ({ sessions, afterwards }: Agenda): Record<string, unknown> => ({
  minutes: sessions.reduce((sum, session) => sum + session.minutes, 0),
  sessions: sessions.map(({ room, topics, minutes }) => ({
    minutes, room, topics: topics.map((topic) => ({ minutes: topic.minutes, area: topic.area, questions: topic.questions.map(questionObject) })),
  })),
  afterwards,
})
