import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

export interface TicketRefItem {
  readonly system: string;
  readonly key: string;
  /** Null: it has no page. Only http and https come so far. */
  readonly url: string | null;
  readonly status: string | null;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** Tickets that other systems have for an incident. */
export function TicketRefs({ items, now }: { readonly items: readonly TicketRefItem[]; readonly now: number }) {
  if (items.length === 0) return <p className="text-muted">No ticket system has told us of a ticket.</p>;
  return (
    <ul className="space-y-2">
      {items.map(({ system, key, url, status, updatedAt }) => (
        <li key={system}>
          <span className="text-muted">{system} </span>
          {url === null ? (
            <ForeignText text={key} maxLength={200} />
          ) : (
            <a href={url} className="link" rel="noreferrer">
              <ForeignText text={key} maxLength={200} />
            </a>
          )}
          {status === null ? null : (
            <>
              {': '}
              <ForeignText text={status} maxLength={100} />
            </>
          )}
          <span className="block text-xs text-muted">
            <TimeStamp at={updatedAt} now={now} form="relative" />
          </span>
        </li>
      ))}
    </ul>
  );
}
