import { person } from '../world/people.mjs'

export const title = 'New customers in the ERP; Plimsoll is killed twice in the middle of bringing them to the shop'

export async function play({ hub, erp, orders, newcomers }) {
  const made = Array.from({ length: newcomers }, (_, n) => person(orders + n))
  await erp.call('party.party.create', made.map(({ firstName, lastName, emailAddress, phoneNumber }) => ({
    name: `${firstName} ${lastName}`, contact_mechanisms: [['create', [{ type: 'email', value: emailAddress }, { type: 'phone', value: phoneNumber }]]],
  })))
  await hub.counted(async () => {
    for (const writes of [1, 1]) console.log(`  kill -9 after ${await hub.killed('vendure', writes)} writes`)
    await hub.passes()
  })
}
