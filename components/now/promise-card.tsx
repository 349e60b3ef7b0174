import { Cell, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Link } from '../ui/link.tsx';
import { TimeStamp } from '../ui/time-stamp.tsx';
import { ToneLabel } from '../ui/tone-label.tsx';

/** A promised tag; counts of clients as the reader may see them. */
export interface PromiseItem {
  readonly tag: string;
  /** Hosts that ever advertised it, and those that did lately. */
  readonly hosts: number;
  readonly advertisedNow: number;
  readonly broken: number;
  readonly unknown: number;
  readonly isProvable: boolean;
  readonly latched: string;
  readonly presumed: string;
  readonly clientsHref: string;
}

const shown = 6;

function hostsText(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'host' : 'hosts'}`;
}

function Proof({ item }: { readonly item: PromiseItem }) {
  const { broken, unknown, isProvable } = item;
  if (!isProvable) return <ToneLabel tone="unknown">Nobody can check it</ToneLabel>;
  return (
    <span className="flex flex-col gap-0.5">
      {broken === 0 ? null : <ToneLabel tone="crit">Broken at {hostsText(broken)}</ToneLabel>}
      {unknown === 0 ? null : <ToneLabel tone="unknown">{hostsText(unknown)} not seen</ToneLabel>}
      {broken > 0 || unknown > 0 ? null : <span className="text-sm text-muted">nothing against it</span>}
    </span>
  );
}

/**
 * What the servers promise, who relies on it and whether it can be proved: red where a promise is not kept. `readAt` is
 * when it was counted; both times in milliseconds since the epoch.
 */
export function PromiseCard({
  items,
  readAt,
  now,
}: {
  /** What is broken first. */
  readonly items: readonly PromiseItem[];
  readonly readAt: number;
  readonly now: number;
}) {
  if (items.length === 0) {
    return (
      <EmptyState title="No server has promised anything yet">
        A promise begins when a server lists a security tag in its DEEP status.{' '}
        <Link href="/plan" className="link">
          Plan the first one
        </Link>
      </EmptyState>
    );
  }
  return (
    <>
      <DataTable
        caption="Promised security tags"
        columns={['Tag', 'Can it be proved?', 'Advertised now', 'Clients that hold it']}
      >
        {items.slice(0, shown).map((item) => (
          <tr key={item.tag}>
            <Cell mono>
              <span className="inline-block min-w-28">
                <ForeignText text={item.tag} maxLength={64} />
              </span>
            </Cell>
            <Cell>
              <Proof item={item} />
            </Cell>
            <Cell>
              <span className="text-sm">
                {item.advertisedNow.toLocaleString('en')} of {hostsText(item.hosts)}
              </span>
            </Cell>
            <Cell>
              <span className="text-sm">
                <Link href={item.clientsHref} className="link inline-block min-h-6">
                  {item.latched}
                </Link>
                {item.presumed === '0' ? null : (
                  <span className="block text-xs text-muted">and presumably {item.presumed}</span>
                )}
              </span>
            </Cell>
          </tr>
        ))}
      </DataTable>
      <p className="border-t border-line px-4 py-2 text-xs text-muted">
        {items.length > shown ? `And ${String(items.length - shown)} more tags. ` : ''}Counted{' '}
        <TimeStamp at={readAt} now={now} form="relative" />. A client that holds a tag refuses every server of the host
        that cannot prove it.
      </p>
    </>
  );
}
