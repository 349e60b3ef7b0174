import { shownChains } from '../checks/tlsa-facts.ts';
import type { ServedTlsa, TlsaLook } from '../dane/held-since.ts';
import { readAllAdvertisedTags } from '../deep/advertised-tags.ts';
import type { EndpointObservation } from '../model/observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readChain } from '../x509/read-chain.ts';
import { findTrustedPath } from '../x509/trusted-path.ts';
import type { CensusAtHost, CertificateFacts, ShownNow } from './certificate-facts.ts';

/** What was seen a moment before the answer. */
export interface PreflightLook {
  readonly observation: EndpointObservation;
  /** What each authoritative server says; null: nobody could be asked. */
  readonly servers: readonly ServedTlsa[] | null;
}

/** What was known before: from the database, where there is one. */
export interface PreflightMemory {
  readonly looks: readonly TlsaLook[];
  /** As in `CertificateFacts`. */
  readonly publishedAt: number | null;
  readonly promised: readonly string[];
  /** Names that clients use besides the host. */
  readonly names: readonly string[];
  readonly census: CensusAtHost | null;
}

/** Nobody remembers anything. */
export const noMemory: PreflightMemory = { looks: [], publishedAt: null, promised: [], names: [], census: null };

/** Puts together what the answer for a new certificate rests on. */
export function collectCertificateFacts(given: {
  /** The new certificate, leaf first. */
  readonly chain: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  readonly look: PreflightLook;
  readonly memory: PreflightMemory;
  readonly now: number;
}): CertificateFacts {
  const { chain, anchors, look, memory, now } = given;
  const { observation, servers } = look;
  const { endpoint, sessions, tlsa } = observation;
  const advertised = readAllAdvertisedTags(observation).flatMap(({ tags }) => tags);
  return {
    endpoint,
    chain,
    path: findTrustedPath({ chain, anchors, now }),
    tlsa: tlsa?.lookup ?? null,
    servers,
    looks: memory.looks,
    publishedAt: memory.publishedAt,
    shown: sessions.flatMap(shownChains).map(({ tls }): ShownNow => ({
      chain: readChain(tls.chain).filter((certificate) => certificate !== null),
      trusted: tls.pkix.trusted,
    })),
    promised: [...new Set([...memory.promised, ...advertised])],
    names: [...new Set([endpoint.host, ...memory.names])],
    census: memory.census,
    now,
  };
}
