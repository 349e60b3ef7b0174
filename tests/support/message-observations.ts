import type { MessageObservation } from '#lib/model/message-observation.ts';
import { testNow } from './certificates.ts';

/** A Received field of a submission server, with this behind the protocol. */
export function trace(clause: string): string {
  return `from me (unknown [127.0.0.1]) by mail.example.org with ESMTPSA${clause} id 1 for <monitor@example.org>; Tue, 24 Nov 2026 01:40:39 +0000`;
}

/** A test message of example.org that arrived, was read and is gone. */
export function healthyMessage(): MessageObservation {
  return {
    domain: 'example.org',
    vantage: 'test',
    startedAt: testNow - 5000,
    finishedAt: testNow,
    submission: 'mail.example.org:465',
    mailbox: 'mail.example.org:993',
    sent: { ok: true, facts: { messageId: '<1@example.org>' } },
    found: {
      ok: true,
      facts: { received: ['by mx.example.org with LMTP; now', trace(' tls TLS_AES_256_GCM_SHA384')], afterMs: 900 },
    },
    removed: true,
  };
}
