import { EndedBy } from './ended-by.tsx';
import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { SubmitButton } from './ui/submit-button.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface ExceptionItem {
  readonly id: string;
  readonly code: string;
  /** What the code stands for. */
  readonly summary: string;
  /** What it is for, in words. */
  readonly subject: string;
  readonly reason: string;
  readonly signedBy: string;
  /** Milliseconds since the epoch, as the others. */
  readonly signedAt: number;
  readonly endsAt: number;
  readonly revokedAt: number | null;
  readonly revokedBy: string | null;
}

function State({ item, now }: { readonly item: ExceptionItem; readonly now: number }) {
  if (item.revokedAt !== null) return <EndedBy word="Taken back" at={item.revokedAt} by={item.revokedBy} now={now} />;
  return item.endsAt <= now ? <ToneLabel tone="unknown">Over</ToneLabel> : <ToneLabel tone="info">In force</ToneLabel>;
}

/** Exceptions, the newest first. `revoke` is null for who may not. */
export function ExceptionTable({
  items,
  now,
  revoke,
}: {
  readonly items: readonly ExceptionItem[];
  readonly now: number;
  readonly revoke: FormAction | null;
}) {
  const columns = ['What is accepted', 'Why', 'Signed', 'Ends', 'State', ...(revoke === null ? [] : ['Change'])];
  return (
    <DataTable caption="Exceptions" columns={columns}>
      {items.map((item) => (
        <tr key={item.id}>
          <Cell>
            <Link href={`/findings/${item.code}`} className="link">
              {item.summary}
            </Link>
            <span className="block text-xs text-muted">
              <ForeignText text={item.subject} maxLength={300} />
            </span>
          </Cell>
          <Cell>
            <span className="block min-w-40">
              <ForeignText text={item.reason} maxLength={500} />
            </span>
          </Cell>
          <Cell>
            <TimeStamp at={item.signedAt} now={now} form="relative" /> by{' '}
            <ForeignText text={item.signedBy} maxLength={100} />
          </Cell>
          <Cell>
            <TimeStamp at={item.endsAt} now={now} form="absolute" />
          </Cell>
          <Cell>
            <State item={item} now={now} />
          </Cell>
          {revoke === null ? null : (
            <Cell>
              {item.revokedAt !== null || item.endsAt <= now ? null : (
                <ActionForm action={revoke} hidden={{ exceptionId: item.id }} label={`Take back: ${item.summary}`}>
                  <SubmitButton kind="danger">Take back</SubmitButton>
                </ActionForm>
              )}
            </Cell>
          )}
        </tr>
      ))}
    </DataTable>
  );
}
