import type { Store } from '#workers/store/store.ts';
import type { Claim } from '#workers/store/tasks.ts';
import type { Notice } from '#workers/store/notices.ts';
import type { Clock, Log, Random } from '#workers/ports.ts';
import { composeAlert, composeDigest, type MailMessage } from './mail-message.ts';
import type { Delivery, SendMail } from './mail.ts';

/** What the console shows where alerts wait because nobody said how to send them. */
const noRelay = 'no relay is configured';

const lookForRelayMs = 60_000;
const waitForEarlierMs = 30_000;
const firstRetryMs = 5_000;
const maxRetryMs = 30 * 60 * 1000;

export interface DeliverPorts {
  readonly store: Store;
  /** Null: no relay is configured. */
  readonly send: SendMail | null;
  readonly publicUrl: URL;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Runs tasks of the outbox: sends a message, or the digest, until the relay took it. At least once: a worker that dies
 * between the relay's yes and our note of it sends the same message, with the same Message-ID, again.
 */
export function createDeliver(ports: DeliverPorts): (claim: Claim) => Promise<void> {
  return (claim) => (claim.kind === 'digest' ? sendDigest(claim, ports) : sendNotice(claim, ports));
}

async function sendNotice(claim: Claim, ports: DeliverPorts): Promise<void> {
  const { store, publicUrl } = ports;
  const found = await store.loadNotice(claim.ref);
  if (found === null || found.notice.sent) {
    await store.inClaim(claim, (run) => run.complete({ nextInMs: null }));
    return;
  }
  if (found.waits) {
    // Within a thread the order counts; the earlier one wakes this one.
    await store.inClaim(claim, (run) => run.complete({ nextInMs: waitForEarlierMs }));
    return;
  }
  const { notice } = found;
  const delivery = await deliver(ports, composeAlert({ ...notice, publicUrl }));
  await settle(ports, { claim, notices: [notice], delivery, nextInMs: null });
}

async function sendDigest(claim: Claim, ports: DeliverPorts): Promise<void> {
  const { store, publicUrl } = ports;
  const notices = await store.loadDigest();
  if (notices.length === 0) {
    await store.inClaim(claim, async (run) => run.complete({ nextInMs: await run.untilNextHourMs() }));
    return;
  }
  const delivery = await deliver(ports, composeDigest({ notices, publicUrl }));
  await settle(ports, { claim, notices, delivery, nextInMs: 'next hour' });
}

async function deliver({ send }: DeliverPorts, message: MailMessage): Promise<Delivery | null> {
  return send === null ? null : send(message);
}

async function settle(
  { store, clock, random, log }: DeliverPorts,
  outcome: {
    readonly claim: Claim;
    readonly notices: readonly Notice[];
    /** Null: there is no relay. */
    readonly delivery: Delivery | null;
    readonly nextInMs: 'next hour' | null;
  },
): Promise<void> {
  const { claim, notices, delivery } = outcome;
  const ids = notices.map(({ id }) => id);
  await store.inClaim(claim, async (run) => {
    if (delivery?.ok === true) {
      await run.markSent({ notices, remark: delivery.remark, now: clock.now() });
      await run.complete({ nextInMs: outcome.nextInMs === null ? null : await run.untilNextHourMs() });
      return;
    }
    await run.markUnsent({ ids, error: delivery?.error ?? noRelay, tried: delivery !== null });
    const attempts = Math.max(0, ...notices.map((notice) => notice.attempts));
    const nextInMs = delivery === null ? lookForRelayMs : backOffMs(attempts, random);
    await run.complete({ nextInMs, failed: true });
  });
  const fields = { kind: claim.kind, ref: claim.ref, messages: notices.length };
  if (delivery === null) log.warn('an alert waits because no relay is configured', fields);
  else if (!delivery.ok) log.warn('the relay did not take an alert', { ...fields, error: delivery.error });
  else log.info('an alert was sent', { ...fields, remark: delivery.remark });
}

/** Doubles from 5 s to 30 min, 20 % either way. `attempts` before this one. */
function backOffMs(attempts: number, random: Random): number {
  return Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(attempts, 20)) * (0.8 + 0.4 * random());
}
