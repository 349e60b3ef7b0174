import type {
  ComparedField,
  ComparedLine,
  Difference,
  RunComparison as Comparison,
} from '#lib/evidence/compare-runs.ts';
import type { RunPart } from '#lib/evidence/run-fields.ts';
import { Badge } from './ui/badge.tsx';
import { EmptyState } from './ui/empty-state.tsx';
import { ForeignText } from './ui/foreign-text.tsx';

const partTitles: Readonly<Record<RunPart, string>> = {
  addresses: 'Addresses in DNS',
  connection: 'Connection',
  tls: 'TLS',
  certificate: 'Certificate',
  chain: 'Chain',
  tlsa: 'TLSA records',
  capabilities: 'Capabilities',
  latency: 'Latency',
};

const differenceWords: Readonly<Record<Difference, string>> = {
  changed: 'changed',
  unseen: 'not seen in one of them',
  same: 'the same',
};

/** Lines that are shown of one fact: a certificate may name a thousand hosts. */
const maxLines = 40;

/** Two runs side by side, what differs first; what is the same, and what one of them did not see, on demand. */
export function RunComparison({ comparison }: { readonly comparison: Comparison }) {
  const { fields, changed, unseen } = comparison;
  const of = (difference: Difference) => fields.filter((field) => field.difference === difference);
  const same = of('same');
  return (
    <div className="divide-y divide-line">
      {changed === 0 ? (
        <EmptyState title="Nothing changed">
          {unseen === 0
            ? 'Both runs saw the same, fact by fact.'
            : 'What both runs saw is the same. One of them did not get as far as the other: see below.'}
        </EmptyState>
      ) : (
        <FieldList fields={of('changed')} />
      )}
      {unseen === 0 ? null : (
        <More title={`Not seen in one of them: ${String(unseen)} facts`} fields={of('unseen')} open={changed === 0} />
      )}
      {same.length === 0 ? null : <More title={`The same in both: ${String(same.length)} facts`} fields={same} />}
    </div>
  );
}

function More({
  title,
  fields,
  open = false,
}: {
  readonly title: string;
  readonly fields: readonly ComparedField[];
  readonly open?: boolean;
}) {
  return (
    <details open={open}>
      <summary className="px-4 py-2.5 text-sm font-medium">{title}</summary>
      <div className="border-t border-line">
        <FieldList fields={fields} />
      </div>
    </details>
  );
}

function FieldList({ fields }: { readonly fields: readonly ComparedField[] }) {
  const places = [...new Set(fields.map(placeOf))];
  return (
    <div className="divide-y divide-line">
      {places.map((place) => (
        <section key={place} className="px-4 py-3">
          <h3 className="mb-2 font-semibold">
            <ForeignText text={place} maxLength={120} />
          </h3>
          <ul className="space-y-3">
            {fields
              .filter((field) => placeOf(field) === place)
              .map((field) => (
                <FieldRow key={field.name} field={field} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function placeOf({ part, address }: ComparedField): string {
  return address === null ? partTitles[part] : `${partTitles[part]}, ${address}`;
}

function FieldRow({ field }: { readonly field: ComparedField }) {
  return (
    <li className="grid gap-x-6 gap-y-1 md:grid-cols-[11rem_1fr_1fr]">
      <p className="text-sm">
        <span className="font-medium">{field.name}</span>{' '}
        {field.difference === 'changed' ? null : (
          <span className="text-xs text-muted">{differenceWords[field.difference]}</span>
        )}
      </p>
      <Side title="Before" lines={field.before} />
      <Side title="After" lines={field.after} />
    </li>
  );
}

function Side({
  title,
  lines,
}: {
  readonly title: 'Before' | 'After';
  readonly lines: readonly ComparedLine[] | null;
}) {
  return (
    <div className="min-w-0">
      <p className="text-xs text-muted">{title}</p>
      {lines === null ? <Badge dashed>not seen</Badge> : null}
      {lines?.length === 0 ? <p className="text-sm text-muted">nothing</p> : null}
      {lines === null || lines.length === 0 ? null : (
        <ul className="font-mono text-xs">
          {lines.slice(0, maxLines).map((line, index) => (
            <li key={index} className="grid grid-cols-[1rem_1fr]">
              <Line line={line} title={title} />
            </li>
          ))}
          {lines.length > maxLines ? <li className="text-muted">and {lines.length - maxLines} more</li> : null}
        </ul>
      )}
    </div>
  );
}

/** What only one side has is marked by a sign and the element, not by colour alone. */
function Line({ line, title }: { readonly line: ComparedLine; readonly title: 'Before' | 'After' }) {
  if (!line.isOdd) {
    return (
      <>
        <span />
        <ForeignText text={line.text} maxLength={600} />
      </>
    );
  }
  return title === 'Before' ? (
    <>
      <span className="tone-warn tone-text" aria-hidden="true">
        −
      </span>
      <del className="tone-warn tone-text no-underline">
        <ForeignText text={line.text} maxLength={600} />
      </del>
    </>
  ) : (
    <>
      <span className="tone-info tone-text" aria-hidden="true">
        +
      </span>
      <ins className="tone-info tone-text font-semibold no-underline">
        <ForeignText text={line.text} maxLength={600} />
      </ins>
    </>
  );
}
