import { z } from 'zod';
import { judgeEndpointCode } from '#lib/checks/registry.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { worstVerdict, type Verdict } from '#lib/model/finding.ts';
import { readJudgeContext } from '#prisma/commands/judge-context.ts';
import { database } from './database.ts';
import { readRunAt, type KeptRun } from './endpoint-runs.ts';
import type { IncidentRecord } from './incidents.ts';
import { readService, readTlsMode } from './read-word.ts';

/** The endpoint that an incident is judged at: its own, or the first of those that share its cause. */
export interface IncidentEndpoint {
  readonly id: string;
  readonly target: EndpointTarget;
  /** When it showed there for the first time. */
  readonly firstSeen: Date;
}

/** Null: it is about no endpoint, or that is gone. `subjects`: the incidents of those that share its cause. */
export async function findIncidentEndpoint(
  incident: IncidentRecord,
  subjects: readonly IncidentRecord[],
): Promise<IncidentEndpoint | null> {
  const place = [incident, ...subjects].find(({ endpointId }) => endpointId !== null) ?? null;
  const id = place?.endpointId ?? null;
  const row = id === null ? null : await database().endpoint.findUnique({ where: { id } });
  if (place === null || row === null) return null;
  const { host, port, service, tlsMode } = row;
  const target = { host, port, service: readService(service), tlsMode: readTlsMode(tlsMode) };
  return { id: row.id, target, firstSeen: place.firstSeen };
}

/** The runs on both sides of the moment when it began; null: not kept, or there was none. */
export interface IncidentRuns {
  readonly lastGood: KeptRun | null;
  readonly firstBad: KeptRun | null;
}

/** The last run before an incident was first seen, and the first that showed it, both as the same vantage saw them. */
export async function readIncidentRuns(endpoint: IncidentEndpoint): Promise<IncidentRuns> {
  const { firstSeen } = endpoint;
  const firstBad = await readRunAt(endpoint, { at: firstSeen, vantage: null });
  if (firstBad === null) return { lastGood: null, firstBad };
  const before = new Date(firstSeen.getTime() - 1);
  const { vantage } = firstBad.observation;
  return { firstBad, lastGood: await readRunAt(endpoint, { at: before, vantage }) };
}

/** How the latest run of one vantage looks to the check of an incident. */
export interface VantageView {
  readonly vantage: string;
  readonly lookedAt: Date;
  /** The worst that the check says of an address; null: it could not say anything. */
  readonly verdict: Verdict | null;
}

const vantageRow = z.object({ vantage: z.string(), looked_at: z.date() });
/** More are listed by name only through the endpoint's page: each is judged anew. */
const maxVantages = 4;

/** From where an endpoint is looked at, the latest look first, and whether the finding of `code` shows there. */
export async function readVantageViews(endpoint: IncidentEndpoint, code: string): Promise<readonly VantageView[]> {
  const rows = await database().$queryRaw`
    SELECT vantage, max(last_seen) AS looked_at FROM observation_span
    WHERE endpoint_id = ${endpoint.id} AND newest AND kind = 'addresses'
    GROUP BY vantage ORDER BY looked_at DESC LIMIT ${maxVantages}`;
  const places = z.array(vantageRow).parse(rows);
  return Promise.all(
    places.map(async ({ vantage, looked_at: lookedAt }) => ({
      vantage,
      lookedAt,
      verdict: await judgeFrom(endpoint, { vantage, at: lookedAt, code }),
    })),
  );
}

async function judgeFrom(
  endpoint: IncidentEndpoint,
  { vantage, at, code }: { readonly vantage: string; readonly at: Date; readonly code: string },
): Promise<Verdict | null> {
  const run = await readRunAt(endpoint, { at, vantage });
  if (run === null) return null;
  const { observation } = run;
  const about = { endpointId: endpoint.id, endpoint: endpoint.target, observation, now: at.getTime() };
  const judgements = judgeEndpointCode(observation, { code, context: await readJudgeContext(database(), about) });
  return worstVerdict(judgements.map(({ verdict }) => verdict));
}
