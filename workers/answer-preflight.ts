import { performance } from 'node:perf_hooks';
import { tlsaOwner } from '#lib/dane/served-tlsa.ts';
import type { Declaration } from '#lib/model/declaration.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { preflightReport } from '#lib/model/preflight-schema.ts';
import type { PlannedChange } from '#lib/planner/change.ts';
import {
  collectCertificateFacts,
  type PreflightLook,
  type PreflightMemory,
} from '#lib/planner/collect-certificate-facts.ts';
import { readGivenPem } from '#lib/planner/given-pem.ts';
import type { PreflightOutcome } from '#lib/planner/preflight-outcome.ts';
import { judgeNewCertificate } from '#lib/planner/preflight-certificate.ts';
import { certificatePlaces, type PreflightRequest } from '#lib/planner/preflight-request.ts';
import { joinPreflight, type PreflightPart } from '#lib/planner/preflight.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import { mapBounded } from './net/map-bounded.ts';
import type { Clock } from './ports.ts';
import { declaredWay, probeEndpoint, type EndpointProbe } from './probes/endpoint.ts';
import { lookAtServedTlsa, type ServedTlsaPorts } from './probes/served-tlsa.ts';

/** Whoever asked over the API waits ten seconds at most. */
const lookMs = 8_000;
const maxPlaces = 50;
const placesAtOnce = 4;

/** Looks at an endpoint and at the name servers of its TLSA records, within eight seconds. */
export async function lookForPreflight(
  target: EndpointTarget,
  {
    declaration,
    ports,
  }: {
    readonly declaration: Pick<Declaration, 'address' | 'serverName'>;
    readonly ports: Omit<EndpointProbe, 'target'> & ServedTlsaPorts;
  },
): Promise<PreflightLook> {
  const deadline = performance.now() + lookMs;
  const observation = await probeEndpoint({ ...ports, ...declaredWay(declaration), target, deadline });
  return { observation, servers: await lookAtServedTlsa(observation, { ports, deadline }) };
}

/** Who looks, and who remembers. */
export interface PreflightPorts {
  readonly look: (target: EndpointTarget) => Promise<PreflightLook>;
  readonly watchedTargets: (hosts: readonly string[]) => Promise<readonly EndpointTarget[]>;
  readonly remember: (target: EndpointTarget) => Promise<PreflightMemory>;
  /** Answers any other change than a new certificate. */
  readonly plan: (change: PlannedChange) => Promise<PreflightPart>;
  readonly anchors: () => readonly Certificate[];
  readonly clock: Clock;
}

/** Answers a request: looks, remembers, judges. */
export async function answerPreflight(request: PreflightRequest, ports: PreflightPorts): Promise<PreflightOutcome> {
  const parts: PreflightPart[] = [];
  const looks: PreflightLook[] = [];
  for (const change of request.changes) {
    if (change.op !== 'new_certificate') {
      parts.push(await ports.plan(change));
      continue;
    }
    const answered = await answerCertificate(change, { ports, service: request.service });
    if ('error' in answered) return answered;
    parts.push(...answered.parts);
    looks.push(...answered.looks);
  }
  const seen = looks.flatMap(({ observation, servers }) =>
    servers === null ? [] : [{ owner: tlsaOwner(observation.endpoint), at: observation.finishedAt, servers }],
  );
  return { report: preflightReport(joinPreflight(parts)), seen };
}

interface AnsweredCertificate {
  readonly parts: readonly PreflightPart[];
  readonly looks: readonly PreflightLook[];
}

async function answerCertificate(
  change: Extract<PlannedChange, { readonly op: 'new_certificate' }>,
  { ports, service }: { readonly ports: PreflightPorts; readonly service: PreflightRequest['service'] },
): Promise<AnsweredCertificate | { readonly error: string }> {
  const given = readGivenPem(change.pem);
  if (!given.ok || given.value.kind !== 'certificates') return { error: 'There is no certificate to look at.' };
  const { certificates } = given.value;
  if (certificates[0]?.isAuthority === true) {
    return { error: 'The first certificate is that of a CA. Give that of the server first, then the chain.' };
  }
  const watched = await ports.watchedTargets(change.hosts);
  const { endpoints, unclear } = certificatePlaces(change, { watched, service });
  const [first] = unclear;
  if (first !== undefined) {
    return { error: `Which service listens at ${first.host}:${String(first.port)} is not known: say it.` };
  }
  if (endpoints.length === 0)
    return { error: `No watched endpoint has the host ${change.hosts[0] ?? ''}: name a port.` };
  if (endpoints.length > maxPlaces)
    return { error: `That is about ${String(endpoints.length)} endpoints: ask for fewer.` };
  const answered = await mapBounded(endpoints, placesAtOnce, async (target) => {
    const look = await ports.look(target);
    const memory = await ports.remember(target);
    const now = ports.clock.now();
    const facts = collectCertificateFacts({ chain: certificates, anchors: ports.anchors(), look, memory, now });
    return { part: judgeNewCertificate(facts), look };
  });
  return { parts: answered.map(({ part }) => part), looks: answered.map(({ look }) => look) };
}
