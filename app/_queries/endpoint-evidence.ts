import type { JudgeContext } from '#lib/checks/check.ts';
import { applyExceptions, type SignedException } from '#lib/checks/exceptions.ts';
import { findFinding, judgeEndpoint } from '#lib/checks/registry.ts';
import { judgeSilentGuess, silentGuessVerdict } from '#lib/checks/silent-guess.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { Judgement, PackVerdicts, Verdict } from '#lib/model/finding.ts';
import type { EndpointObservation, ProbeFailure } from '#lib/model/observation.ts';
import { readExceptions } from '#prisma/commands/exceptions.ts';
import { readJudgeContext } from '#prisma/commands/judge-context.ts';
import { readJudgeContexts } from '#prisma/commands/judge-contexts.ts';
import { readLatestObservation } from '#prisma/commands/latest-observation.ts';
import { database } from './database.ts';

/** One check of one address (null: of the endpoint as a whole) in the latest run. */
export interface CheckOutcome {
  readonly code: string;
  readonly summary: string;
  readonly address: string | null;
  readonly verdict: Verdict;
  /** What the rule packs say; null: both say `verdict`. */
  readonly packs: PackVerdicts | null;
}

export interface EndpointEvidence {
  readonly observation: EndpointObservation;
  /** As the checks' context has it. */
  readonly tlsaUnmatchedSince: ReadonlyMap<string, number>;
  /** What the run was judged with. */
  readonly context: JudgeContext;
  readonly judgements: readonly Judgement[];
  /** Everything that was judged, what is fine too. */
  readonly outcomes: readonly CheckOutcome[];
}

type JudgedTarget = EndpointTarget & { readonly lastVerdict: Verdict | null };

/**
 * The latest run of an endpoint, judged again as of the time it was made: that tells what is fine, which is not stored.
 */
export async function readEndpointEvidence(
  endpointId: string,
  endpoint: JudgedTarget,
): Promise<EndpointEvidence | null> {
  const observation = await readLatestObservation(database(), { endpointId, endpoint });
  return observation === null ? null : judgeLatestRun({ endpointId, endpoint, observation });
}

interface RunOfTarget {
  readonly endpointId: string;
  readonly endpoint: JudgedTarget;
  readonly observation: EndpointObservation;
}

/** The same of a run that is at hand. */
async function judgeLatestRun({ endpointId, endpoint, observation }: RunOfTarget): Promise<EndpointEvidence> {
  const now = observation.finishedAt;
  const context = await readJudgeContext(database(), { endpointId, endpoint, observation, now });
  const exceptions = await readExceptions(database(), { subject: { kind: 'endpoint', endpoint }, now });
  return judgeRun({ endpoint, observation, context, exceptions });
}

/** The same of runs of several endpoints, by id: a few questions to the database, not a few for each. */
export async function judgeLatestRuns(runs: readonly RunOfTarget[]): Promise<ReadonlyMap<string, EndpointEvidence>> {
  if (runs.length === 0) return new Map();
  const [contexts, exceptions] = await Promise.all([
    readJudgeContexts(database(), runs),
    readExceptions(database(), {
      subject: runs.map(({ endpoint }) => ({ kind: 'endpoint', endpoint })),
      // Those that had ended by a later run do not count for that one: judging leaves them out.
      now: Math.min(...runs.map(({ observation }) => observation.finishedAt)),
    }),
  ]);
  return new Map(
    runs.flatMap(({ endpointId, endpoint, observation }) => {
      const context = contexts.get(endpointId);
      return context === undefined
        ? []
        : [[endpointId, judgeRun({ endpoint, observation, context, exceptions })] as const];
    }),
  );
}

function judgeRun({
  endpoint,
  observation,
  context,
  exceptions,
}: {
  readonly endpoint: JudgedTarget;
  readonly observation: EndpointObservation;
  readonly context: JudgeContext;
  readonly exceptions: readonly SignedException[];
}): EndpointEvidence {
  const judged = applyExceptions(judgeEndpoint(observation, context), { exceptions, now: observation.finishedAt });
  const judgements = endpoint.lastVerdict === silentGuessVerdict ? judgeSilentGuess(judged) : judged;
  const outcomes = judgements.map(({ code, subject, verdict, packs = null }) => ({
    code,
    summary: findFinding(code)?.summary ?? code,
    address: subject.kind === 'endpoint' ? subject.address : null,
    verdict,
    packs,
  }));
  return { observation, tlsaUnmatchedSince: context.tlsaUnmatchedSince ?? new Map(), context, judgements, outcomes };
}

/** A failure in one sentence without a full stop. */
export function failureText({ stage, reason, said }: ProbeFailure): string {
  const words: Readonly<Record<ProbeFailure['reason'], string>> = {
    refused: 'The connection was refused',
    reset: 'The connection was reset',
    closed: 'The server closed the connection',
    timeout: 'No answer in time',
    unreachable: 'There is no route to this address',
    temporary: 'The server asked to come back later',
    rejected: 'The server said no',
    'not-advertised': 'STARTTLS is not offered',
    protocol: 'What came is not this protocol',
    tls: 'The TLS handshake failed',
    limit: 'The server sent more than is read',
    blocked: 'Latchwatch does not connect to this address',
    busy: 'All connections allowed to this address were in use',
    nxdomain: 'The name does not exist',
    'no-address': 'The name has no address',
    dns: 'The name could not be looked up',
  };
  return `${words[reason]}, at ${stage}${said === undefined ? '' : `: ${said}`}`;
}
