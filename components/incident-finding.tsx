import type { ReactNode } from 'react';
import type { Acceptance } from '#lib/model/acceptance.ts';
import { AcceptanceNote } from './acceptance-note.tsx';
import { Facts } from './ui/facts.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** What an incident is about. Texts may quote strangers; instants are milliseconds since the epoch. */
export interface IncidentFindingItem {
  readonly expected: string;
  readonly got: string;
  /** What the rule packs say where they differ; null: both the same. */
  readonly packs: string | null;
  readonly acceptance: Acceptance | null;
  readonly placeName: 'Endpoint' | 'Zone' | 'Where';
  readonly place: string;
  /** The page of the place; null: it is gone or has none. */
  readonly placeHref: string | null;
  readonly addresses: readonly string[];
  readonly lastSeen: number;
  readonly owner: string | null;
  readonly acknowledged: { readonly by: string; readonly at: number } | null;
  readonly resolved: { readonly at: number; readonly how: string | null } | null;
}

/** Expected and got, where, and who has it. */
export function IncidentFinding({ item, now }: { readonly item: IncidentFindingItem; readonly now: number }) {
  const { packs, acceptance, placeName, place, placeHref, addresses, acknowledged, resolved, owner } = item;
  const shownPlace = <ForeignText text={place} />;
  const optional = (name: string, value: ReactNode) => (value === null ? [] : [{ name, value }]);
  return (
    <Facts
      facts={[
        { name: 'Expected', value: <ForeignText text={item.expected} /> },
        { name: 'Got', value: <ForeignText text={item.got} /> },
        ...optional('By rules', packs),
        ...optional('Exception', acceptance === null ? null : <AcceptanceNote acceptance={acceptance} now={now} />),
        {
          name: placeName,
          value:
            placeHref === null ? (
              <span className="font-mono text-sm">{shownPlace}</span>
            ) : (
              <Link href={placeHref} className="link font-mono text-sm">
                {shownPlace}
              </Link>
            ),
        },
        ...optional(
          'Addresses',
          addresses.length === 0 ? null : (
            <span className="font-mono text-sm">
              <ForeignText text={addresses.join(', ')} maxLength={2000} />
            </span>
          ),
        ),
        { name: 'Last seen', value: <TimeStamp at={item.lastSeen} now={now} /> },
        ...optional('With', owner === null ? null : <ForeignText text={owner} maxLength={200} />),
        ...optional(
          'Taken by',
          acknowledged === null ? null : (
            <>
              <ForeignText text={acknowledged.by} maxLength={200} />, <TimeStamp at={acknowledged.at} now={now} />
            </>
          ),
        ),
        ...optional(
          'Resolved',
          resolved === null ? null : (
            <>
              <TimeStamp at={resolved.at} now={now} />
              {resolved.how === null ? null : <>, {resolved.how}</>}
            </>
          ),
        ),
      ]}
    />
  );
}
