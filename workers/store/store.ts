import { openDatabase, type Database, type Transaction } from '#prisma/client.ts';
import type { SetupStep } from '#lib/setup/setup-step.ts';
import type { TaskKind } from '#prisma/commands/tasks.ts';
import { noteCensusDay } from '#prisma/commands/census-days.ts';
import { readDomainContext } from '#prisma/commands/domain-context.ts';
import { readExceptions } from '#prisma/commands/exceptions.ts';
import { readJudgeContext } from '#prisma/commands/judge-context.ts';
import { readLatestObservation } from '#prisma/commands/latest-observation.ts';
import { readDeclaredWay, readPreflightMemory, readWatchedTargets } from '#prisma/commands/preflight-memory.ts';
import { planForPreflight } from '#prisma/commands/preflight-plan.ts';
import { keepPreflight, savePreflight } from '#prisma/commands/preflights.ts';
import { stepRollovers } from '#prisma/commands/rollovers.ts';
import { createProof, noteProof } from '#prisma/commands/route-proofs.ts';
import { findRoute } from '#prisma/commands/routes.ts';
import { readRetention } from '#prisma/commands/retention.ts';
import { readScanContext } from '#prisma/commands/scan-context.ts';
import type { ConnectionLimit, Log, Random } from '#workers/ports.ts';
import { saveBaseline } from './baselines.ts';
import { saveCommitments } from './commitments.ts';
import { createConnectionLimit } from './connection-limit.ts';
import { finishDiscovery, saveDiscovered, startDiscovery } from './discovery.ts';
import { loadEndpoint, retireUnwatched, saveProbed } from './endpoints.ts';
import { requestScan, saveScanned } from './scans.ts';
import { saveFindings } from './findings.ts';
import { removeHeartbeat, saveHeartbeat, saveProbeAddress } from './heartbeat.ts';
import { loadIncidents, saveDecisions } from './incidents.ts';
import { loadDomainName, requestMessage } from './messages.ts';
import {
  giveUp,
  loadDigest,
  loadMailTimes,
  loadOpenTold,
  loadPending,
  loadRepeatedOut,
  loadThreadSeverities,
  markOverflowed,
  markUnsent,
  noteSent,
} from './outbox.ts';
import { loadPreflight } from './preflights.ts';
import { prune } from './prune.ts';
import { loadCanary, requestSelfCheck, retireGoneVantages, saveCanary, wakeHeld } from './self-check.ts';
import { remind } from './remind.ts';
import { finishSetup, saveSetupSteps, startSetup } from './setup-runs.ts';
import { saveSpans } from './spans.ts';
import {
  claimTasks,
  completeTask,
  ensureDigestTasks,
  ensurePruneTask,
  ensureRemindTask,
  inClaim,
  prolongTask,
  releaseTasks,
  untilDigestMs,
  type Claim,
} from './tasks.ts';
import { loadProofs, loadWatchedNames, requestRouteProofs, saveDependence } from './route-proofs.ts';
import { ensureProveTasks, findStuckNotices, loadWatchdog, saveVitalSign } from './vital-signs.ts';
import { loadZone, retireUnneededZones, saveDomainZones, saveHostZone, saveObserved } from './zones.ts';

/** Writes of one run: all in one transaction that holds the claim. */
export type RunStore = ReturnType<typeof bindRun>;

/** Everything that the engine keeps, without its rows. */
export type Store = ReturnType<typeof createStore>;

