import { readAcceptance, type Acceptance } from '#lib/model/acceptance.ts';
import type { PackVerdicts, Params, Subject, Verdict } from '#lib/model/finding.ts';
import { database } from './database.ts';
import type { DescribedFinding } from './finding-text.ts';
import { describe } from './finding-text.ts';
import { readParams } from './read-json.ts';
import { readService, readTlsMode, readVerdict } from './read-word.ts';

/** A finding that holds now. */
export interface FindingRecord extends DescribedFinding {
  readonly id: string;
  readonly code: string;
  /** What alerts follow. */
  readonly verdict: Verdict;
  /** What the rule packs say; null: both say `verdict`. */
  readonly packs: PackVerdicts | null;
  /** Null: nobody accepts it. */
  readonly acceptance: Acceptance | null;
  readonly subject: Subject;
  readonly params: Params;
  readonly endpointId: string | null;
  /** Null: about the endpoint, domain or zone as a whole. */
  readonly address: string | null;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
}

const related = {
  endpoint: { select: { service: true, tlsMode: true, host: true, port: true } },
  domain: { select: { name: true } },
  zone: { select: { name: true } },
} as const;

function findRow(id: string) {
  return database().finding.findUnique({ where: { id }, include: related });
}

type Row = NonNullable<Awaited<ReturnType<typeof findRow>>>;

function subjectOf({ endpoint, domain, zone, address }: Row): Subject {
  if (endpoint !== null) {
    const { service, tlsMode, host, port } = endpoint;
    return {
      kind: 'endpoint',
      endpoint: { service: readService(service), tlsMode: readTlsMode(tlsMode), host, port },
      address: address === '' ? null : address,
    };
  }
  return domain === null ? { kind: 'zone', zone: zone?.name ?? '' } : { kind: 'domain', domain: domain.name };
}

function toRecord(row: Row): FindingRecord {
  const params = readParams(row.params);
  const { verdictDraft: draft, verdictCurrent: current } = row;
  return {
    id: row.id,
    code: row.code,
    verdict: readVerdict(row.verdict),
    packs: draft === null || current === null ? null : { draft: readVerdict(draft), current: readVerdict(current) },
    acceptance: readAcceptance(params),
    subject: subjectOf(row),
    params,
    endpointId: row.endpointId,
    address: row.address === '' ? null : row.address,
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
    ...describe(row.code, params),
  };
}

/** What holds now of an endpoint, of a domain itself or of a zone. */
export async function listFindings(
  subject:
    | { readonly endpointId: string }
    | { readonly domainId: string; readonly endpointId: null }
    | { readonly zoneId: string },
): Promise<readonly FindingRecord[]> {
  const rows = await database().finding.findMany({
    where: { ...subject, endedAt: null },
    include: related,
    orderBy: [{ firstSeen: 'asc' }, { id: 'asc' }],
    take: 500,
  });
  return rows.map(toRecord);
}

/** One finding that holds now; null: there is none with this id. */
export async function findLivingFinding(id: string): Promise<FindingRecord | null> {
  const row = await findRow(id);
  return row?.endedAt === null ? toRecord(row) : null;
}

/** What holds now, anywhere, in the order of first sight; `after` is the last id of the page before. */
export async function listLivingFindings(query: {
  readonly code: string | null;
  readonly verdicts: readonly Verdict[] | null;
  /** Of endpoints with this host. */
  readonly host: string | null;
  /** Of this mail domain itself and of its endpoints. */
  readonly domain: string | null;
  readonly after: string | null;
  readonly limit: number;
}): Promise<{ readonly findings: readonly FindingRecord[]; readonly next: string | null }> {
  const { code, verdicts, host, domain, after, limit } = query;
  const rows = await database().finding.findMany({
    where: {
      endedAt: null,
      ...(code === null ? {} : { code }),
      ...(verdicts === null ? {} : { verdict: { in: [...verdicts] } }),
      ...(host === null ? {} : { endpoint: { host } }),
      ...(domain === null
        ? {}
        : {
            OR: [
              { domain: { name: domain } },
              { endpoint: { domains: { some: { removedAt: null, domain: { name: domain } } } } },
            ],
          }),
      ...(after === null ? {} : { id: { gt: after } }),
    },
    include: related,
    orderBy: { id: 'asc' },
    take: limit + 1,
  });
  const findings = rows.slice(0, limit).map(toRecord);
  return { findings, next: rows.length > limit ? (findings.at(-1)?.id ?? null) : null };
}

/** What holds now of the subject of an incident, by its code. */
export async function listFindingsOfIncident(incident: {
  readonly code: string;
  readonly endpointId: string | null;
  readonly domainName: string | null;
  readonly zoneName: string | null;
}): Promise<readonly FindingRecord[]> {
  const { code, endpointId, domainName, zoneName } = incident;
  if (endpointId === null && domainName === null && zoneName === null) return [];
  const rows = await database().finding.findMany({
    where: {
      ...{ code, endedAt: null },
      ...(endpointId === null ? {} : { endpointId }),
      ...(domainName === null ? {} : { domain: { name: domainName } }),
      ...(zoneName === null ? {} : { zone: { name: zoneName } }),
    },
    include: related,
    orderBy: { id: 'asc' },
    take: 100,
  });
  return rows.map(toRecord);
}

/** How often each code holds now. */
export async function countLivingFindings(): Promise<ReadonlyMap<string, number>> {
  const groups = await database().finding.groupBy({ by: ['code'], where: { endedAt: null }, _count: { _all: true } });
  return new Map(groups.map(({ code, _count }) => [code, _count._all]));
}
