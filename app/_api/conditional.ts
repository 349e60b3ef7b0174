import { createHash } from 'node:crypto';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { Problem } from './problem.ts';

const cacheControl = 'private, max-age=0, must-revalidate';

/** Entity tags of a header (RFC 9110 section 8.8.3): opaque texts without quotes, and whether each is weak. */
function readTags(header: string): readonly { readonly weak: boolean; readonly tag: string }[] {
  return [...header.matchAll(/(W\/)?"([\u0021\u0023-\u007e\u0080-\u00ff]*)"/g)].map(([, weak, tag]) => ({
    weak: weak !== undefined,
    tag: tag ?? '',
  }));
}

/**
 * Gives an answer to GET its strong ETag, that of its bytes unless it names a version itself, and turns it into 304
 * where the caller has it already (RFC 9110 section 13.1.2: weak comparison).
 */
export async function answerConditionally(request: Request, response: Response): Promise<Response> {
  if (response.status !== 200) return response;
  const bytes = await response.arrayBuffer();
  const digest = createHash('sha256').update(new Uint8Array(bytes)).digest('base64url');
  const version = response.headers.get(versionHeader);
  const etag = version === null ? `"${digest}"` : `"${version}.${digest.slice(0, 16)}"`;
  const headers = new Headers(response.headers);
  headers.delete(versionHeader);
  headers.set('etag', etag);
  if (!headers.has('cache-control')) headers.set('cache-control', cacheControl);
  const wanted = request.headers.get('if-none-match');
  if (wanted !== null && (wanted.trim() === '*' || readTags(wanted).some(({ tag }) => `"${tag}"` === etag))) {
    headers.delete('content-type');
    return new Response(null, { status: 304, headers });
  }
  return new Response(bytes, { status: 200, headers });
}

/** How a handler tells `answerConditionally` the version; it does not leave the house. */
export const versionHeader = 'x-latchwatch-version';

/**
 * The version of the incident that a write is for; null: the caller does not care. A tag of an incident is
 * `"<id>.<version>.<digest>"`; the digest tells apart what two looks at one version said, e.g. when it was last seen,
 * and does not count here. More than one tag, or one of something else, can never match.
 */
export function readExpectedVersion(request: Request, incidentId: string): Result<number | null, Problem> {
  const header = request.headers.get('if-match');
  if (header === null || header.trim() === '*') return ok(null);
  const versions = readTags(header).flatMap(({ weak, tag }) => {
    const [id, version = ''] = tag.split('.');
    return !weak && id === incidentId && /^\d{1,9}$/.test(version) ? [Number(version)] : [];
  });
  const [version] = versions;
  return versions.length === 1 && version !== undefined ? ok(version) : err(changedSince);
}

/** The answer to a write for a version that is not the latest. */
export const changedSince: Problem = {
  kind: 'precondition-failed',
  detail: 'It has changed since. Read it again, then decide again.',
};
