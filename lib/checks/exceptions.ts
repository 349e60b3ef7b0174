import { acceptanceParams } from '../model/acceptance.ts';
import type { Judgement, Verdict } from '../model/finding.ts';
import { subjectKey } from '../model/finding.ts';
import type { IncidentSubject } from '../model/incident.ts';

/** What an operator signed: a finding accepted until a day, with a reason. */
export interface SignedException {
  readonly code: string;
  /** `subjectKey` of an endpoint without address, of a domain or of a zone; `host:<name>` for all endpoints of a host. */
  readonly subject: string;
  readonly reason: string;
  readonly signedBy: string;
  /** Milliseconds since the epoch; from then on it does not count any more. */
  readonly endsAt: number;
  /** Milliseconds since the epoch; null: nobody took it back. */
  readonly revokedAt: number | null;
}

/** Subjects for which an exception may be signed that covers this one: itself, and its host. */
export function exceptionSubjects(subject: IncidentSubject): readonly string[] {
  // Nobody can accept that our own network is down.
  if (subject.kind === 'vantage') return [];
  if (subject.kind !== 'endpoint') return [subjectKey(subject)];
  return [subjectKey({ ...subject, address: null }), `host:${subject.endpoint.host}`];
}

/**
 * Lets alerts follow the milder rule pack, at most as a warning, where a signed exception covers the finding. Never less
 * than a note: what is accepted stays in sight. What both packs say stays beside it, and who accepts it stands among the
 * parameters. `now` in milliseconds since the epoch.
 */
export function applyExceptions(
  judgements: readonly Judgement[],
  { exceptions, now }: { readonly exceptions: readonly SignedException[]; readonly now: number },
): readonly Judgement[] {
  const living = exceptions.filter(({ endsAt, revokedAt }) => revokedAt === null && now < endsAt);
  if (living.length === 0) return judgements;
  return judgements.map((judgement) => {
    if (!isFound(judgement.verdict)) return judgement;
    const subjects = exceptionSubjects(judgement.subject);
    const covering = living.filter(({ code, subject }) => code === judgement.code && subjects.includes(subject));
    // Of several, the one that holds longest.
    const [exception] = covering.toSorted((a, b) => b.endsAt - a.endsAt);
    return exception === undefined ? judgement : accept(judgement, exception);
  });
}

function accept(judgement: Judgement, { signedBy, endsAt, reason }: SignedException): Judgement {
  const { verdict, packs = { draft: verdict, current: verdict }, params } = judgement;
  return {
    ...judgement,
    verdict: soften([packs.draft, packs.current]),
    packs,
    params: { ...params, ...acceptanceParams({ by: signedBy, until: endsAt, reason }) },
  };
}

/** Warning where both packs find something worse than a note, otherwise a note. */
function soften(verdicts: readonly Verdict[]): Verdict {
  return verdicts.every((verdict) => isFound(verdict) && verdict !== 'info') ? 'warn' : 'info';
}

function isFound(verdict: Verdict): boolean {
  return verdict === 'info' || verdict === 'warn' || verdict === 'fail' || verdict === 'crit';
}
