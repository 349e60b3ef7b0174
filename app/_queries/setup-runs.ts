import { findFinding } from '#lib/checks/registry.ts';
import { endpointKey, findServiceRow } from '#lib/model/endpoint.ts';
import type { Verdict } from '#lib/model/finding.ts';
import { addressWords } from '#lib/setup/endpoint-look.ts';
import { goodWords } from '#lib/setup/good-words.ts';
import { isOffered, type SetupEndpoint, type SetupFinding, type SetupResult } from '#lib/setup/setup-result.ts';
import { latestSteps, type SetupStep } from '#lib/setup/setup-step.ts';
import { setupVerdict } from '#lib/setup/verdict-words.ts';
import type { SetupEndpointItem } from '#components/setup/endpoint-choice.tsx';
import type { SetupFindingItem } from '#components/setup/finding-groups.tsx';
import { findSetupRun, readSetupSteps, type SetupRun } from '#prisma/commands/setup-runs.ts';
import { database } from './database.ts';
import { describe } from './finding-text.ts';

const idPattern = /^[0-9a-f-]{36}$/;
/** More than a run has: it is bounded where it is written. */
const maxSteps = 5_000;

/** A run by what an address names; null: there is none. */
export function findRun(id: string): Promise<SetupRun | null> {
  return idPattern.test(id) ? findSetupRun(database(), id) : Promise.resolve(null);
}

/** Where somebody stands who follows a run: `attempt.step`, as Last-Event-ID has it. */
export interface SetupPlace {
  readonly attempt: bigint;
  readonly step: bigint;
}

export function readPlace(text: string | null): SetupPlace | null {
  const [, attempt, step] = /^(\d{1,18})\.(\d{1,18})$/.exec(text ?? '') ?? [];
  return attempt === undefined || step === undefined ? null : { attempt: BigInt(attempt), step: BigInt(step) };
}

export function writePlace({ attempt, step }: SetupPlace): string {
  return `${String(attempt)}.${String(step)}`;
}

/** What was told since a place, in order. `anew`: another worker began again, so what was told before does not count. */
export async function readNews(
  run: Pick<SetupRun, 'id' | 'attempt'>,
  place: SetupPlace | null,
): Promise<{ readonly anew: boolean; readonly steps: readonly SetupStep[]; readonly place: SetupPlace }> {
  const { id: runId, attempt } = run;
  const anew = place !== null && place.attempt !== attempt;
  const after = place === null || anew ? 0n : place.step;
  const kept = await readSetupSteps(database(), { runId, attempt, after, limit: maxSteps });
  return { anew, steps: kept.map(({ step }) => step), place: { attempt, step: kept.at(-1)?.id ?? after } };
}

/** The checklist as it stands, and where that is. */
export async function readChecklist(run: Pick<SetupRun, 'id' | 'attempt'>) {
  const { steps, place } = await readNews(run, null);
  return { steps: latestSteps(steps), place: writePlace(place) };
}

export interface RecentSetup {
  readonly id: string;
  readonly domain: string;
  readonly requestedAt: number;
  readonly isOver: boolean;
}

/** Looks that led to nothing yet, the newest first. */
export async function listRecentSetups(): Promise<readonly RecentSetup[]> {
  const rows = await database().setupRun.findMany({
    where: { monitoredAt: null },
    orderBy: { requestedAt: 'desc' },
    take: 5,
    select: { id: true, domain: true, requestedAt: true, finishedAt: true },
  });
  return rows.map(({ id, domain, requestedAt, finishedAt }) => ({
    ...{ id, domain },
    requestedAt: requestedAt.getTime(),
    isOver: finishedAt !== null,
  }));
}

/** Whether the domain of a run is watched, by this run or by another way. */
export async function isWatched(domain: string): Promise<boolean> {
  return (await database().domain.count({ where: { name: domain } })) > 0;
}

/** The verdict page of a run, in words. */
export function describeResult(domain: string, result: SetupResult) {
  const { endpoints, findings, unknown } = result;
  const of = (...verdicts: readonly Verdict[]) =>
    groupFindings(findings.filter(({ verdict }) => verdicts.includes(verdict)));
  const blocked = endpoints.flatMap(({ target, addresses }) =>
    addresses.filter((one) => one.blocked).map(({ address }) => ({ host: target.host, address })),
  );
  return {
    verdict: setupVerdict(domain, result),
    offered: endpoints.filter(isOffered).map((endpoint) => endpointItem(endpoint, findings)),
    guesses: endpoints.filter((one) => !isOffered(one)).map(({ target }) => `${target.host}:${String(target.port)}`),
    locking: of('crit', 'fail'),
    mending: of('warn'),
    notes: of('info'),
    good: goodWords(result),
    unknown,
    blocked: [...new Map(blocked.map((one) => [`${one.host} ${one.address}`, one])).values()],
  };
}

const order: readonly Verdict[] = ['crit', 'fail', 'warn', 'info'];

function endpointItem(endpoint: SetupEndpoint, findings: readonly SetupFinding[]): SetupEndpointItem {
  const { target, origin, standing, addresses, problem } = endpoint;
  const place = `${target.host}:${String(target.port)}`;
  const worst = order.find((verdict) => findings.some((one) => one.place === place && one.verdict === verdict));
  return {
    key: endpointKey(target),
    place,
    title: findServiceRow(target.service, target.tlsMode)?.title ?? target.service,
    guess: origin === 'guess',
    standing,
    worst: worst ?? null,
    text: problem ?? addresses.map(addressWords).join('; '),
  };
}

const maxPlaces = 6;

/** One entry a code: what is the same at many places is told once. */
function groupFindings(findings: readonly SetupFinding[]): readonly SetupFindingItem[] {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return codes.flatMap((one) => {
    const group = findings.filter(({ code }) => code === one);
    const [first] = group;
    if (first === undefined) return [];
    const { code, verdict, params } = first;
    const { title, expected, got, meaning, fix } = describe(code, params);
    const places = [...new Set(group.map(({ place }) => place))];
    return [
      {
        ...{ code, verdict, expected, got, meaning, fix },
        title: places.length === 1 ? title : (findFinding(code)?.summary ?? title),
        places: places.slice(0, maxPlaces),
        morePlaces: Math.max(0, places.length - maxPlaces),
      },
    ];
  });
}
