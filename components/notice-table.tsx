import { DeliveryState, type DeliveryProgress } from './delivery-state.tsx';
import { ForeignText } from './ui/foreign-text.tsx';

export interface NoticeItem extends DeliveryProgress {
  readonly id: string;
  readonly routeName: string;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Who was told what, and whether it left. */
export function NoticeTable({ items, now }: { readonly items: readonly NoticeItem[]; readonly now: number }) {
  if (items.length === 0) return <p className="p-4 text-muted">No alert for this incident.</p>;
  return (
    <ul className="divide-y divide-line">
      {items.map((item) => (
        <li key={item.id} className="px-4 py-3">
          <p className="font-medium">
            {item.reason}
            <span className="font-normal text-muted">
              {', '}
              <ForeignText text={item.routeName} maxLength={100} />
            </span>
          </p>
          <DeliveryState item={item} now={now} />
        </li>
      ))}
    </ul>
  );
}
