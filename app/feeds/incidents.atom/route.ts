import { randomUUID } from 'node:crypto';
import { verifyToken } from '#prisma/commands/tokens.ts';
import { atomFeed, type AtomEntry } from '#app/_api/atom-feed.ts';
import { answerConditionally } from '#app/_api/conditional.ts';
import { isDatabaseDown } from '#app/_api/database-down.ts';
import { incidentJson } from '#app/_api/incident-json.ts';
import { latestOf } from '#app/_api/json-response.ts';
import { logError } from '#app/_api/log-error.ts';
import { problemResponse, type Problem } from '#app/_api/problem.ts';
import { limiter, rateHeaders } from '#app/_api/rate-limit.ts';
import { authorize } from '#app/_auth/authorize.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from '#app/_queries/database.ts';
import { listLatestIncidents } from '#app/_queries/latest-incidents.ts';
import { err, ok, type Result } from '#lib/model/result.ts';

const path = '/feeds/incidents.atom';
const scope = 'incidents:read';
const maxEntries = 50;

/**
 * Who reads: by a header like everywhere, or by a token in the address for readers that can do nothing else. Addresses
 * end up in logs, so that one that may do more than read incidents is refused there.
 */
async function readerOf(request: Request): Promise<Result<string, Problem>> {
  const token = new URL(request.url).searchParams.get('token');
  if (token === null) {
    const actor = await authorize(request, scope);
    if (actor.ok) return ok(`${actor.value.kind}:${actor.value.id}`);
    if (actor.error.why !== 'not-authenticated') return err({ kind: 'not-allowed', detail: `This needs ${scope}.` });
    const headers = { 'www-authenticate': 'Basic realm="Latchwatch", charset="UTF-8"' };
    return err({ kind: 'not-authenticated', detail: 'Send a token as ?token=, or in a header.', headers });
  }
  const verified = await verifyToken({ db: database(), token, now: new Date() });
  if (verified === null) return err({ kind: 'not-authenticated', detail: 'This token opens nothing.' });
  if (verified.scopes.length === 1 && verified.scopes[0] === scope) return ok(`token:${verified.id}`);
  return err({ kind: 'not-allowed', detail: `An address may hold only a token that has ${scope} and nothing else.` });
}

async function listEntries(): Promise<readonly AtomEntry[]> {
  return (await listLatestIncidents(maxEntries)).map((incident) => {
    const { id, title, description, severity, state, url, rule } = incidentJson(incident, []);
    return {
      id: `urn:x-latchwatch:incident:${id}`,
      title: state === 'open' ? title : `${title} (${state})`,
      published: incident.openedAt ?? incident.firstSeen,
      updated: incident.updatedAt,
      categories: [
        { scheme: 'urn:x-latchwatch:severity', term: severity },
        { scheme: 'urn:x-latchwatch:state', term: state },
        { scheme: 'urn:x-latchwatch:rule', term: rule },
      ],
      text: description,
      url,
    };
  });
}

async function answer(): Promise<Response> {
  const entries = await listEntries();
  const { publicUrl } = readWebSettings();
  const updated = latestOf(entries.map((entry) => entry.updated)) ?? new Date(0);
  const body = atomFeed({
    id: 'urn:x-latchwatch:incidents',
    title: `Incidents of ${publicUrl.host}`,
    selfUrl: new URL(path, publicUrl).href,
    pageUrl: new URL('/incidents', publicUrl).href,
    updated,
    entries,
  });
  return new Response(body, {
    headers: {
      'content-type': 'application/atom+xml; charset=utf-8',
      'cache-control': 'private, max-age=0, must-revalidate',
      'last-modified': updated.toUTCString(),
      'referrer-policy': 'no-referrer',
    },
  });
}

/** Incidents as an Atom feed (RFC 4287): an entry keeps its id, and its date moves with every change. */
export async function GET(request: Request): Promise<Response> {
  const requestId = randomUUID();
  const respond = (problem: Problem) => problemResponse(problem, path, requestId);
  try {
    const reader = await readerOf(request);
    if (!reader.ok) return respond(reader.error);
    const rate = limiter.take(reader.value, performance.now());
    if (!rate.allowed) {
      const headers = { ...rateHeaders(rate), 'retry-after': String(rate.resetSeconds) };
      return respond({ kind: 'too-many-requests', detail: 'Ask less often.', headers });
    }
    return await answerConditionally(request, await answer());
  } catch (error) {
    logError('request failed', { requestId, method: request.method, error });
    return isDatabaseDown(error)
      ? respond({ kind: 'unavailable', detail: 'Try again soon.', headers: { 'retry-after': '30' } })
      : respond({ kind: 'internal-error', detail: `The log has more under ${requestId}.` });
  }
}
