/** Every option of the product in one table: variables, docs and defaults come from it. Only `readOptions` sees the environment. */
export interface OptionSpec {
  readonly name: string
  readonly variable: string
  readonly default: string
  readonly about: string
}

export const OPTIONS = [
  { name: 'environment', variable: 'PLIMSOLL_ENV', default: 'development', about: 'Environment of the plan; `--env` wins.' },
  { name: 'store', variable: 'PLIMSOLL_STORE', default: '', about: 'File or folder of the store; default `.plimsoll/` beside the plan.' },
  { name: 'port', variable: 'PLIMSOLL_PORT', default: '7400', about: 'Port of the HTTP API and the pages that `serve` opens on loopback.' },
  { name: 'hooksPort', variable: 'PLIMSOLL_HOOKS_PORT', default: '7401', about: 'Port on which `serve` takes webhooks, if a flow needs one.' },
  { name: 'hooksHost', variable: 'PLIMSOLL_HOOKS_HOST', default: '127.0.0.1', about: 'Address on which webhooks are taken.' },
  { name: 'appsPort', variable: 'PLIMSOLL_APPS_PORT', default: '7402', about: 'Port on which `serve` answers websites and mobile apps (connector `app`), if the plan has any.' },
  { name: 'appsHost', variable: 'PLIMSOLL_APPS_HOST', default: '127.0.0.1', about: 'Address on which they are answered.' },
  { name: 'token', variable: 'PLIMSOLL_TOKEN', default: '', about: 'Token that changes over HTTP must bear; default: a new one at each start of `serve`, printed once.' },
  { name: 'secretKey', variable: 'PLIMSOLL_SECRET_KEY', default: '', about: 'Key under which what systems hand out to log in with (refresh tokens) is kept, encrypted: a long random text, for example from `openssl rand -base64 32`. Several, the newest first, separated by blanks or commas: older ones still open what they sealed.' },
  { name: 'secretKeyFile', variable: 'PLIMSOLL_SECRET_KEY_FILE', default: '', about: 'File that holds PLIMSOLL_SECRET_KEY, if that is not set; one key a line.' },
  { name: 'networks', variable: 'PLIMSOLL_NETWORKS', default: 'any', about: '`public` forbids systems on this machine and in private networks; for hosts that run plans of others.' },
  { name: 'maxFileMb', variable: 'PLIMSOLL_MAX_FILE_MB', default: '200', about: 'Largest file (picture, document) that is fetched from a system, in megabytes.' },
  { name: 'logLevel', variable: 'PLIMSOLL_LOG', default: 'info', about: 'debug, info, warn or error.' },
  { name: 'silence', variable: 'PLIMSOLL_SILENCE', default: '600', about: 'Seconds without a sign of life after which work of `serve` counts as dead, is given up and begun again.' },
  { name: 'keepRuns', variable: 'PLIMSOLL_KEEP_RUNS', default: '90', about: 'Days for which runs are kept, with their ledger and the journal of their writes (at least 2; runs in which nothing had changed are kept for a day).' },
  { name: 'patience', variable: 'PLIMSOLL_PATIENCE', default: '90', about: 'Seconds that `sync` waits for a system that asks to be tried again, and for the end of a write whose answer was lost.' },
] as const satisfies readonly OptionSpec[]

export type OptionName = (typeof OPTIONS)[number]['name']
export type OptionValues = Readonly<Record<OptionName, string>>

export function readOptions(env: Readonly<Record<string, string | undefined>>): OptionValues {
  return Object.fromEntries(OPTIONS.map((option) => [option.name, env[option.variable] || option.default])) as OptionValues
}
