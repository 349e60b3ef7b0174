import { DeliveryState } from './delivery-state.tsx';
import type { DeliveryItem } from './route-item.ts';
import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { SubmitButton } from './ui/submit-button.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** What was handed to which route, the newest first. */
export function DeliveryTable({
  items,
  now,
  redeliver,
}: {
  readonly items: readonly DeliveryItem[];
  readonly now: number;
  readonly redeliver: FormAction;
}) {
  return (
    <DataTable caption="Deliveries" columns={['When', 'Route', 'Incident', 'Delivery', 'Change']}>
      {items.map((item) => (
        <tr key={item.id}>
          <Cell>
            <span className="whitespace-nowrap">
              <TimeStamp at={item.createdAt} now={now} form="relative" />
            </span>
          </Cell>
          <Cell>
            <ForeignText text={item.routeName} maxLength={100} />
          </Cell>
          <Cell>
            <Link href={`/incidents/${item.incidentId}`} className="link">
              <ForeignText text={item.title} maxLength={120} />
            </Link>
            <span className="block text-xs text-muted">{item.reason}</span>
          </Cell>
          <Cell>
            <DeliveryState item={item} now={now} />
          </Cell>
          <Cell>
            {item.held || (item.sentAt === null && item.givenUpAt === null) ? null : (
              <ActionForm action={redeliver} hidden={{ noticeId: item.id }} label={`Send again: ${item.title}`}>
                <SubmitButton pendingText="Asking…">Send again</SubmitButton>
              </ActionForm>
            )}
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}
