import { Badge } from './ui/badge.tsx';
import { buttonLook } from './ui/button-look.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** Runs that saw the same, told by the first of them. */
interface RunItem {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly vantage: string;
  /** What was new then: `192.0.2.1, TLSA records`. */
  readonly what: string;
}

/** One run as a form's field has it. */
function valueOf({ at }: RunItem): string {
  return new Date(at).toISOString();
}

function Choice({
  name,
  item,
  checked,
}: {
  readonly name: 'before' | 'after';
  readonly item: RunItem;
  readonly checked: boolean;
}) {
  return (
    <label className="inline-flex min-h-6 min-w-6 items-center justify-center">
      <input
        type="radio"
        name={name}
        value={valueOf(item)}
        defaultChecked={checked}
        required
        className="size-4 accent-(--accent)"
      />
      <span className="sr-only">
        {name} as of {valueOf(item)}
      </span>
    </label>
  );
}

/** A form that picks two runs out of a list; an ordinary link is what it makes. */
export function RunChooser({
  action,
  items,
  before,
  after,
  now,
}: {
  readonly action: string;
  readonly items: readonly RunItem[];
  /** Milliseconds since the epoch; the rows that are picked, null: none of this page. */
  readonly before: number | null;
  readonly after: number | null;
  readonly now: number;
}) {
  return (
    <form method="get" action={action}>
      <DataTable caption="Runs that saw something new" columns={['Before', 'After', 'From', 'What was new']}>
        {items.map((item) => (
          <tr key={`${String(item.at)} ${item.vantage}`}>
            <Cell>
              <Choice name="before" item={item} checked={item.at === before} />
            </Cell>
            <Cell>
              <Choice name="after" item={item} checked={item.at === after} />
            </Cell>
            <Cell>
              <TimeStamp at={item.at} now={now} />
            </Cell>
            <Cell>
              <span className="text-sm">
                <ForeignText text={item.what} maxLength={300} />{' '}
                {item.vantage === 'local' ? null : <Badge>seen from {item.vantage}</Badge>}
              </span>
            </Cell>
          </tr>
        ))}
      </DataTable>
      <div className="border-t border-line px-4 py-3">
        <button type="submit" className={buttonLook('primary')}>
          Compare
        </button>
      </div>
    </form>
  );
}
