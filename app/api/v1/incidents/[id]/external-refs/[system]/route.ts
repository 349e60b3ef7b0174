import { z } from 'zod';
import { err } from '#lib/model/result.ts';
import { putExternalRef, removeExternalRef } from '#prisma/commands/tickets.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { readExpectedVersion } from '#app/_api/conditional.ts';
import { incidentAnswer } from '#app/_api/incident-json.ts';
import { notFound } from '#app/_api/problem.ts';
import { readBody } from '#app/_api/read-body.ts';
import { isStorable } from '#app/_api/storable-text.ts';
import { answerTicketWrite } from '#app/_api/ticket-answer.ts';

const text = (max: number) =>
  z
    .string('must be a text')
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${String(max)} characters`)
    .refine(isStorable, 'has characters that cannot be kept');

const body = z.object({
  key: text(200).describe('What the ticket is called there, e.g. OPS-12.'),
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .max(2000)
    .refine(isStorable, 'has characters that cannot be kept')
    .nullable()
    .default(null),
  status: text(100).nullable().default(null).describe('As the ticket system says it, e.g. open or closed.'),
});

const systemName = /^[a-z0-9][a-z0-9_-]{0,62}$/;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  PUT: {
    scope: 'incidents:ack',
    summary: 'Say which ticket stands for an incident, and how it stands',
    description:
      'The same again changes nothing. A ticket that is closed while the incident is open does not resolve it: that becomes one event with `reminder`. To put another ticket in the place of one, send If-Match.',
    body,
    headers: ['If-Match'],
    answers: { 200: incidentAnswer },
    handle: async ({ request, params, actor, db, now }) => {
      const { id: incidentId = '', system = '' } = params;
      if (!systemName.test(system)) {
        return err({
          kind: 'not-valid',
          detail: 'The name of a system has small letters, digits, - and _, at most 63.',
        });
      }
      const version = readExpectedVersion(request, incidentId);
      if (!version.ok) return version;
      const asked = await readBody(request, body);
      if (!asked.ok) return asked;
      const write = { incidentId, expectedVersion: version.value, actor: actor.name, now };
      const written = await db.$transaction((tx) => putExternalRef(tx, { ...write, system, ticket: asked.value }));
      return answerTicketWrite(incidentId, written, 'This incident');
    },
  },
  DELETE: {
    scope: 'incidents:ack',
    summary: 'Take a ticket off an incident',
    headers: ['If-Match'],
    answers: { 200: incidentAnswer },
    handle: async ({ request, params, actor, db, now }) => {
      const { id: incidentId = '', system = '' } = params;
      if (!systemName.test(system)) return err(notFound('This ticket'));
      const version = readExpectedVersion(request, incidentId);
      if (!version.ok) return version;
      const write = { incidentId, expectedVersion: version.value, actor: actor.name, now, system };
      const written = await db.$transaction((tx) => removeExternalRef(tx, write));
      return answerTicketWrite(incidentId, written, 'This ticket');
    },
  },
});
