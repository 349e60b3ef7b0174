import { createSocket } from 'node:dgram';
import { performance } from 'node:perf_hooks';

/** A server of the public root: connecting a UDP socket asks the routing table and sends nothing. */
const publicAddress = '2001:7fe::53';
const believedMs = 60_000;

/** Whether this machine has a way to public IPv6 addresses. Looked up once a minute at most. */
export function createIpv6RouteCheck(): () => Promise<boolean> {
  let known: { readonly route: Promise<boolean>; readonly validUntil: number } | null = null;
  return async () => {
    if (known === null || performance.now() >= known.validUntil) {
      known = { route: lookUpRoute(), validUntil: performance.now() + believedMs };
    }
    return known.route;
  };
}

async function lookUpRoute(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp6');
    const settle = (found: boolean) => {
      socket.close();
      resolve(found);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.connect(53, publicAddress);
  });
}
