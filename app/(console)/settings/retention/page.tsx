import type { Metadata } from 'next';
import { RetentionPart, StoredTables } from '#components/retention-panel.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { byteSize } from '#lib/model/byte-size.ts';
import { chooseRetentionAction } from '#app/_actions/settings.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { readStoredHistory } from '#app/_queries/stored-history.ts';

export const metadata: Metadata = { title: 'Retention' };

export default async function RetentionPage() {
  const person = await requirePerson();
  const mayChoose = personMay(person, 'settings:manage');
  const now = new Date().getTime();
  const { longestDays, items, rest, nextRunAt } = await readStoredHistory();
  const total = [...items.flatMap(({ tables }) => tables), ...rest].reduce((sum, { bytes }) => sum + bytes, 0);
  const parts = items.map((item) => <RetentionPart key={item.kind} {...{ item, now, mayChoose }} />);
  return (
    <>
      <PageHeader
        title="Retention"
        above={
          <Link href="/settings" className="link">
            Settings
          </Link>
        }
      >
        How long history stays once it is over. The database takes {byteSize(total)}.
      </PageHeader>
      <div className="space-y-6">
        <Panel
          title="History"
          aside={
            nextRunAt === null ? (
              'No worker has planned to delete anything'
            ) : (
              <>
                Old rows go with the next run, {nextRunAt > now ? '' : 'due since '}
                <TimeStamp at={nextRunAt} now={now} form="relative" />
              </>
            )
          }
          flush
        >
          {mayChoose ? (
            <ActionForm action={chooseRetentionAction} label="How long history is kept">
              {parts}
              <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-4">
                <SubmitButton kind="primary" pendingText="Keeping…">
                  Keep it so
                </SubmitButton>
                <p className="max-w-prose text-sm text-muted">
                  Never longer than {longestDays} days: LATCHWATCH_RETENTION, which whoever runs the machine sets. What
                  was deleted cannot come back.
                </p>
              </div>
            </ActionForm>
          ) : (
            parts
          )}
        </Panel>
        {mayChoose ? null : (
          <Banner tone="info">Your role is {person.role}: only an administrator may change it.</Banner>
        )}
        <Panel title="What always stays">
          <p className="max-w-prose">
            Promises that servers made, because whoever latched them still requires them; what people decided, signed
            and planned; and the audit record, which only grows: nobody can shorten it here. Sessions and links go when
            they run out.
          </p>
        </Panel>
        <Panel title="All tables" flush>
          <details className="px-4 py-3">
            <summary className="link">Rows and sizes, as Postgres estimates them</summary>
            <div className="-mx-4 mt-3">
              <StoredTables
                caption="Tables"
                tables={[...items.flatMap(({ tables }) => tables), ...rest].toSorted((a, b) => b.bytes - a.bytes)}
              />
            </div>
          </details>
        </Panel>
      </div>
    </>
  );
}
