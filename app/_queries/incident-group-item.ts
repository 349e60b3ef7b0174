import type { AccountsHit, IncidentGroupItem } from '#components/incident-groups.tsx';
import type { Role } from '#lib/model/role.ts';
import { incidentListHref, noFilter } from './incident-filter.ts';
import type { IncidentGroup } from './incident-groups.ts';
import { incidentItem } from './incident-item.ts';
import { showCount } from './show-count.ts';

/** A group of incidents as a row of a list, with counts as this role may see them. */
export function incidentGroupItem(group: IncidentGroup, role: Role): IncidentGroupItem {
  const { host, code, severity, title, size, since, deadlineAt, first, members, firingIds } = group;
  const isOne = size === 1;
  return {
    ...{ host, code, severity, title, size, since, deadlineAt, firingIds },
    ports: [...new Set(members.flatMap(({ port }) => port ?? []))].toSorted((a, b) => a - b),
    affected: [...new Set(members.flatMap(({ affected }) => affected))],
    accounts: accountsHit(group, role),
    owners: [...new Set(members.flatMap(({ owner }) => owner ?? []))],
    href: isOne ? `/incidents/${first.id}` : incidentListHref({ ...noFilter, host, code }),
    silenceHref: `/silences/new?${new URLSearchParams(isOne ? { incident: first.id } : { code, host }).toString()}`,
    first: incidentItem(first),
    members: members.map(({ id, title: own, port }) => ({ id, title: own, port })),
  };
}

function accountsHit({ accounts, first }: IncidentGroup, role: Role): AccountsHit {
  if (accounts === null) return { kind: 'not-counted' };
  if (accounts > 0) return { kind: 'hit', count: showCount(accounts, role) };
  return { kind: 'none-reported', unknownShare: first.impact?.unknownShare ?? null };
}
