import type { ReactNode } from 'react';
import type { Severity } from '#lib/model/finding.ts';
import type { IncidentItem } from './incident-list.tsx';
import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { buttonLook } from './ui/button-look.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { SubmitButton } from './ui/submit-button.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import { toneOfSeverity, wordOfSeverity } from './ui/tone.ts';
import { visibleText } from './ui/visible-text.ts';

/** Whom a fault hits. `count` is as the reader may see it; `unknownShare` is the part of the logins that tell nothing. */
export type AccountsHit =
  | { readonly kind: 'not-counted' }
  | { readonly kind: 'none-reported'; readonly unknownShare: number | null }
  | { readonly kind: 'hit'; readonly count: string };

export interface IncidentGroupItem {
  readonly host: string;
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  /** Incidents in all; `members` may hold fewer. */
  readonly size: number;
  readonly ports: readonly number[];
  readonly affected: readonly string[];
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly accounts: AccountsHit;
  /** When it does harm, or did; null: it has no date. */
  readonly deadlineAt: number | null;
  /** Who has it; empty: nobody. */
  readonly owners: readonly string[];
  /** The page of the incident, or the list of all of them. */
  readonly href: string;
  readonly silenceHref: string;
  /** The worst of its incidents. */
  readonly first: IncidentItem;
  /** The first of its incidents; `size` says how many there are. */
  readonly members: readonly { readonly id: string; readonly title: string; readonly port: number | null }[];
  /** Those that nobody has taken and that do not look better. */
  readonly firingIds: readonly string[];
}

const shownPorts = 4;
const shownAddresses = 3;

function Place({ host, ports, affected }: Pick<IncidentGroupItem, 'host' | 'ports' | 'affected'>) {
  const more = affected.length - shownAddresses;
  return (
    <span className="font-mono text-muted">
      <ForeignText text={host} maxLength={120} />
      {ports.length === 0
        ? ''
        : ` ${ports
            .slice(0, shownPorts)
            .map((port) => `:${String(port)}`)
            .join(' ')}`}
      {ports.length > shownPorts ? ` … ${String(ports.length)} ports` : ''}
      {affected.slice(0, shownAddresses).map((address) => (
        <span key={address}>
          {' · '}
          <ForeignText text={address} maxLength={60} />
        </span>
      ))}
      {more > 0 ? ` · and ${String(more)} more` : ''}
    </span>
  );
}

