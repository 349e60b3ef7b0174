import { errorText } from '#lib/error-text.ts';
import type { JudgeContext } from '#lib/checks/check.ts';
import { applyExceptions } from '#lib/checks/exceptions.ts';
import { isSilentGuess, judgeSilentGuess, reachesService, silentGuessPauseMs } from '#lib/checks/silent-guess.ts';
import { decideIncidents, type IncidentDecision } from '#lib/incidents/decide.ts';
import { undeclared, type Declaration } from '#lib/model/declaration.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { Judgement } from '#lib/model/finding.ts';
import type { DomainObservation, EndpointObservation } from '#lib/model/observation.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import { splitScanObservation } from '#lib/model/scan-span.ts';
import { splitDomainObservation, splitEndpointObservation } from '#lib/model/span.ts';
import { zoneOfHost } from '#lib/model/watched-zones.ts';
import { zoneIntervalSeconds } from '#lib/model/zone-interval.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import type { ZoneNames } from '#lib/model/zone-questions.ts';
import { splitZoneObservation } from '#lib/model/zone-span.ts';
import { createOwnSight, type OwnSight, type OwnSightPorts } from './own-sight.ts';
import { runMessage, type MessagePorts } from './run-message.ts';
import { runPreflight, type PreflightRunPorts } from './run-preflight.ts';
import { runPrune, type PrunePorts } from './run-prune.ts';
import { runSetup, type SetupRunPorts } from './run-setup.ts';
import { discoveryError } from './store/discovery.ts';
import type { FindFinding } from './store/endpoints.ts';
import type { Store } from './store/store.ts';
import { LeaseLost, type Claim } from './store/tasks.ts';
import { createUlid } from './store/ulid.ts';
import type { Clock, Log, Random } from './ports.ts';

/** What a probe goes by. */
export interface ProbeRequest {
  readonly target: EndpointTarget;
  /** What an operator said of the endpoint: the address and the name to use, and what may be tried. */
  readonly declaration: Declaration;
}

/** What a deep scan goes by. */
export interface ScanRequest extends ProbeRequest {
  /** The latest probe: its DEEP statuses name URLs to fetch. */
  readonly latest: EndpointObservation | null;
}

/** What the pipeline is made of: who looks, who judges, where it is kept. */
export interface RunPorts extends MessagePorts, OwnSightPorts, PreflightRunPorts, PrunePorts, SetupRunPorts {
  readonly store: Store;
  readonly probe: (request: ProbeRequest) => Promise<EndpointObservation>;
  readonly scan: (request: ScanRequest) => Promise<ScanObservation>;
  readonly discover: (domain: string) => Promise<DomainObservation>;
  readonly observeZone: (names: ZoneNames) => Promise<ZoneObservation>;
  readonly judgeEndpoint: (observation: EndpointObservation, context: JudgeContext) => readonly Judgement[];
  readonly judgeScan: (observation: ScanObservation, context: JudgeContext) => readonly Judgement[];
  readonly judgeDomain: (observation: DomainObservation, context: JudgeContext) => readonly Judgement[];
  readonly judgeZone: (observation: ZoneObservation, context: JudgeContext) => readonly Judgement[];
  readonly findFinding: FindFinding;
  /** Delivers what waits for a route, its digest, and what has to be told again. */
  readonly deliver: (claim: Claim) => Promise<void>;
  /** Lets every route of alerts prove itself, and looks whether it depends on what is monitored. */
  readonly proveRoutes: (claim: Claim) => Promise<void>;
  /** Looks whether our own network and resolver work. */
  readonly checkSelf: (claim: Claim) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Between two probes of an endpoint. */
  readonly intervalMs: number;
}

const discoverEveryMs = 60 * 60 * 1000;
const scanEveryMs = 24 * 60 * 60 * 1000;
/** A scan that has to be confirmed makes some 20 connections once more. */
const scanAgainMs = 5 * 60 * 1000;
const discoverAgainMs = 5 * 60 * 1000;
const maxBackOffMs = 10 * 60 * 1000;
const heldAgainMs = 60 * 1000;

interface Shell {
  readonly ports: RunPorts;
  readonly ownSight: ReturnType<typeof createOwnSight>;
}

/**
 * Runs one claimed task to its end. Never rejects: our own defect is logged and the task comes back later; without a
 * database nothing is recorded and the lease runs out.
 */
