import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface NoticeItem {
  readonly id: string;
  readonly reason: string;
  readonly digest: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly sentAt: number | null;
  readonly attempts: number;
  readonly lastError: string | null;
}

function Delivery({ item, now }: { readonly item: NoticeItem; readonly now: number }) {
  if (item.sentAt !== null) {
    return (
      <ToneLabel tone="ok">
        Sent <TimeStamp at={item.sentAt} now={now} form="relative" />
      </ToneLabel>
    );
  }
  if (item.attempts > 0) {
    return (
      <>
        <ToneLabel tone="fail">
          Not sent after {item.attempts} {item.attempts === 1 ? 'try' : 'tries'}
        </ToneLabel>
        {item.lastError === null ? null : (
          <p className="text-sm text-muted">
            <ForeignText text={item.lastError} maxLength={300} />
          </p>
        )}
      </>
    );
  }
  return <ToneLabel tone="unknown">{item.digest ? 'Waits for the hourly digest' : 'Waits'}</ToneLabel>;
}

/** Who was told what, and whether it left. */
export function NoticeTable({ items, now }: { readonly items: readonly NoticeItem[]; readonly now: number }) {
  if (items.length === 0) return <p className="p-4 text-muted">No alert for this incident.</p>;
  return (
    <ul className="divide-y divide-line">
      {items.map((item) => (
        <li key={item.id} className="px-4 py-3">
          <p className="font-medium">{item.reason}</p>
          <Delivery item={item} now={now} />
        </li>
      ))}
    </ul>
  );
}
