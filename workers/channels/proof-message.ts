import type { AlertContext } from '#lib/alerts/alert-context.ts';
import { plainLine, type MailMessage } from './mail-message.ts';

/** A test of a route, before it has the form of a channel. `now` in milliseconds since the epoch. */
export interface ProofMessage {
  readonly proofId: string;
  readonly routeId: string;
  readonly routeName: string;
  /** Where a person says that it arrived. */
  readonly confirmUrl: string;
  readonly publicUrl: URL;
  readonly now: number;
}

const days = 8;
const what = 'This is a test: it asks whether alerts of Latchwatch arrive here';

/** The test as a mail. */
export function composeProofMail({ proofId, routeName, confirmUrl, publicUrl }: ProofMessage): MailMessage {
  return {
    messageId: `<proof.${proofId}@${publicUrl.hostname}>`,
    thread: null,
    incidentId: null,
    subject: '[TEST] Please confirm that alerts of Latchwatch arrive',
    text: [
      `Host: ${plainLine(publicUrl.hostname)}`,
      'Address: -',
      'Service: alert route',
      'State: TEST',
      `Incident: proof.${proofId}`,
      '',
      `${what}. Nothing is broken.`,
      '',
      'What to do: open this link and say yes. It asks for no login.',
      confirmUrl,
      '',
      `Such a test comes once a week by the route "${plainLine(routeName)}". When nobody confirms one for ${days} days,`,
      'Latchwatch shows the route as unproved.',
    ].join('\n'),
  };
}

/**
 * The test as an alert for a webhook. The daily one says that something is over, which wakes nobody; the one that a
 * person asked for says that something is wrong, and the next daily one ends it.
 */
export function composeProofAlert(message: ProofMessage, { asked }: { readonly asked: boolean }): AlertContext {
  const { proofId, routeId, routeName, confirmUrl, publicUrl, now } = message;
  return {
    eventId: `proof.${proofId}`,
    dedupKey: `route-proof/${routeId}`,
    instance: 1,
    publicUrl,
    routeName,
    payload: {
      incidentId: `proof.${routeId}`,
      reason: asked ? 'opened' : 'resolved',
      severity: 'info',
      code: 'route-proof',
      host: publicUrl.hostname,
      service: 'alert route',
      addresses: [],
      title: what,
      expected: 'Somebody says that it arrived.',
      got: '-',
      meaning: 'Nothing is broken.',
      fix: `Open ${confirmUrl} and say yes.`,
      firstSeen: now,
      decidedAt: now,
      reopened: false,
      resolution: asked ? null : what,
      subjects: [],
      explains: 0,
      impact: null,
    },
  };
}
