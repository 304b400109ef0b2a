/** WordPress: posts, pages, media and products over REST with an application password; PHP's own server, on a MariaDB of its own. */
import { chownSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { MARIADB_PROGRAM, startMariadbIn } from './mariadb.ts'
import { PASSWORD } from './password.ts'
import { until } from './processes.ts'
import { type Place, type SystemDefinition, ownerOf } from './system.ts'

const SOURCE = '/usr/share/wordpress'
const WORKERS = 4
const site = (place: Place): string => join(place.folder, 'site')
const passwordFile = (place: Place): string => join(place.folder, 'application-password')
const LIMITS = ['-d', 'upload_max_filesize=64M', '-d', 'post_max_size=64M', '-d', 'memory_limit=256M', '-d', 'display_errors=stderr']

/** Debian's files, without the links into /etc and /var that it puts among them, and ours. */
function build(place: Place): void {
  const folder = site(place)
  mkdirSync(folder)
  for (const name of readdirSync(SOURCE)) {
    if (name === 'wp-content' || name === 'wp-config.php' || lstatSync(join(SOURCE, name)).isSymbolicLink()) continue
    cpSync(join(SOURCE, name), join(folder, name), { recursive: true, dereference: true })
  }
  for (const name of ['plugins', 'themes', 'uploads', 'mu-plugins']) mkdirSync(join(folder, 'wp-content', name), { recursive: true })
  refresh(place)
  const owner = ownerOf('www-data')
  if (owner) for (const name of ['wp-content', 'wp-content/uploads']) chownSync(join(folder, name), owner.uid, owner.gid)
}
function refresh(place: Place): void {
  cpSync(join(place.software, 'wp-config.php'), join(site(place), 'wp-config.php'))
  cpSync(join(place.software, 'mu-plugins'), join(site(place), 'wp-content', 'mu-plugins'), { recursive: true })
}
const environment = (database: number): Record<string, string> => ({ WORDPRESS_PASSWORD: PASSWORD, WORDPRESS_DATABASE_PORT: String(database), PHP_CLI_SERVER_WORKERS: String(WORKERS) })

export const WORDPRESS: SystemDefinition = {
  name: 'wordpress',
  kind: 'content',
  programs: [join(SOURCE, 'wp-settings.php'), '/usr/bin/php', MARIADB_PROGRAM],
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 320,
  seconds: 4,
  async seed(place) {
    build(place)
    const { port: database } = await startMariadbIn(place, 'wordpress')
    const version = await place.finish('php', [...LIMITS, join(place.software, 'install.php'), site(place), passwordFile(place)], { cwd: place.folder, env: environment(database), seconds: 120 })
    if (!existsSync(passwordFile(place))) throw new Error(`WordPress could not be installed: ${version.trim().slice(-500)}`)
  },
  async start(place) {
    refresh(place)
    const { port: database } = await startMariadbIn(place, 'wordpress')
    const port = await place.port()
    const child = place.run('php', [...LIMITS, '-S', `127.0.0.1:${port}`, '-t', site(place), join(place.software, 'router.php')], { owner: ownerOf('www-data'), env: environment(database) })
    await until('WordPress', 60, child, async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/wp-json/wp/v2/types`, { signal: AbortSignal.timeout(10_000) })
      if (!answer.ok) throw new Error(`its REST interface answered ${answer.status}`)
      await answer.arrayBuffer()
    })
    const version = /\$wp_version = '([^']+)'/u.exec(readFileSync(join(site(place), 'wp-includes', 'version.php'), 'utf8'))?.[1] ?? ''
    return { port, version, log: child.output, access: { user: 'admin', password: readFileSync(passwordFile(place), 'utf8').trim(), api: '/wp-json/wp/v2' }, beside: { mariadb: database } }
  },
}
