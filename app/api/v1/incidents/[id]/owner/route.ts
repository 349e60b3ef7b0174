import { z } from 'zod';
import { err } from '#lib/model/result.ts';
import { assignIncident } from '#prisma/commands/tickets.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { readExpectedVersion } from '#app/_api/conditional.ts';
import { incidentAnswer } from '#app/_api/incident-json.ts';
import { readBody } from '#app/_api/read-body.ts';
import { isStorable } from '#app/_api/storable-text.ts';
import { answerTicketWrite } from '#app/_api/ticket-answer.ts';

const body = z.object({
  owner: z
    .string('must be the address of a person, or null')
    .max(320, 'must have at most 320 characters')
    .refine(isStorable, 'has characters that cannot be kept')
    .nullable()
    .describe('The address that the person signs in with; null: nobody.'),
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  PUT: {
    scope: 'incidents:ack',
    summary: 'Give an incident to a person, or to nobody',
    description: 'It becomes an event. It acknowledges nothing: the person does that.',
    headers: ['If-Match'],
    body,
    answers: { 200: incidentAnswer },
    handle: async ({ request, params, actor, db, now }) => {
      const incidentId = params['id'] ?? '';
      const version = readExpectedVersion(request, incidentId);
      if (!version.ok) return version;
      const asked = await readBody(request, body);
      if (!asked.ok) return asked;
      const write = { incidentId, expectedVersion: version.value, actor: actor.name, now, owner: asked.value.owner };
      const written = await db.$transaction((tx) => assignIncident(tx, write));
      if (!written.ok) {
        return err({
          kind: 'not-valid',
          detail: written.error,
          errors: [{ pointer: '/owner', detail: written.error }],
        });
      }
      return answerTicketWrite(incidentId, written.value, 'This incident');
    },
  },
});
