import type { TlsaRecord } from '../model/observation.ts';
import type { TlsaMatch } from './match.ts';
import type { UnusableReason } from './record.ts';
import { tlsaText } from './record.ts';

/** A record that has matched nothing for longer than this is not one that waits for its key (checklist row 3). */
const longestRolloverMs = 90 * 86_400_000;

/**
 * What a record is to its host, over all certificates that its addresses show. `next`: it matches nothing while others
 * do, and not for long: its key may be on its way, or was replaced lately. `next-or-orphan`: nobody knows for how long.
 * `orphan`: it has matched nothing for too long for that, or nothing else matches either. `not-compared`: no certificate
 * was seen. `ageMs`: for how long it has matched nothing.
 */
export type RecordStanding =
  | { readonly kind: 'matched' }
  | { readonly kind: 'next'; readonly ageMs: number }
  | { readonly kind: 'next-or-orphan' }
  | { readonly kind: 'orphan'; readonly ageMs: number | null }
  | { readonly kind: 'unusable'; readonly why: UnusableReason }
  | { readonly kind: 'not-compared' };

export interface StandingQuestion {
  readonly records: readonly TlsaRecord[];
  /** One a certificate shown, each with the outcomes of `records` in their order. */
  readonly matches: readonly TlsaMatch[];
  /** As `unmatchedSince` gives it. What is missing is of unknown age. */
  readonly unmatchedSince: ReadonlyMap<string, number>;
  readonly now: number;
}

/** The standing of each record, in their order. */
export function standingsOf({ records, matches, unmatchedSince, now }: StandingQuestion): readonly RecordStanding[] {
  const outcomesOf = (index: number) => matches.flatMap(({ outcomes }) => outcomes[index] ?? []);
  const isMatched = records.map((_, index) => outcomesOf(index).some(({ kind }) => kind === 'match'));
  return records.map((record, index): RecordStanding => {
    const outcomes = outcomesOf(index);
    if (isMatched[index] === true) return { kind: 'matched' };
    const unusable = outcomes.find((outcome) => outcome.kind === 'unusable');
    if (unusable !== undefined) return { kind: 'unusable', why: unusable.why };
    if (outcomes.length === 0) return { kind: 'not-compared' };
    const since = unmatchedSince.get(tlsaText(record));
    const ageMs = since === undefined ? null : Math.max(0, now - since);
    if (!isMatched.includes(true)) return { kind: 'orphan', ageMs };
    if (ageMs === null) return { kind: 'next-or-orphan' };
    return ageMs > longestRolloverMs ? { kind: 'orphan', ageMs } : { kind: 'next', ageMs };
  });
}
