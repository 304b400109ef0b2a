/** When, how much, and who looks after it; what was decided. */
import type { Question } from './question.ts'

export const DELIVERY: readonly Question[] = [
  {
    id: 'milestones', area: 'launch', audience: 'business', place: 'milestones', room: ['launch', 'purpose'], weight: 47, hangs: 'plan',
    ask: 'On which days does what go live, and which systems come later?',
    why: 'A first launch with less is safer than one launch with everything.', example: 'go_live: 2027-03-01', after: ['flows'],
    assumed: 'Everything goes live on one day, which nobody has set.',
  },
  {
    id: 'systems-later', area: 'launch', audience: 'both', place: 'systems', room: ['systems', 'launch'], weight: 1, hangs: 'plan',
    ask: 'Which systems and flows are included later?',
    why: 'What comes later is prepared now: names, identifiers, capacity.', example: 'club: { live_from: 2027-09-01 }', after: ['milestones'], answer: 'staged',
  },
  {
    id: 'launch-day', area: 'launch', audience: 'business', place: 'launch.milestone', room: ['launch'], weight: 41, hangs: 'plan',
    ask: 'Which of these days is the launch?',
    why: 'Freeze, first load and the people who must be there are planned backwards from it.', example: 'go_live', after: ['milestones'],
    assumed: 'The last of the days.',
  },
  {
    id: 'milestone-accountable', area: 'launch', audience: 'business', place: 'milestones.*.accountable', room: ['launch'], weight: 15, hangs: 'nothing',
    ask: 'Who answers for “{it}”?', why: 'A day that nobody answers for moves.', example: 'anna', answer: 'party', assumed: 'Whoever decides on the launch.',
  },
  {
    id: 'first-load', area: 'launch', audience: 'technology', place: 'launch.first_load', room: ['systems', 'operation_team'], weight: 45, hangs: 'plan', blocking: true,
    ask: 'In which order are the systems filled on the first day?',
    why: 'An order can’t arrive before its customer; and the first day moves more data than the next year.', example: '[customers, products, orders]', after: ['flows'],
  },
  {
    id: 'go-back', area: 'launch', audience: 'both', place: 'launch.go_back', room: ['launch', 'systems', 'operation_team'], weight: 44, hangs: 'plan', blocking: true,
    ask: 'What is the way back, step by step, if the launch fails?',
    why: 'At midnight there is no time to think about it, and without it nobody dares to stop.', example: '[Point the address back to the old shop, Type in the new orders]', after: ['flows'],
  },
  {
    id: 'go-if', area: 'launch', audience: 'both', place: 'launch.go_if', room: ['launch'], weight: 36, hangs: 'plan',
    ask: 'What must be so before somebody says go?',
    why: 'Conditions agreed before are kept; on the day itself everything looks good enough.', example: '[Every critical scenario was rehearsed]', after: ['flows'],
    assumed: 'Whoever decides goes by feeling.',
  },
  {
    id: 'launch-decides', area: 'launch', audience: 'business', place: 'launch.decides', room: ['launch'], weight: 34, hangs: 'plan',
    ask: 'Who says go on the day?',
    why: 'One voice; a committee is late.', example: 'anna', answer: 'launch_decided', after: ['flows'], assumed: 'Whoever decides on the launch.',
  },
  {
    id: 'freeze', area: 'launch', audience: 'both', place: 'launch.freeze', room: ['launch', 'systems'], weight: 23, hangs: 'plan',
    ask: 'Which systems does nobody change meanwhile, and from when until when?',
    why: 'A change during the first load is a difference that nobody can explain.', example: '{ systems: [erp], from: 2027-02-27, until: 2027-03-01 }', after: ['flows'],
    assumed: 'Everything may change meanwhile.',
  },
  {
    id: 'alongside', area: 'launch', audience: 'both', place: 'launch.alongside', room: ['launch', 'accountable'], weight: 17, hangs: 'plan',
    ask: 'What of the old way runs on beside the new one, and how long?',
    why: 'Two ways side by side are a safety net, or two truths.', example: '{ what: The mails with orders, for: 2 weeks }', only: ['something_replaced'],
    assumed: 'Nothing: the old way ends with the launch.',
  },
  {
    id: 'operation-team', area: 'operation', audience: 'both', place: 'operation.team', room: ['operation', 'purpose'], weight: 59, hangs: 'plan', blocking: true,
    ask: 'Which team looks after the exchange once it runs?',
    why: 'It is told about everything that nobody else is told about, from the first day.', example: 'integration', after: ['teams', 'flows'], answer: 'party',
  },
  {
    id: 'operation-hours', area: 'operation', audience: 'both', place: 'operation.hours', room: ['operation', 'operation_team'], weight: 25, hangs: 'plan',
    ask: 'At which hours is somebody there for it?',
    why: 'A shop sells at night; does anybody look then?', example: 'office', after: ['operation-team'],
    assumed: 'Office hours, Monday to Friday.',
  },
  {
    id: 'operation-staff', area: 'operation', audience: 'business', place: 'operation.staff', room: ['operation', 'money'], weight: 27, hangs: 'plan',
    ask: 'How much of whose working time is there for it?',
    why: 'What is nobody’s time is done at night or not at all.', example: '{ integration: 0.5 }', after: ['operation-team'],
    assumed: 'Nobody’s time: it is done beside other work.',
  },
  {
    id: 'operation-review', area: 'operation', audience: 'both', place: 'operation.review', room: ['operation', 'purpose'], weight: 22, hangs: 'plan',
    ask: 'Who looks back at it, how often, and at what?',
    why: 'Processes and markets change; an exchange that nobody reviews serves the company of last year.', example: '{ who: integration, each: quarter, checks: [service levels, scenarios] }', after: ['operation-team'],
    assumed: 'It is looked at when something broke.',
  },
  {
    id: 'operation-tools', area: 'monitoring', audience: 'technology', place: 'operation.tools', room: ['operation_team'], weight: 19, hangs: 'plan',
    ask: 'With which tools is it watched?',
    why: 'Alerts that arrive in a tool nobody opens are lost.', example: '[Plimsoll console, Grafana]', after: ['operation-team'],
    assumed: 'The console of Plimsoll.',
  },
  {
    id: 'operation-report', area: 'monitoring', audience: 'business', place: 'operation.report', room: ['operation', 'purpose'], weight: 21, hangs: 'plan',
    ask: 'Who gets a report on the quality of the exchange, and how often?',
    why: 'Good news must be told too, or trust never grows.', example: '{ who: anna, each: month }', after: ['operation-team'],
    assumed: 'Nobody gets one.',
  },
  {
    id: 'budget-project', area: 'money', audience: 'business', place: 'budget.project.limit', room: ['money', 'purpose'], weight: 40, hangs: 'plan',
    ask: 'What may the project cost?',
    why: 'The limit decides what is in the first launch.', example: '240000 EUR', after: ['flows'],
    assumed: 'The estimate stands without a limit.',
  },
  {
    id: 'budget-contingency', area: 'money', audience: 'business', place: 'budget.project.contingency', room: ['money'], weight: 16, hangs: 'plan',
    ask: 'How much of it is kept for surprises?',
    why: 'Interfaces that nobody described are surprises.', example: '15%', after: ['budget-project'],
    assumed: 'Nothing is kept for surprises.',
  },
  {
    id: 'budget-rates', area: 'money', audience: 'business', place: 'budget.rates', room: ['money'], weight: 24, hangs: 'plan',
    ask: 'What does a day of each role cost?',
    why: 'With it the estimate becomes money.', example: '{ architect: 900 EUR/day }', after: ['flows'],
    assumed: 'The estimate stays in days.',
  },
  {
    id: 'budget-running', area: 'money', audience: 'both', place: 'budget.running', room: ['money', 'infrastructure'], weight: 22, hangs: 'plan',
    ask: 'What does it cost to run: machines, licences, messages?',
    why: 'It is paid every month, long after the project.', example: '{ hosting: 640 EUR/month }', after: ['flows'],
    assumed: 'It is paid from the general budget.',
  },
  {
    id: 'budget-maintenance', area: 'money', audience: 'business', place: 'budget.maintenance.yearly', room: ['money', 'operation'], weight: 35, hangs: 'plan',
    ask: 'What is there each year for upkeep, updates and further development?',
    why: 'Systems on both sides change every year; an exchange without upkeep stops within two.', example: '42000 EUR', after: ['flows'],
    assumed: 'There is none, and the exchange ages.',
  },
  {
    id: 'budget-accountable', area: 'money', audience: 'business', place: 'budget.maintenance.accountable', room: ['money'], weight: 18, hangs: 'plan',
    ask: 'From whose budget is the upkeep paid?',
    why: 'A budget without an owner is cut first.', example: 'bookkeeping', after: ['budget-maintenance'], answer: 'party',
    assumed: 'Whoever decides on the budget.',
  },
  {
    id: 'effort', area: 'money', audience: 'business', place: 'budget', room: ['money'], weight: 1, hangs: 'plan',
    ask: 'What workload and time does it take?',
    why: 'It is counted from systems, flows and fields, and open questions widen it.', example: '{ rates: { architect: 900 EUR/day } }', after: ['flows', 'entity-fields'], answer: 'counted',
  },
  {
    id: 'decisions', area: 'log', audience: 'both', place: 'decisions', room: ['purpose'], weight: 10, hangs: 'plan',
    ask: 'What was decided so far, by whom and why?',
    why: 'In a year nobody remembers why it is so, and it is discussed again.', example: 'customer_home: { date: 2026-11-12, who: anna, decision: The CRM is the home of the customer }', after: ['flows'],
  },
  {
    id: 'decision-who', area: 'log', audience: 'both', place: 'decisions.*.who', room: ['purpose'], weight: 9, hangs: 'nothing',
    ask: 'Who decided “{it}”?', why: 'Only they can change it.', example: 'anna', answer: 'party',
  },
  {
    id: 'decision-date', area: 'log', audience: 'both', place: 'decisions.*.date', room: ['purpose'], weight: 8, hangs: 'nothing',
    ask: 'When was “{it}” decided?', why: 'A later decision replaces an earlier one.', example: '2026-11-12',
    assumed: 'The day on which it was written down.',
  },
]
