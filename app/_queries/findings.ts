import { z } from 'zod';
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

function findRow(id: string) {
  return database().finding.findUnique({ where: { id } });
}

type Row = NonNullable<Awaited<ReturnType<typeof findRow>>>;

const relatedRow = z.object({
  id: z.string(),
  endpoint: z.object({ service: z.string(), tlsMode: z.string(), host: z.string(), port: z.number() }).nullable(),
  domain: z.string().nullable(),
  zone: z.string().nullable(),
});
type Related = z.infer<typeof relatedRow>;

/** What they are about comes with one statement: Prisma would ask for each kind of it on its own. */
async function toRecords(rows: readonly Row[]): Promise<readonly FindingRecord[]> {
  if (rows.length === 0) return [];
  const found = await database().$queryRaw`
    SELECT finding.id, domain.name AS domain, zone.name AS zone, CASE WHEN endpoint.id IS NOT NULL THEN jsonb_build_object(
      'service', endpoint.service, 'tlsMode', endpoint.tls_mode, 'host', endpoint.host, 'port', endpoint.port) END AS endpoint
    FROM finding
    LEFT JOIN endpoint ON endpoint.id = finding.endpoint_id
    LEFT JOIN domain ON domain.id = finding.domain_id
    LEFT JOIN zone ON zone.id = finding.zone_id
    WHERE finding.id = ANY(${rows.map(({ id }) => id)}::text[])`;
  const related = new Map(
    z
      .array(relatedRow)
      .parse(found)
      .map((row) => [row.id, row]),
  );
  return rows.flatMap((row) => {
    const about = related.get(row.id);
    // Deleted between the two statements.
    return about === undefined ? [] : [toRecord(row, about)];
  });
}

function subjectOf({ endpoint, domain, zone }: Related, address: string): Subject {
  if (endpoint !== null) {
    const { service, tlsMode, host, port } = endpoint;
    return {
      kind: 'endpoint',
      endpoint: { service: readService(service), tlsMode: readTlsMode(tlsMode), host, port },
      address: address === '' ? null : address,
    };
  }
  return domain === null ? { kind: 'zone', zone: zone ?? '' } : { kind: 'domain', domain };
}

function toRecord(row: Row, about: Related): FindingRecord {
  const params = readParams(row.params);
  const { verdictDraft: draft, verdictCurrent: current } = row;
  return {
    id: row.id,
    code: row.code,
    verdict: readVerdict(row.verdict),
    packs: draft === null || current === null ? null : { draft: readVerdict(draft), current: readVerdict(current) },
    acceptance: readAcceptance(params),
    subject: subjectOf(about, row.address),
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
    orderBy: [{ firstSeen: 'asc' }, { id: 'asc' }],
    take: 500,
  });
  return toRecords(rows);
}

/** What holds now of these zones, zone by zone in this order. */
export async function listZoneFindings(zoneIds: readonly string[]): Promise<readonly FindingRecord[]> {
  if (zoneIds.length === 0) return [];
  const rows = await database().finding.findMany({
    where: { zoneId: { in: [...zoneIds] }, endedAt: null },
    orderBy: [{ firstSeen: 'asc' }, { id: 'asc' }],
    take: 500 * zoneIds.length,
  });
  const place = ({ zoneId }: Row) => (zoneId === null ? -1 : zoneIds.indexOf(zoneId));
  return toRecords(rows.toSorted((a, b) => place(a) - place(b)));
}

/** One finding that holds now; null: there is none with this id. */
export async function findLivingFinding(id: string): Promise<FindingRecord | null> {
  const row = await findRow(id);
  return row?.endedAt === null ? ((await toRecords([row]))[0] ?? null) : null;
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
    orderBy: { id: 'asc' },
    take: limit + 1,
  });
  const findings = await toRecords(rows.slice(0, limit));
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
    orderBy: { id: 'asc' },
    take: 100,
  });
  return toRecords(rows);
}

/** How often each code holds now. */
export async function countLivingFindings(): Promise<ReadonlyMap<string, number>> {
  const groups = await database().finding.groupBy({ by: ['code'], where: { endedAt: null }, _count: { _all: true } });
  return new Map(groups.map(({ code, _count }) => [code, _count._all]));
}
