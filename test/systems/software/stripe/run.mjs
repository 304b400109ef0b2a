// Stripe's interface without Stripe: charges and refunds in memory, on 127.0.0.1:PORT, by the makers of stripe-stateful-mock.
import { createServer } from 'node:http'
import mock from 'stripe-stateful-mock'

const app = mock.createExpressApp()
createServer(app).listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write('ready\n'))
process.once('SIGTERM', () => process.exit(0))
