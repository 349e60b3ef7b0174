import { versionHeader } from './conditional.ts';

/** A JSON answer that nobody but the asker may keep. */
export function jsonResponse(
  body: unknown,
  options: {
    readonly status?: number;
    readonly location?: string;
    /** When what it tells of changed last; the answer says so in whole seconds. */
    readonly lastModified?: Date | null;
    /** `<id>.<version>` where the thing counts its versions: a write may name it in If-Match. */
    readonly version?: string;
  } = {},
): Response {
  const { status = 200, location, lastModified = null, version } = options;
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'private, max-age=0, must-revalidate',
      ...(location === undefined ? {} : { location }),
      ...(lastModified === null ? {} : { 'last-modified': lastModified.toUTCString() }),
      ...(version === undefined ? {} : { [versionHeader]: version }),
    },
  });
}

/** The latest of some instants; null where there is none. */
export function latestOf(instants: readonly (Date | null)[]): Date | null {
  const times = instants.flatMap((instant) => (instant === null ? [] : [instant.getTime()]));
  return times.length === 0 ? null : new Date(Math.max(...times));
}
