import { z } from 'zod';
import { err } from '#lib/model/result.ts';
import { silenceIncident } from '#prisma/commands/tickets.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { readExpectedVersion } from '#app/_api/conditional.ts';
import { incidentAnswer } from '#app/_api/incident-json.ts';
import { instant } from '#app/_api/list-query.ts';
import { readBody } from '#app/_api/read-body.ts';
import { isStorable } from '#app/_api/storable-text.ts';
import { answerTicketWrite } from '#app/_api/ticket-answer.ts';

const body = z
  .object({
    reason: z
      .string('must be a text')
      .trim()
      .min(1, 'must say why')
      .max(500, 'must have at most 500 characters')
      .refine(isStorable, 'has characters that cannot be kept'),
    until: instant.optional().describe('When it ends. Or `minutes`.'),
    minutes: z.int('must be a whole number').min(1, 'must be 1 at least').max(525_600, 'must end').optional(),
  })
  .refine(({ until, minutes }) => (until === undefined) !== (minutes === undefined), {
    path: ['until'],
    error: 'a silence must end: give until, or minutes, and not both',
  });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  POST: {
    scope: 'incidents:silence',
    summary: 'Tell nobody of an incident until a time',
    description: 'That it is over is told all the same. What is still broken at the end is told then.',
    headers: ['If-Match'],
    body,
    answers: { 200: incidentAnswer },
    handle: async ({ request, params, actor, db, now }) => {
      const incidentId = params['id'] ?? '';
      const version = readExpectedVersion(request, incidentId);
      if (!version.ok) return version;
      const asked = await readBody(request, body);
      if (!asked.ok) return asked;
      const { reason, until, minutes = 0 } = asked.value;
      const endsAt = until === undefined ? new Date(now.getTime() + minutes * 60_000) : new Date(until);
      const write = { incidentId, expectedVersion: version.value, actor: actor.name, now, reason, endsAt };
      const written = await db.$transaction((tx) => silenceIncident(tx, write));
      if (!written.ok) {
        const errors = [{ pointer: until === undefined ? '/minutes' : '/until', detail: written.error }];
        return err({ kind: 'not-valid', detail: written.error, errors });
      }
      return answerTicketWrite(incidentId, written.value, 'This incident');
    },
  },
});