export function createRun(ports: RunPorts): (claim: Claim) => Promise<void> {
  const { store, log } = ports;
  const ownSight = createOwnSight(ports);
  const runOne = async (claim: Claim): Promise<void> => {
    switch (claim.kind) {
      case 'probe':
        return runProbe(claim, { ports, ownSight });
      case 'discover':
        return runDiscovery(claim, { ports, ownSight });
      case 'zone':
        return runZone(claim, { ports, ownSight });
      case 'scan':
        return runScan(claim, { ports, ownSight });
      case 'message':
        return runMessage(claim, { ...ports, ownSight });
      case 'preflight':
        return runPreflight(claim, ports);
      case 'setup':
        return runSetup(claim, { ...ports, ownSight });
      case 'prune':
        return runPrune(claim, ports);
      case 'notify':
      case 'digest':
      case 'remind':
        return ports.deliver(claim);
      case 'prove':
        return ports.proveRoutes(claim);
      case 'self-check':
        return ports.checkSelf(claim);
    }
  };
  return async (claim) => {
    const task = { kind: claim.kind, ref: claim.ref, attempts: claim.attempts };
    try {
      await runOne(claim);
    } catch (error) {
      if (error instanceof LeaseLost) {
        log.warn('a run came too late and was dropped', task);
        return;
      }
      log.error('a run failed', {
        ...task,
        error: errorText(error),
        stack: error instanceof Error ? error.stack : null,
      });
      const nextInMs = Math.min(maxBackOffMs, 5_000 * 2 ** Math.min(claim.attempts, 20));
      await store
        .inClaim(claim, (run) => run.complete({ nextInMs, failed: true }))
        .catch((second: unknown) =>
          log.warn('a failed run was left to its lease', { ...task, error: errorText(second) }),
        );
    }
  };
}

/** probe -> save -> judge -> step -> enqueue -> complete */
async function runProbe(claim: Claim, shell: Shell): Promise<void> {
  const { ports, ownSight } = shell;
  const { store, clock, findFinding } = ports;
  const endpoint = await store.loadEndpoint(claim.ref);
  if (endpoint?.watched !== true) {
    await store.inClaim(claim, async (run) => {
      await run.complete({ nextInMs: null });
      await run.retireUnwatched({ endpointIds: [claim.ref], findFinding, now: clock.now() });
    });
    return;
  }
  const observation = await ports.probe(endpoint);
  const now = clock.now();
  const silentGuess = isSilentGuess({
    origins: endpoint.origins,
    reached: endpoint.reached || reachesService(observation),
  });
  const { id: endpointId, target } = endpoint;
  const context = await store.loadJudgeContext({ endpointId, endpoint: target, observation, now });
  const subject = { kind: 'endpoint', endpoint: target } as const;
  const exceptions = await store.loadExceptions({ subject, now });
  const judged = applyExceptions(ports.judgeEndpoint(observation, context), { exceptions, now });
  // A port where nobody promised an answer says nothing about our own network.
  const probe = silentGuess ? null : observation;
  const own = await ownSight({ judgements: judged, startedAt: observation.startedAt, probe, promised: !silentGuess });
  const { selfNetworkDown } = own;
  const judgements = silentGuess ? judgeSilentGuess(own.judgements) : own.judgements;
  const listed = listedAddresses(observation);
  const owner = { endpointId, domainId: null, zoneId: null };
  const zone = zoneOfHost(target.host, observation.addresses);

  await store.inClaim(claim, async (run) => {
    const { vantage, finishedAt } = observation;
    const pieces = splitEndpointObservation(observation);
    const changes = own.blind ? [] : await run.saveSpans({ ...owner, ...pieces, vantage, seenAt: finishedAt });
    await run.saveFindings({ ...owner, judgements, listed, now });
    await run.saveCommitments({ observation, known: context.commitments ?? [] });
    const { baseline: knownBaseline, mixedAddresses = [] } = context;
    await run.saveBaseline({ endpointId, observation, known: knownBaseline, mixedAddresses, now });
    // Where unlike servers answer in turn, every other probe sees a change that the deep scan knows of.
    const news = changes.filter(({ address }) => !mixedAddresses.includes(address));
    if (!silentGuess && !own.held) await run.requestScan({ endpointId, changes: news });
    await run.saveProbed({ endpointId, at: finishedAt, judgements, silentGuess });
    if (zone !== null && zone !== endpoint.zone) await run.saveHostZone({ endpointId, zone, findFinding, now });
    await run.stepRollovers({ where: { endpointId }, now: new Date(now) });
    const known = await run.loadIncidents({ ...owner, subject, codes: judgements.map(({ code }) => code) });
    const decisions = decideIncidents({
      ...{ subject, judgements, listed, known, findFinding, selfNetworkDown, now },
      newId: () => createUlid(now),
    });
    await run.saveDecisions({ ...owner, decisions, vantage, now });
    // The first silence may be ours; after the second look there is no hurry.
    const everyMs = silentGuess && endpoint.probed ? silentGuessPauseMs(ports.intervalMs) : ports.intervalMs;
    const secondOpinion = decisions.some(({ step }) => step.change === 'suspect' || step.change === 'confirm');
    await run.complete({ nextInMs: soonest(decisions, againMs(own, { ports, everyMs })), secondOpinion });
  });
}

