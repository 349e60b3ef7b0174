import type { SpanItem } from '#components/span-history.tsx';
import type { SpanRecord } from './spans.ts';

const subjects: Readonly<Record<string, string>> = { addresses: 'Addresses in DNS', tlsa: 'TLSA records' };

/** A span as a row of the history. */
export function spanItem({ id, kind, address, vantage, firstSeen, lastSeen, runs }: SpanRecord): SpanItem {
  return {
    id,
    subject: address === '' ? (subjects[kind] ?? kind) : address,
    vantage,
    firstSeen: firstSeen.getTime(),
    lastSeen: lastSeen.getTime(),
    runs,
  };
}
