import { setTimeout as wait } from 'node:timers/promises'
import { person } from '../world/people.mjs'

export const title = 'Plimsoll serves; the shop is away while the ERP goes on'

const EDITS = 5

export async function play({ hub, systems, erp, away }) {
  const [{ id }] = await erp.call('party.contact_mechanism.search_read', [['party.contact_mechanisms.value', '=', person(0).emailAddress], ['type', '=', 'phone']], 0, 1, null, ['id'])
  await hub.counted(async () => {
    const serving = await hub.serve()
    try {
      await systems.tell('vendure', 'stop')
      console.log(`  the shop is away for ${away} seconds`)
      for (let n = 1; n <= EDITS; n += 1) {
        await erp.call('party.contact_mechanism.write', [id], { value: `+4822300000${n}` })
        await serving.ask('/runs', { system: 'erp' })
        await wait(away * 1000 / EDITS)
      }
      const { summary } = await serving.ask('/status')
      console.log(`  ${summary.due} due, ${summary.failing} system failing`)
      await systems.tell('vendure', 'start')
      await serving.quiet()
    } finally {
      await serving.end()
    }
  })
  await hub.agree()
}
