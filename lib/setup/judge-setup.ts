import type { JudgeContext, WatchedService } from '../checks/check.ts';
import { isSilentGuess, judgeSilentGuess, reachesService } from '../checks/silent-guess.ts';
import { undeclared } from '../model/declaration.ts';
import type { Dnssec } from '../model/dnssec.ts';
import type { Judgement, Subject, Verdict } from '../model/finding.ts';
import type { DomainObservation, EndpointObservation } from '../model/observation.ts';
import { domainExists } from '../srv/locate.ts';
import { summarizeLook, type EndpointLook } from './endpoint-look.ts';
import type { SetupFinding, SetupResult } from './setup-result.ts';
import { latestSteps, type SetupStep } from './setup-step.ts';

/** All that a setup run saw. */
export interface SetupSight {
  /** Null: not even the records of the domain were answered in time. */
  readonly domain: DomainObservation | null;
  readonly dnssec: Dnssec['state'];
  readonly looks: readonly EndpointLook[];
  readonly steps: readonly SetupStep[];
  readonly durationMs: number;
  readonly cutShort: boolean;
}

interface Judges {
  readonly judgeDomain: (observation: DomainObservation, context: JudgeContext) => readonly Judgement[];
  readonly judgeEndpoint: (observation: EndpointObservation, context: JudgeContext) => readonly Judgement[];
}

/** What the checks say of it all, as they will once it is watched: a domain is judged beside what answers. */
export function judgeSight(
  { domain, looks }: Pick<SetupSight, 'domain' | 'looks'>,
  { judges, now }: { readonly judges: Judges; readonly now: number },
): readonly Judgement[] {
  const watched = looks.map(({ found, observation }): WatchedService => ({
    target: found.target,
    origin: found.origin,
    declared: false,
    advertised: true,
    declaration: undeclared,
    latest: observation,
  }));
  return [
    ...(domain === null ? [] : judges.judgeDomain(domain, { now, watched })),
    ...looks.flatMap(({ found, observation }) => {
      const judged = judges.judgeEndpoint(observation, { now });
      const silent = isSilentGuess({ origins: [found.origin], reached: reachesService(observation) });
      return silent ? judgeSilentGuess(judged) : judged;
    }),
  ];
}

const order: readonly Verdict[] = ['crit', 'fail', 'warn', 'info', 'inconclusive'];
const maxFindings = 500;
const maxUnknown = 200;

/** What is kept of a run. */
export function setupResult(
  sight: SetupSight,
  { judgements, ownNetworkDown }: { readonly judgements: readonly Judgement[]; readonly ownNetworkDown: boolean },
): SetupResult {
  const { domain, dnssec, looks, steps, durationMs, cutShort } = sight;
  const found = judgements.filter(({ verdict }) => order.slice(0, 4).includes(verdict));
  const silent = new Set(
    looks
      .map(summarizeLook)
      .filter(({ standing }) => standing === 'silent-guess')
      .map(({ target }) => placeOfTarget(target)),
  );
  return {
    exists: domain === null ? null : domainExists(domain),
    dnssec,
    endpoints: looks.map(summarizeLook),
    findings: found
      .map((judgement) => ({ ...judgement, place: placeOf(judgement.subject) }))
      // Nobody promised that something answers there.
      .filter(({ place }) => !silent.has(place))
      .map(({ code, verdict, params, place }): SetupFinding => ({ code, verdict, params, place }))
      .toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
      .slice(0, maxFindings),
    passed: countPassed(judgements),
    unknown: latestSteps(steps)
      .filter(({ state }) => state === 'unknown' || state === 'asking')
      .map(({ subject, state, text }) => ({ subject, why: state === 'asking' ? 'no answer in time' : text }))
      .slice(0, maxUnknown),
    durationMs,
    cutShort,
    ownNetworkDown,
  };
}

function countPassed(judgements: readonly Judgement[]): SetupResult['passed'] {
  const counts = new Map<string, number>();
  for (const { code, verdict } of judgements) if (verdict === 'pass') counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => ({ code, count }));
}

function placeOfTarget({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host}:${String(port)}`;
}

function placeOf(subject: Subject): string {
  switch (subject.kind) {
    case 'endpoint':
      return placeOfTarget(subject.endpoint);
    case 'domain':
      return subject.domain;
    case 'zone':
      return subject.zone;
    case 'vantage':
      return subject.vantage;
  }
}
