import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { fail, ok, type Result } from '../core/failure.ts';

/** Refuses addresses a shop's URL must never reach: loopback, private networks, cloud metadata. */
export interface HostGuard {
  check(url: string): Promise<Result<null>>;
}

const refused = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  refused.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 96],
  // Ways to write an IPv4 address as IPv6: NAT64, Teredo, 6to4.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  refused.addSubnet(network, prefix, 'ipv6');
}

type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>;
const resolveAll: Resolve = (host) => lookup(host, { all: true });

/**
 * @param allowedHosts `host:port` pairs that are let through unchecked: the embedded cloud's simulators. Empty when deployed.
 */
export function createHostGuard(allowedHosts: readonly string[], resolve: Resolve = resolveAll): HostGuard {
  const allowed = new Set(allowedHosts);
  return {
    async check(text) {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (!url) return refuse('The address is not a valid URL.');
      if (allowed.has(url.host)) return ok(null);
      if (url.protocol !== 'https:') return refuse('The address must begin with https://.');
      if (url.username || url.password) return refuse('The address must not contain a user name or password.');
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const addresses = isIP(host) ? [{ address: host, family: isIP(host) }] : await resolve(host).catch(() => []);
      if (addresses.length === 0) {
        return fail({
          category: 'network',
          code: 'network.unknown_host',
          reason: `The host ${host} cannot be found.`,
          fix: 'Check the address for a typing mistake.',
          retryable: true,
        });
      }
      const inside = addresses.some(({ address, family }) => isInside(address, family));
      return inside ? refuse(`The host ${host} is a private or local address.`) : ok(null);
    },
  };
}

function isInside(address: string, family: number): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return refused.check(mapped, 'ipv4');
  return refused.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function refuse(reason: string): Result<null> {
  return fail({
    category: 'validation',
    code: 'connection.address_refused',
    reason,
    fix: 'Use the public https address of the platform.',
    retryable: false,
  });
}
