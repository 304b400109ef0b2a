import type { Check } from '../check.ts'

export const sessionChecks: readonly Check[] = [
  {
    name: 'check_answers', promise: 'The check of a system that is there passes.', touches: false, needs: [],
    async run(kit) {
      const session = await kit.session()
      await session.check(new AbortController().signal)
    },
  },
  {
    name: 'wrong_secret', promise: 'A wrong secret is class auth, before anything is read.', touches: false, needs: ['locked'],
    async run(kit) {
      let session: Awaited<ReturnType<NonNullable<typeof kit.bench.locked>>> | undefined
      try {
        session = await kit.bench.locked!()
        await session.check(new AbortController().signal)
      } catch (thrown) {
        const error = kit.hear(thrown)
        if (error.class !== 'auth') kit.broken(`A wrong secret is class ${error.class}: ${error.message}`, 'Throw class `auth`: it pauses the system instead of asking again and again.')
        return
      } finally {
        await session?.close()
      }
      kit.broken('The check passes with a wrong secret.', 'Let `check` ask for something that needs the secret.')
    },
  },
  {
    name: 'secrets_are_kept', promise: 'No message, hint, place, detail or result holds a secret.', touches: false, needs: [],
    async run(kit) {
      const { secrets = [] } = kit.bench
      if (secrets.length === 0) kit.skip('there is no secret')
      const text = kit.said.join('\n')
      const leaked = secrets.some((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')].some((form) => text.includes(form)))
      // What leaked is not repeated here.
      if (leaked) kit.broken('A secret stands in a message.', 'Take secrets out of everything that goes into an error, also what the system itself answers.')
    },
  },
]
