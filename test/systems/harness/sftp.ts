/** OpenSSH with nothing but file transfer, for one user, who begins in one folder: by password and by key. Not shut into it: sshd does that only below folders that root alone may write to. */
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PASSWORD } from './password.ts'
import { finish, until } from './processes.ts'
import { reachable } from './reachable.ts'
import type { SystemDefinition } from './system.ts'

const SSHD = '/usr/sbin/sshd'
const SERVER = '/usr/lib/openssh/sftp-server'

export const SFTP: SystemDefinition = {
  name: 'sftp',
  kind: 'files (SFTP)',
  title: 'SFTP',
  programs: [SSHD, SERVER],
  speaks: 'tcp',
  address: { scheme: 'sftp' },
  memory: 10,
  seconds: 1,
  async start(place) {
    const key = join(place.folder, 'host-key')
    const clientKey = join(place.folder, 'client-key')
    const files = join(place.folder, 'files')
    if (!existsSync(files)) mkdirSync(files)
    const user = await place.user(files, PASSWORD)
    chownSync(files, user.uid, user.gid)
    for (const file of [key, clientKey]) if (!existsSync(file)) await place.finish('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'tests', '-f', file])
    const authorized = join(place.folder, 'authorized-keys')
    writeFileSync(authorized, readFileSync(`${clientKey}.pub`))
    mkdirSync('/run/sshd', { recursive: true })
    chmodSync('/run/sshd', 0o755)
    const port = await place.port()
    const log = join(place.folder, 'sftp.log')
    const config = join(place.folder, 'sshd.conf')
    writeFileSync(config, [
      `Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${key}`, 'PidFile none', 'UsePAM no', 'UseDNS no', 'PasswordAuthentication yes', 'PubkeyAuthentication yes', `AuthorizedKeysFile ${authorized}`,
      'StrictModes no', `AllowUsers ${user.name}`, 'MaxStartups 200', 'MaxSessions 100', `Subsystem sftp ${SERVER}`, `ForceCommand ${SERVER} -e -l INFO -d ${files} 2>>${log}`,
      'AllowTcpForwarding no', 'X11Forwarding no', '',
    ].join('\n'))
    // What happened to which file: not in sshd's own log, which goes to the machine's.
    if (!existsSync(log)) writeFileSync(log, '')
    chownSync(log, user.uid, user.gid)
    const child = place.run(SSHD, ['-D', '-e', '-f', config])
    await until('sshd', 20, child, () => reachable(port))
    const [, fingerprint = ''] = (await finish('ssh-keygen', ['-l', '-f', `${key}.pub`])).split(' ')
    const version = /OpenSSH_(\S+)/u.exec(await place.finish('ssh', ['-V']))?.[1] ?? ''
    return { port, version: version.replace(/,$/u, ''), log: () => child.output() + readFileSync(log, 'utf8'), access: { user: user.name, password: PASSWORD, key: clientKey, fingerprint, folder: files } }
  },
}