function bindRun(tx: Transaction, claim: Claim) {
  return {
    saveSpans: (run: Parameters<typeof saveSpans>[1]) => saveSpans(tx, run),
    saveFindings: (run: Parameters<typeof saveFindings>[1]) => saveFindings(tx, run),
    saveCommitments: (run: Parameters<typeof saveCommitments>[1]) => saveCommitments(tx, run),
    requestMessage: (domainId: string) => requestMessage(tx, domainId),
    saveBaseline: (run: Parameters<typeof saveBaseline>[1]) => saveBaseline(tx, run),
    saveScanned: (run: Parameters<typeof saveScanned>[1]) => saveScanned(tx, run),
    requestScan: (wanted: Parameters<typeof requestScan>[1]) => requestScan(tx, wanted),
    saveProbed: (run: Parameters<typeof saveProbed>[1]) => saveProbed(tx, run),
    saveDiscovered: (run: Parameters<typeof saveDiscovered>[1]) => saveDiscovered(tx, run),
    saveDomainZones: (run: Parameters<typeof saveDomainZones>[1]) => saveDomainZones(tx, run),
    saveHostZone: (run: Parameters<typeof saveHostZone>[1]) => saveHostZone(tx, run),
    saveObserved: (observed: Parameters<typeof saveObserved>[1]) => saveObserved(tx, observed),
    retireUnneededZones: (run: Parameters<typeof retireUnneededZones>[1]) => retireUnneededZones(tx, run),
    finishDiscovery: (run: Parameters<typeof finishDiscovery>[1]) => finishDiscovery(tx, run),
    retireUnwatched: (run: Parameters<typeof retireUnwatched>[1]) => retireUnwatched(tx, run),
    loadIncidents: (wanted: Parameters<typeof loadIncidents>[1]) => loadIncidents(tx, wanted),
    saveDecisions: (run: Parameters<typeof saveDecisions>[1]) => saveDecisions(tx, run),
    saveCanary: (kept: Parameters<typeof saveCanary>[1]) => saveCanary(tx, kept),
    retireGoneVantages: (gone: Parameters<typeof retireGoneVantages>[1]) => retireGoneVantages(tx, gone),
    wakeHeld: (held: Parameters<typeof wakeHeld>[1]) => wakeHeld(tx, held),
    stepRollovers: (step: Parameters<typeof stepRollovers>[1]) => stepRollovers(tx, step),
    savePreflight: (done: Parameters<typeof savePreflight>[1]) => savePreflight(tx, done),
    startSetup: (start: { readonly id: string; readonly now: Date }) => startSetup(tx, { ...start, claim }),
    saveSetupSteps: (told: { readonly id: string; readonly steps: readonly SetupStep[] }) =>
      saveSetupSteps(tx, { ...told, claim }),
    finishSetup: (done: Parameters<typeof finishSetup>[1]) => finishSetup(tx, done),
    markUnsent: (unsent: Parameters<typeof markUnsent>[1]) => markUnsent(tx, unsent),
    markOverflowed: (routeId: string) => markOverflowed(tx, routeId),
    giveUp: (late: Parameters<typeof giveUp>[1]) => giveUp(tx, late),
    remind: (now: number) => remind(tx, now),
    untilDigestMs: () => untilDigestMs(tx),
    prolong: () => prolongTask(tx, claim),
    saveVitalSign: (sign: Parameters<typeof saveVitalSign>[1]) => saveVitalSign(tx, sign),
    createProof: (test: Parameters<typeof createProof>[1]) => createProof(tx, test),
    noteProof: (test: Parameters<typeof noteProof>[1]) => noteProof(tx, test),
    saveDependence: (look: Parameters<typeof saveDependence>[1]) => saveDependence(tx, look),
    requestRouteProofs: (now: Date) => requestRouteProofs(tx, now),
    findStuckNotices: (mail: Parameters<typeof findStuckNotices>[1]) => findStuckNotices(tx, mail),
    complete: (end: Parameters<typeof completeTask>[2]) => completeTask(tx, claim, end),
  };
}

