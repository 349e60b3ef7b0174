import { err, type Result } from '#lib/model/result.ts';
import { ok } from '#lib/model/result.ts';
import type { TicketOutcome } from '#prisma/commands/tickets.ts';
import { findIncident } from '#app/_queries/incidents.ts';
import { changedSince } from './conditional.ts';
import { incidentResponse } from './incident-json.ts';
import { notFound, type Problem } from './problem.ts';

/** The answer to a write about an incident: the incident as it is now, or why not. */
export async function answerTicketWrite(
  incidentId: string,
  written: TicketOutcome,
  missing: string,
): Promise<Result<Response, Problem>> {
  switch (written.outcome) {
    case 'not-found':
      return err(notFound(missing));
    case 'changed-since':
      return err(changedSince);
    case 'other-ticket':
      return err({
        kind: 'precondition-required',
        detail: `It has the ticket ${written.key} there already. To put another in its place, send the ETag of the incident as If-Match.`,
      });
    case 'done':
    case 'unchanged': {
      const incident = await findIncident(incidentId);
      return incident === null ? err(notFound('This incident')) : ok(await incidentResponse(incident));
    }
  }
}
