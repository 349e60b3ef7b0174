import { endpointItem } from './endpoint-item.ts';
import { neverLookedAt, readDnsSummaries } from './domain-dns.ts';
import type { DomainRecord } from './domains.ts';
import { readLatestLook } from './discoveries.ts';
import { countByLens } from './domain-lenses.ts';
import { listEndpoints } from './endpoints.ts';
import { findingItem } from './finding-item.ts';
import { findingPlace } from './finding-place.ts';
import { listLivingFindings, listZoneFindings, type FindingRecord } from './findings.ts';
import { readMetServers } from './met-servers.ts';
import { srvItems } from './srv-items.ts';
import { zoneItem } from './zone-item.ts';
import { readZoneSummaries } from './zone-summaries.ts';
import { listZonesOf } from './zones.ts';

const maxEndpoints = 200;
const maxFindings = 500;

/** What is known of a domain now, for a file and for paper: everything on one page, with what is left out said. */
export async function readDomainReport(domain: DomainRecord, now: Date) {
  const { id, name } = domain;
  const [{ endpoints, next }, seen, summaries, zones, lenses, living, servers] = await Promise.all([
    listEndpoints({ domain: name, after: null, limit: maxEndpoints, now }),
    readLatestLook(id),
    readDnsSummaries([id], now),
    listZonesOf(id, now),
    countByLens(id),
    listLivingFindings({ code: null, verdicts: null, host: null, domain: name, after: null, limit: maxFindings }),
    readMetServers(id),
  ]);
  const [zoneSummaries, zoneFindings] = await Promise.all([
    readZoneSummaries(zones.map((zone) => zone.id)),
    listZoneFindings(zones.map((zone) => zone.id)),
  ]);
  const dns = summaries.get(id) ?? neverLookedAt;
  const findings = [...living.findings, ...zoneFindings];
  return {
    domain: { id, name, createdAt: domain.createdAt },
    generatedAt: now,
    dns,
    lenses,
    srv: seen === null ? [] : srvItems(seen, servers),
    endpoints: endpoints.map(endpointItem),
    zones: zones.map((zone) => zoneItem(zone, zoneSummaries.get(zone.id) ?? null, now)),
    findings: findings.map((finding) => ({ place: placeOf(finding), item: findingItem(finding, null) })),
    incomplete: next !== null || living.next !== null,
  };
}

export type DomainReport = Awaited<ReturnType<typeof readDomainReport>>;

function placeOf(finding: FindingRecord) {
  return findingPlace(finding).text;
}
