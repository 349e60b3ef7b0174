import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What a link in a mail allows: to take one incident, in the name of who got the mail. */
export interface AcknowledgementGrant {
  readonly incidentId: string;
  readonly recipient: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const grantTuple = z.tuple([z.string(), z.string(), z.number()]);
const maxTokenCharacters = 4000;

/** The text that stands in the link: the grant and its HMAC-SHA-256. */
export function signAcknowledgement(grant: AcknowledgementGrant, key: Uint8Array): string {
  const body = Buffer.from(JSON.stringify([grant.incidentId, grant.recipient, grant.expiresAt])).toString('base64url');
  return `${body}.${hmac(body, key).toString('base64url')}`;
}

/** The grant; null where the text is not ours, was changed, or is too old. */
export function readAcknowledgement(
  token: string,
  { key, now }: { readonly key: Uint8Array; readonly now: number },
): AcknowledgementGrant | null {
  if (token.length > maxTokenCharacters) return null;
  const [, body = '', signature = ''] = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/.exec(token) ?? [];
  const [expected, given] = [hmac(body, key), Buffer.from(signature, 'base64url')];
  if (body === '' || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const grant = readGrant(Buffer.from(body, 'base64url').toString('utf8'));
  return grant === null || now >= grant.expiresAt ? null : grant;
}

function readGrant(text: string): AcknowledgementGrant | null {
  try {
    const parsed = grantTuple.safeParse(JSON.parse(text));
    if (!parsed.success) return null;
    const [incidentId, recipient, expiresAt] = parsed.data;
    return { incidentId, recipient, expiresAt };
  } catch {
    return null;
  }
}

function hmac(body: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(body).digest();
}
