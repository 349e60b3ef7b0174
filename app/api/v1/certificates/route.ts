import { z } from 'zod';
import { parseDomainName, parseHostName } from '#lib/model/domain-name.ts';
import { ok } from '#lib/model/result.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { certificateAnswer, certificateJson } from '#app/_api/certificate-json.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { instant, listQuery } from '#app/_api/list-query.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { resultSchema } from '#app/_api/result-schema.ts';
import { readShowingEndpoints } from '#app/_queries/certificate-places.ts';
import { listCertificates } from '#app/_queries/certificates.ts';

const flag = z.enum(['true', 'false'], 'must be true or false').transform((word) => word === 'true');
const query = z.object({
  ...listQuery,
  role: z
    .enum(['server', 'ca'], 'must be server or ca')
    .default('server')
    .describe('What servers show as their own, or the CA certificates that they send with it.'),
  host: resultSchema(parseHostName, 'must be the name of a host').optional(),
  domain: resultSchema(parseDomainName, 'must be a mail domain').optional(),
  ends_before: instant.optional(),
  ends_after: instant.optional(),
  self_signed: flag.optional(),
  weak: flag.optional().describe('A short key, or a signature of an old algorithm.'),
});
const place = z.object({ key: z.string(), notAfter: instant, fingerprint: z.string() });
const maxServers = 10;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'Certificates that watched servers send now, the first to end first',
    query,
    answers: { 200: page(certificateAnswer) },
    handle: async ({ request }) => {
      const asked = readQuery(request, query);
      if (!asked.ok) return asked;
      const { limit, cursor, role, host, domain, ends_before: before, ends_after: from, ...rest } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return after;
      const { rows, next } = await listCertificates({
        filter: {
          ...{ role, host: host?.ascii ?? null, domain: domain?.ascii ?? null, text: null },
          ...{ endsBefore: before === undefined ? null : new Date(before) },
          ...{ endsFrom: from === undefined ? null : new Date(from) },
          ...{ selfSigned: rest.self_signed ?? null, weak: rest.weak ?? null },
        },
        ...{ group: null, order: 'end', descending: false, after: after?.value ?? null, limit },
      });
      const fingerprints = rows.map(({ certificate }) => certificate.fingerprint);
      const places = await readShowingEndpoints(fingerprints, { role, limit: maxServers });
      return ok(
        jsonResponse({
          data: rows.map(({ certificate }) => certificateJson(certificate, places.get(certificate.fingerprint))),
          next_cursor: next === null ? null : encodeCursor({ ...next }),
          has_more: next !== null,
        }),
      );
    },
  },
});
