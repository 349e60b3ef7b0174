import type { TlsaItem } from '#components/tlsa-panel.tsx';
import { shownChains } from '#lib/checks/tlsa-facts.ts';
import { compareRecords, describeOutcome, describeStanding } from '#lib/checks/tlsa-records.ts';
import type { EndpointEvidence } from './endpoint-evidence.ts';

/**
 * The TLSA records of an endpoint as rows, each with what it is to the host and what it came to at every address that
 * showed a certificate. Where a server has certificates of two key types, each is named beside the address.
 */
export function tlsaItems({
  observation,
  tlsaUnmatchedSince,
}: Pick<EndpointEvidence, 'observation' | 'tlsaUnmatchedSince'>): readonly TlsaItem[] {
  const keyTypes = new Set(observation.sessions.flatMap(shownChains).map(({ keyName }) => keyName));
  return compareRecords(observation, { now: observation.finishedAt, tlsaUnmatchedSince }).map(
    ({ record, standing, at }) => {
      const results = new Map<
        string,
        { readonly matches: boolean; readonly text: string; readonly addresses: string[] }
      >();
      for (const { address, keyName, outcome } of at) {
        const text = describeOutcome(outcome);
        const result = results.get(text) ?? { matches: outcome.kind === 'match', text, addresses: [] };
        result.addresses.push(keyTypes.size > 1 ? `${address} (${keyName})` : address);
        results.set(text, result);
      }
      return { ...record, standing: describeStanding(standing), results: [...results.values()] };
    },
  );
}
