import type { CensusCube } from '../model/census.ts';
import type { Commitment } from '../model/commitment.ts';
import type { PlanAnswer, PlanCoverage, PlanTotals } from './answer.ts';
import { concernsHost, namedHosts, type PlannedChange } from './change.ts';
import type { PlanEvidence } from './evidence.ts';
import { forecast, type ProgramWeeks } from './forecast.ts';
import {
  addClients,
  classTally,
  holdersOf,
  weekFacts,
  type ConcernedClass,
  type JudgedClients,
  type WeekFacts,
} from './class-tally.ts';
import { tallyGroups } from './group-tally.ts';
import { judgeClass, type ClassVerdict, type HostPromises } from './judge-class.ts';
import { worse, type Impact } from './judged.ts';
import { effectOn } from './losses.ts';
import { listPreconditions } from './preconditions.ts';
import { planSentence } from './sentence.ts';
import { listSteps } from './steps.ts';
import { listWarnings } from './warnings.ts';

/** Days that the coverage of a cube is of. */
const coverageDays = 30;

export interface PlanQuestion {
  readonly change: PlannedChange;
  readonly cube: CensusCube;
  /** All that the hosts concerned ever advertised; other hosts may be among them. */
  readonly ledger: readonly Commitment[];
  readonly evidence: PlanEvidence;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Answers what a change would do to the clients of its hosts, and what has to come before it. */
export function planChange(question: PlanQuestion): PlanAnswer {
  const { change, cube, ledger, evidence, now } = question;
  const hosts = concernedHosts(question);
  const promises = promisesOf(hosts, question);
  const concerned = judgeClasses(cube, promises);
  const { totals, groups, programs, ambiguous, holders } = count(concerned, question);
  const coverage = coverageOf(cube, { hosts, ambiguous });
  const curve = forecast(programs, now);
  const shared = { change, hosts, promises, evidence, ledger, coverage, now };
  const preconditions = listPreconditions(shared);
  const touches = [...promises.values()].some(({ effect }) => effect.lost.size > 0 || effect.versions !== null);
  const verdict = verdictOf({
    totals,
    isBlocked: preconditions.some(({ state, blocks }) => blocks && state === 'not-met'),
    isBlind: touches && totals.safe === 0 && coverage.spokeOfLatches === 0,
  });
  const answer = {
    ...{ change, verdict, answeredAt: now, hosts, totals, groups, coverage, preconditions },
    forecast: curve,
    steps: listSteps({ ...shared, nearlyNoneAt: curve?.nearlyNoneAt ?? null }),
    warnings: listWarnings({ ...shared, totals, holders }),
    oldestLookAt: oldestLook(evidence),
  };
  return { ...answer, sentence: planSentence(answer, (number) => number.toLocaleString('en')) };
}

/** Classes whose accounts a list of the affected has. */
export interface AffectedClass {
  readonly classId: number;
  readonly impact: Extract<Impact, 'breaks' | 'at-risk'>;
  /** Only those last seen on this day or later, `YYYY-MM-DD`, who have not said what they hold; null: all. */
  readonly presumedSince: string | null;
}

/** The classes that a change locks out or puts at risk. */
export function affectedClasses(question: PlanQuestion): readonly AffectedClass[] {
  const promises = promisesOf(concernedHosts(question), question);
  return judgeClasses(question.cube, promises).flatMap(({ client, reported, presumed }): readonly AffectedClass[] => {
    const { impact } = reported;
    if (impact === 'breaks' || impact === 'at-risk') return [{ classId: client.id, impact, presumedSince: null }];
    if (presumed === null) return [];
    const day = new Date(presumed.since).toISOString().slice(0, 10);
    return [{ classId: client.id, impact: 'at-risk', presumedSince: day }];
  });
}

/** Named, or everything known that lies in the zone. */
function concernedHosts({ change, cube, ledger, evidence }: PlanQuestion): readonly string[] {
  if (change.op !== 'unsign_zone') return namedHosts(change);
  const known = [
    ...evidence.endpoints.map(({ target }) => target.host),
    ...ledger.map(({ host }) => host),
    ...hostsOfClasses(cube),
  ];
  return [...new Set(known)].filter((host) => concernsHost(change, host)).toSorted();
}

/** Of thousands of classes, the few hosts. */
function hostsOfClasses({ classes }: CensusCube): ReadonlySet<string> {
  const hosts = new Set<string>();
  for (const { server } of classes.values()) for (const host of server.hosts) hosts.add(host);
  return hosts;
}

function promisesOf(hosts: readonly string[], question: PlanQuestion): ReadonlyMap<string, HostPromises> {
  return new Map(
    hosts.map((host) => {
      const promised = new Map<string, number>();
      for (const { host: of, tag, firstSeen } of question.ledger) {
        if (of === host) promised.set(tag, Math.min(firstSeen, promised.get(tag) ?? Infinity));
      }
      return [host, { effect: effectOn(host, question), promised }];
    }),
  );
}

function judgeClasses({ classes }: CensusCube, promises: ReadonlyMap<string, HostPromises>): readonly ConcernedClass[] {
  const speaking = new Set<string>();
  for (const { client, speaksDeep } of classes.values())
    if (speaksDeep && client.name !== '') speaking.add(client.name);
  const concerned: ConcernedClass[] = [];
  for (const client of classes.values()) {
    const speaks = client.client.name !== '' && speaking.has(client.client.name);
    let verdict: ClassVerdict | null = null;
    // A server that only an address names counts for each of its names.
    for (const host of client.server.hosts) {
      const met = promises.get(host);
      if (met === undefined) continue;
      const there = judgeClass(client, met, speaks);
      verdict = verdict === null ? there : worseVerdict(verdict, there);
    }
    if (verdict !== null) concerned.push({ client, reported: verdict.reported, presumed: verdict.presumed });
  }
  return concerned;
}

function worseVerdict(a: ClassVerdict, b: ClassVerdict): ClassVerdict {
  const first = a.presumed === null || (b.presumed !== null && b.presumed.since < a.presumed.since);
  return { reported: worse(a.reported, b.reported), presumed: first ? b.presumed : a.presumed };
}

/** Clients of one program by full weeks since they were last seen. */
interface ProgramTally {
  readonly affected: number[];
  readonly all: number[];
}

/** Counts class by class: a census has each class in dozens of weeks, and each week in thousands of classes. */
function count(concerned: readonly ConcernedClass[], { cube, now }: PlanQuestion) {
  const weeks = new Map<string, WeekFacts>();
  const programs = new Map<string, ProgramTally>();
  const tallies = concerned.map((entry) => {
    const program = programs.get(entry.client.client.name) ?? { affected: [], all: [] };
    programs.set(entry.client.client.name, program);
    return { tally: classTally(entry), program };
  });
  const byId = new Map(tallies.map((one) => [one.tally.entry.client.id, one]));
  let [current, of] = [tallies[0], tallies[0]?.tally.entry.client.id];
  for (const { classId, week, holders } of cube.counts) {
    // Counts come class by class.
    if (of !== classId) [current, of] = [byId.get(classId), classId];
    if (current === undefined || holders <= 0) continue;
    let facts = weeks.get(week);
    if (facts === undefined) {
      facts = weekFacts(week, now);
      weeks.set(week, facts);
    }
    const { impact } = addClients(current.tally, facts, holders);
    const { all, affected } = current.program;
    all[facts.age] = (all[facts.age] ?? 0) + holders;
    if (impact === 'breaks' || impact === 'at-risk') affected[facts.age] = (affected[facts.age] ?? 0) + holders;
  }
  const counted: JudgedClients[] = [];
  let [ambiguous, latching] = [0, 0];
  for (const { tally } of tallies) {
    counted.push(tally.told);
    if (tally.silent !== null) counted.push(tally.silent.clients);
    const { server, latched } = tally.entry.client;
    if (server.address !== null) ambiguous += holdersOf(tally);
    if (latched.length > 0) latching += holdersOf(tally);
  }
  return { ...tallyGroups(counted), programs: [...programs.values()].map(fillWeeks), ambiguous, holders: latching };
}

function fillWeeks({
  affected,
  all,
}: {
  readonly affected: readonly number[];
  readonly all: readonly number[];
}): ProgramWeeks {
  const fill = (counts: readonly number[]) => Array.from({ length: all.length }, (_, week) => counts[week] ?? 0);
  return { affected: fill(affected), all: fill(all) };
}

function coverageOf(
  { coverage }: CensusCube,
  { hosts, ambiguous }: { readonly hosts: readonly string[]; readonly ambiguous: number },
): PlanCoverage {
  const total = { logins: 0, named: 0, spokeOfLatches: 0, pop: 0 };
  for (const { server, logins, named, spokeOfLatches } of coverage) {
    if (!server.hosts.some((host) => hosts.includes(host))) continue;
    total.logins += logins;
    total.named += named;
    total.spokeOfLatches += spokeOfLatches;
    if (server.service === 'pop3') total.pop += logins;
  }
  return { ...total, days: coverageDays, ambiguous };
}

function verdictOf(found: {
  readonly totals: PlanTotals;
  readonly isBlocked: boolean;
  readonly isBlind: boolean;
}): Impact {
  const { totals, isBlocked, isBlind } = found;
  if (totals.breaks > 0) return 'breaks';
  if (totals['at-risk'] > 0 || isBlocked) return 'at-risk';
  return isBlind ? 'unknown' : 'safe';
}

function oldestLook({ endpoints }: PlanEvidence): number | null {
  const looks = endpoints.map(({ seenAt }) => seenAt);
  return looks.length === 0 || looks.includes(null) ? null : Math.min(...looks.flatMap((at) => at ?? []));
}
