import { PlimsollError, registerErrors } from '../../contract.ts'

/** Everything that can be wrong with files as a whole; a single row that can't be read is a BrokenRecord instead. */
registerErrors({
  'files.settings': { class: 'config', hint: 'Correct the setting of the system in the plan.' },
  'files.pattern': { class: 'config', hint: 'Name a file in the folder itself, such as `products*.csv`: no `..`, no absolute path.' },
  'files.key': { class: 'config', hint: 'Say in `holds` which column is the key (`key:`), or give the entity an identifier that is mapped to a column.' },
  'files.target': { class: 'config', hint: 'Name one file as the resource, without `*`.' },
  'files.folder': { class: 'remote', hint: 'Make sure that the folder exists, is mounted and may be read.' },
  'files.host_key': { class: 'auth', hint: 'Ask whoever runs the server for the fingerprint of its key, by another way than this one. If it is the one shown, write it into `host_key`.' },
  'files.login': { class: 'auth', hint: 'Check user, password or key of this system and what they may do, then resume the system.' },
  'files.certificate': { class: 'config', hint: 'Have the certificate renewed for this name; of a certificate authority of one\'s own, name its file in `ca`.' },
  'files.unreachable': { class: 'remote', hint: 'Check that the server runs and that its address and the network in between are right. It is tried again.' },
  'files.busy': { class: 'limit', hint: 'The server asks for fewer requests. They are repeated later; `limits.calls` in the plan slows them down from the start.' },
  'files.refused': { class: 'config', hint: 'The server refuses the request itself. Check address, region and endpoint in the settings.' },
  'files.missing': { class: 'remote', hint: 'Nothing is deleted because of it. Put the file there, or correct `resource` in the plan.' },
  'files.access': { class: 'remote', hint: 'Give the user who runs Plimsoll the right to read and write there.' },
  'files.changing': { class: 'remote', hint: 'It is read when it has come to rest. Write files under another name and rename them when they are complete.' },
  'files.outside': { class: 'data', hint: 'Replace the link by the file itself; links that leave the folder are not followed.' },
  'files.empty': { class: 'data', hint: 'An empty list is taken for a failed export and nothing is deleted. Send the file again.' },
  'files.truncated': { class: 'data', hint: 'What stands before the end was taken over, nothing is deleted. Send the whole file again.' },
  'files.rows': { class: 'data', hint: 'Mend the rows in the file; `plimsoll errors list` names each. Until then nothing is deleted.' },
  'files.encoding': { class: 'data', hint: 'Set `encoding` of the system to what the file is written in (for example windows-1250), or save the file as UTF-8.' },
  'files.header': { class: 'data', hint: 'Give every column one name of its own in the first row.' },
  'files.column': { class: 'data', hint: 'Add the column to the file, or change the mapping in the plan. Until then nothing is deleted, and nothing is cleared.' },
  'files.content': { class: 'data', hint: 'Ask whoever writes the file to send it in the format that the plan names.' },
  'files.list': { class: 'config', hint: 'Say with the setting `list` which element is a record, from the outermost element on: `catalog.products.product`.' },
  'files.too_large': { class: 'data', hint: 'Split the file, or export it as CSV or NDJSON, which have no limit of size.' },
  'files.name': { class: 'data', hint: 'Send the file again under a name of at most 200 bytes; in an inbox it gets longer while it is moved.' },
  'files.archive': { class: 'remote', hint: 'Make the archive folder writable; files that were read wait there to be moved and are not read again.' },
})

/** What the operating system says, in plain words. */
const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no room left on its disk', EDQUOT: 'there is no room left for this user', EACCES: 'access is denied', EPERM: 'access is denied', EROFS: 'its disk may only be read',
  EIO: 'its disk reports an error', ENOTDIR: 'a part of its path is a file', EISDIR: 'it is a folder', EMFILE: 'too many files are open', ESTALE: 'its network folder has gone',
}
export const inWords = (error: unknown): string => WORDS[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as NodeJS.ErrnoException).code ?? String(error)

export function accessError(error: unknown, path: string): PlimsollError {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return new PlimsollError('files.missing', `The file ${path} is not there.`, { cause: error, executed: false })
  return new PlimsollError('files.access', `The file ${path} can't be used: ${inWords(error)}.`, { cause: error, executed: false })
}
