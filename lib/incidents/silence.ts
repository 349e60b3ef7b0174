import { err, ok, type Result } from '../model/result.ts';

/** What a silence is for. All that is set must match; at least one is. */
export interface SilenceMatch {
  readonly code: string | null;
  /** A host, domain or zone; `*.example.org` for all names below. */
  readonly host: string | null;
  readonly incidentId: string | null;
}

/** The longest that a silence may last; who needs more fixes it, or signs an exception. */
export const maxSilenceMs = 30 * 86_400_000;

/** Whether a silence is for an incident. */
export function silenceMatches(
  silence: SilenceMatch,
  incident: { readonly code: string; readonly host: string; readonly incidentId: string },
): boolean {
  const { code, host, incidentId } = silence;
  if (code === null && host === null && incidentId === null) return false;
  return (
    (code === null || code === incident.code) &&
    (incidentId === null || incidentId === incident.incidentId) &&
    (host === null || hostMatches(host, incident.host))
  );
}

/** Checks the time of a silence. Instants in milliseconds since the epoch; the error is a sentence for a person. */
export function checkSilenceTime(time: {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly now: number;
}): Result<null> {
  const { startsAt, endsAt, now } = time;
  if (Number.isNaN(startsAt) || Number.isNaN(endsAt)) return err('Give the beginning and the end as day and time.');
  if (endsAt <= now) return err('Choose an end that is still to come.');
  if (endsAt <= startsAt) return err('The end must come after the beginning.');
  if (endsAt - Math.max(startsAt, now) > maxSilenceMs) return err('A silence lasts at most 30 days.');
  return ok(null);
}

function hostMatches(pattern: string, host: string): boolean {
  const [wanted, name] = [pattern.toLowerCase(), host.toLowerCase()];
  return wanted.startsWith('*.') ? name.endsWith(wanted.slice(1)) && name.length > wanted.length - 1 : name === wanted;
}
