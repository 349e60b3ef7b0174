import type { RecordOutcome } from '../dane/match.ts';
import type { RecordStanding } from '../dane/standing.ts';
import { standingsOf } from '../dane/standing.ts';
import type { TlsaHistory } from '../dane/unmatched-since.ts';
import { unmatchedSince } from '../dane/unmatched-since.ts';
import type { EndpointObservation, TlsaRecord } from '../model/observation.ts';
import type { JudgeContext } from './check.ts';
import { compareTlsa, readHandshake, readTlsaLookup, shownChains, tlsaPolicyOf, tlsaReasons } from './tlsa-facts.ts';

/** A TLSA record, what it is to its host, and what it came to at every address and with every certificate shown there. */
export interface ComparedRecord {
  readonly record: TlsaRecord;
  readonly standing: RecordStanding;
  readonly at: readonly {
    readonly address: string;
    /** Usual name of the type of the leaf's key. */
    readonly keyName: string;
    readonly outcome: RecordOutcome;
  }[];
}

/** Every TLSA record of an endpoint, in the order of the answer; none where there was no answer. */
export function compareRecords(
  observation: EndpointObservation,
  { now, tlsaUnmatchedSince = new Map() }: JudgeContext,
): readonly ComparedRecord[] {
  const records = readTlsaLookup(observation)?.records ?? [];
  const compared = observation.sessions.flatMap((session) =>
    shownChains(session).map(({ tls, keyName }) => ({
      ...{ address: session.address, keyName, match: compareTlsa(observation, tls, now) },
    })),
  );
  const unseen = compareTlsa(observation, null, now);
  const matches = compared.map(({ match }) => match);
  const standings = standingsOf({ records, matches, unmatchedSince: tlsaUnmatchedSince, now });
  return records.map((record, index) => {
    const withoutChain = unseen.outcomes[index];
    const standing = standings[index] ?? { kind: 'not-compared' };
    return {
      record,
      // A record that nobody can use needs no certificate to say so.
      standing: withoutChain?.kind === 'unusable' ? { kind: 'unusable', why: withoutChain.why } : standing,
      at: compared.flatMap(({ address, keyName, match }) => {
        const outcome = match.outcomes[index];
        return outcome === undefined ? [] : [{ address, keyName, outcome }];
      }),
    };
  });
}

/** Whether the history of an endpoint has to tell what one of its records is. */
export function needsTlsaHistory(observation: EndpointObservation): boolean {
  const compared = compareRecords(observation, { now: observation.finishedAt });
  return compared.some(({ standing }) => standing.kind === 'next-or-orphan');
}

/** `unmatchedSince` for the records of one run; the history may hold that run or not. */
export function tlsaUnmatchedSince(
  observation: EndpointObservation,
  history: TlsaHistory,
): ReadonlyMap<string, number> {
  const { endpoint, sessions, finishedAt } = observation;
  const records = readTlsaLookup(observation)?.records ?? [];
  const seen = { firstSeen: finishedAt, lastSeen: finishedAt };
  const shown = sessions.flatMap(shownChains).map(({ tls }) => ({ ...readHandshake(tls), ...seen }));
  return unmatchedSince({
    ...{ records, host: endpoint.host, policy: tlsaPolicyOf(endpoint) },
    history: {
      answers: [...history.answers, { records, ...seen }],
      handshakes: [...history.handshakes, ...shown],
    },
  });
}

/** What a record came to with one certificate, to follow the record in a sentence. */
export function describeOutcome(outcome: RecordOutcome): string {
  if (outcome.kind !== 'match') return tlsaReasons[outcome.why];
  const { depth, certificate, place, record } = outcome;
  const fingerprint = `SHA-256 ${certificate.fingerprint.slice(0, 16)}…`;
  const sent = depth === 0 ? 'server certificate' : `CA certificate ${String(depth)}`;
  if (place === 'chain') return `matches the ${sent}, ${fingerprint}`;
  return record.selector === 1
    ? `matches: its key signed the ${sent}, ${fingerprint}`
    : `matches: it holds the CA certificate ${String(depth)} itself, ${fingerprint}`;
}

const dayMs = 86_400_000;

/** What a record is to its host, in a few words. */
export function describeStanding(standing: RecordStanding): string {
  switch (standing.kind) {
    case 'matched':
      return 'in use';
    case 'next':
      return `has matched nothing for ${inDays(standing.ageMs)}: the next key, or the last one`;
    case 'next-or-orphan':
      return 'matches nothing: the next key, or left over';
    case 'orphan':
      return standing.ageMs === null
        ? 'matches nothing'
        : `left over: has matched nothing for ${inDays(standing.ageMs)}`;
    case 'unusable':
      return `unusable: ${tlsaReasons[standing.why]}`;
    case 'not-compared':
      return 'not compared: no certificate was seen';
  }
}

function inDays(durationMs: number): string {
  const days = Math.floor(durationMs / dayMs);
  if (days < 1) return 'less than a day';
  return days === 1 ? '1 day' : `${String(days)} days`;
}
