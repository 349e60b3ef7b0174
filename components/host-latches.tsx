import { percent } from './coverage-table.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';

/** What clients hold of one host. Numbers as the reader may see them. */
export interface HostLatchesItem {
  readonly tags: readonly {
    readonly tag: string;
    readonly latched: string;
    readonly presumed: string;
    readonly supported: string;
    readonly href: string;
  }[];
  readonly clients: string;
  /** Clients that were seen in these days are counted. */
  readonly days: number;
  /** Null: no login was reported. */
  readonly coverage: { readonly share: number; readonly silentADay: number } | null;
  /** POP3 clients have no way to report. */
  readonly hasPop: boolean;
  readonly href: string;
}

/** What stands beside the numbers, so that none is taken for nobody. */
function coverageSentence({ coverage, hasPop }: HostLatchesItem): string {
  if (coverage === null) {
    return 'No login to this host was reported in the last 30 days, so nobody knows who holds what here.';
  }
  const silent = coverage.silentADay.toLocaleString('en');
  const pop = hasPop ? ' Clients of POP3 have no way to report.' : '';
  return `${percent(coverage.share)} of the logins spoke of latches; ${silent} logins a day did not, or cannot: what they hold is unknown.${pop}`;
}

/** Who requires what of a host from now on: reported, presumed, and how much of it nobody can tell. */
export function HostLatches({ item }: { readonly item: HostLatchesItem }) {
  return (
    <>
      {item.tags.length === 0 ? (
        <p className="px-4 pt-4">
          <strong>0 reported</strong> a security tag here in the last {item.days} days
          {item.coverage === null ? '.' : `, of ${item.clients} clients seen.`}
        </p>
      ) : (
        <DataTable
          caption="Security tags that clients hold of this host"
          columns={['Tag', 'Reported', 'Presumed', 'Would latch it']}
        >
          {item.tags.map((row) => (
            <tr key={row.tag}>
              <Cell mono>
                <Link href={row.href} className="link">
                  <ForeignText text={row.tag} maxLength={64} />
                </Link>
              </Cell>
              <Cell>
                <span className="font-medium tabular-nums">{row.latched}</span>
              </Cell>
              <Cell>
                <span className="tabular-nums">{row.presumed}</span>
              </Cell>
              <Cell>
                <span className="text-muted tabular-nums">{row.supported}</span>
              </Cell>
            </tr>
          ))}
        </DataTable>
      )}
      <p className="max-w-prose px-4 py-3 text-sm text-muted">{coverageSentence(item)}</p>
    </>
  );
}
