import { z } from 'zod';
import type { RecordedFinding, Segment, SpanTimes } from '#lib/drift/rejudge.ts';
import { domainObservationSchema } from '#lib/model/discover-schema.ts';
import { services, tlsModes, type EndpointTarget } from '#lib/model/endpoint.ts';
import { verdicts } from '#lib/model/finding.ts';
import type { DomainObservation, EndpointObservation } from '#lib/model/observation.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import { fingerprintsOfScan, joinScanObservation } from '#lib/model/scan-span.ts';
import { fingerprintsOf, joinEndpointObservation } from '#lib/model/span.ts';
import { readStoredJson } from '#lib/model/stored-text.ts';
import { zoneObservation } from '#lib/model/zone-observation-schema.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import type { Transaction } from '#prisma/client.ts';

/*
 * Kept observations as runs, put together from the spans that were valid at a time. What is read at once is the times of
 * one subject's spans and the evidence of one run.
 */

/** Something that runs were kept of. */
export type KeptSubject =
  | {
      readonly kind: 'endpoint';
      readonly id: string;
      readonly target: EndpointTarget;
      readonly origins: readonly string[];
    }
  | { readonly kind: 'domain'; readonly id: string; readonly name: string }
  | { readonly kind: 'zone'; readonly id: string; readonly name: string };

const targetRow = z.object({
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  host: z.string(),
  port: z.number(),
});

/** Everything with a span that ended at `since` or later; of one domain, or of all where `domain` is null. */
export async function listKeptSubjects(
  db: Transaction,
  wanted: { readonly since: Date; readonly domain: string | null },
): Promise<readonly KeptSubject[]> {
  const spans = { some: { lastSeen: { gte: wanted.since } } };
  const ofDomain = wanted.domain === null ? {} : { domains: { some: { domain: { name: wanted.domain } } } };
  const endpoints = await db.endpoint.findMany({
    where: { spans, ...ofDomain },
    include: { domains: { where: { removedAt: null, dismissed: false }, select: { origin: true } } },
    orderBy: [{ host: 'asc' }, { port: 'asc' }, { id: 'asc' }],
  });
  const domains = await db.domain.findMany({
    where: { spans, ...(wanted.domain === null ? {} : { name: wanted.domain }) },
    select: { id: true, name: true },
    orderBy: { name: 'asc' },
  });
  const zones = await db.zone.findMany({
    where: { spans, ...ofDomain },
    select: { id: true, name: true },
    orderBy: { name: 'asc' },
  });
  return [
    ...endpoints.map(({ id, domains: links, ...row }) => ({
      ...{ kind: 'endpoint' as const, id, target: targetRow.parse(row) },
      origins: links.map(({ origin }) => origin),
    })),
    ...domains.map((row) => ({ kind: 'domain' as const, ...row })),
    ...zones.map((row) => ({ kind: 'zone' as const, ...row })),
  ];
}

function ownerOf({ kind, id }: KeptSubject) {
  return {
    endpointId: kind === 'endpoint' ? id : null,
    domainId: kind === 'domain' ? id : null,
    zoneId: kind === 'zone' ? id : null,
  };
}

/** More changes of one subject than are judged again; the latest ones are. */
const maxSpans = 50_000;

/** The times of a subject's spans that reach into the time since an instant. */
export async function readSpanTimes(
  db: Transaction,
  { subject, since }: { readonly subject: KeptSubject; readonly since: Date },
): Promise<readonly SpanTimes[]> {
  const rows = await db.observationSpan.findMany({
    where: { ...ownerOf(subject), lastSeen: { gte: since } },
    select: { id: true, kind: true, address: true, vantage: true, firstSeen: true, lastSeen: true },
    orderBy: { firstSeen: 'desc' },
    take: maxSpans,
  });
  return rows.map(({ firstSeen, lastSeen, ...row }) => ({
    ...row,
    firstSeen: firstSeen.getTime(),
    lastSeen: lastSeen.getTime(),
  }));
}

/** Findings of a subject that held at some time since an instant. */
export async function readRecordedFindings(
  db: Transaction,
  { subject, since }: { readonly subject: KeptSubject; readonly since: Date },
): Promise<readonly RecordedFinding[]> {
  const rows = await db.finding.findMany({
    where: { ...ownerOf(subject), OR: [{ endedAt: null }, { endedAt: { gte: since } }] },
    select: { code: true, verdict: true, address: true, firstSeen: true, endedAt: true },
  });
  return rows.map(({ verdict, firstSeen, endedAt, ...row }) => ({
    ...row,
    verdict: z.enum(verdicts).parse(verdict),
    firstSeen: firstSeen.getTime(),
    endedAt: endedAt?.getTime() ?? null,
  }));
}

const evidenceRow = z.object({ id: z.string(), evidence: z.string() });

/** Evidence of the spans of one run, by kind. */
async function readEvidence(db: Transaction, segment: Segment): Promise<(kind: string) => readonly unknown[]> {
  const ids = segment.spans.map(({ id }) => id);
  const rows = await db.$queryRaw`
    SELECT id, evidence::text AS evidence FROM observation_span WHERE id = ANY(${ids}::text[]) ORDER BY address, id`;
  const stored = z.array(evidenceRow).parse(rows);
  return (kind) =>
    stored
      .filter(({ id }) => segment.spans.some((span) => span.id === id && span.kind === kind))
      .map(({ evidence }) => readStoredJson(evidence));
}

async function readCertificates(db: Transaction, named: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const stored = await db.certificate.findMany({ where: { fingerprint: { in: [...named] } } });
  return new Map(stored.map(({ fingerprint, der }) => [fingerprint, Buffer.from(der).toString('base64')]));
}

/** The run of an endpoint that stands for a segment. Throws on evidence that this version cannot read. */
export async function readEndpointRun(
  db: Transaction,
  { target, segment }: { readonly target: EndpointTarget; readonly segment: Segment },
): Promise<EndpointObservation> {
  const evidenceOf = await readEvidence(db, segment);
  const sessions = evidenceOf('session');
  return joinEndpointObservation({
    endpoint: target,
    vantage: segment.vantage,
    addresses: evidenceOf('addresses')[0],
    sessions,
    tlsa: evidenceOf('tlsa')[0] ?? null,
    certificates: await readCertificates(db, fingerprintsOf(sessions)),
  });
}

/** The deep scan of an endpoint that stands for a segment. Throws on evidence that this version cannot read. */
export async function readScanRun(
  db: Transaction,
  { target, segment }: { readonly target: EndpointTarget; readonly segment: Segment },
): Promise<ScanObservation> {
  const evidenceOf = await readEvidence(db, segment);
  const scans = evidenceOf('scan');
  const [statusUrls] = evidenceOf('status-url');
  return joinScanObservation({
    endpoint: target,
    vantage: segment.vantage,
    scans,
    statusUrls,
    certificates: await readCertificates(db, fingerprintsOfScan({ scans, statusUrls })),
  });
}

export async function readDomainRun(db: Transaction, segment: Segment): Promise<DomainObservation> {
  return domainObservationSchema.parse((await readEvidence(db, segment))('discovery')[0]);
}

export async function readZoneRun(db: Transaction, segment: Segment): Promise<ZoneObservation> {
  return zoneObservation.parse((await readEvidence(db, segment))('zone')[0]);
}
