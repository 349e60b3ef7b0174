import { parseHostName } from '#lib/model/domain-name.ts';
import type { Service } from '#lib/model/endpoint.ts';
import { problemOf, statusNotice, type StatusNotice, type StatusProblem } from '#lib/support/status-notice.ts';
import { noFilter } from './incident-filter.ts';
import {
  findIncident,
  listAttached,
  listIncidentFaults,
  listIncidents,
  listIncidentsById,
  type IncidentRecord,
} from './incidents.ts';
import { readService } from './read-word.ts';

/** What a text for customers is about. */
export interface NoticeSubject {
  readonly host: string;
  readonly notice: StatusNotice;
  /** Whether customers notice anything of it now. */
  readonly isFelt: boolean;
}

/** Hosts of one incident that get a text each. */
const maxHosts = 5;
const maxIncidents = 50;

function problemsOf(incidents: readonly IncidentRecord[]): readonly StatusProblem[] {
  return incidents.flatMap((incident) => {
    const kind = problemOf(incident);
    const until = incident.resolvedAt?.getTime() ?? null;
    return kind === null ? [] : [{ kind, since: incident.firstSeen.getTime(), until }];
  });
}

function subjectOf(
  host: string,
  about: { readonly incidents: readonly IncidentRecord[]; readonly services: readonly Service[]; readonly now: Date },
): NoticeSubject {
  const problems = problemsOf(about.incidents);
  return {
    host,
    notice: statusNotice({ host, services: about.services, problems, now: about.now.getTime() }),
    isFelt: problems.some(({ until }) => until === null),
  };
}

function servicesOf(incidents: readonly IncidentRecord[]): readonly Service[] {
  return [...new Set(incidents.flatMap(({ service }) => (service === null ? [] : [readService(service)])))];
}

/** A text for one host from all that is open there. */
async function noticeOfHost(host: string, now: Date): Promise<NoticeSubject> {
  const { incidents } = await listIncidents({ filter: { ...noFilter, host }, after: null, limit: maxIncidents });
  const attached = await Promise.all(incidents.slice(0, maxHosts).map(listAttached));
  const here = attached.flatMap(({ subjects }) => subjects).filter((subject) => subject.host === host);
  const felt = incidents.filter((incident) => problemOf(incident) !== null);
  return subjectOf(host, { incidents, services: servicesOf([...felt, ...here]), now });
}

/** A text for each host of one incident; null: there is no such incident. */
async function noticesOfIncident(id: string, now: Date): Promise<readonly NoticeSubject[] | null> {
  const incident = await findIncident(id);
  if (incident === null) return null;
  const { subjects } = await listAttached(incident);
  const hosts = [...new Set(subjects.length === 0 ? [incident.host] : subjects.map(({ host }) => host))];
  return hosts.slice(0, maxHosts).map((host) => {
    const here = subjects.filter((subject) => subject.host === host);
    return subjectOf(host, { incidents: [incident], services: servicesOf([incident, ...here]), now });
  });
}

/** The texts that an address of the console asks for: of one incident, or of one host. Null: there is no such thing. */
export async function readNotices(
  { incident, host }: { readonly incident: string | null; readonly host: string | null },
  now: Date,
): Promise<readonly NoticeSubject[] | null> {
  if (incident !== null) return noticesOfIncident(incident, now);
  const name = host === null ? null : parseHostName(host);
  return name?.ok === true ? [await noticeOfHost(name.value.ascii, now)] : null;
}

/** Open incidents that customers notice, the newest first, of the latest hundred errors and worse. */
export async function listFeltIncidents(limit: number): Promise<readonly IncidentRecord[]> {
  const filter = { ...noFilter, severityAtLeast: 'error' } as const;
  const latest = await listIncidentFaults({ filter, limit: 100 });
  const ids = latest.flatMap((fault) => (problemOf(fault) === null ? [] : [fault.id])).slice(0, limit);
  // One may have ended since.
  const felt = (await listIncidentsById(ids)).filter(({ engineState }) => engineState !== 'resolved');
  return felt.toSorted((a, b) => (a.id < b.id ? 1 : -1));
}
