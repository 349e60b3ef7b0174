import type { Judgement } from '../model/finding.ts';
import type { TlsFacts } from '../model/observation.ts';
import { tlsVersions, type AddressScan, type Offer, type ScanObservation } from '../model/scan-observation.ts';
import { judgeAddress, type Decisions } from './decision.ts';

/** Judges each address of a deep scan. What a scan could not look at is in it as unseen: `decide` answers for all of them. */
export function judgeScannedAddresses<Code extends string>(
  observation: ScanObservation,
  decide: (scan: AddressScan) => Decisions<Code>,
): readonly Judgement[] {
  return observation.addresses.flatMap((scan) => judgeAddress(observation, scan, decide(scan)));
}

/** What an accepted offer brought; null for one that was refused or not seen. */
export function acceptedFacts<T>(offer: Offer<T>): T | null {
  return offer.outcome === 'accepted' ? offer.facts : null;
}

/** What a client of today meets at a scanned address: the first handshake like the cheap probe's, or the best version that was taken. */
export function usualHandshake({ repeated, versions }: AddressScan): TlsFacts | null {
  const best = tlsVersions.toReversed().map((version) => acceptedFacts(versions[version]));
  return repeated[0] ?? best.find((facts) => facts !== null) ?? null;
}
