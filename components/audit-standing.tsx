import { Banner } from './ui/banner.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

const dayMs = 86_400_000;
/** After that nobody should rely on it. */
const staleAfterMs = 31 * dayMs;

/** What is known of the chain of the audit record, and since when; times in milliseconds since the epoch. */
export function AuditStanding({
  standing,
  now,
}: {
  readonly standing:
    | { readonly kind: 'whole' | 'broken'; readonly at: number; readonly words: string }
    | { readonly kind: 'never'; readonly words: string };
  readonly now: number;
}) {
  if (standing.kind === 'never') return <Banner tone="unknown">{standing.words}</Banner>;
  const { kind, at, words } = standing;
  if (kind === 'broken') {
    return (
      <Banner tone="crit">
        <strong>The record was tampered with.</strong> <span className="[overflow-wrap:anywhere]">{words}</span>{' '}
        <TimeStamp at={at} now={now} />
      </Banner>
    );
  }
  const stale = now - at > staleAfterMs;
  return (
    <Banner tone={stale ? 'unknown' : 'ok'}>
      <span className="[overflow-wrap:anywhere]">{words}</span> Followed <TimeStamp at={at} now={now} />
      {stale ? ': too long ago to rely on.' : '.'}
    </Banner>
  );
}
