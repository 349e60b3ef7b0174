import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { readHeaderFields } from '#lib/mail/fetched-header.ts';
import type { FoundMessage, MessageObservation, MessageStep } from '#lib/model/message-observation.ts';
import { createMailChannel } from '#workers/channels/mail.ts';
import type { TestMailbox } from '#workers/mailboxes.ts';
import type { Clock, Dial, Query } from '#workers/ports.ts';
import { resolveAddresses } from './addresses.ts';
import { openMailbox } from './mailbox.ts';
import type { TrustStore } from './trust-store.ts';

/** From the handing over to the end of the search. */
const deliveryMs = 120_000;
const lookEveryMs = 2_000;
/** Opening the mailbox and taking the message away may take longer than the search. */
const mailboxMs = 30_000;
const maxReceived = 20;
const maxFieldLength = 2_000;

export interface MessageProbe {
  readonly mailbox: TestMailbox;
  readonly dial: Dial;
  readonly query: Query;
  readonly trust: TrustStore;
  /** PEM certificates that the submission server may be trusted by; null: Node's own set. */
  readonly trusted: readonly string[] | null;
  readonly clock: Clock;
  readonly vantage: string;
  /** Makes the Message-ID of this message unlike any other. */
  readonly newId: () => string;
  /** `performance.now()` value; `deliveryMs` from now where it is not given. */
  readonly deadline?: number;
}

/**
 * Sends a message from an account to itself, finds it, reads its trace and takes it away again. Never rejects for
 * anything a server does.
 */
export async function exchangeMessage(probe: MessageProbe): Promise<MessageObservation> {
  const { mailbox, clock, vantage } = probe;
  const { domain, submission, imap } = mailbox;
  const startedAt = clock.now();
  const deadline = probe.deadline ?? performance.now() + deliveryMs;
  const messageId = `<latchwatch-test.${probe.newId()}@${domain}>`;
  const sent = await submit(probe, messageId);
  const { found, removed } = sent.ok ? await readBack(probe, { messageId, deadline }) : { found: null, removed: null };
  return {
    ...{ domain, vantage, startedAt, finishedAt: clock.now() },
    submission: `${submission.host}:${String(submission.port)}`,
    mailbox: `${imap.host}:${String(imap.port)}`,
    ...{ sent, found, removed },
  };
}

async function submit(probe: MessageProbe, messageId: string): Promise<MessageObservation['sent']> {
  const { mailbox, dial, query, trusted } = probe;
  const { submission, user, password, address } = mailbox;
  const scheme = submission.port === 465 ? 'smtps' : 'smtp';
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const send = createMailChannel({
    relayUrl: `${scheme}://${login}@${submission.host}:${String(submission.port)}`,
    from: address,
    to: [address],
    dial,
    lookup: async (host) => {
      const addresses = await resolveAddresses(host, query);
      if (!addresses.ok) throw new Error(addresses.failure.said ?? addresses.failure.reason);
      return addresses.facts.list;
    },
    trusted,
  });
  const delivery = await send({
    messageId,
    thread: null,
    incidentId: null,
    subject: 'Latchwatch test message',
    text: 'Latchwatch sends this message to its own account to see that mail arrives, and takes it away again.\n',
  });
  if (delivery.ok) return { ok: true, facts: { messageId } };
  const refused = delivery.replyCode !== null && delivery.replyCode >= 500;
  return { ok: false, failure: { refused, said: delivery.error.slice(0, 512) } };
}

async function readBack(
  probe: MessageProbe,
  { messageId, deadline }: { readonly messageId: string; readonly deadline: number },
): Promise<Pick<MessageObservation, 'found' | 'removed'>> {
  const { mailbox, dial, query, trust } = probe;
  const began = performance.now();
  const { imap, user, password } = mailbox;
  const opened = await openMailbox({ ...imap, user, password, dial, query, trust, deadline: deadline + mailboxMs });
  if (!opened.ok) return { found: opened, removed: null };
  const box = opened.facts;
  try {
    for (;;) {
      const found = await box.find(messageId);
      if (!found.ok) return { found, removed: null };
      if (found.facts !== null) {
        const { uid, header } = found.facts;
        const step: MessageStep<FoundMessage> = {
          ok: true,
          facts: { received: traceOf(header), afterMs: Math.round(performance.now() - began) },
        };
        return { found: step, removed: await box.remove(uid) };
      }
      if (performance.now() + lookEveryMs > deadline) return { found: { ok: true, facts: null }, removed: null };
      await pause(lookEveryMs);
    }
  } finally {
    box.close();
  }
}

function traceOf(header: string): readonly string[] {
  return readHeaderFields(header, 'Received')
    .slice(-maxReceived)
    .map((field) => field.slice(0, maxFieldLength));
}