/** The store over an open database. */
export function createStore(database: Database) {
  return {
    claim: (wanted: {
      readonly workerId: string;
      readonly limit: number;
      readonly kinds: readonly TaskKind[];
      readonly vantage: string;
    }) => claimTasks(database, wanted),
    inClaim: <T>(claim: Claim, work: (run: RunStore) => Promise<T>): Promise<T> =>
      inClaim(database, claim, (tx) => work(bindRun(tx, claim))),
    release: (workerId: string) => releaseTasks(database, workerId),
    ensureDigest: () => ensureDigestTasks(database),
    ensureRemind: () => ensureRemindTask(database),
    ensurePrune: () => ensurePruneTask(database),
    ensureProve: () => ensureProveTasks(database),
    saveVitalSign: (sign: Parameters<typeof saveVitalSign>[1]) => saveVitalSign(database, sign),
    loadWatchedNames: () => loadWatchedNames(database),
    loadProofs: (routeId: string) => loadProofs(database, routeId),
    loadWatchdog: (vantage: string) => loadWatchdog(database, vantage),
    prune: (limits: Parameters<typeof prune>[1]) => prune(database, limits),
    noteCensusDay: (now: Date) => noteCensusDay(database, now),
    loadRetention: (longestDays: number) => readRetention(database, longestDays),
    loadCanary: (vantage: string) => loadCanary(database, vantage),
    requestSelfCheck: (vantage: string) => requestSelfCheck(database, vantage),
    loadEndpoint: (id: string) => loadEndpoint(database, id),
    loadJudgeContext: (about: Parameters<typeof readJudgeContext>[1]) => readJudgeContext(database, about),
    loadDomainContext: (about: Parameters<typeof readDomainContext>[1]) => readDomainContext(database, about),
    loadScanContext: (about: Parameters<typeof readScanContext>[1]) => readScanContext(database, about),
    loadLatest: (about: Parameters<typeof readLatestObservation>[1]) => readLatestObservation(database, about),
    loadExceptions: (about: Parameters<typeof readExceptions>[1]) => readExceptions(database, about),
    loadDomainName: (id: string) => loadDomainName(database, id),
    loadZone: (id: string) => loadZone(database, id),
    planForPreflight: (asked: Parameters<typeof planForPreflight>[1]) => planForPreflight(database, asked),
    keepPreflight: (kept: Parameters<typeof keepPreflight>[1]) => keepPreflight(database, kept),
    loadPreflight: (id: string) => loadPreflight(database, id),
    loadDeclaredWay: (target: Parameters<typeof readDeclaredWay>[1]) => readDeclaredWay(database, target),
    loadPreflightMemory: (about: Parameters<typeof readPreflightMemory>[1]) => readPreflightMemory(database, about),
    loadWatchedTargets: (hosts: readonly string[]) => readWatchedTargets(database, hosts),
    startDiscovery: (start: Parameters<typeof startDiscovery>[1]) => startDiscovery(database, start),
    noteSent: (claim: Claim, sent: Parameters<typeof noteSent>[2]) => noteSent(database, claim, sent),
    findRoute: (id: string) => findRoute(database, id),
    loadPending: (wanted: Parameters<typeof loadPending>[1]) => loadPending(database, wanted),
    loadDigest: (routeId: string) => loadDigest(database, routeId),
    loadRepeatedOut: (routeId: string) => loadRepeatedOut(database, routeId),
    loadOpenTold: (routeId: string) => loadOpenTold(database, routeId),
    loadThreadSeverities: (thread: Parameters<typeof loadThreadSeverities>[1]) =>
      loadThreadSeverities(database, thread),
    loadMailTimes: (asked: Parameters<typeof loadMailTimes>[1]) => loadMailTimes(database, asked),
    beat: (worker: Parameters<typeof saveHeartbeat>[1]) => saveHeartbeat(database, worker),
    leave: (workerId: string) => removeHeartbeat(database, workerId),
    saveProbeAddress: (address: string) => saveProbeAddress(database, address),
    connectionLimit: (ports: { readonly random: Random; readonly log: Log }): ConnectionLimit =>
      createConnectionLimit({ database, ...ports }),
    close: () => database.$disconnect(),
  };
}

/** Opens the store; nothing connects before the first query. `maxConnections` at a time. */
export function openStore(databaseUrl: string, maxConnections?: number): Store {
  return createStore(openDatabase(databaseUrl, maxConnections));
}
