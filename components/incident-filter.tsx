import { buttonLook } from './ui/button-look.ts';
import { Choice, Field } from './ui/field.tsx';
import { Link } from './ui/link.tsx';

/** What the list is narrowed to, as its form shows it; '' where nothing was asked. */
export interface IncidentFilterItem {
  readonly state: string;
  readonly severity: string;
  readonly owner: string;
  readonly host: string;
  readonly code: string;
}

const states = [
  { value: 'open', text: 'Open' },
  { value: 'waiting', text: 'Waiting for somebody' },
  { value: 'acknowledged', text: 'Acknowledged' },
  { value: 'resolved', text: 'Resolved' },
  { value: 'all', text: 'All' },
];

const severities = [
  { value: '', text: 'Any' },
  { value: 'critical', text: 'Critical' },
  { value: 'error', text: 'Error and worse' },
  { value: 'warning', text: 'Warning and worse' },
];

/** Narrows the list of incidents; a plain form, so that what it asks for stands in the address of the page. */
export function IncidentFilterForm({
  filter,
  owners,
  narrowed,
  csvHref,
}: {
  readonly filter: IncidentFilterItem;
  readonly owners: readonly { readonly email: string; readonly name: string }[];
  /** Whether it shows less than it would by itself. */
  readonly narrowed: boolean;
  /** The same list as a file. */
  readonly csvHref: string;
}) {
  const people = [
    { value: '', text: 'Anybody or nobody' },
    { value: 'nobody', text: 'Nobody' },
    { value: 'me', text: 'Me' },
    ...owners.map(({ email, name }) => ({ value: email, text: `${name}, ${email}` })),
  ];
  // Somebody who may not own one any more may still be asked for.
  const known = people.some(({ value }) => value === filter.owner);
  return (
    <form action="/incidents" method="get" aria-label="Narrow the list" className="mb-4">
      <div className="grid grid-cols-1 items-end gap-3 sm:grid-cols-2 lg:grid-cols-[repeat(5,minmax(0,1fr))_auto]">
        <Choice label="State" name="state" options={states} defaultValue={filter.state} />
        <Choice label="Severity" name="severity" options={severities} defaultValue={filter.severity} />
        <Choice
          label="With whom"
          name="owner"
          options={known ? people : [...people, { value: filter.owner, text: filter.owner }]}
          defaultValue={filter.owner}
        />
        <Field label="Host, domain or zone" name="host" defaultValue={filter.host} maxLength={253} spellCheck={false} />
        <Field label="Finding code" name="code" defaultValue={filter.code} maxLength={100} spellCheck={false} />
        <button type="submit" className={buttonLook('plain')}>
          Show
        </button>
      </div>
      <p className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {narrowed ? (
          <Link href="/incidents" className="link inline-flex min-h-6 items-center">
            Show all that are open
          </Link>
        ) : null}
        <a href={csvHref} className="link inline-flex min-h-6 items-center" download>
          This list as CSV
        </a>
      </p>
    </form>
  );
}
