import { z } from 'zod';
import { err, ok } from '#lib/model/result.ts';
import { nothingToPublish, statusHtml, statusText } from '#lib/support/status-notice.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { notFound } from '#app/_api/problem.ts';
import { readQuery } from '#app/_api/read-body.ts';
import { readNotices } from '#app/_queries/support-notice.ts';

const query = z.object({
  host: z.string('must name a host').min(1, 'must name a host').max(253, 'must have at most 253 characters'),
  incident: z.string().max(100, 'must have at most 100 characters').optional(),
  format: z.enum(['text', 'html'], 'must be text or html').default('text'),
});

/** The text for the customers of one host, as a file. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'incidents:read',
    summary: 'The text for customers of one host.',
    description:
      'Where no problem is known there is a text only if all watched services of the host were seen lately: else 409, and 404 for a host that nobody watches.',
    query,
    answers: { 200: z.string() },
    handle: async ({ request, now }) => {
      const asked = readQuery(request, query);
      if (!asked.ok) return asked;
      const { host, incident = null, format } = asked.value;
      const notices = await readNotices({ incident, host: incident === null ? host : null }, now);
      const found = notices?.find((one) => one.host === host) ?? null;
      if (found === null) return err(notFound('This text'));
      const { said } = found;
      if (said.kind === 'nothing') {
        const kind = said.why === 'unwatched' ? 'not-found' : 'conflict';
        return err({ kind, detail: nothingToPublish[said.why].join(' ') });
      }
      const html = format === 'html';
      return ok(
        new Response(html ? statusHtml(said.notice) : statusText(said.notice), {
          headers: {
            'content-type': `${html ? 'text/html' : 'text/plain'}; charset=utf-8`,
            'content-disposition': `attachment; filename="mail-status.${html ? 'html' : 'txt'}"`,
            'cache-control': 'no-store',
            'x-content-type-options': 'nosniff',
          },
        }),
      );
    },
  },
});
