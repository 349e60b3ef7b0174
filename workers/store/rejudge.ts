import { applyExceptions } from '#lib/checks/exceptions.ts';
import { mixedBackendsCode } from '#lib/checks/mixed-backends.ts';
import { judgeDomain, judgeEndpoint, judgeScan, judgeZone, messageChecks, scanChecks } from '#lib/checks/registry.ts';
import { isSilentGuess, judgeSilentGuess, reachesService } from '#lib/checks/silent-guess.ts';
import type { Check, JudgeContext } from '#lib/checks/check.ts';
import {
  compareVerdicts,
  cutAtChanges,
  joinDifferences,
  type RecordedFinding,
  type Segment,
  type VerdictDifference,
} from '#lib/drift/rejudge.ts';
import { errorText } from '#lib/error-text.ts';
import { subjectKey, type Judgement } from '#lib/model/finding.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import type { IncidentSubject } from '#lib/model/incident.ts';
import type { RejudgeReport } from '#lib/model/rejudge-schema.ts';
import type { Transaction } from '#prisma/client.ts';
import { readDeclaration } from '#prisma/commands/declarations.ts';
import { readExceptions } from '#prisma/commands/exceptions.ts';
import { readJudgeContext } from '#prisma/commands/judge-context.ts';
import {
  listKeptSubjects,
  readDomainRun,
  readEndpointRun,
  readRecordedFindings,
  readScanRun,
  readSpanTimes,
  readZoneRun,
  type KeptSubject,
} from './kept-runs.ts';

/** What judges: today's checks, or what a test puts in their place. */
export interface Judges {
  readonly judgeEndpoint: typeof judgeEndpoint;
  readonly judgeScan: typeof judgeScan;
  readonly judgeDomain: typeof judgeDomain;
  readonly judgeZone: typeof judgeZone;
}

/** The checks of this version. */
export const todaysJudges: Judges = { judgeEndpoint, judgeScan, judgeDomain, judgeZone };

/**
 * Judges kept observations since an instant again and compares with what was found then. One subject and one run at a
 * time: memory does not grow with the history.
 */
export async function rejudge(
  db: Transaction,
  wanted: {
    readonly since: Date;
    readonly domain: string | null;
    readonly judges: Judges;
    readonly mayGoOn: () => boolean;
  },
): Promise<RejudgeReport> {
  const { since, domain, judges, mayGoOn } = wanted;
  const subjects = await listKeptSubjects(db, { since, domain });
  const differences: RejudgeReport['differences'] = [];
  const unreadable: RejudgeReport['unreadable'] = [];
  let runs = 0;
  let judged = 0;
  for (const subject of subjects) {
    if (!mayGoOn()) break;
    const key = keyOf(subject);
    const spans = await readSpanTimes(db, { subject, since });
    const recorded = await readRecordedFindings(db, { subject, since });
    const found: VerdictDifference[] = [];
    for (const { kinds, codes, judge } of roadsOf(db, { subject, judges, recorded })) {
      const own = spans.filter(({ kind }) => kinds.includes(kind));
      for (const segment of cutAtChanges(own, { since: since.getTime(), whole: kinds[0] })) {
        if (!mayGoOn()) break;
        try {
          const today = await judge(segment);
          runs += 1;
          found.push(...compareVerdicts(segment, { recorded: recorded.filter(({ code }) => codes(code)), today }));
        } catch (error) {
          // A run of a version that wrote something else.
          if (!unreadable.some((item) => item.subject === key))
            unreadable.push({ subject: key, reason: errorText(error) });
        }
      }
    }
    judged += 1;
    differences.push(...joinDifferences(found).map((item) => ({ subject: key, ...item })));
  }
  return { schema_version: 1, since: since.getTime(), judged: { subjects: judged, runs }, unreadable, differences };
}

function subjectOf(subject: KeptSubject): IncidentSubject {
  switch (subject.kind) {
    case 'endpoint':
      return { kind: 'endpoint', endpoint: subject.target };
    case 'domain':
      return { kind: 'domain', domain: subject.name };
    case 'zone':
      return { kind: 'zone', zone: subject.name };
  }
}

function keyOf(subject: KeptSubject): string {
  const about = subjectOf(subject);
  return subjectKey(about.kind === 'endpoint' ? { ...about, address: null } : about);
}

