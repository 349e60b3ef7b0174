import type { IncidentFilterItem } from '#components/incident-filter.tsx';
import { parseHostName } from '#lib/model/domain-name.ts';
import type { IncidentFilter } from './incidents.ts';
import { readSeverityOrNull } from './read-word.ts';

/** What the list shows to whoever asks for nothing. */
export const noFilter: IncidentFilter = {
  state: 'open',
  severityAtLeast: null,
  code: null,
  host: null,
  owner: null,
};

const states = [
  'open',
  'waiting',
  'acknowledged',
  'resolved',
  'all',
] as const satisfies readonly IncidentFilter['state'][];

/** The parameters of an address as a filter; what nobody can mean is as if it were not there. */
export function readIncidentFilter(read: (name: string) => string | null, me: string): IncidentFilter {
  const owner = read('owner');
  const host = read('host');
  const name = host === null ? null : parseHostName(host);
  return {
    state: states.find((state) => state === read('state')) ?? noFilter.state,
    severityAtLeast: readSeverityOrNull(read('severity') ?? ''),
    code: read('code'),
    // What is not a name may still be the host of an incident of our own, such as a vantage.
    host: name === null ? null : name.ok ? name.value.ascii : host,
    owner: owner === null ? null : owner === 'nobody' ? owner : { email: owner === 'me' ? me : owner.toLowerCase() },
  };
}

/** The filter as its form shows it. */
export function incidentFilterItem(filter: IncidentFilter, me: string): IncidentFilterItem {
  const { state, severityAtLeast, code, host, owner } = filter;
  return {
    state,
    severity: severityAtLeast ?? '',
    owner: owner === null ? '' : owner === 'nobody' ? owner : owner.email === me ? 'me' : owner.email,
    host: host ?? '',
    code: code ?? '',
  };
}

/** The address of a list with a filter, in which what is as usual does not stand. */
export function incidentListHref(
  { state, severityAtLeast, code, host, owner }: IncidentFilter,
  { path = '/incidents', after = null }: { readonly path?: string; readonly after?: string | null } = {},
): string {
  const parameters = new URLSearchParams();
  if (state !== noFilter.state) parameters.set('state', state);
  if (severityAtLeast !== null) parameters.set('severity', severityAtLeast);
  if (owner !== null) parameters.set('owner', owner === 'nobody' ? owner : owner.email);
  if (host !== null) parameters.set('host', host);
  if (code !== null) parameters.set('code', code);
  if (after !== null) parameters.set('after', after);
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
