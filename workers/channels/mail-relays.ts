import type { Delivery, SendMail } from './mail.ts';

/**
 * Relays tried in order: the next one where one cannot be reached, is silent, fails in TLS, or refuses, for now or for
 * good. What is said when all failed names each.
 */
export function createRelays(relays: readonly SendMail[]): SendMail {
  return async (message) => {
    const failures: Extract<Delivery, { ok: false }>[] = [];
    for (const send of relays) {
      const delivery = await send(message);
      if (delivery.ok) return delivery;
      failures.push(delivery);
    }
    // It is the message that is refused only where every relay refuses it for good.
    const said = failures.find(({ replyCode }) => replyCode === null || replyCode < 500) ?? failures[0];
    return {
      ok: false,
      error: failures.map(({ error }) => error).join('; then: '),
      replyCode: said?.replyCode ?? null,
      refusedText: failures.some(({ refusedText }) => refusedText === true),
    };
  };
}
