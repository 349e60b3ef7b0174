import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

/** How far a message is. Instants in milliseconds since the epoch. */
export interface DeliveryProgress {
  readonly sentAt: number | null;
  readonly givenUpAt: number | null;
  readonly held: boolean;
  readonly digest: boolean;
  readonly overflowed: boolean;
  readonly attempts: number;
  readonly lastError: string | null;
}

function Head({ item, now }: { readonly item: DeliveryProgress; readonly now: number }) {
  if (item.sentAt !== null) {
    return (
      <ToneLabel tone="ok">
        Sent <TimeStamp at={item.sentAt} now={now} form="relative" />
      </ToneLabel>
    );
  }
  if (item.givenUpAt !== null) return <ToneLabel tone="crit">Given up after a day</ToneLabel>;
  if (item.held) return <ToneLabel tone="unknown">Held back for now</ToneLabel>;
  if (item.attempts > 0) {
    return (
      <ToneLabel tone="fail">
        Not sent after {item.attempts} {item.attempts === 1 ? 'try' : 'tries'}
      </ToneLabel>
    );
  }
  if (item.overflowed) return <ToneLabel tone="info">Waits for a summary: the hour is full</ToneLabel>;
  return <ToneLabel tone="unknown">{item.digest ? 'Waits for the daily digest' : 'Waits'}</ToneLabel>;
}

/** Whether a message left, and what stands in its way. */
export function DeliveryState({ item, now }: { readonly item: DeliveryProgress; readonly now: number }) {
  return (
    <>
      <Head item={item} now={now} />
      {item.lastError === null ? null : (
        <p className="text-sm text-muted">
          <ForeignText text={item.lastError} maxLength={300} />
        </p>
      )}
    </>
  );
}
