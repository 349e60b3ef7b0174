import type { ReactNode } from 'react';
import type { Severity } from '#lib/model/finding.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import { toneOfSeverity, wordOfSeverity } from './ui/tone.ts';
import { visibleText } from './ui/visible-text.ts';

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
  /** Whom it was given to. */
  readonly owner: string | null;
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

/** The box that ticks a row: above the link that covers the row. */
function RowTick({ item }: { readonly item: IncidentItem }) {
  return (
    <span className="relative z-10 -my-1 -ml-1.5 inline-flex size-8 shrink-0 items-center justify-center">
      <input
        type="checkbox"
        name="incidentId"
        value={item.id}
        aria-label={`Select: ${visibleText(item.title, 120)}`}
        className="size-6 accent-accent"
      />
    </span>
  );
}

/** Who has it, in words; null: nobody. */
function holder({ owner, acknowledgedBy }: IncidentItem): { readonly word: string; readonly who: string } | null {
  if (acknowledgedBy !== null && (owner === null || owner === acknowledgedBy)) {
    return { word: 'taken by', who: acknowledgedBy };
  }
  return owner === null ? null : { word: acknowledgedBy === null ? 'given to' : 'with', who: owner };
}

/** One incident as an element of a list; the whole row leads to it. `selectable`: with a box for a form around it. */
export function IncidentRow({
  item,
  now,
  selectable = false,
  aside = null,
}: {
  readonly item: IncidentItem;
  readonly now: number;
  readonly selectable?: boolean;
  /** What else can be done from here; lies above the link that covers the row. */
  readonly aside?: ReactNode;
}) {
  const over = item.resolvedAt !== null;
  const tone = over ? 'ok' : toneOfSeverity[item.severity];
  const held = over ? null : holder(item);
  return (
    <li data-row className="relative flex gap-3 px-4 py-3 hover:bg-sunken/60">
      {selectable ? <RowTick item={item} /> : null}
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
          {held === null ? null : (
            <div className="text-xs">
              {held.word} <ForeignText text={held.who} maxLength={60} />
            </div>
          )}
          {item.recovering ? <div className="text-xs">looks better, being confirmed</div> : null}
          {aside}
        </div>
      </div>
    </li>
  );
}

/** Incidents, one a row. */
export function IncidentList({
  items,
  now,
  selectable = false,
}: {
  readonly items: readonly IncidentItem[];
  readonly now: number;
  /** Whether rows can be ticked for the form around the list. */
  readonly selectable?: boolean;
}) {
  return (
    <ul className="divide-y divide-line" data-live-list>
      {items.map((item) => (
        <IncidentRow key={item.id} item={item} now={now} selectable={selectable} />
      ))}
    </ul>
  );
}

/** The end of a list that is shorter than what there is. */
export function MoreIncidents({
  count,
  href = null,
}: {
  /** How many are left out; 0: the list has all. */
  readonly count: number;
  /** Where others are listed; null: nowhere. */
  readonly href?: string | null;
}) {
  if (count <= 0) return null;
  return (
    <p className="border-t border-line px-4 py-2 text-sm text-muted">
      and {count.toLocaleString('en')} more
      {href === null ? null : (
        <>
          .{' '}
          <Link href={href} className="link inline-block min-h-6">
            To the list of incidents
          </Link>
        </>
      )}
    </p>
  );
}
