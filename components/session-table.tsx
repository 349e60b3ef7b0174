import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { SubmitButton } from './ui/submit-button.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

export interface SessionItem {
  readonly id: string;
  readonly address: string | null;
  readonly browser: string | null;
  readonly since: number;
  readonly lastUsedAt: number;
}

/** Browsers in which somebody is signed in; `end` ends one of them. */
export function SessionTable({
  sessions,
  currentId,
  end,
  hidden,
  now,
}: {
  readonly sessions: readonly SessionItem[];
  /** The session that looks at the page; null: none of these. */
  readonly currentId: string | null;
  readonly end: FormAction;
  readonly hidden: Readonly<Record<string, string>>;
  readonly now: number;
}) {
  return (
    <DataTable caption="Sessions" columns={['Address', 'Browser', 'Since', 'Last used', 'Change']}>
      {sessions.map((session) => (
        <tr key={session.id}>
          <Cell mono>
            {session.address === null ? 'not told' : <ForeignText text={session.address} maxLength={100} />}
          </Cell>
          <Cell>{session.browser === null ? 'not told' : <ForeignText text={session.browser} maxLength={200} />}</Cell>
          <Cell>
            <TimeStamp at={session.since} now={now} form="relative" />
          </Cell>
          <Cell>
            <TimeStamp at={session.lastUsedAt} now={now} form="relative" />
          </Cell>
          <Cell>
            {session.id === currentId ? (
              <span className="text-muted">this one</span>
            ) : (
              <ActionForm action={end} hidden={{ ...hidden, sessionId: session.id }} label="End this session">
                <SubmitButton kind="danger">End</SubmitButton>
              </ActionForm>
            )}
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}
