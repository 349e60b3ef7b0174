import type { RecentReports, SourceItem } from './source-item.ts';
import { SourceLight } from './source-light.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** Reports a second over the time that the counts are of. */
function rateOf({ accepted, since }: RecentReports, now: number): string {
  const perSecond = accepted / Math.max(1, (now - since) / 1000);
  if (perSecond >= 10) return Math.round(perSecond).toLocaleString('en');
  return perSecond === 0 ? '0' : perSecond.toFixed(perSecond < 0.1 ? 3 : 1);
}

/** Sources of reports, the newest first. */
export function SourceTable({ sources, now }: { readonly sources: readonly SourceItem[]; readonly now: number }) {
  return (
    <DataTable caption="Sources" columns={['Source', 'State', 'Last report', 'Taken', 'Refused', 'From']}>
      {sources.map((source) => (
        <tr key={source.id}>
          <Cell>
            <Link href={`/settings/sources/${source.id}`} className="link">
              <ForeignText text={source.name} maxLength={100} />
            </Link>
          </Cell>
          <Cell>
            <SourceLight source={source} now={now} />
          </Cell>
          <Cell>
            {source.lastSeenAt === null ? (
              <span className="text-muted">never</span>
            ) : (
              <TimeStamp at={source.lastSeenAt} now={now} form="relative" />
            )}
          </Cell>
          <Cell>
            {source.recent.accepted.toLocaleString('en')}
            <span className="block text-xs whitespace-nowrap text-muted">{rateOf(source.recent, now)} a second</span>
          </Cell>
          <Cell>{source.recent.rejected.toLocaleString('en')}</Cell>
          <Cell mono>{source.addresses.length === 0 ? 'anywhere' : source.addresses.join(', ')}</Cell>
        </tr>
      ))}
    </DataTable>
  );
}
