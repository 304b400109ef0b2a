/** vsftpd: plain FTP and FTP over explicit TLS with a certificate of its own, for one user, who sees one folder. */
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PASSWORD } from './password.ts'
import { until } from './processes.ts'
import { reachable } from './reachable.ts'
import { type SystemDefinition, debianVersion } from './system.ts'

const VSFTPD = '/usr/sbin/vsftpd'
const EMPTY = '/run/vsftpd/empty'
/** How many transfers at a time find a port for their data. */
const TRANSFERS = 40

export const FTP: SystemDefinition = {
  name: 'ftp',
  kind: 'files (FTP, FTPS)',
  title: 'FTP and FTPS',
  programs: [VSFTPD, '/usr/bin/openssl'],
  speaks: 'tcp',
  address: { scheme: 'ftp' },
  memory: 5,
  seconds: 1,
  async start(place) {
    const files = join(place.folder, 'files')
    mkdirSync(files, { recursive: true })
    mkdirSync(EMPTY, { recursive: true })
    const user = await place.user(files, PASSWORD)
    chownSync(files, user.uid, user.gid)
    const certificate = join(place.folder, 'certificate.pem')
    const key = join(place.folder, 'key.pem')
    if (!existsSync(certificate)) {
      await place.finish('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost', '-keyout', key, '-out', certificate])
    }
    const port = await place.port()
    const data = await place.port()
    const log = join(place.folder, 'vsftpd.log')
    const config = join(place.folder, 'vsftpd.conf')
    writeFileSync(config, [
      'listen=YES', 'background=NO', 'listen_address=127.0.0.1', `listen_port=${port}`, 'anonymous_enable=NO', 'local_enable=YES', 'write_enable=YES', 'local_umask=022',
      'chroot_local_user=YES', 'allow_writeable_chroot=YES', 'pasv_enable=YES', `pasv_min_port=${data}`, `pasv_max_port=${data + TRANSFERS}`, 'pasv_address=127.0.0.1', 'utf8_filesystem=YES',
      'ssl_enable=YES', 'force_local_logins_ssl=NO', 'force_local_data_ssl=NO', 'require_ssl_reuse=NO', 'ssl_tlsv1=YES', 'ssl_ciphers=HIGH', `rsa_cert_file=${certificate}`, `rsa_private_key_file=${key}`,
      'xferlog_enable=YES', 'xferlog_std_format=NO', 'log_ftp_protocol=YES', `vsftpd_log_file=${log}`, 'seccomp_sandbox=NO', `secure_chroot_dir=${EMPTY}`, 'pam_service_name=vsftpd', 'max_clients=0', 'max_per_ip=0', '',
    ].join('\n'))
    const child = place.run(VSFTPD, [config])
    await until('vsftpd', 20, child, () => reachable(port))
    return {
      port, version: await debianVersion(place, 'vsftpd'), log: () => (existsSync(log) ? readFileSync(log, 'utf8') : child.output()),
      access: { user: user.name, password: PASSWORD, certificate, folder: '/', local: files },
    }
  },
}
