/**
 * Where requests may go. An address in the settings is the operator's word: own systems lie on private networks. What nobody can
 * mean is refused (addresses that hand out a machine's own credentials), and so is a name whose owner, by changing its
 * answer, would lead requests to this machine or into the private network.
 */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { PlimsollError, registerErrors } from './contract.ts'

registerErrors({
  'systems.address': { class: 'config', hint: 'A public name that leads to this machine, or suddenly into a private network, is refused. If that is meant, write the address itself in `url`.' },
})

type Network = 'nobody' | 'this machine' | 'private' | 'public'

function blocks(v4: readonly (readonly [string, number])[], v6: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [net, bits] of v4) list.addSubnet(net, bits, 'ipv4')
  for (const [net, bits] of v6) list.addSubnet(net, bits, 'ipv6')
  return list
}

/** Link-local (where clouds hand out credentials, also under the other addresses), "this network", multicast, reserved. */
const NOBODY = blocks(
  [['169.254.0.0', 16], ['0.0.0.0', 8], ['224.0.0.0', 3], ['100.100.100.200', 32], ['192.0.0.192', 32]],
  [['::', 128], ['fe80::', 10], ['ff00::', 8], ['fd00:ec2::254', 128]],
)
const THIS_MACHINE = blocks([['127.0.0.0', 8]], [['::1', 128]])
const PRIVATE = blocks([['10.0.0.0', 8], ['100.64.0.0', 10], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15]], [['fc00::', 7], ['64:ff9b::', 96], ['64:ff9b:1::', 48], ['2002::', 16]])

/** IPv4 inside IPv6 (`::ffff:…`) is judged as IPv4. */
export function networkOf(address: string): Network {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (NOBODY.check(address, family)) return 'nobody'
  if (THIS_MACHINE.check(address, family)) return 'this machine'
  return PRIVATE.check(address, family) ? 'private' : 'public'
}

/** Names that the public name system does not give to anybody. */
const isLocalName = (host: string): boolean => !host.includes('.') || /\.(?:localhost|local|internal|lan|home|home\.arpa|intranet|corp|private|test)$/i.test(host)

const refuse = (says: string): PlimsollError => new PlimsollError('systems.address', says, { executed: false })

function checkNetwork(network: Network, what: string, publicOnly: boolean): void {
  if (network === 'nobody') throw refuse(`${what} leads to an address that no system can have (link-local, multicast or reserved).`)
  if (publicOnly && network !== 'public') throw refuse(`${what} leads to ${network === 'private' ? 'a private network' : network}, which PLIMSOLL_NETWORKS=public forbids.`)
}

/** An address of the settings that is written in numbers; names are looked at when they are looked up. */
export function checkAddress(url: URL, publicOnly: boolean): void {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0) checkNetwork(networkOf(host), `The address ${url.origin}`, publicOnly)
}

/**
 * Against names whose answer changes: what kind of network a name leads to is fixed by its first look-up. The connection goes to
 * the very addresses that were looked at here.
 */
export function guardedLookup(publicOnly: boolean, resolve: typeof dnsLookup = dnsLookup): LookupFunction {
  const firstIsPublic = new Map<string, boolean>()
  const check = (host: string, found: readonly LookupAddress[]): void => {
    const networks = found.map((one) => networkOf(one.address))
    for (const network of networks) checkNetwork(network, `The name ${host}`, publicOnly)
    if (networks.includes('this machine') && !isLocalName(host)) throw refuse(`The name ${host} leads to this machine. If that is meant, write 127.0.0.1 or localhost in \`url\`.`)
    const isPublic = networks.every((network) => network === 'public')
    const before = firstIsPublic.get(host)
    if (before === true && !isPublic) throw refuse(`The name ${host} suddenly leads to a private address.`)
    if (before === undefined) firstIsPublic.set(host, isPublic)
  }
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => {
      if (error) return callback(error, '', 0)
      try {
        check(host, found)
      } catch (refused) {
        return callback(refused as PlimsollError, '', 0)
      }
      if (options.all) return callback(null, found)
      return callback(null, found[0]!.address, found[0]!.family)
    })
  }
}
