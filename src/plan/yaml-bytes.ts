/** The bytes of a plan file as text, or what is wrong with them. The byte order mark stays, so that places are right. */
export function bytesToText(bytes: Uint8Array): string | { readonly says: string; readonly mend: string } {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return { says: 'This file is written in UTF-16.', mend: 'Save it as UTF-8.' }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return { says: 'This file is not written in UTF-8.', mend: 'Save it as UTF-8 (not Windows-1250, ISO 8859 or a binary format).' }
  }
}
