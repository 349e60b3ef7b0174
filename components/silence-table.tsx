import { EndedBy } from './ended-by.tsx';
import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { SubmitButton } from './ui/submit-button.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface SilenceItem {
  readonly id: string;
  /** What the code stands for; null: any code. */
  readonly summary: string | null;
  readonly host: string | null;
  readonly incidentId: string | null;
  readonly reason: string;
  readonly maintenance: boolean;
  /** Milliseconds since the epoch, as the others. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly endedAt: number | null;
  readonly endedBy: string | null;
}

function State({ item, now }: { readonly item: SilenceItem; readonly now: number }) {
  if (item.endedAt !== null) return <EndedBy word="Ended early" at={item.endedAt} by={item.endedBy} now={now} />;
  if (item.endsAt <= now) return <ToneLabel tone="unknown">Over</ToneLabel>;
  return item.startsAt > now ? (
    <ToneLabel tone="unknown">Planned</ToneLabel>
  ) : (
    <ToneLabel tone="info">In force</ToneLabel>
  );
}

function Subject({ item }: { readonly item: SilenceItem }) {
  return (
    <>
      {item.summary ?? 'Whatever happens'}
      <span className="block text-xs text-muted">
        {item.host === null ? 'anywhere' : <ForeignText text={item.host} maxLength={200} />}
        {item.incidentId === null ? null : (
          <>
            {', '}
            <Link href={`/incidents/${item.incidentId}`} className="link">
              one incident
            </Link>
          </>
        )}
      </span>
    </>
  );
}

/** Silences and maintenance windows, the newest first. `end` is null for who may not. */
export function SilenceTable({
  items,
  now,
  end,
}: {
  readonly items: readonly SilenceItem[];
  readonly now: number;
  readonly end: FormAction | null;
}) {
  const columns = ['What', 'Why', 'From', 'Until', 'State', ...(end === null ? [] : ['Change'])];
  return (
    <DataTable caption="Silences" columns={columns}>
      {items.map((item, index) => (
        <tr key={item.id}>
          <Cell>
            <Subject item={item} />
          </Cell>
          <Cell>
            <span className="block min-w-40">
              <ForeignText text={item.reason} maxLength={500} />
            </span>
            <span className="block text-xs text-muted">
              {item.maintenance ? 'Planned work' : 'Known fault'}, by{' '}
              <ForeignText text={item.createdBy} maxLength={100} />
            </span>
          </Cell>
          <Cell>
            <TimeStamp at={item.startsAt} now={now} form="absolute" />
          </Cell>
          <Cell>
            <TimeStamp at={item.endsAt} now={now} form="absolute" />
          </Cell>
          <Cell>
            <State item={item} now={now} />
          </Cell>
          {end === null ? null : (
            <Cell>
              {item.endedAt !== null || item.endsAt <= now ? null : (
                <ActionForm
                  action={end}
                  hidden={{ silenceId: item.id }}
                  label={`End silence ${String(index + 1)}: ${item.reason}`}
                >
                  <SubmitButton kind="danger">End now</SubmitButton>
                </ActionForm>
              )}
            </Cell>
          )}
        </tr>
      ))}
    </DataTable>
  );
}
