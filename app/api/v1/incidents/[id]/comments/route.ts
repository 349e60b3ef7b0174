import { z } from 'zod';
import { commentIncident, maxCommentCharacters } from '#prisma/commands/tickets.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { readExpectedVersion } from '#app/_api/conditional.ts';
import { incidentAnswer } from '#app/_api/incident-json.ts';
import { readBody } from '#app/_api/read-body.ts';
import { isStorable } from '#app/_api/storable-text.ts';
import { answerTicketWrite } from '#app/_api/ticket-answer.ts';

const body = z.object({
  text: z
    .string('must be a text')
    .trim()
    .min(1, 'must say something')
    .max(maxCommentCharacters, `must have at most ${String(maxCommentCharacters)} characters`)
    .refine(isStorable, 'has characters that cannot be kept'),
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  POST: {
    scope: 'incidents:ack',
    summary: 'Say something about an incident; it becomes an event',
    body,
    headers: ['If-Match'],
    answers: { 200: incidentAnswer },
    handle: async ({ request, params, actor, db, now }) => {
      const incidentId = params['id'] ?? '';
      const version = readExpectedVersion(request, incidentId);
      if (!version.ok) return version;
      const asked = await readBody(request, body);
      if (!asked.ok) return asked;
      const write = { incidentId, expectedVersion: version.value, actor: actor.name, now };
      const written = await db.$transaction((tx) => commentIncident(tx, { ...write, text: asked.value.text }));
      return answerTicketWrite(incidentId, written, 'This incident');
    },
  },
});
