/** Archives as an attacker makes them: any names, any sizes, whatever the directory says. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface Part { readonly packed: Uint8Array; readonly size: number; readonly crc: number; readonly method: number }

const partOf = (text: string | Uint8Array): Part => {
  const bytes = typeof text === 'string' ? Buffer.from(text) : Buffer.from(text)
  return { packed: deflateRawSync(bytes), size: bytes.length, crc: crc32(bytes), method: 8 }
}

export function zip(parts: Readonly<Record<string, string | Uint8Array | Part>>): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const [name, given] of Object.entries(parts)) {
    const part = typeof given === 'string' || given instanceof Uint8Array ? partOf(given) : given
    const bytes = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x800, 2)
    common.writeUInt16LE(part.method, 4)
    common.writeUInt32LE(part.crc, 10)
    common.writeUInt32LE(part.packed.length, 14)
    common.writeUInt32LE(part.size, 18)
    common.writeUInt16LE(bytes.length, 22)
    const head = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, bytes])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, tail, bytes]))
    local.push(head, Buffer.from(part.packed))
    at += head.length + part.packed.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(central.length, 8)
  end.writeUInt16LE(central.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...local, directory, end])
}
