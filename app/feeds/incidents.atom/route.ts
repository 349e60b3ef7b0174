import { atomFeed, type AtomEntry } from '#app/_api/atom-feed.ts';
import { feedRoute } from '#app/_api/feed-route.ts';
import { incidentJson } from '#app/_api/incident-json.ts';
import { latestOf } from '#app/_api/json-response.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { listLatestIncidents } from '#app/_queries/latest-incidents.ts';

const path = '/feeds/incidents.atom';
const maxEntries = 50;

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
export const GET = feedRoute({ path, scope: 'incidents:read', answer });
