/**
 * Servers for files at a distance, for tests: OpenSSH and vsftpd as Debian has them, each on the loopback interface, on a free port, with a folder that
 * the test looks into. They are bounded by the process that starts them.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { SettingValues } from '../../src/systems/contract.ts'
import { freePort } from './servers.ts'

export interface FileServer {
  readonly port: number
  /** Where the files lie, as this machine sees it, and as the server calls it. */
  readonly folder: string
  readonly path: string
  /** What reaches `path`, and what lies below it. */
  settings(under?: string): SettingValues
  /** Gives a file that the test made to whom the server acts for. */
  own(path: string): void
  /** Ends every process of the server; `start` begins again on the same port with the same files. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export const hasSshd = (): boolean => existsSync('/usr/sbin/sshd') && existsSync('/usr/bin/ssh-keygen')
export const hasVsftpd = (): boolean => existsSync('/usr/sbin/vsftpd') && existsSync('/usr/bin/openssl') && process.getuid?.() === 0

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

/** A program of its own group, so that whatever it begins ends with it. */
async function begin(command: string, args: readonly string[], port: number): Promise<ChildProcess> {
  let said = ''
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C.UTF-8' } })
  running.add(child)
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => { said = (said + text.toString()).slice(-4_000) })
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${command} did not start: ${said}`)
    if (await answers(port)) return child
    await new Promise((resolve) => { setTimeout(resolve, 50) })
  }
  throw new Error(`${command} does not answer: ${said}`)
}

/** Processes that a process began, and those that they began. */
function below(pid: number): number[] {
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])] as const]
    } catch {
      return []
    }
  })
  const children = (of: number): number[] => parents.filter(([, parent]) => parent === of).flatMap(([child]) => [...children(child), child])
  return children(pid)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => { child.once('exit', resolve) })
    // OpenSSH begins a group of its own for each connection.
    for (const pid of [...below(child.pid!), child.pid!]) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has just ended.
      }
    }
    await gone
  }
  running.delete(child)
}

async function server(root: string, port: number, of: Pick<FileServer, 'folder' | 'path' | 'settings' | 'own'>, command: string, args: readonly string[]): Promise<FileServer> {
  let child: ChildProcess | undefined = await begin(command, args, port)
  const kill = async (): Promise<void> => {
    if (child) await end(child)
    child = undefined
  }
  return {
    ...of, port, kill,
    async start() {
      child ??= await begin(command, args, port)
    },
    async stop() {
      await kill()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

export interface SftpServer extends FileServer {
  readonly fingerprint: string
  readonly key: string
}

export async function startSftp(): Promise<SftpServer> {
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-sftp-'))
  const folder = join(root, 'files')
  mkdirSync(folder)
  for (const name of ['host', 'user']) execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(root, name)])
  writeFileSync(join(root, 'authorized'), readFileSync(join(root, 'user.pub')))
  // Where OpenSSH keeps a process that has no rights yet.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
  const port = await freePort()
  writeFileSync(join(root, 'sshd.conf'), [
    `Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${join(root, 'host')}`, `AuthorizedKeysFile ${join(root, 'authorized')}`, `PidFile ${join(root, 'pid')}`,
    'PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'UsePAM no', 'StrictModes no', 'PermitRootLogin yes', 'MaxStartups 100', 'Subsystem sftp internal-sftp', '',
  ].join('\n'))
  const key = readFileSync(join(root, 'host.pub'), 'utf8').trim()
  const fingerprint = execFileSync('/usr/bin/ssh-keygen', ['-lf', join(root, 'host.pub')], { encoding: 'utf8' }).split(' ')[1]!
  const settings = (under = ''): SettingValues => ({ url: `sftp://127.0.0.1:${port}${folder}${under}`, user: userInfo().username, private_key: readFileSync(join(root, 'user'), 'utf8'), host_key: [fingerprint] })
  return { ...(await server(root, port, { folder, path: folder, settings, own: () => undefined }, '/usr/sbin/sshd', ['-D', '-e', '-f', join(root, 'sshd.conf')])), fingerprint, key }
}

export interface FtpServer extends FileServer {
  /** The certificate's own authority: it signed itself. */
  readonly ca: string
}

/** Anonymous users may do everything there: a system user of one's own would outlive the test. */
export async function startFtp(tls: 'none' | 'explicit' | 'implicit' = 'none'): Promise<FtpServer> {
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-ftp-'))
  chmodSync(root, 0o755)
  const folder = join(root, 'files')
  mkdirSync(folder)
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'ftp'], { encoding: 'utf8' }).trim())
  const own = (path: string): void => chownSync(path, id('-u'), id('-g'))
  own(folder)
  const ca = join(root, 'cert.pem')
  execFileSync('/usr/bin/openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', join(root, 'key.pem'), '-out', ca], { stdio: 'pipe' })
  const port = await freePort()
  const yes = ['anonymous_enable', 'write_enable', 'anon_upload_enable', 'anon_mkdir_write_enable', 'anon_other_write_enable', 'no_anon_password', 'allow_writeable_chroot', 'listen', 'pasv_enable', 'use_localtime',
    ...(tls === 'none' ? [] : ['ssl_enable', 'allow_anon_ssl', 'force_anon_data_ssl', 'force_anon_logins_ssl']), ...(tls === 'implicit' ? ['implicit_ssl'] : [])]
  writeFileSync(join(root, 'vsftpd.conf'), [
    ...yes.map((name) => `${name}=YES`), 'use_localtime=NO', 'background=NO', 'local_enable=NO', 'listen_ipv6=NO', 'seccomp_sandbox=NO', `listen_port=${port}`, 'listen_address=127.0.0.1', 'pasv_address=127.0.0.1',
    `anon_root=${root}`, 'anon_umask=022', 'anon_world_readable_only=NO', 'xferlog_enable=NO', `rsa_cert_file=${ca}`, `rsa_private_key_file=${join(root, 'key.pem')}`, '',
  ].filter((line) => line !== 'use_localtime=YES').join('\n'))
  const scheme = tls === 'none' ? 'ftp' : 'ftps'
  const settings = (under = ''): SettingValues => ({ url: `${scheme}://127.0.0.1:${port}/files${under}`, ...(tls === 'none' ? {} : { ca, tls }) })
  return { ...(await server(root, port, { folder, path: '/files', settings, own }, '/usr/sbin/vsftpd', [join(root, 'vsftpd.conf')])), ca }
}
