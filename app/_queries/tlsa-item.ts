import type { TlsaItem } from '#components/tlsa-panel.tsx';
import { compareTlsa, tlsaReasons } from '#lib/checks/tlsa-match.ts';
import type { RecordOutcome } from '#lib/dane/match.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';

/** The TLSA records of an endpoint as rows, each with what it came to at every address that showed a certificate. */
export function tlsaItems(observation: EndpointObservation): readonly TlsaItem[] {
  const { tlsa, sessions, finishedAt } = observation;
  if (tlsa?.lookup.ok !== true) return [];
  const compared = sessions
    .filter((session) => session.tls !== null)
    .map((session) => ({ address: session.address, match: compareTlsa(observation, session, finishedAt) }));
  return tlsa.lookup.facts.records.map((record, index) => {
    const results = new Map<
      string,
      { readonly matches: boolean; readonly text: string; readonly addresses: string[] }
    >();
    for (const { address, match } of compared) {
      const outcome = match.outcomes[index];
      if (outcome === undefined) continue;
      const text = outcomeText(outcome);
      const result = results.get(text) ?? { matches: outcome.kind === 'match', text, addresses: [] };
      result.addresses.push(address);
      results.set(text, result);
    }
    return { ...record, results: [...results.values()] };
  });
}

function outcomeText(outcome: RecordOutcome): string {
  if (outcome.kind !== 'match') return tlsaReasons[outcome.why];
  const certificate = outcome.depth === 0 ? 'server certificate' : `CA certificate ${outcome.depth}`;
  return `matches the ${certificate}, SHA-256 ${outcome.certificate.fingerprint.slice(0, 16)}…`;
}
