import { percent } from '../coverage-table.tsx';
import { silentAfterMs } from '../source-light.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Link } from '../ui/link.tsx';
import { TimeStamp } from '../ui/time-stamp.tsx';
import { ToneLabel } from '../ui/tone-label.tsx';

/** A source of reports. `lastSeenAt` in milliseconds since the epoch; null: nothing came yet. */
export interface SourceHeardItem {
  readonly id: string;
  readonly name: string;
  readonly lastSeenAt: number | null;
}

export interface CoverageCardItem {
  /** Share of the logins that tell what they hold, 0 to 1. */
  readonly share: number;
  readonly silentADay: number;
  readonly cannotReportADay: number;
}

function Heard({ source, now }: { readonly source: SourceHeardItem; readonly now: number }) {
  const { lastSeenAt } = source;
  if (lastSeenAt === null) return <ToneLabel tone="unknown">nothing came yet</ToneLabel>;
  const time = <TimeStamp at={lastSeenAt} now={now} form="relative" />;
  return now - lastSeenAt > silentAfterMs ? (
    <ToneLabel tone="warn">silent, last {time}</ToneLabel>
  ) : (
    <span className="text-sm text-muted">last {time}</span>
  );
}

function Share({ share, silentADay, cannotReportADay }: CoverageCardItem) {
  return (
    <div className="px-4 py-3">
      <p>
        <strong className="text-xl font-semibold">{percent(share)}</strong> of the logins tell what they hold.
      </p>
      <svg width="100%" height="8" aria-hidden="true" className="my-2 block">
        <rect x="0" y="0" width="100%" height="8" rx="4" fill="var(--sunken)" />
        <rect x="0" y="0" width={`${(share * 100).toFixed(1)}%`} height="8" rx="4" fill="var(--accent)" />
      </svg>
      <p className="text-sm text-muted">
        {silentADay === 0
          ? 'Nobody was silent in the last 30 days.'
          : `About ${silentADay.toLocaleString('en')} logins a day tell nothing${
              cannotReportADay === 0
                ? ''
                : `, ${cannotReportADay.toLocaleString('en')} of them by POP, which has no way to`
            }: every count of clients is a lower bound.`}
      </p>
    </div>
  );
}

/** How much of the clients is known at all, and when each source was heard last. `now` in milliseconds since the epoch. */
export function CoverageCard({
  coverage,
  sources,
  total,
  mayManage,
  now,
}: {
  /** Null: no login was reported. */
  readonly coverage: CoverageCardItem | null;
  /** The longest silent first. */
  readonly sources: readonly SourceHeardItem[];
  /** Sources in all. */
  readonly total: number;
  readonly mayManage: boolean;
  readonly now: number;
}) {
  if (coverage === null && total === 0) {
    return (
      <EmptyState title="No server reports its logins yet">
        Until one does, nobody can say whom a fault hits.{' '}
        {mayManage ? (
          <Link href="/settings/sources" className="link">
            Connect a mail server
          </Link>
        ) : (
          'An administrator can connect one.'
        )}
      </EmptyState>
    );
  }
  return (
    <>
      {coverage === null ? (
        <p className="px-4 py-3 text-sm text-muted">
          No login was counted yet, so nobody can say what share of your customers is known.
        </p>
      ) : (
        <Share {...coverage} />
      )}
      <ul className="divide-y divide-line border-t border-line">
        {sources.map((source) => (
          <li key={source.id} className="flex flex-wrap items-baseline justify-between gap-x-4 px-4 py-2">
            {mayManage ? (
              <Link href={`/settings/sources/${source.id}`} className="link inline-block min-h-6 min-w-0">
                <ForeignText text={source.name} maxLength={80} />
              </Link>
            ) : (
              <span className="min-w-0">
                <ForeignText text={source.name} maxLength={80} />
              </span>
            )}
            <Heard source={source} now={now} />
          </li>
        ))}
        {total > sources.length ? (
          <li className="px-4 py-2 text-sm text-muted">And {total - sources.length} more that were heard later.</li>
        ) : null}
        {total === 0 ? <li className="px-4 py-2 text-sm text-muted">No source may report any more.</li> : null}
      </ul>
    </>
  );
}
