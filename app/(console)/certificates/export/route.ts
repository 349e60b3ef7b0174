import { z } from 'zod';
import { writeCsv } from '#lib/csv/write-csv.ts';
import { ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { csvResponse } from '#app/_api/csv-response.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { readShowingEndpoints } from '#app/_queries/certificate-places.ts';
import { queryOf, readCertificateView } from '#app/_queries/certificate-view.ts';
import type { CertificatePlaceInList, CertificateRow } from '#app/_queries/certificates.ts';
import { listCertificates } from '#app/_queries/certificates.ts';

const header = [
  ...['group', 'fingerprint', 'common_name', 'names', 'subject', 'issuer', 'serial_number', 'not_before', 'not_after'],
  ...['key_type', 'key_bits', 'signature_algorithm', 'self_signed', 'weaknesses', 'servers', 'server_count', 'url'],
] as const;

const pageSize = 500;
/** What a spreadsheet is good for; a poller of more uses the API. */
const maxRows = 10_000;
const maxServers = 10;

/** The list of the console with its filters, groups and order, as a file; at most 10,000 rows. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'The list of certificates as CSV.',
    answers: { 200: z.string() },
    handle: async ({ request, now }) => {
      const parameters = new URL(request.url).searchParams;
      const { view } = readCertificateView((name) => parameters.get(name));
      const lines: Parameters<typeof writeCsv>[1][number][] = [];
      let after: CertificatePlaceInList | null = null;
      do {
        const page: Awaited<ReturnType<typeof listCertificates>> = await listCertificates({
          ...queryOf(view, now),
          ...{ after, limit: pageSize },
        });
        lines.push(...(await csvLines(page.rows, view.ca ? 'ca' : 'server')));
        after = page.next;
      } while (after !== null && lines.length < maxRows);
      return ok(csvResponse(writeCsv(header, lines), { name: 'certificates', now }));
    },
  },
});

async function csvLines(rows: readonly CertificateRow[], role: 'server' | 'ca') {
  const fingerprints = [...new Set(rows.map(({ certificate }) => certificate.fingerprint))];
  const places = await readShowingEndpoints(fingerprints, { role, limit: maxServers });
  return rows.map(({ group, certificate }) => {
    const shown = places.get(certificate.fingerprint);
    return [
      ...[group, certificate.fingerprint, certificate.commonName, certificate.names.join(' '), certificate.subject],
      ...[certificate.issuer, certificate.serialNumber, certificate.notBefore, certificate.notAfter],
      ...[certificate.keyType, certificate.keyBits, certificate.signatureAlgorithm, certificate.selfSigned],
      certificate.weaknesses.join(' '),
      (shown?.endpoints ?? []).map(({ host, port }) => `${host}:${String(port)}`).join(' '),
      shown?.total ?? 0,
      new URL(`/certificates/${certificate.fingerprint}`, readWebSettings().publicUrl).href,
    ];
  });
}
