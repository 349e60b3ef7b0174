import { writeCalendar, type CalendarEvent } from '#lib/ical/write-calendar.ts';
import { version } from '#lib/version.ts';
import { feedRoute } from '#app/_api/feed-route.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { everyCertificate } from '#app/_queries/certificate-filter.ts';
import { certificateName } from '#app/_queries/certificate-item.ts';
import { readShowingEndpoints, type ShowingEndpoints } from '#app/_queries/certificate-places.ts';
import { listCertificates, type CertificateRecord } from '#app/_queries/certificates.ts';

const path = '/feeds/certificates.ics';
/** Calendars grow slow of more; the first to end are in it. */
const maxEvents = 1000;
const maxServers = 10;
const maxName = 200;

function eventOf(certificate: CertificateRecord, shown: ShowingEndpoints | undefined): CalendarEvent {
  const { publicUrl } = readWebSettings();
  const servers = (shown?.endpoints ?? []).map(({ host, port }) => `${host}:${String(port)}`);
  const more = (shown?.total ?? 0) - servers.length;
  return {
    uid: `certificate-${certificate.fingerprint}@${publicUrl.hostname}`,
    at: certificate.notAfter.getTime(),
    changedAt: certificate.firstSeen.getTime(),
    summary: `Certificate of ${certificateName(certificate).slice(0, maxName)} ends`,
    description: [
      `On ${servers.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}.`,
      `Issued by ${certificate.issuer}.`,
      'Clients refuse it from this minute on.',
    ].join('\n'),
    url: new URL(`/certificates/${certificate.fingerprint}`, publicUrl).href,
    categories: ['Latchwatch', 'Certificate'],
  };
}

async function answer(): Promise<Response> {
  const { rows } = await listCertificates({
    ...{ filter: everyCertificate, group: null, order: 'end', descending: false, after: null, limit: maxEvents },
  });
  const fingerprints = rows.map(({ certificate }) => certificate.fingerprint);
  const places = await readShowingEndpoints(fingerprints, { role: 'server', limit: maxServers });
  const { publicUrl } = readWebSettings();
  const calendar = writeCalendar({
    productId: `-//Latchwatch//Latchwatch ${version}//EN`,
    name: `Certificate ends of ${publicUrl.host}`,
    events: rows.map(({ certificate }) => eventOf(certificate, places.get(certificate.fingerprint))),
  });
  return new Response(calendar, {
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'inline; filename="certificates.ics"',
      'cache-control': 'private, max-age=0, must-revalidate',
      'referrer-policy': 'no-referrer',
    },
  });
}

/** Ends of the certificates in use as a calendar (RFC 5545): the event of a certificate keeps its identity. */
export const GET = feedRoute({ path, scope: 'inventory:read', answer });
