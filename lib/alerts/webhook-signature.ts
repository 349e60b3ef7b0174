import { createHmac } from 'node:crypto';

/** Header that a receiver checks. */
export const signatureHeader = 'X-Latchwatch-Signature';

/**
 * The value of the header: `t=<Unix time>,v1=<HMAC-SHA-256 of "t.body" in lower-case hex>`. The time is signed too, so
 * that a receiver can refuse what somebody recorded.
 */
export function signWebhook(body: string, { secret, now }: { readonly secret: string; readonly now: number }): string {
  const seconds = String(Math.floor(now / 1000));
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
