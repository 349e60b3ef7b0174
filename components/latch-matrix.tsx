import { ClientName } from './client-name.tsx';
import { Sparkline } from './sparkline.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';

/** Numbers as the reader may see them. */
export interface LatchCell {
  readonly latched: string;
  readonly supported: string;
  readonly presumed: string;
}

/** How many latched a tag lately. */
export interface TagTrend {
  readonly points: readonly number[];
  /** The same in words. */
  readonly words: string;
}

export interface LatchMatrixItem {
  readonly clients: readonly { readonly name: string; readonly href: string }[];
  /** Names without a column. */
  readonly otherClients: number;
  readonly rows: readonly {
    readonly tag: string;
    readonly href: string;
    readonly cells: readonly (LatchCell & { readonly href: string })[];
    readonly others: LatchCell;
    readonly all: LatchCell;
    /** Null: fewer than two days were counted. */
    readonly trend: TagTrend | null;
  }[];
}

const none = '0';
const edge = 'px-3 py-2 align-top';

function Numbers({ cell, href }: { readonly cell: LatchCell; readonly href: string | null }) {
  const { latched, supported, presumed } = cell;
  if (latched === none && supported === none && presumed === none) {
    return (
      <span className="text-muted">
        <span aria-hidden>·</span>
        <span className="sr-only">none reported</span>
      </span>
    );
  }
  return (
    <span className="block text-sm">
      <span className="block font-medium tabular-nums">
        {href === null ? (
          latched
        ) : (
          <Link href={href} className="link">
            {latched}
          </Link>
        )}
        <span className="sr-only"> latched</span>
      </span>
      {presumed === none ? null : <span className="block text-xs whitespace-nowrap">{presumed} presumed</span>}
      {supported === none ? null : (
        <span className="block text-xs whitespace-nowrap text-muted">{supported} support it</span>
      )}
    </span>
  );
}

/** Tags by clients. The large number is who latched the tag; the tables under it are reached by its links. */
export function LatchMatrix({ item }: { readonly item: LatchMatrixItem }) {
  return (
    <div
      className="relative overflow-x-auto"
      tabIndex={0}
      role="region"
      aria-label="Clients by security tag and program"
    >
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">Clients by security tag and program</caption>
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            <th scope="col" className={`${edge} font-medium`}>
              Tag
            </th>
            <th scope="col" className={`${edge} font-medium`}>
              All
            </th>
            {item.clients.map(({ name, href }) => (
              <th key={name} scope="col" className={`${edge} min-w-24 font-medium`}>
                <Link href={href} className="link">
                  <ClientName name={name} />
                </Link>
              </th>
            ))}
            {item.otherClients === 0 ? null : (
              <th scope="col" className={`${edge} font-medium whitespace-nowrap`}>
                {item.otherClients} more
              </th>
            )}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {item.rows.map(({ tag, href, cells, others, all, trend }) => (
            <tr key={tag}>
              <th scope="row" className={`${edge} min-w-28 font-mono text-sm font-normal`}>
                <Link href={href} className="link">
                  <ForeignText text={tag} maxLength={64} />
                </Link>
              </th>
              <td className={edge}>
                <Numbers cell={all} href={null} />
                {trend === null ? null : <Sparkline {...trend} />}
              </td>
              {cells.map((cell, index) => (
                <td key={index} className={edge}>
                  <Numbers cell={cell} href={cell.href} />
                </td>
              ))}
              {item.otherClients === 0 ? null : (
                <td className={edge}>
                  <Numbers cell={others} href={null} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
