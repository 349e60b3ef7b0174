import { Cell } from '../ui/data-table.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Link } from '../ui/link.tsx';
import { TimeStamp } from '../ui/time-stamp.tsx';
import { ToneLabel } from '../ui/tone-label.tsx';
import type { CertificateItem } from './certificate-item.ts';
import { judgeValidity } from './certificate-item.ts';
import { CertificateDates, CertificateFlaws, CertificatePlaces } from './certificate-notes.tsx';

/** A head that sorts; `href` null: not by this one. */
export interface CertificateColumn {
  readonly text: string;
  readonly href: string | null;
  readonly sorted: 'ascending' | 'descending' | null;
}

function Head({ text, href, sorted }: CertificateColumn) {
  const arrow = sorted === 'ascending' ? ' ↑' : sorted === 'descending' ? ' ↓' : '';
  return (
    <th
      scope="col"
      aria-sort={href === null ? undefined : (sorted ?? 'none')}
      className="px-4 py-1 text-xs font-medium whitespace-nowrap text-muted"
    >
      {href === null ? (
        text
      ) : (
        <Link href={href} className="link inline-flex min-h-6 items-center">
          {text}
          <span aria-hidden="true">{arrow}</span>
        </Link>
      )}
    </th>
  );
}

/** The same certificates as the timeline, as a table that can be sorted. */
export function CertificateTable({
  items,
  columns,
  now,
}: {
  readonly items: readonly CertificateItem[];
  /** Name, state and end, begin, issuer, key; then where they are and what is dated beside them. */
  readonly columns: readonly CertificateColumn[];
  readonly now: number;
}) {
  const hasGroups = items.some(({ group }) => group !== null);
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Certificates as a table">
      <table className="w-full border-collapse text-left" data-live-list>
        <caption className="sr-only">Certificates as a table</caption>
        <thead>
          <tr className="border-b border-line">
            {hasGroups ? <Head text="Group" href={null} sorted={null} /> : null}
            {columns.map((column) => (
              <Head key={column.text} {...column} />
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {items.map((item, index) => {
            const { tone, word } = judgeValidity(item, now);
            return (
              <tr key={index} data-row>
                {item.group === null ? null : (
                  <Cell mono>
                    <ForeignText text={item.group} maxLength={120} />
                  </Cell>
                )}
                <Cell mono>
                  <Link href={`/certificates/${item.fingerprint}`} className="link">
                    <ForeignText text={item.name} maxLength={120} />
                  </Link>
                </Cell>
                <Cell>
                  <ToneLabel tone={tone}>{word}</ToneLabel>
                  <span className="block text-sm text-muted">
                    <TimeStamp at={item.notAfter} now={now} form="absolute" />
                  </span>
                </Cell>
                <Cell>
                  <span className="text-sm">
                    <TimeStamp at={item.notBefore} now={now} form="absolute" />
                  </span>
                </Cell>
                <Cell>
                  <span className="block min-w-36 text-sm">
                    <ForeignText text={item.issuer} maxLength={200} />
                  </span>
                </Cell>
                <Cell>
                  <span className="flex flex-wrap gap-x-2 text-sm">
                    <span className="whitespace-nowrap">{item.key}</span>
                    <CertificateFlaws item={item} />
                  </span>
                </Cell>
                <Cell>
                  <span className="block min-w-48 text-sm">
                    <CertificatePlaces item={item} now={now} />
                  </span>
                </Cell>
                <Cell>
                  <span className="block min-w-48 text-sm">
                    <CertificateDates item={item} now={now} />
                  </span>
                </Cell>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
