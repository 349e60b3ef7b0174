import { readHandshake, shownChains } from '../checks/tlsa-facts.ts';
import { readAdvertisedTags } from '../deep/advertised-tags.ts';
import { proveTags } from '../deep/prove.ts';
import type { EndpointTarget } from '../model/endpoint.ts';
import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import { tlsVersions, type AddressScan, type ScanObservation } from '../model/scan-observation.ts';
import { changeVersions, type ChangeVersion } from './change.ts';
import type { EndpointEvidence } from './evidence.ts';

/** What the latest looks at one endpoint say of it. `serverName` as in `ProofQuestion`; `now` in ms since the epoch. */
export function endpointEvidence(looked: {
  readonly target: EndpointTarget;
  readonly observation: EndpointObservation | null;
  readonly scan: ScanObservation | null;
  readonly serverName: string | null;
  readonly now: number;
}): EndpointEvidence {
  const { target, observation, scan, serverName, now } = looked;
  const name = serverName ?? target.host;
  if (observation === null) return { target, name, seenAt: null, addresses: [], tlsa: null };
  return {
    target,
    name,
    seenAt: observation.finishedAt,
    addresses: observation.sessions.map((session) => {
      const scanned = scan?.addresses.find(({ address }) => address === session.address) ?? null;
      const { looked: wasAsked, tags } = readAdvertisedTags(target, session);
      return {
        address: session.address,
        proofs: proveTags({ observation, session, scan: scanned, serverName, now }),
        advertised: wasAsked ? tags : null,
        versions: offeredVersions(session, scanned),
        shown: shownChains(session).map(({ tls }) => readHandshake(tls)),
      };
    }),
    tlsa: readTlsa(observation),
  };
}

/** `1.2` for `TLSv1.2`; null for what is none of them. */
export function changeVersionOf(name: string): ChangeVersion | null {
  const index = tlsVersions.findIndex((known) => known === name || (known === 'TLSv1' && name === 'TLSv1.0'));
  return changeVersions[index] ?? null;
}

function offeredVersions(session: AddressSession, scan: AddressScan | null): readonly ChangeVersion[] | null {
  const negotiated = session.tls === null ? null : changeVersionOf(session.tls.version);
  const scanned = tlsVersions.filter((version) => scan?.versions[version].outcome === 'accepted').map(changeVersionOf);
  const offered = changeVersions.filter((version) => version === negotiated || scanned.includes(version));
  return offered.length === 0 || scan === null ? null : offered;
}

function readTlsa({ tlsa }: EndpointObservation): EndpointEvidence['tlsa'] {
  if (tlsa?.lookup.ok !== true) return null;
  const { dnssec, records, ttlSeconds } = tlsa.lookup.facts;
  // Whether records count that nobody could validate is not known.
  if (dnssec.state === 'indeterminate') return null;
  return { owner: tlsa.owner, dnssec: dnssec.state, records, ttlSeconds };
}
