import type { TlsaRecord } from '../model/observation.ts';
import type { TlsaQuestion } from './match.ts';
import { matchTlsa } from './match.ts';
import { tlsaText } from './record.ts';

/** First and last sighting of one thing, in milliseconds since the epoch. It may have been away in between. */
interface Sighting {
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** What was seen of an endpoint up to now, in any order. */
export interface TlsaHistory {
  /** Answers to the question for its TLSA records, also those that held none. */
  readonly answers: readonly (Sighting & { readonly records: readonly TlsaRecord[] })[];
  /** What its addresses showed. */
  readonly handshakes: readonly (Sighting & Pick<TlsaQuestion, 'chain' | 'verifiedPath'>)[];
}

/**
 * Since when each record has been in DNS without matching what the endpoint showed, by `tlsaText`, in milliseconds since
 * the epoch: since it came, or since another certificate came after the last one that it matched, whichever is later.
 * Records of which the history tells nothing are left out.
 */
export function unmatchedSince({
  history,
  ...question
}: Pick<TlsaQuestion, 'records' | 'host' | 'policy'> & { readonly history: TlsaHistory }): ReadonlyMap<string, number> {
  const compared = history.handshakes.map(({ firstSeen, lastSeen, ...shown }) => {
    // A chain that was out of date at its end still matched at its beginning.
    const { outcomes } = matchTlsa({ ...question, ...shown, now: firstSeen });
    return { firstSeen, lastSeen, outcomes };
  });
  const since = new Map<string, number>();
  for (const [index, record] of question.records.entries()) {
    const text = tlsaText(record);
    const published = findStart(history.answers, ({ records }) => records.some((other) => tlsaText(other) === text));
    const unmatched = findStart(compared, ({ outcomes }) => outcomes[index]?.kind !== 'match');
    if (published !== null && unmatched !== null) since.set(text, Math.max(published, unmatched));
  }
  return since;
}

/** When that began which has held ever since; null where it does not hold at the end. */
function findStart<S extends Sighting>(sightings: readonly S[], holds: (sighting: S) => boolean): number | null {
  const broken = Math.max(-Infinity, ...sightings.filter((one) => !holds(one)).map(({ lastSeen }) => lastSeen));
  const lasting = sightings.filter((one) => holds(one) && one.lastSeen > broken);
  return lasting.length === 0 ? null : Math.max(broken, Math.min(...lasting.map(({ firstSeen }) => firstSeen)));
}
