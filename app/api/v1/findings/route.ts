import { z } from 'zod';
import { parseDomainName, parseHostName } from '#lib/model/domain-name.ts';
import { ok } from '#lib/model/result.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { listQuery } from '#app/_api/list-query.ts';
import { livingFindingAnswer, livingFindingJson } from '#app/_api/living-finding-json.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { resultSchema } from '#app/_api/result-schema.ts';
import { listLivingFindings } from '#app/_queries/findings.ts';

const graded = ['info', 'warn', 'fail', 'crit'] as const;

const query = z.object({
  ...listQuery,
  rule: z
    .string()
    .regex(/^[a-z0-9-]{1,100}$/, 'must be the code of a finding')
    .optional(),
  verdict: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(graded, 'must be info, warn, fail or crit, or several with commas')))
    .optional(),
  host: resultSchema(parseHostName, 'must be the name of a host').optional(),
  domain: resultSchema(parseDomainName, 'must be a mail domain').optional(),
});

const place = z.object({ id: z.string() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'findings:read',
    summary: 'Findings that hold now',
    query,
    answers: { 200: page(livingFindingAnswer) },
    handle: async ({ request }) => {
      const asked = readQuery(request, query);
      if (!asked.ok) return asked;
      const { limit, cursor, rule, verdict, host, domain } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return after;
      const { findings, next } = await listLivingFindings({
        code: rule ?? null,
        verdicts: verdict ?? null,
        host: host?.ascii ?? null,
        domain: domain?.ascii ?? null,
        after: after?.value.id ?? null,
        limit,
      });
      return ok(
        jsonResponse({
          data: findings.map(livingFindingJson),
          next_cursor: next === null ? null : encodeCursor({ id: next }),
          has_more: next !== null,
        }),
      );
    },
  },
});
