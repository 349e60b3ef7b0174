import { z } from 'zod';
import type { Transaction } from '#prisma/client.ts';
import { readDeclaration } from '#prisma/commands/declarations.ts';
import { dropTasks } from '#prisma/commands/tasks.ts';
import { noLongerMonitored } from '#prisma/commands/incidents.ts';
import { withdrawIncidents } from '#lib/incidents/decide.ts';
import { isSilentGuess, silentGuessVerdict } from '#lib/checks/silent-guess.ts';
import type { Declaration } from '#lib/model/declaration.ts';
import { services, tlsModes, type EndpointTarget } from '#lib/model/endpoint.ts';
import { worstVerdict, type Judgement } from '#lib/model/finding.ts';
import type { FindingDefinition } from '#lib/checks/check.ts';
import { loadIncidents, saveDecisions } from './incidents.ts';
import { retireUnneededZones } from './zones.ts';

export type FindFinding = (code: string) => FindingDefinition | undefined;

export interface WatchedEndpoint {
  readonly id: string;
  readonly target: EndpointTarget;
  /** What an operator said of it: where and how to look. */
  readonly declaration: Declaration;
  /** False: no domain has it any more. */
  readonly watched: boolean;
  /** Why domains have it, each reason once. */
  readonly origins: readonly string[];
  /** Only looked up for a guess: whether any run got a greeting from it. */
  readonly reached: boolean;
  /** False: no run has looked yet. */
  readonly probed: boolean;
  /** Apex of the zone that its host lies in; null where no run could tell. */
  readonly zone: string | null;
}

const targetRow = z.object({
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  host: z.string(),
  port: z.number(),
});

/** An endpoint with what to probe; null where there is none. */
export async function loadEndpoint(db: Transaction, id: string): Promise<WatchedEndpoint | null> {
  const row = await db.endpoint.findUnique({
    where: { id },
    include: {
      domains: { where: { removedAt: null, dismissed: false }, distinct: ['origin'], select: { origin: true } },
      zone: { select: { name: true } },
    },
  });
  if (row === null) return null;
  const origins = row.domains.map(({ origin }) => origin);
  return {
    id,
    target: targetRow.parse(row),
    declaration: (await readDeclaration(db, id)).declaration,
    watched: origins.length > 0,
    origins,
    reached: !isSilentGuess({ origins, reached: false }) || (await wasReached(db, id)),
    probed: row.lastProbedAt !== null,
    zone: row.zone?.name ?? null,
  };
}

/** Whether a run of any worker ever got a greeting of the service's own protocol. */
async function wasReached(db: Transaction, endpointId: string): Promise<boolean> {
  const rows = await db.$queryRaw<readonly unknown[]>`
    SELECT 1 FROM observation_span
    WHERE endpoint_id = ${endpointId} AND kind = 'session' AND facts->>'greeted' = 'true' LIMIT 1`;
  return rows.length > 0;
}

/** Notes when an endpoint was probed last and the worst of what was judged, or that nothing is expected there. */
export async function saveProbed(
  tx: Transaction,
  probed: {
    readonly endpointId: string;
    readonly at: number;
    readonly judgements: readonly Judgement[];
    readonly silentGuess: boolean;
  },
): Promise<void> {
  const lastVerdict = probed.silentGuess
    ? silentGuessVerdict
    : worstVerdict(probed.judgements.map(({ verdict }) => verdict));
  await tx.endpoint.update({
    where: { id: probed.endpointId },
    data: { enabled: true, lastProbedAt: new Date(probed.at), lastVerdict },
  });
}

/**
 * Takes those endpoints off the watch that no domain has any more: no further probes, findings end, incidents resolve
 * as no longer monitored; the same for zones that only they lay in. The rows are locked first, so that a domain that takes one up meanwhile comes after.
 */
export async function retireUnwatched(
  tx: Transaction,
  options: { readonly endpointIds: readonly string[]; readonly findFinding: FindFinding; readonly now: number },
): Promise<void> {
  const { findFinding, now } = options;
  const zoneIds: string[] = [];
  for (const endpointId of options.endpointIds.toSorted()) {
    await tx.$queryRaw`SELECT id FROM endpoint WHERE id = ${endpointId} FOR UPDATE`;
    const endpoint = await loadEndpoint(tx, endpointId);
    if (endpoint === null || endpoint.watched) continue;
    // First the task: a probe that runs now holds it until it has written, or finds it gone and writes nothing.
    await dropTasks(tx, 'probe', [endpointId]);
    await dropTasks(tx, 'scan', [endpointId]);
    const subject = { kind: 'endpoint', endpoint: endpoint.target } as const;
    const owner = { endpointId, domainId: null, zoneId: null };
    const known = await loadIncidents(tx, { ...owner, subject, codes: [] });
    const decisions = withdrawIncidents({ subject, known, findFinding, now, resolution: noLongerMonitored });
    await saveDecisions(tx, { ...owner, decisions, now });
    await tx.finding.updateMany({ where: { endpointId, endedAt: null }, data: { endedAt: new Date(now) } });
    const { zoneId } = await tx.endpoint.findUniqueOrThrow({ where: { id: endpointId }, select: { zoneId: true } });
    await tx.endpoint.update({ where: { id: endpointId }, data: { enabled: false, zoneId: null } });
    if (zoneId !== null) zoneIds.push(zoneId);
  }
  await retireUnneededZones(tx, { zoneIds, findFinding, now });
}