/** In words, whom a fault hits. That nobody reported it never reads as nobody. */
export function accountsText(accounts: AccountsHit): string {
  switch (accounts.kind) {
    case 'hit':
      return accounts.count === '1' ? '1 account' : `${accounts.count} accounts`;
    case 'none-reported':
      return accounts.unknownShare === null
        ? '0 reported, no login seen'
        : `0 reported, ${String(Math.round(accounts.unknownShare * 100))} % of logins cannot tell`;
    case 'not-counted':
      return 'not counted';
  }
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex gap-1.5">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

function Facts({ group, now }: { readonly group: IncidentGroupItem; readonly now: number }) {
  const { deadlineAt, owners, since, accounts } = group;
  const [owner, ...others] = owners;
  return (
    <dl className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-xs">
      <div className="min-w-0">
        <dt className="sr-only">Where</dt>
        <dd>
          <Place {...group} />
        </dd>
      </div>
      <Fact name="Since">
        <TimeStamp at={since} now={now} form="relative" />
      </Fact>
      <Fact name="Hits">{accountsText(accounts)}</Fact>
      {deadlineAt === null ? null : (
        <Fact name={deadlineAt > now ? 'Deadline' : 'Deadline passed'}>
          <strong className={deadlineAt - now < 86_400_000 ? 'tone-crit tone-text' : ''}>
            <TimeStamp at={deadlineAt} now={now} form="relative" />
          </strong>
        </Fact>
      )}
      <Fact name="Owner">
        {owner === undefined ? (
          'nobody'
        ) : (
          <>
            <ForeignText text={owner} maxLength={60} />
            {others.length === 0 ? '' : ` and ${String(others.length)} more`}
          </>
        )}
      </Fact>
    </dl>
  );
}

function Buttons({
  group,
  acknowledge,
}: {
  readonly group: IncidentGroupItem;
  readonly acknowledge: FormAction | null;
}) {
  const { firingIds, title, host } = group;
  const about = `${visibleText(title, 120)}, ${visibleText(host, 120)}`;
  return (
    <div className="mt-2 flex flex-wrap items-start gap-2 lg:mt-0 lg:justify-end">
      {acknowledge === null || firingIds.length === 0 ? null : (
        <ActionForm action={acknowledge} hidden={{ incidentIds: firingIds.join(' ') }} label={`Acknowledge: ${about}`}>
          <SubmitButton pendingText="Acknowledging…" shortcut="acknowledge">
            {firingIds.length === 1 ? 'Acknowledge' : `Acknowledge ${String(firingIds.length)}`}
          </SubmitButton>
        </ActionForm>
      )}
      {acknowledge === null ? null : (
        <Link
          href={group.silenceHref}
          className={buttonLook('plain')}
          data-action="silence"
          aria-label={`Silence: ${about}`}
        >
          Silence
        </Link>
      )}
      <Link href={group.href} className={buttonLook('plain')} aria-label={`Open: ${about}`}>
        Open
      </Link>
    </div>
  );
}

function Members({ members, size }: Pick<IncidentGroupItem, 'members' | 'size'>) {
  return (
    <details className="mt-1">
      <summary className="w-fit text-xs leading-6 text-muted hover:text-text">{size} incidents in one</summary>
      <div className="mt-1 rounded-md border border-line">
        <ul className="divide-y divide-line">
          {members.map(({ id, title, port }) => (
            <li key={id} className="px-3 py-1.5 text-sm">
              <Link href={`/incidents/${id}`} className="link inline-block min-h-6">
                <ForeignText text={title} maxLength={160} />
              </Link>
              {port === null ? null : <span className="ml-2 font-mono text-xs text-muted">:{port}</span>}
            </li>
          ))}
        </ul>
        {members.length < size ? (
          <p className="border-t border-line px-3 py-1.5 text-sm text-muted">
            And {size - members.length} more, in the list of all incidents.
          </p>
        ) : null}
      </div>
    </details>
  );
}

function GroupRow({
  group,
  now,
  acknowledge,
}: {
  readonly group: IncidentGroupItem;
  readonly now: number;
  readonly acknowledge: FormAction | null;
}) {
  const tone = toneOfSeverity[group.severity];
  return (
    <li data-row className="flex gap-3 px-4 py-2.5 hover:bg-sunken/60 focus-within:bg-sunken/60">
      <span className="mt-0.5">
        <ToneIcon tone={tone} />
      </span>
      <div className="min-w-0 flex-1 lg:grid lg:grid-cols-[minmax(0,1fr)_auto] lg:gap-x-6">
        <div className="min-w-0">
          <p className="font-medium">
            <span className={`tone-${tone} tone-text mr-2 text-sm font-semibold`}>
              {wordOfSeverity[group.severity]}
            </span>
            <Link href={group.href} className="hover:underline">
              <ForeignText text={group.title} maxLength={200} />
            </Link>
          </p>
          <Facts group={group} now={now} />
          {group.size > 1 ? <Members members={group.members} size={group.size} /> : <Remarks item={group.first} />}
        </div>
        <Buttons group={group} acknowledge={acknowledge} />
      </div>
    </li>
  );
}

function Remarks({ item }: { readonly item: IncidentItem }) {
  const { unstable, explains, recovering, explainedBy, subjects } = item;
  const parts = [
    ...(subjects > 1 ? [`one cause of ${String(subjects)}`] : []),
    ...(explains === 0 ? [] : [`explains ${String(explains)} more`]),
    ...(unstable ? ['comes and goes'] : []),
    ...(recovering ? ['looks better, being confirmed'] : []),
  ];
  if (parts.length === 0 && explainedBy === null) return null;
  return (
    <p className="mt-0.5 text-xs text-muted">
      {parts.join(' · ')}
      {explainedBy === null ? null : (
        <>
          {parts.length === 0 ? '' : ' · '}comes from: <ForeignText text={explainedBy} maxLength={120} />
        </>
      )}
    </p>
  );
}

/** Faults, one a row, in the order given. `acknowledge` is null for who may not. */
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
    <ul className="divide-y divide-line" data-live-list>
      {groups.map((group) => (
        <GroupRow key={`${group.host} ${group.code}`} group={group} now={now} acknowledge={acknowledge} />
      ))}
    </ul>
  );
}
