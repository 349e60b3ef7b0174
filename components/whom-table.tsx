import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

/** Whom one kind of alert would reach. */
export interface WhomItem {
  readonly what: string;
  /** Names of routes. */
  readonly now: readonly string[];
  /** Names of routes, each with when. */
  readonly later: readonly string[];
}

function Names({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return <span className="text-muted">nobody</span>;
  return (
    <>
      {names.map((name) => (
        <span key={name} className="block">
          <ForeignText text={name} maxLength={150} />
        </span>
      ))}
    </>
  );
}

/** Who would be told of what, if it happened now. */
export function WhomTable({ items }: { readonly items: readonly WhomItem[] }) {
  return (
    <DataTable caption="Who would be told" columns={['If this happened', 'At once', 'Later, if nobody took it']}>
      {items.map(({ what, now, later }) => (
        <tr key={what}>
          <Cell>{what}</Cell>
          <Cell>
            {now.length === 0 && later.length === 0 ? (
              <ToneLabel tone="fail">Nobody would ever be told</ToneLabel>
            ) : (
              <Names names={now} />
            )}
          </Cell>
          <Cell>{later.length === 0 ? null : <Names names={later} />}</Cell>
        </tr>
      ))}
    </DataTable>
  );
}
