import type { SignatureResult } from '../model/dnssec.ts';
import type { ZoneObservation } from '../model/zone-observation.ts';
import { serversInView, signaturesOf } from './zone-view.ts';
import { showServer } from './zone-wording.ts';

/** A signature whose end matters, and where it was seen. */
export interface SeenSignature {
  readonly signature: SignatureResult;
  /** `host (address)` of a name server, else `address:port`; null where that is not known. */
  readonly from: string | null;
}

/**
 * For each record set and each server the signature that lasts longest: one that is valid suffices (RFC 6840 section
 * 5.11). What name servers say themselves comes before what validation found, which may be a copy from a cache.
 */
export function lastingSignatures(observation: ZoneObservation): readonly SeenSignature[] {
  const atServers = serversInView(observation).flatMap((server) =>
    server.answers.flatMap(({ answer }) =>
      answer.ok ? answer.facts.signatures.map((signature) => ({ signature, from: showServer(server) })) : [],
    ),
  );
  const fresh = new Set(atServers.map(({ signature }) => setOf(signature)));
  const inChain = observation.validations
    .flatMap(signaturesOf)
    .filter((signature) => !fresh.has(setOf(signature)))
    .map((signature) => ({ signature, from: signature.server }));
  const anchored = anchoredKeys(observation);
  const lasting = new Map<string, SeenSignature>();
  for (const seen of [...atServers, ...inChain]) {
    if (!counts(seen.signature, anchored)) continue;
    const key = `${setOf(seen.signature)} ${String(seen.from)}`;
    const known = lasting.get(key);
    if (known === undefined || known.signature.expiration < seen.signature.expiration) lasting.set(key, seen);
  }
  return [...lasting.values()];
}

/** Valid, or valid until lately. Of a DNSKEY set only the signatures by keys that the parent knows carry the chain. */
function counts(signature: SignatureResult, anchored: ReadonlyMap<string, ReadonlySet<number>>): boolean {
  if (signature.status !== 'valid' && signature.status !== 'signature-expired') return false;
  const keys = signature.type === 'DNSKEY' ? anchored.get(signature.owner) : undefined;
  return keys === undefined || keys.has(signature.keyTag);
}

/** Tags of the keys that a DS record or the trust anchor names, by zone; no entry where there are none. */
function anchoredKeys({ validations }: ZoneObservation): ReadonlyMap<string, ReadonlySet<number>> {
  const links = validations.flatMap((validation) => validation.links);
  return new Map(
    links.flatMap(({ zone, keys }) => {
      const tags = keys.filter(({ anchored }) => anchored).map(({ keyTag }) => keyTag);
      return tags.length === 0 ? [] : [[zone, new Set(tags)] as const];
    }),
  );
}

function setOf({ owner, type }: SignatureResult): string {
  return `${owner} ${type}`;
}