/** The same road for a deep scan of an endpoint. */
async function runScan(claim: Claim, shell: Shell): Promise<void> {
  const { ports, ownSight } = shell;
  const { store, clock, findFinding } = ports;
  const endpoint = await store.loadEndpoint(claim.ref);
  if (endpoint?.watched !== true) {
    await store.inClaim(claim, (run) => run.complete({ nextInMs: null }));
    return;
  }
  const { id: endpointId, target } = endpoint;
  const latest = await store.loadLatest({ endpointId, endpoint: target });
  // Without a probe there is nothing to compare with, and nothing is known to be there.
  if (latest === null) {
    await store.inClaim(claim, (run) => run.complete({ nextInMs: ports.intervalMs }));
    return;
  }
  const before = await store.loadJudgeContext({ endpointId, endpoint: target, observation: latest, now: clock.now() });
  const observation = await ports.scan({ target, declaration: before.declaration ?? undeclared, latest });
  const now = clock.now();
  const subject = { kind: 'endpoint', endpoint: target } as const;
  const exceptions = await store.loadExceptions({ subject, now });
  const serverName = before.declaration?.serverName ?? null;
  const elsewhere = await store.loadScanContext({ endpointId, endpoint: target, serverName, scan: observation, now });
  const judged = applyExceptions(ports.judgeScan(observation, { ...before, ...elsewhere, now }), { exceptions, now });
  const own = await ownSight({ judgements: judged, startedAt: observation.startedAt, probe: null });
  const { judgements, selfNetworkDown } = own;
  const owner = { endpointId, domainId: null, zoneId: null };
  const listed = listedAddresses(latest);

  await store.inClaim(claim, async (run) => {
    const { vantage, finishedAt } = observation;
    const pieces = splitScanObservation(observation);
    if (!own.blind) await run.saveSpans({ ...owner, ...pieces, vantage, seenAt: finishedAt });
    await run.saveFindings({ ...owner, judgements, listed, now });
    await run.saveScanned({ endpointId, at: finishedAt });
    const known = await run.loadIncidents({ ...owner, subject, codes: judgements.map(({ code }) => code) });
    const decisions = decideIncidents({
      ...{ subject, judgements, listed, known, findFinding, selfNetworkDown, now },
      newId: () => createUlid(now),
    });
    await run.saveDecisions({ ...owner, decisions, vantage, now });
    // What was accepted comes back when the exception ends, and not a day later.
    const everyMs = own.held ? scanAgainMs : scanEveryMs;
    const nextInMs = Math.min(jitter(everyMs, ports.random), ...exceptions.map(({ endsAt }) => endsAt - now));
    await run.complete({ nextInMs: Math.max(scanAgainMs, soonest(decisions, nextInMs)) });
  });
}

