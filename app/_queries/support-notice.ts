import { parseHostName } from '#lib/model/domain-name.ts';
import type { Service } from '#lib/model/endpoint.ts';
import { hostSight, unseenServices } from '#lib/support/host-sight.ts';
import {
  problemOf,
  statusNotice,
  type NoNotice,
  type StatusNotice,
  type StatusProblem,
} from '#lib/support/status-notice.ts';
import { database } from './database.ts';
import { noFilter } from './incident-filter.ts';
import {
  findIncident,
  listIncidentFaults,
  listIncidents,
  listIncidentsById,
  type IncidentRecord,
} from './incidents.ts';
import { readParams } from './read-json.ts';
import { readService, readSeverity, severitiesFrom } from './read-word.ts';
import { readSupportHosts, type SupportHost } from './support-hosts.ts';
import { listAttached } from './worst-incidents.ts';

/** A host that a text for customers was asked of. */
export interface NoticeSubject {
  readonly host: string;
  /** The text, or why there is none: no problem is known, and neither that all is well. */
  readonly said: NoticeText | { readonly kind: 'nothing'; readonly why: NoNotice };
}

interface NoticeText extends Pick<SupportHost, 'statusUrls' | 'statusFaults'> {
  readonly kind: 'text';
  readonly notice: StatusNotice;
  /** Whether customers notice anything of it now. */
  readonly isFelt: boolean;
}

/** Hosts of one incident that get a text each. */
const maxHosts = 5;
const maxIncidents = 50;

/** Incidents that a text is made of, and the services that they hit. */
interface KnownProblems {
  readonly incidents: readonly IncidentRecord[];
  readonly services: readonly Service[];
}

function problemsOf(incidents: readonly IncidentRecord[]): readonly StatusProblem[] {
  return incidents.flatMap((incident) => {
    const kind = problemOf(incident);
    const until = incident.resolvedAt?.getTime() ?? null;
    return kind === null ? [] : [{ kind, since: incident.firstSeen.getTime(), until }];
  });
}

async function subjectOf(
  server: SupportHost,
  { incidents, services, now }: KnownProblems & { readonly now: Date },
): Promise<NoticeSubject> {
  const { host, statusUrls, statusFaults } = server;
  const problems = problemsOf(incidents);
  const isFelt = problems.some(({ until }) => until === null);
  const sight = hostSight(server, { doubted: !isFelt && (await isDoubted(host)) });
  const facts = { host, services, problems, sight, unseen: unseenServices(server), now: now.getTime() };
  const notice = statusNotice(facts);
  return notice.ok
    ? { host, said: { kind: 'text', notice: notice.value, isFelt, statusUrls, statusFaults } }
    : { host, said: { kind: 'nothing', why: notice.error } };
}

/** Whether something that customers would notice is suspected, or open and kept silent by another incident. */
async function isDoubted(host: string): Promise<boolean> {
  const rows = await database().incident.findMany({
    where: { host, state: { not: 'resolved' }, severity: { in: [...severitiesFrom('error')] } },
    select: { code: true, severity: true, params: true },
    orderBy: { id: 'desc' },
    take: maxIncidents,
  });
  return rows.some(
    ({ code, severity, params }) =>
      problemOf({ code, severity: readSeverity(severity), params: readParams(params) }) !== null,
  );
}

function servicesOf(incidents: readonly IncidentRecord[]): readonly Service[] {
  return [...new Set(incidents.flatMap(({ service }) => (service === null ? [] : [readService(service)])))];
}

/** All that is open at a host and that customers notice. */
async function problemsAt(host: string): Promise<KnownProblems> {
  const filter = { ...noFilter, severityAtLeast: 'error', host } as const;
  const { incidents: open } = await listIncidents({ filter, after: null, limit: maxIncidents });
  const incidents = open.filter((incident) => problemOf(incident) !== null);
  const attached = await Promise.all(incidents.slice(0, maxHosts).map(listAttached));
  const here = attached.flatMap(({ subjects }) => subjects.worst).filter((subject) => subject.host === host);
  return { incidents, services: servicesOf([...incidents, ...here]) };
}

/** A text for one host from all that is open there. */
async function noticesOfHost(host: string, now: Date): Promise<readonly NoticeSubject[]> {
  const [servers, known] = await Promise.all([readSupportHosts([host], now), problemsAt(host)]);
  return Promise.all(servers.map((server) => subjectOf(server, { ...known, now })));
}

/** A text for each host of one incident; null: there is no such incident. */
async function noticesOfIncident(id: string, now: Date): Promise<readonly NoticeSubject[] | null> {
  const incident = await findIncident(id);
  if (incident === null) return null;
  const { worst: subjects } = (await listAttached(incident)).subjects;
  const hosts = [...new Set(subjects.length === 0 ? [incident.host] : subjects.map(({ host }) => host))];
  const servers = await readSupportHosts(hosts.slice(0, maxHosts), now);
  const lasts = problemsOf([incident]).some(({ until }) => until === null);
  return Promise.all(
    servers.map(async (server) => {
      const here = subjects.filter(({ host }) => host === server.host);
      if (lasts) return subjectOf(server, { incidents: [incident], services: servicesOf([incident, ...here]), now });
      // That this one is over, or never was felt, does not make the host well.
      const { incidents, services } = await problemsAt(server.host);
      return subjectOf(server, { incidents: [incident, ...incidents], services, now });
    }),
  );
}

/** What an address of the console asks for: texts of one incident, or of one host. Null: there is no such thing. */
export async function readNotices(
  { incident, host }: { readonly incident: string | null; readonly host: string | null },
  now: Date,
): Promise<readonly NoticeSubject[] | null> {
  if (incident !== null) return noticesOfIncident(incident, now);
  const name = host === null ? null : parseHostName(host);
  return name?.ok === true ? noticesOfHost(name.value.ascii, now) : null;
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
