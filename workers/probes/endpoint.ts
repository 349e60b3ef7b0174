import { isIP } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Declaration } from '#lib/model/declaration.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type {
  AddressFacts,
  AddressSession,
  EndpointObservation,
  ProbeFailure,
  Seen,
  TlsaObservation,
} from '#lib/model/observation.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import type { Clock, ConnectionLimit, Dial, Query } from '#workers/ports.ts';
import { resolveAddresses } from './addresses.ts';
import { lookForOtherKey } from './other-handshake.ts';
import { probeAddress, probeDurationMs, unseenSession } from './session.ts';
import { observeTlsa } from './tlsa.ts';
import type { TrustStore } from './trust-store.ts';

/** Addresses of one host that are looked at; of more, the first ones. The lookups in the observation have them all. */
export const maxAddresses = 32;
/** Addresses of one host that are talked to at the same time. */
const maxParallel = 4;
/** With less time than this an answer says more about us than about the server, so we do not ask. */
const shortestLookMs = 2_000;

export type EndpointProgress =
  | { readonly kind: 'addresses'; readonly addresses: Seen<AddressFacts> }
  | { readonly kind: 'session'; readonly session: AddressSession; readonly done: number; readonly total: number };

export interface EndpointProbe {
  readonly target: EndpointTarget;
  /** Look at this address only, and do not ask DNS for the host's. */
  readonly address?: string;
  /** Sent as SNI instead of the host. */
  readonly serverName?: string;
  readonly query: Query;
  readonly resolverPassesSignatures: () => Promise<boolean | null>;
  readonly dial: Dial;
  readonly limit: ConnectionLimit;
  readonly trust: TrustStore;
  readonly clock: Clock;
  readonly vantage: string;
  /** `performance.now()` value; `probeDurationMs` from now where it is not given. */
  readonly deadline?: number;
  readonly onProgress?: (progress: EndpointProgress) => void;
}

/** Where and how an operator wants an endpoint to be looked at. */
export function declaredWay({
  address,
  serverName,
}: Pick<Declaration, 'address' | 'serverName'>): Pick<EndpointProbe, 'address' | 'serverName'> {
  return { ...(address === null ? {} : { address }), ...(serverName === null ? {} : { serverName }) };
}

/**
 * Looks at one endpoint: its addresses, what each of them serves, and its TLSA records. All within one deadline, of
 * which every address gets its share. Never rejects for anything the world does.
 */
export async function probeEndpoint(probe: EndpointProbe): Promise<EndpointObservation> {
  const { target, clock, vantage } = probe;
  const startedAt = clock.now();
  const deadline = probe.deadline ?? performance.now() + probeDurationMs;
  const { host, port } = target;
  const { query, resolverPassesSignatures } = probe;
  // An IP address has no TLSA records.
  const asked = isIP(host) === 0 ? observeTlsa({ host, port, query, resolverPassesSignatures }) : Promise.resolve(null);
  const [{ addresses, sessions }, tlsa] = await Promise.all([lookAtAddresses(probe, { deadline, tlsa: asked }), asked]);
  return { endpoint: target, vantage, startedAt, finishedAt: clock.now(), addresses, sessions, tlsa };
}

interface Look {
  /** `performance.now()` value. */
  readonly deadline: number;
  readonly tlsa: Promise<TlsaObservation | null>;
}

async function lookAtAddresses(
  probe: EndpointProbe,
  { deadline, tlsa }: Look,
): Promise<Pick<EndpointObservation, 'addresses' | 'sessions'>> {
  const addresses = await findAddresses(probe);
  probe.onProgress?.({ kind: 'addresses', addresses });
  if (!addresses.ok) return { addresses, sessions: [] };
  const list = addresses.facts.list.slice(0, maxAddresses);
  let waiting = list.length;
  let done = 0;
  const sessions = await mapBounded(list, maxParallel, async (address) => {
    // Silent addresses must not use up the time of those that come after them.
    const rounds = Math.ceil(waiting / maxParallel);
    waiting -= 1;
    const now = performance.now();
    const session = await lookAtAddress(probe, { address, tlsa, deadline: now + (deadline - now) / rounds });
    done += 1;
    probe.onProgress?.({ kind: 'session', session, done, total: list.length });
    return session;
  });
  return { addresses: { ok: true, facts: { ...addresses.facts, list } }, sessions };
}

async function findAddresses({ target, address, query }: EndpointProbe): Promise<Seen<AddressFacts>> {
  const literal = address ?? (isIP(target.host) === 0 ? null : target.host);
  if (literal === null) return resolveAddresses(target.host, query);
  return { ok: true, facts: { list: [literal], lookups: [] } };
}

/** One address, with one connection at a time. */
async function lookAtAddress(
  { target, serverName, dial, limit, trust, clock }: EndpointProbe,
  { address, deadline, tlsa }: Look & { readonly address: string },
): Promise<AddressSession> {
  const busy = (said: string): ProbeFailure => ({ stage: 'connect', reason: 'busy', said });
  const tooLate = () =>
    deadline - performance.now() < shortestLookMs ? busy('no time was left to look at this address') : null;
  const unseen = (failure: ProbeFailure) => unseenSession({ target, address, startedAt: clock.now(), failure });
  const session = await limit(address, deadline, async () => {
    const late = tooLate();
    if (late !== null) return unseen(late);
    const probe = {
      ...{ target, address, dial, clock, trust, deadline },
      ...(serverName === undefined ? {} : { serverName }),
    };
    const first = await probeAddress(probe);
    const otherHandshake = await lookForOtherKey(first, { probe, tlsa: await tlsa, tooLate });
    return otherHandshake === null ? first : { ...first, otherHandshake };
  });
  return session ?? unseen(busy('other probes of this address took all the time there was'));
}
