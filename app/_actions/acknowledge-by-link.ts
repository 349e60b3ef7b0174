'use server';

import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { writeAudit } from '#prisma/commands/audit.ts';
import { acknowledgeIncident } from '#prisma/commands/incidents.ts';
import { readAcknowledgementLink } from '#app/_auth/acknowledgement-link.ts';
import { database } from '#app/_queries/database.ts';
import { acknowledgementState } from './acknowledgement-state.ts';
import { checkOrigin } from './guard.ts';

/** Takes the incident that a link in a mail names, as who got the mail. Nobody needs to be signed in. */
export async function acknowledgeByLinkAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const origin = await checkOrigin();
  if (!origin.ok) return { ok: false, message: origin.error };
  const now = new Date();
  const grant = readAcknowledgementLink(z.string().max(5000).catch('').parse(form.get('token')), now);
  if (grant === null) return { ok: false, message: 'This link is too old, or it was changed on its way.' };
  const { incidentId, recipient } = grant;
  const answer = await database().$transaction(async (tx) => {
    const acknowledged = await acknowledgeIncident(tx, { incidentId, actor: recipient, now });
    if (acknowledged.outcome === 'acknowledged') {
      const audit = { actor: recipient, action: 'incident.acknowledged-by-link', subject: incidentId, detail: {}, now };
      await writeAudit(tx, audit);
    }
    return acknowledged;
  });
  return acknowledgementState(answer, 'Yours, for 24 hours. It stays open until probes see it gone.');
}
