import type { Judgement, Verdict } from '../model/finding.ts';
import type { EndpointObservation } from '../model/observation.ts';

/*
 * A guess is a well-known name that is tried only because SRV is missing. Nobody promised that there is a service: a
 * domain without POP3 whose mail host refuses port 110 has no fault. From the first greeting on it is a service like
 * any other, whose loss is worth an alert.
 */

/** What the endpoint table says of an endpoint that nobody promised and that never answered. */
export const silentGuessVerdict = 'n-a' satisfies Verdict;

const silentGuessIntervalMs = 60 * 60 * 1000;

/** Whether this run got a greeting of the service's own protocol from any address. */
export function reachesService({ sessions }: Pick<EndpointObservation, 'sessions'>): boolean {
  return sessions.some(({ greeting }) => greeting !== null);
}

/**
 * Whether an endpoint is only guessed and has never been there. `origins` are those of its living links (none: it is
 * not watched, which is another matter), `reached` whether any run, this one included, reached its service.
 */
export function isSilentGuess(endpoint: { readonly origins: readonly string[]; readonly reached: boolean }): boolean {
  const { origins, reached } = endpoint;
  return !reached && origins.length > 0 && origins.every((origin) => origin === 'guess');
}

/**
 * The judgements of a silent guess: recorded as seen, deciding nothing. What is bad becomes a note, which opens no
 * incident and ends one from the time when a record still named the service; what could not be looked at does not
 * apply.
 */
export function judgeSilentGuess(judgements: readonly Judgement[]): readonly Judgement[] {
  // Of rule packs nothing is said where nobody promised anything.
  return judgements.map(({ code, subject, verdict, params }) => ({ code, subject, verdict: soften(verdict), params }));
}

/** How long until the next look in milliseconds: often enough to notice a service that begins. */
export function silentGuessPauseMs(intervalMs: number): number {
  return Math.max(intervalMs, silentGuessIntervalMs);
}

function soften(verdict: Verdict): Verdict {
  switch (verdict) {
    case 'info':
    case 'warn':
    case 'fail':
    case 'crit':
      return 'info';
    case 'inconclusive':
    case 'n-a':
      return 'n-a';
    case 'pass':
    case 'superseded':
      return verdict;
  }
}
