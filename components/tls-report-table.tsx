import { tlsPolicyWord, tlsResultMeaning } from './tls-report-words.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** One kind of failure that other providers met, over all their reports. */
export interface TlsFailureItem {
  readonly resultType: string;
  /** Host of ours; null: not told. */
  readonly receivingHost: string | null;
  readonly sessions: number;
  readonly organizations: readonly string[];
  /** What a sender said of it; null: nothing. */
  readonly reason: string | null;
  /** Milliseconds since the epoch: end of the latest report that has it. */
  readonly lastAt: number;
}

/** What one provider reported of one domain. */
export interface TlsReporterItem {
  readonly organization: string;
  /** '': not told. */
  readonly domain: string;
  readonly policyType: string;
  readonly successes: number;
  readonly failures: number;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
}

const shownOrganizations = 3;

/** What other providers met when they sent mail to us, and what it means. */
export function TlsFailureTable({ items, now }: { readonly items: readonly TlsFailureItem[]; readonly now: number }) {
  return (
    <DataTable caption="What other providers met on port 25" columns={['Result', 'Where', 'Sessions', 'Who', 'Last']}>
      {items.map((item) => (
        <tr key={`${item.resultType} ${item.receivingHost ?? ''}`}>
          <Cell>
            <span className="font-mono text-sm">
              <ForeignText text={item.resultType} maxLength={60} />
            </span>
            <span className="block max-w-prose min-w-48 text-sm text-muted">
              {tlsResultMeaning(item.resultType) ?? 'A result that RFC 8460 does not name.'}
              {item.reason === null ? null : (
                <>
                  {' '}
                  Said: <ForeignText text={item.reason} maxLength={200} />
                </>
              )}
            </span>
          </Cell>
          <Cell mono>
            {item.receivingHost === null ? (
              <span className="text-muted">not told</span>
            ) : (
              <ForeignText text={item.receivingHost} maxLength={200} />
            )}
          </Cell>
          <Cell>{item.sessions.toLocaleString('en')}</Cell>
          <Cell>
            <Organizations names={item.organizations} />
          </Cell>
          <Cell>
            <TimeStamp at={item.lastAt} now={now} form="relative" />
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}

function Organizations({ names }: { readonly names: readonly string[] }) {
  const more = names.length - shownOrganizations;
  return (
    <>
      {names.slice(0, shownOrganizations).map((name) => (
        <span key={name} className="block">
          <ForeignText text={name} maxLength={80} />
        </span>
      ))}
      {more > 0 ? <span className="text-sm text-muted">and {more.toLocaleString('en')} more</span> : null}
    </>
  );
}

/** Who reports, of what, and how many sessions they are: what the failures are to be measured by. */
export function TlsReporterTable({ items, now }: { readonly items: readonly TlsReporterItem[]; readonly now: number }) {
  const columns = ['Provider', 'Domain', 'Policy', 'Sessions', 'Failed', 'Last report'];
  return (
    <DataTable caption="Providers that report" columns={columns}>
      {items.map((item) => (
        <tr key={`${item.organization} ${item.domain} ${item.policyType}`}>
          <Cell>
            <ForeignText text={item.organization} maxLength={80} />
          </Cell>
          <Cell mono>
            {item.domain === '' ? (
              <span className="text-muted">not told</span>
            ) : (
              <ForeignText text={item.domain} maxLength={200} />
            )}
          </Cell>
          <Cell>
            <ForeignText text={tlsPolicyWord(item.policyType)} maxLength={60} />
          </Cell>
          <Cell>{(item.successes + item.failures).toLocaleString('en')}</Cell>
          <Cell>{item.failures.toLocaleString('en')}</Cell>
          <Cell>
            <TimeStamp at={item.lastAt} now={now} form="relative" />
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}
