import Link from 'next/link';
import type { Severity } from '#lib/model/finding.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import { toneOfSeverity, wordOfSeverity } from './ui/tone.ts';

export interface IncidentItem {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly host: string;
  readonly affected: readonly string[];
  /** How many share its cause; 0 where it is about one thing. */
  readonly subjects: number;
  /** Incidents that it explains and keeps silent. */
  readonly explains: number;
  /** Accounts that cannot connect, or presumably cannot; null: not counted. */
  readonly accounts: number | null;
  /** It comes and goes. */
  readonly unstable: boolean;
  /** Title of the incident that it comes from; null: it stands for itself. */
  readonly explainedBy: string | null;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly resolvedAt: number | null;
  readonly acknowledgedBy: string | null;
  readonly recovering: boolean;
}

function Place({ item }: { readonly item: IncidentItem }) {
  const shown = item.affected.slice(0, 3);
  return (
    <span className="font-mono text-xs text-muted">
      <ForeignText text={item.host} maxLength={120} />
      {item.subjects > 1 ? ` and ${item.subjects - 1} more` : ''}
      {shown.map((address) => (
        <span key={address}>
          {' · '}
          <ForeignText text={address} maxLength={60} />
        </span>
      ))}
      {item.affected.length > shown.length ? ` · and ${item.affected.length - shown.length} more` : ''}
    </span>
  );
}

/** What else there is to know of it, in a line; null: nothing. */
function remarks({ explains, accounts, unstable }: IncidentItem): string | null {
  const parts = [
    ...(unstable ? ['comes and goes'] : []),
    ...(explains === 0 ? [] : [`explains ${explains} more ${explains === 1 ? 'incident' : 'incidents'}`]),
    ...(accounts === null || accounts === 0
      ? []
      : [`${accounts.toLocaleString('en-US')} ${accounts === 1 ? 'account' : 'accounts'} affected`]),
  ];
  return parts.length === 0 ? null : parts.join(' · ');
}

/** One incident as an element of a list; the whole row leads to it. */
export function IncidentRow({ item, now }: { readonly item: IncidentItem; readonly now: number }) {
  const over = item.resolvedAt !== null;
  const tone = over ? 'ok' : toneOfSeverity[item.severity];
  return (
    <li className="relative flex gap-3 px-4 py-3 hover:bg-sunken/60">
      <span className="mt-0.5">
        <ToneIcon tone={tone} />
      </span>
      <div className="min-w-0 flex-1 sm:flex sm:items-baseline sm:justify-between sm:gap-6">
        <div className="min-w-0">
          <p className="font-medium">
            <span className={`tone-${tone} tone-text mr-2 text-sm font-semibold`}>
              {over ? 'Resolved' : wordOfSeverity[item.severity]}
            </span>
            <Link href={`/incidents/${item.id}`} className="after:absolute after:inset-0">
              <ForeignText text={item.title} maxLength={200} />
            </Link>
          </p>
          <p className="mt-0.5">
            <Place item={item} />
          </p>
          {remarks(item) === null || over ? null : <p className="mt-0.5 text-xs text-muted">{remarks(item)}</p>}
          {item.explainedBy === null || over ? null : (
            <p className="mt-0.5 text-xs text-muted">
              Comes from: <ForeignText text={item.explainedBy} maxLength={200} />
            </p>
          )}
        </div>
        <div className="mt-1 shrink-0 text-sm text-muted sm:mt-0 sm:text-right">
          <div>
            {over ? '' : 'since '}
            <TimeStamp at={item.resolvedAt ?? item.since} now={now} form="relative" />
          </div>
          {item.acknowledgedBy === null || over ? null : (
            <div className="text-xs">
              taken by <ForeignText text={item.acknowledgedBy} maxLength={60} />
            </div>
          )}
          {item.recovering ? <div className="text-xs">looks better, being confirmed</div> : null}
        </div>
      </div>
    </li>
  );
}

/** Incidents, one a row. */
export function IncidentList({ items, now }: { readonly items: readonly IncidentItem[]; readonly now: number }) {
  return (
    <ul className="divide-y divide-line">
      {items.map((item) => (
        <IncidentRow key={item.id} item={item} now={now} />
      ))}
    </ul>
  );
}