/** One kind of run of a subject. */
interface Road {
  /** Kinds of spans that a run consists of; the first is what every run has. */
  readonly kinds: readonly [string, ...string[]];
  /** Whether a recorded finding comes from such runs. */
  readonly codes: (code: string) => boolean;
  /** Judges the run at the begin of the segment and at its end. */
  readonly judge: (segment: Segment) => Promise<readonly (readonly Judgement[])[]>;
}

const codesOf = (checks: readonly Pick<Check, 'findings'>[]): ReadonlySet<string> =>
  new Set(checks.flatMap(({ findings }) => findings.map(({ code }) => code)));
const scanCodes = codesOf(scanChecks);
const messageCodes = codesOf(messageChecks);

function roadsOf(
  db: Transaction,
  about: { readonly subject: KeptSubject; readonly judges: Judges; readonly recorded: readonly RecordedFinding[] },
): readonly Road[] {
  const { subject, judges, recorded } = about;
  /** Judges at the begin and at the end, with the exceptions that counted then. */
  const atBothEnds = async ({ from, until }: Segment, judge: (now: number) => Promise<readonly Judgement[]>) => {
    const both: (readonly Judgement[])[] = [];
    for (const now of new Set([from, until])) {
      const exceptions = await readExceptions(db, { subject: subjectOf(subject), now });
      both.push(applyExceptions(await judge(now), { exceptions, now }));
    }
    return both;
  };
  switch (subject.kind) {
    case 'endpoint': {
      const { id: endpointId, target, origins } = subject;
      let reached = false;
      const contextAt = async (observation: EndpointObservation, now: number): Promise<JudgeContext> => {
        const today = await readJudgeContext(db, { endpointId, endpoint: target, observation, now });
        const { declaration, tlsaUnmatchedSince } = today;
        return {
          now,
          ...knownAt(today, { recorded, now }),
          ...(declaration === undefined ? {} : { declaration }),
          ...(tlsaUnmatchedSince === undefined ? {} : { tlsaUnmatchedSince }),
        };
      };
      return [
        {
          kinds: ['addresses', 'session', 'tlsa'],
          codes: (code) => !scanCodes.has(code),
          judge: async (segment) => {
            const observation = await readEndpointRun(db, { target, segment });
            reached ||= reachesService(observation);
            const silent = isSilentGuess({ origins, reached });
            return atBothEnds(segment, async (now) => {
              const judgements = judges.judgeEndpoint(observation, await contextAt(observation, now));
              return silent ? judgeSilentGuess(judgements) : judgements;
            });
          },
        },
        {
          kinds: ['status-url', 'scan'],
          codes: (code) => scanCodes.has(code),
          judge: async (segment) => {
            const scan = await readScanRun(db, { target, segment });
            const { declaration } = await readDeclaration(db, endpointId);
            return atBothEnds(segment, (now) => Promise.resolve(judges.judgeScan(scan, { declaration, now })));
          },
        },
      ];
    }
    case 'domain':
      return [
        {
          kinds: ['discovery'],
          codes: (code) => !messageCodes.has(code),
          judge: async (segment) => {
            const observation = await readDomainRun(db, segment);
            return atBothEnds(segment, (now) => Promise.resolve(judges.judgeDomain(observation, { now })));
          },
        },
      ];
    case 'zone':
      return [
        {
          kinds: ['zone'],
          codes: () => true,
          judge: async (segment) => {
            const observation = await readZoneRun(db, segment);
            return atBothEnds(segment, (now) => Promise.resolve(judges.judgeZone(observation, { now })));
          },
        },
      ];
  }
}

/** What was known at that time of what is known today. */
function knownAt(
  { commitments = [] }: JudgeContext,
  { recorded, now }: { readonly recorded: readonly RecordedFinding[]; readonly now: number },
): Pick<JudgeContext, 'commitments' | 'mixedAddresses'> {
  const mixed = recorded.filter(
    ({ code, firstSeen, endedAt }) =>
      code === mixedBackendsCode && firstSeen <= now && (endedAt === null || endedAt > now),
  );
  return {
    commitments: commitments
      .filter(({ firstSeen }) => firstSeen <= now)
      .map((item) => ({ ...item, lastSeen: Math.min(item.lastSeen, now) })),
    mixedAddresses: mixed.map(({ address }) => address),
  };
}
