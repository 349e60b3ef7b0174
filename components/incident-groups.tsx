import type { Severity } from '#lib/model/finding.ts';
import type { IncidentItem } from './incident-list.tsx';
import { IncidentList, IncidentRow } from './incident-list.tsx';
import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { SubmitButton } from './ui/submit-button.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import { toneOfSeverity, wordOfSeverity } from './ui/tone.ts';

export interface IncidentGroupItem {
  readonly host: string;
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  /** Incidents in all; `items` may hold fewer. */
  readonly size: number;
  readonly ports: readonly number[];
  readonly affected: readonly string[];
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly items: readonly IncidentItem[];
  /** Those of `items` that nobody has taken and that do not look better. */
  readonly firingIds: readonly string[];
}

const shownPorts = 4;
const shownAddresses = 3;

function Place({ host, ports, affected }: Pick<IncidentGroupItem, 'host' | 'ports' | 'affected'>) {
  const more = affected.length - shownAddresses;
  return (
    <span className="font-mono text-xs text-muted">
      <ForeignText text={host} maxLength={120} />
      {ports.length === 0
        ? ''
        : ` ${ports
            .slice(0, shownPorts)
            .map((port) => `:${port}`)
            .join(' ')}`}
      {ports.length > shownPorts ? ` … ${ports.length} ports` : ''}
      {affected.slice(0, shownAddresses).map((address) => (
        <span key={address}>
          {' · '}
          <ForeignText text={address} maxLength={60} />
        </span>
      ))}
      {more > 0 ? ` · and ${more} more` : ''}
    </span>
  );
}

function GroupSummary({ group, now }: { readonly group: IncidentGroupItem; readonly now: number }) {
  const tone = toneOfSeverity[group.severity];
  return (
    <summary className="flex list-none gap-3 px-4 py-3 hover:bg-sunken/60 [&::-webkit-details-marker]:hidden">
      <span className="mt-0.5">
        <ToneIcon tone={tone} />
      </span>
      <span className="min-w-0 flex-1 sm:flex sm:items-baseline sm:justify-between sm:gap-6">
        <span className="block min-w-0">
          <span className="block font-medium">
            <span className={`tone-${tone} tone-text mr-2 text-sm font-semibold`}>
              {wordOfSeverity[group.severity]}
            </span>
            <ForeignText text={group.title} maxLength={200} />
          </span>
          <span className="mt-0.5 block">
            <Place {...group} />
          </span>
        </span>
        <span className="mt-1 block shrink-0 text-sm text-muted sm:mt-0 sm:text-right">
          <span className="block">
            since <TimeStamp at={group.since} now={now} form="relative" />
          </span>
          <span className="inline-flex items-center gap-1 text-xs">
            {group.size} incidents
            <svg width="12" height="12" viewBox="0 0 16 16" aria-hidden="true" className="group-open:rotate-180">
              <path d="m4 6 4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
            </svg>
          </span>
        </span>
      </span>
    </summary>
  );
}

function GroupBody({
  group,
  now,
  acknowledge,
}: {
  readonly group: IncidentGroupItem;
  readonly now: number;
  readonly acknowledge: FormAction | null;
}) {
  const { items, size, firingIds } = group;
  return (
    <div className="border-t border-line sm:pl-7">
      <IncidentList items={items} now={now} />
      {items.length < size ? (
        <p className="border-t border-line px-4 py-3 text-sm text-muted">
          And {size - items.length} more, in the list of all incidents.
        </p>
      ) : null}
      {acknowledge === null || firingIds.length === 0 ? null : (
        <div className="border-t border-line px-4 py-3">
          <ActionForm
            action={acknowledge}
            hidden={{ incidentIds: firingIds.join(' ') }}
            label={`Acknowledge on ${group.host}: ${group.title}`}
          >
            <SubmitButton pendingText="Acknowledging…">
              {firingIds.length === 1 ? 'Acknowledge the open one' : `Acknowledge these ${firingIds.length}`}
            </SubmitButton>
          </ActionForm>
        </div>
      )}
    </div>
  );
}

/** Faults, one a row: a fault of several ports opens to its incidents. `acknowledge` is null for who may not. */
export function IncidentGroups({
  groups,
  now,
  acknowledge,
}: {
  readonly groups: readonly IncidentGroupItem[];
  readonly now: number;
  readonly acknowledge: FormAction | null;
}) {
  return (
    <ul className="divide-y divide-line">
      {groups.map((group) => {
        const [only] = group.items;
        return group.size === 1 && only !== undefined ? (
          <IncidentRow key={only.id} item={only} now={now} />
        ) : (
          <li key={`${group.host} ${group.code}`}>
            <details className="group">
              <GroupSummary group={group} now={now} />
              <GroupBody group={group} now={now} acknowledge={acknowledge} />
            </details>
          </li>
        );
      })}
    </ul>
  );
}
