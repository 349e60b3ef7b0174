import { formatServerAddress, type ServerAddress } from '#lib/dns/server-address.ts';
import type { SecondOpinion } from '#workers/ports.ts';
import { createTransport, lookupTimeoutMs } from './transport.ts';

/** Recursive resolvers, asked so that they validate for themselves; null where there is none. */
export function createSecondOpinion(servers: readonly ServerAddress[]): SecondOpinion | null {
  const [first] = servers;
  if (first === undefined) return null;
  return { server: formatServerAddress(first), ask: createTransport({ servers, timeoutMs: lookupTimeoutMs }) };
}