/** The same road for a domain: its endpoints besides. */
async function runDiscovery(claim: Claim, { ports, ownSight }: Shell): Promise<void> {
  const { store, clock, findFinding } = ports;
  const started = await store.startDiscovery({ domainId: claim.ref, now: clock.now() });
  if (started === null) {
    await store.inClaim(claim, (run) => run.complete({ nextInMs: null }));
    return;
  }
  const { domainId, domain } = started;
  const observation = await ports.discover(domain);
  const now = clock.now();
  const subject = { kind: 'domain', domain } as const;
  const exceptions = await store.loadExceptions({ subject, now });
  const context = await store.loadDomainContext({ domainId, now });
  const judged = applyExceptions(ports.judgeDomain(observation, context), { exceptions, now });
  const own = await ownSight({ judgements: judged, startedAt: observation.startedAt, probe: null });
  const { judgements, selfNetworkDown } = own;
  const owner = { endpointId: null, domainId, zoneId: null };
  const asked = claim.priority > 0;

  await store.inClaim(claim, async (run) => {
    const { vantage, finishedAt } = observation;
    const pieces = [splitDomainObservation(observation)];
    if (!own.blind) await run.saveSpans({ ...owner, pieces, certificates: new Map(), vantage, seenAt: finishedAt });
    await run.saveDiscovered({ domainId, observation, asked, findFinding, now });
    await run.saveDomainZones({ domainId, observation, asked, findFinding, now });
    await run.finishDiscovery({ started, observation, now });
    if (ports.mailboxOf(domain) !== undefined) await run.requestMessage(domainId);
    await run.saveFindings({ ...owner, judgements, listed: null, now });
    const known = await run.loadIncidents({ ...owner, subject, codes: judgements.map(({ code }) => code) });
    const decisions = decideIncidents({
      ...{ subject, judgements, listed: null, known, findFinding, selfNetworkDown, now },
      newId: () => createUlid(now),
    });
    await run.saveDecisions({ ...owner, decisions, vantage, now });
    const everyMs = discoveryError(observation) === null && !own.held ? discoverEveryMs : discoverAgainMs;
    await run.complete({ nextInMs: soonest(decisions, againMs(own, { ports, everyMs })) });
  });
}

/** The same road for a zone. */
async function runZone(claim: Claim, shell: Shell): Promise<void> {
  const { ports, ownSight } = shell;
  const { store, clock, findFinding } = ports;
  const zone = await store.loadZone(claim.ref);
  if (zone?.watched !== true) {
    await store.inClaim(claim, async (run) => {
      await run.complete({ nextInMs: null });
      await run.retireUnneededZones({ zoneIds: [claim.ref], findFinding, now: clock.now() });
    });
    return;
  }
  const observation = await ports.observeZone(zone);
  const now = clock.now();
  const subject = { kind: 'zone', zone: zone.zone } as const;
  const exceptions = await store.loadExceptions({ subject, now });
  const judged = applyExceptions(ports.judgeZone(observation, { now }), { exceptions, now });
  const own = await ownSight({ judgements: judged, startedAt: observation.startedAt, probe: null });
  const { judgements, selfNetworkDown } = own;
  const owner = { endpointId: null, domainId: null, zoneId: zone.id };

  await store.inClaim(claim, async (run) => {
    const { vantage, finishedAt } = observation;
    const pieces = [splitZoneObservation(observation)];
    if (!own.blind) await run.saveSpans({ ...owner, pieces, certificates: new Map(), vantage, seenAt: finishedAt });
    await run.saveFindings({ ...owner, judgements, listed: null, now });
    await run.saveObserved({ zoneId: zone.id, at: finishedAt, judgements });
    await run.stepRollovers({ where: { endpoint: { zoneId: zone.id } }, now: new Date(now) });
    const known = await run.loadIncidents({ ...owner, subject, codes: judgements.map(({ code }) => code) });
    const decisions = decideIncidents({
      ...{ subject, judgements, listed: null, known, findFinding, selfNetworkDown, now },
      newId: () => createUlid(now),
    });
    await run.saveDecisions({ ...owner, decisions, vantage, now });
    const everyMs = zoneIntervalSeconds(ports.intervalMs / 1000) * 1000;
    await run.complete({ nextInMs: soonest(decisions, againMs(own, { ports, everyMs })) });
  });
}

/** Addresses in DNS now; null where not all of them are known. */
function listedAddresses({ addresses }: EndpointObservation): readonly string[] | null {
  return addresses.ok && addresses.facts.missing === undefined ? addresses.facts.list : null;
}

/** The schedule, or sooner where an incident waits for another look. */
function soonest(decisions: readonly IncidentDecision[], scheduledMs: number): number {
  return Math.min(scheduledMs, ...decisions.map(({ step }) => step.reprobeInMs ?? scheduledMs));
}

/** 10 % either way, so that probes do not march in step. */
function jitter(intervalMs: number, random: Random): number {
  return Math.round(intervalMs * (0.9 + 0.2 * random()));
}

/** The schedule. What was held although we are back already is looked at again soon, not all at once. */
function againMs(
  { held }: OwnSight,
  { ports, everyMs }: { readonly ports: RunPorts; readonly everyMs: number },
): number {
  const missed = held && !ports.selfWatch.isDown();
  return missed ? Math.round(Math.min(everyMs, heldAgainMs) * ports.random()) : jitter(everyMs, ports.random);
}
