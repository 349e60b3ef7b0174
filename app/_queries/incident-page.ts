import type { IncidentEvidenceItem, RawSession } from '#components/incident-evidence.tsx';
import type { IncidentFindingItem } from '#components/incident-finding.tsx';
import type { IncidentImpactItem } from '#components/incident-impact.tsx';
import type { VantageItem } from '#components/vantage-list.tsx';
import { packLine } from '#components/pack-words.ts';
import { compareRuns } from '#lib/evidence/compare-runs.ts';
import { readAcceptance } from '#lib/model/acceptance.ts';
import type { Role } from '#lib/model/role.ts';
import type { DescribedFinding } from './finding-text.ts';
import type { FindingRecord } from './findings.ts';
import type { KeptRun } from './endpoint-runs.ts';
import { readVantageViews, type IncidentEndpoint, type IncidentRuns } from './incident-evidence.ts';
import type { IncidentRecord } from './incidents.ts';
import { showCount } from './show-count.ts';
import { freshnessOf } from './staleness.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';

/** What an incident is about, for its page. `findings`: what holds now. */
export function incidentFindingItem(
  incident: IncidentRecord,
  { text, findings }: { readonly text: DescribedFinding; readonly findings: readonly FindingRecord[] },
): IncidentFindingItem {
  const { endpointId, zoneName, subjects, port, host, acknowledgedBy, acknowledgedAt, resolvedAt } = incident;
  // What holds now tells most; of an incident that is over, what it was about.
  const packs = findings.find((finding) => finding.packs !== null)?.packs ?? null;
  const many = subjects.length > 1 ? `${String(subjects.length)} places, listed below` : null;
  return {
    ...{ expected: text.expected, got: text.got, owner: incident.owner, addresses: incident.affected },
    packs: packs === null ? null : packLine(packs),
    acceptance: readAcceptance(incident.params),
    placeName: endpointId !== null ? 'Endpoint' : zoneName !== null ? 'Zone' : 'Where',
    place: many ?? (port === null ? host : `${host}:${String(port)}`),
    placeHref: pageOf(incident),
    lastSeen: incident.lastSeen.getTime(),
    acknowledged:
      acknowledgedBy === null || acknowledgedAt === null ? null : { by: acknowledgedBy, at: acknowledgedAt.getTime() },
    resolved: resolvedAt === null ? null : { at: resolvedAt.getTime(), how: incident.resolution },
  };
}

/** The page of what it is about; null where that is gone or has none. */
function pageOf({ endpointId, zoneName, domainName }: IncidentRecord): string | null {
  if (endpointId !== null) return `/endpoints/${endpointId}`;
  if (zoneName !== null) return `/zones/${encodeURIComponent(zoneName)}`;
  return domainName === null ? null : `/domains/${encodeURIComponent(domainName)}`;
}

export function incidentImpactItem({ impact }: IncidentRecord, role: Role): IncidentImpactItem | null {
  if (impact === null) return null;
  const { tags, breaks, atRisk, unknownShare } = impact;
  return {
    ...{ tags, unknownShare, nobody: breaks + atRisk === 0 },
    breaks: showCount(breaks, role),
    atRisk: showCount(atRisk, role),
  };
}

/** Accounts at risk in one number as this role may see it; null: not counted, or nobody. */
export function accountsAtRisk({ impact }: IncidentRecord, role: Role): string | null {
  if (impact === null || impact.breaks + impact.atRisk === 0) return null;
  return showCount(impact.breaks + impact.atRisk, role);
}

/** Addresses of which the raw bytes are shown, the affected ones first. */
const maxRaw = 4;

function rawSessions(run: KeptRun, side: RawSession['side'], affected: readonly string[]): readonly RawSession[] {
  return run.observation.sessions
    .map(({ address, transcript }) => ({ address, side, lines: transcript }))
    .toSorted((a, b) => Number(affected.includes(b.address)) - Number(affected.includes(a.address)))
    .slice(0, maxRaw);
}

/** The runs on both sides of its beginning, compared. */
export function incidentEvidenceItem(
  { lastGood, firstBad }: IncidentRuns,
  { incident, endpoint }: { readonly incident: IncidentRecord; readonly endpoint: IncidentEndpoint | null },
): IncidentEvidenceItem {
  if (firstBad === null || endpoint === null) return { kind: 'not-kept' };
  const badAt = endpoint.firstSeen.getTime();
  const after = rawSessions(firstBad, 'after', incident.affected);
  if (lastGood === null) return { kind: 'first-look', badAt, raw: after };
  // A run that goes on into the fault showed the same: it was good until the check began to mind it.
  const goodAt = Math.min(lastGood.to.getTime(), badAt - 1);
  const address = new URLSearchParams({
    before: new Date(goodAt).toISOString(),
    after: new Date(badAt).toISOString(),
    vantage: firstBad.observation.vantage,
  });
  return {
    ...{ kind: 'compared', goodAt, badAt, vantage: firstBad.observation.vantage },
    comparison: compareRuns(lastGood.observation, firstBad.observation),
    raw: [...rawSessions(lastGood, 'before', incident.affected), ...after],
    href: `/endpoints/${endpoint.id}/compare?${address.toString()}`,
  };
}

/** From where its endpoint is looked at, and what the latest look from there says of the code. */
export async function readSeenFrom(
  endpoint: IncidentEndpoint,
  { code, now }: { readonly code: string; readonly now: Date },
): Promise<readonly VantageItem[]> {
  const { intervalSeconds } = readWebSettings();
  const views = await readVantageViews(endpoint, code);
  return views.map(({ vantage, lookedAt, verdict }) => ({
    ...{ vantage, verdict, lookedAt: lookedAt.getTime() },
    isStale: freshnessOf(lookedAt, { now, intervalSeconds, lastVerdict: null }) === 'stale',
  }));
}
