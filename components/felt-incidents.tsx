import { IncidentRow, type IncidentItem } from './incident-list.tsx';
import { EmptyState } from './ui/empty-state.tsx';
import { Link } from './ui/link.tsx';
import { visibleText } from './ui/visible-text.ts';

/** Open incidents that customers notice, each with the way to a text for them. */
export function FeltIncidents({ items, now }: { readonly items: readonly IncidentItem[]; readonly now: number }) {
  if (items.length === 0) {
    return (
      <EmptyState title="Nothing that customers would notice">
        No open incident keeps anybody out, as far as is known. What is not looked at is not known.
      </EmptyState>
    );
  }
  return (
    <ul className="divide-y divide-line" data-live-list>
      {items.map((item) => (
        <IncidentRow
          key={item.id}
          item={item}
          now={now}
          aside={
            <Link
              href={`/support/notice?incident=${item.id}`}
              aria-label={`Text for customers: ${visibleText(item.title, 120)}`}
              className="link relative z-10 inline-flex min-h-6 items-center text-sm"
            >
              Text for customers
            </Link>
          }
        />
      ))}
    </ul>
  );
}
