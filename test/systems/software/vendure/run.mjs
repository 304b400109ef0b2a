// A Vendure shop of its own: `node run.mjs populate` fills VENDURE_DATA once, `node run.mjs` serves it on 127.0.0.1:PORT.
// Pictures work without native code: files in a folder, and the picture itself as its preview.
import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import core from '@vendure/core'
import cli from '@vendure/core/cli/index.js'

const { bootstrap, ChannelService, DefaultJobQueuePlugin, DefaultLogger, DefaultSearchPlugin, GlobalSettingsService, JobQueueService, LogLevel, PaymentMethodHandler, RequestContextService, CurrencyCode, LanguageCode, Logger } = core
const seed = join(dirname(createRequire(import.meta.url).resolve('@vendure/create/package.json')), 'assets')
const data = resolve(process.env.VENDURE_DATA)
const pictures = join(data, 'pictures')
const [command = 'serve'] = process.argv.slice(2)

const within = (identifier) => {
  const file = resolve(pictures, identifier)
  if (!file.startsWith(pictures + sep)) throw new Error(`${identifier} is not a picture's name`)
  return file
}
const storage = {
  async writeFileFromBuffer(name, content) {
    await mkdir(dirname(within(name)), { recursive: true })
    await writeFile(within(name), content)
    return name
  },
  async writeFileFromStream(name, stream) {
    await mkdir(dirname(within(name)), { recursive: true })
    await pipeline(stream, createWriteStream(within(name)))
    return name
  },
  readFileToBuffer: (identifier) => readFile(within(identifier)),
  readFileToStream: async (identifier) => createReadStream(within(identifier)),
  deleteFile: (identifier) => rm(within(identifier), { force: true }),
  fileExists: (name) => access(within(name)).then(() => true, () => false),
  toAbsoluteUrl: (request, identifier) => `http://${request?.headers?.host ?? `127.0.0.1:${process.env.PORT}`}/assets/${identifier}`,
}
const TYPES = { '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.png': 'image/png', '.webp': 'image/webp', '.gif': 'image/gif', '.svg': 'image/svg+xml' }
const picture = (request, response) => {
  let file
  try {
    file = within(decodeURIComponent(request.path.replace(/^\/assets\/|^\//, '')))
  } catch {
    return response.status(400).end()
  }
  const stream = createReadStream(file)
  stream.once('error', () => response.status(404).end())
  stream.once('open', () => response.type(TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream'))
  stream.pipe(response)
}

/** The payment was taken elsewhere: what the provider said arrives as metadata, and settling is somebody else's decision. */
const provider = new PaymentMethodHandler({
  code: 'provider-payment',
  description: [{ languageCode: LanguageCode.en, value: 'Taken by a payment provider' }],
  args: {},
  createPayment: (_context, _order, amount, _args, metadata) => (metadata.declined === true
    ? { amount, state: 'Declined', errorMessage: 'The provider declined', metadata }
    : { amount, state: metadata.settled === true ? 'Settled' : 'Authorized', transactionId: String(metadata.transactionId ?? ''), metadata: { public: metadata } }),
  settlePayment: () => ({ success: true }),
  cancelPayment: () => ({ success: true }),
  createRefund: (_context, input) => ({ state: 'Settled', transactionId: `refund-${input.paymentId ?? ''}` }),
})

const config = {
  apiOptions: {
    hostname: '127.0.0.1', port: Number(process.env.PORT ?? 0), adminApiPath: 'admin-api', shopApiPath: 'shop-api',
    middleware: [{ route: '/assets', handler: picture, beforeListen: true }],
    adminListQueryLimit: 1000, shopListQueryLimit: 1000,
  },
  authOptions: {
    tokenMethod: ['bearer', 'cookie'], requireVerification: false, disableAuth: false,
    superadminCredentials: { identifier: process.env.VENDURE_USER, password: process.env.VENDURE_PASSWORD },
    cookieOptions: { secret: 'throwaway' },
  },
  dbConnectionOptions: { type: 'better-sqlite3', database: join(data, 'shop.sqlite'), synchronize: command === 'populate', logging: false, enableWAL: true },
  defaultLanguageCode: LanguageCode.en,
  assetOptions: { assetStorageStrategy: storage, assetPreviewStrategy: { generatePreviewImage: async (_context, _type, content) => content } },
  importExportOptions: { importAssetsDir: join(seed, 'images') },
  paymentOptions: { paymentMethodHandlers: [provider] },
  plugins: [DefaultJobQueuePlugin.init({ pollInterval: command === 'populate' ? 20 : 200 }), DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true })],
  logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: false }),
}

const LANGUAGES = [LanguageCode.en, LanguageCode.pl]
const CURRENCIES = [CurrencyCode.EUR, CurrencyCode.PLN]

/** Two languages and two currencies, before there are products: their prices are in the channel's own currency. */
async function open() {
  const app = await bootstrap(config)
  const context = await app.get(RequestContextService).create({ apiType: 'admin' })
  await app.get(GlobalSettingsService).updateSettings(context, { availableLanguages: LANGUAGES })
  const channels = app.get(ChannelService)
  const channel = await channels.getDefaultChannel()
  await channels.update(context, { id: channel.id, availableLanguageCodes: LANGUAGES, defaultLanguageCode: LanguageCode.en, availableCurrencyCodes: CURRENCIES, defaultCurrencyCode: CurrencyCode.EUR })
  return app
}

let app
if (command === 'populate') {
  await mkdir(pictures, { recursive: true })
  const initial = JSON.parse(await readFile(join(seed, 'initial-data.json'), 'utf8'))
  initial.paymentMethods = [{ name: 'Provider payment', handler: { code: provider.code, arguments: [] } }]
  app = await cli.populate(open, initial, join(seed, 'products.csv'))
  const jobs = app.get(JobQueueService)
  await jobs.start()
  // What the products left to do in the background: the search index and what belongs to which collection.
  for (let quiet = 0, tries = 0; quiet < 4 && tries < 480; tries += 1) {
    const waiting = await app.get(core.TransactionalConnection).rawConnection.getRepository('JobRecord').count({ where: [{ state: 'PENDING' }, { state: 'RUNNING' }, { state: 'RETRYING' }] })
    quiet = waiting === 0 ? quiet + 1 : 0
    await new Promise((done) => { setTimeout(done, 250) })
  }
  await app.close()
  process.exit(0)
}
app = await bootstrap(config)
await app.get(JobQueueService).start()
Logger.info('ready')
const end = () => void app.close().finally(() => process.exit(0))
process.once('SIGTERM', end)
process.once('SIGINT', end)
