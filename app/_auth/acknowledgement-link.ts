import { readAcknowledgement, type AcknowledgementGrant } from '#lib/alerts/acknowledgement-token.ts';
import { deriveKey } from '#lib/alerts/derived-key.ts';
import { readWebSettings } from './web-settings.ts';

/** What a link in a mail allows; null: nothing, it is not ours or too old. */
export function readAcknowledgementLink(token: string, now: Date): AcknowledgementGrant | null {
  const key = deriveKey(readWebSettings().secret, 'acknowledgement link');
  return readAcknowledgement(token, { key, now: now.getTime() });
}
