import { refreshEveryMs } from '#lib/alerts/alertmanager-alert.ts';
import { signAcknowledgement } from '#lib/alerts/acknowledgement-token.ts';
import type { AlertRoute } from '#prisma/commands/routes.ts';
import type { Store } from '#workers/store/store.ts';
import type { Claim } from '#workers/store/tasks.ts';
import { maxDigestNotices, type Notice } from '#workers/store/outbox.ts';
import type { Clock, Log, Random } from '#workers/ports.ts';
import { composeAlert, composeDigest, composeSummary, type MailMessage } from './mail-message.ts';
import type { Delivery, SendMail } from './mail.ts';
import type { OpenRoute, PostableAlert, RouteChannel } from './open-route.ts';

/** What the console shows where alerts wait because nobody said how to send them. */
const noRelay = 'no relay is configured';

const hourMs = 60 * 60 * 1000;
const lookForRelayMs = 60_000;
const firstRetryMs = 5_000;
const maxRetryMs = 30 * 60 * 1000;
const remindEveryMs = 30_000;
/** Beyond that, what else happens within the hour becomes one summary. */
const maxMailsAnHour = 20;
/** A webhook that took nothing for so long is given up, and the console says so. */
const giveUpAfterMs = 24 * hourMs;
/** By then the waits have grown to half an hour: what was old when it was first tried had its time too. */
const giveUpAfterTries = 10;
const acknowledgeLinkMs = 24 * hourMs;

export interface DeliverPorts {
  readonly store: Store;
  readonly openRoute: OpenRoute;
  readonly publicUrl: URL;
  /** Signs links to acknowledge; null: there are none. */
  readonly acknowledgementKey: Uint8Array | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Runs tasks of the outbox: hands the messages of one route over, or its digest, until they are taken; or looks what time
 * has made due. At least once: a worker that dies between the receiver's yes and our note of it sends the same message,
 * with the same Message-ID, again.
 */
export function createDeliver(ports: DeliverPorts): (claim: Claim) => Promise<void> {
  return async (claim) => {
    switch (claim.kind) {
      case 'digest':
        return sendDigest(claim, ports);
      case 'remind':
        return ports.store.inClaim(claim, async (run) => {
          await run.remind(ports.clock.now());
          await run.complete({ nextInMs: remindEveryMs });
        });
      default:
        return sendPending(claim, ports);
    }
  };
}

interface Delivering extends DeliverPorts {
  readonly claim: Claim;
  readonly route: AlertRoute;
}

async function sendPending(claim: Claim, ports: DeliverPorts): Promise<void> {
  const { store } = ports;
  const route = await store.findRoute(claim.ref);
  if (route?.enabled !== true) {
    await store.inClaim(claim, (run) => run.complete({ nextInMs: null }));
    return;
  }
  const opened = ports.openRoute(route);
  const delivering = { ...ports, claim, route };
  if (!opened.ok) return cannotSend(delivering, { error: opened.error });
  const channel = opened.value;
  if (channel.kind === 'post') return sendPosts(delivering, channel);
  if (channel.send === null) return cannotSend(delivering, { error: noRelay });
  await sendMails(delivering, { ...channel, send: channel.send });
}

/** Notes on all that waits why it does. */
async function cannotSend(
  { store, claim, route, log }: Delivering,
  { error }: { readonly error: string },
): Promise<void> {
  const waiting = await store.loadPending({ routeId: route.id, overflowed: false });
  await store.inClaim(claim, async (run) => {
    await run.markUnsent({ ids: waiting.map(({ id }) => id), error, tried: false });
    await run.complete({ nextInMs: waiting.length === 0 ? null : lookForRelayMs, failed: true });
  });
  if (waiting.length > 0) log.warn('alerts wait', { route: route.id, messages: waiting.length, error });
}

async function sendMails(
  delivering: Delivering,
  { send, recipients }: { readonly send: SendMail; readonly recipients: readonly string[] },
): Promise<void> {
  const { store, claim, route, publicUrl, clock } = delivering;
  const times = await store.loadMailTimes({ routeId: route.id, now: clock.now() });
  const overflowed = await store.loadPending({ routeId: route.id, overflowed: true });
  const pending = await store.loadPending({ routeId: route.id, overflowed: false });
  const room = maxMailsAnHour - times.length;
  if (overflowed.length > 0 && room > 0) {
    // What came meanwhile is told with them, not before them.
    await store.inClaim(claim, (run) => run.markOverflowed(route.id));
    const notices = [...overflowed, ...pending];
    const handed = await sendCollection(delivering, send, (bare) => composeSummary({ notices, publicUrl, bare }));
    const { delivery } = handed;
    await settle(delivering, { ...handed, notices });
    if (delivery.ok) return finish(delivering, { room: room - 1 });
    return comeBack(delivering, { failed: notices, isOfRoute: !isOfMessage(delivery, route) });
  }
  // Of threads that begin with this run.
  const begun = new Map<string, string>();
  const outcome = await sendEach(delivering, {
    notices: pending,
    room,
    send: async (notice) => {
      const { incidentId } = notice;
      const message = composeAlert({
        ...notice,
        thread: notice.thread ?? begun.get(incidentId) ?? null,
        publicUrl,
        acknowledgeUrl: acknowledgeUrl(delivering, { incidentId, recipients }),
      });
      if (!begun.has(incidentId)) begun.set(incidentId, message.messageId);
      return { delivery: await send(message), messageId: message.messageId };
    },
  });
  if (outcome.failed.length > 0) return comeBack(delivering, outcome);
  await finish(delivering, { room: room - outcome.sent });
}

/**
 * Hands over a mail that tells of many. Where a relay refuses its words for good, one without them goes at once: a filter
 * that minds one name must not keep back all that happens.
 */
async function sendCollection(
  { store, claim }: Delivering,
  send: SendMail,
  compose: (bare: boolean) => MailMessage,
): Promise<Handed> {
  const whole = compose(false);
  const delivery = await send(whole);
  if (delivery.ok || delivery.refusedText !== true) return { delivery, messageId: whole.messageId };
  await store.inClaim(claim, (run) => run.prolong());
  const bare = compose(true);
  const second = await send(bare);
  if (!second.ok) return { delivery: second, messageId: bare.messageId };
  const told = `told as a number alone, since the relay refused the whole: ${delivery.error}`;
  const remark = second.remark === null ? told : `${told}; ${second.remark}`;
  return { delivery: { ok: true, remark }, messageId: bare.messageId };
}

function acknowledgeUrl(
  { acknowledgementKey, clock, publicUrl }: DeliverPorts,
  { incidentId, recipients }: { readonly incidentId: string; readonly recipients: readonly string[] },
): string | null {
  if (acknowledgementKey === null) return null;
  const grant = { incidentId, recipient: recipients.join(', '), expiresAt: clock.now() + acknowledgeLinkMs };
  return new URL(`/ack/${signAcknowledgement(grant, acknowledgementKey)}`, publicUrl).href;
}

async function sendPosts(delivering: Delivering, channel: Extract<RouteChannel, { kind: 'post' }>): Promise<void> {
  const { store, claim, route } = delivering;
  const pending = await store.loadPending({ routeId: route.id, overflowed: false });
  const outcome = await sendEach(delivering, {
    notices: pending,
    room: pending.length,
    send: async (notice) => ({
      delivery: await channel.post(await toPostable(delivering, notice)),
      messageId: null,
    }),
  });
  const [error] = outcome.errors;
  if (error !== undefined) {
    await giveUpLate(delivering, error);
    return comeBack(delivering, outcome);
  }
  if (channel.refresh === null) return finish(delivering, { room: 1 });
  const open = await store.loadOpenTold(route.id);
  const alerts = open.map((notice) => ({ context: contextOf(delivering, notice), told: [] }));
  const delivery = alerts.length === 0 ? null : await channel.refresh(alerts);
  if (delivery?.ok === false)
    delivering.log.warn('open alerts were not told anew', { route: route.id, error: delivery.error });
  await store.inClaim(claim, (run) => run.complete({ nextInMs: open.length === 0 ? null : refreshEveryMs }));
}

function contextOf({ publicUrl, route }: Delivering, notice: Notice): PostableAlert['context'] {
  const { id, payload, dedupKey, instance } = notice;
  return { eventId: id, payload, dedupKey, instance, publicUrl, routeName: route.name };
}

async function toPostable(delivering: Delivering, notice: Notice): Promise<PostableAlert> {
  const { incidentId } = notice;
  const told = await delivering.store.loadThreadSeverities({ routeId: delivering.route.id, incidentId });
  return { context: contextOf(delivering, notice), told };
}

/** What waits for another try. */
interface Untaken {
  readonly failed: readonly Notice[];
  /** Whether the last failure looked like one of the whole route. */
  readonly isOfRoute: boolean;
}

interface Outcome extends Untaken {
  readonly sent: number;
  readonly errors: readonly string[];
}

/** One message handed over. `messageId` null: it was no mail. */
interface Handed {
  readonly delivery: Delivery;
  readonly messageId: string | null;
}

/**
 * Hands messages over in order, each noted before the next, until `room` are out. A failure keeps the rest of its thread
 * back, and the whole route where it does not look like the message's own: an old failure lets one other message try. Once
 * what had failed before fails again, those go next that were tried least, so that it never keeps back what was not tried.
 */
async function sendEach(
  delivering: Delivering,
  work: {
    readonly notices: readonly Notice[];
    readonly room: number;
    readonly send: (notice: Notice) => Promise<Handed>;
  },
): Promise<Outcome> {
  const failed: Notice[] = [];
  const errors: string[] = [];
  let [sent, isOfRoute] = [0, false];
  let left = work.notices;
  while (sent < work.room) {
    const [notice, ...others] = left;
    if (notice === undefined) break;
    left = others;
    const { delivery, messageId } = await work.send(notice);
    await settle(delivering, { notices: [notice], delivery, messageId });
    if (delivery.ok) {
      sent += 1;
      continue;
    }
    left = others.filter(({ incidentId }) => incidentId !== notice.incidentId);
    failed.push(notice);
    errors.push(delivery.error);
    if (notice.attempts > 0) left = leastTriedFirst(left);
    isOfRoute = !isOfMessage(delivery, delivering.route);
    const patience = !isOfRoute ? 3 : notice.attempts >= 2 ? 2 : 1;
    if (failed.length >= patience) break;
  }
  return { sent, failed, isOfRoute, errors };
}

/** By how often somebody was asked to take something of the thread; the order within each stays. */
function leastTriedFirst(notices: readonly Notice[]): readonly Notice[] {
  const tries = new Map<string, number>();
  for (const { incidentId, attempts } of notices) tries.set(incidentId, Math.max(attempts, tries.get(incidentId) ?? 0));
  return notices.toSorted((a, b) => (tries.get(a.incidentId) ?? 0) - (tries.get(b.incidentId) ?? 0));
}

/** Whether the receiver refused this message rather than us. */
function isOfMessage({ replyCode }: Extract<Delivery, { ok: false }>, { kind }: AlertRoute): boolean {
  if (replyCode === null) return false;
  if (kind === 'mail') return replyCode >= 500;
  return replyCode >= 400 && replyCode < 500 && ![401, 403, 404, 408, 429].includes(replyCode);
}

async function settle(
  { store, claim, route, clock, log }: Delivering,
  outcome: Handed & { readonly notices: readonly Notice[] },
): Promise<void> {
  const { notices, delivery, messageId } = outcome;
  const fields = { route: route.id, messages: notices.length };
  if (delivery.ok) {
    await store.noteSent(claim, { notices, remark: delivery.remark, messageId, now: clock.now() });
    log.info('an alert was sent', { ...fields, remark: delivery.remark });
    return;
  }
  await store.inClaim(claim, async (run) => {
    await run.prolong();
    await run.markUnsent({ ids: notices.map(({ id }) => id), error: delivery.error, tried: true });
  });
  log.warn('an alert was not taken', { ...fields, error: delivery.error });
}

/** Ends the run: comes back at once for what came meanwhile, when the hour has room, or not at all. */
async function finish({ store, claim, route, clock }: Delivering, { room }: { readonly room: number }): Promise<void> {
  const waiting = await store.loadPending({ routeId: route.id, overflowed: false });
  const overflowed = await store.loadPending({ routeId: route.id, overflowed: true });
  const full = room <= 0 && route.kind === 'mail';
  const [oldest] = full ? await store.loadMailTimes({ routeId: route.id, now: clock.now() }) : [];
  await store.inClaim(claim, async (run) => {
    if (full) await run.markOverflowed(route.id);
    const left = waiting.length + overflowed.length;
    const roomInMs = oldest === undefined ? 0 : Math.max(1000, oldest + hourMs - clock.now());
    await run.complete({ nextInMs: left === 0 ? null : full ? roomInMs : 0 });
  });
}

/** A route that is down is asked as rarely as what failed most often; what is refused for its own sake keeps nobody waiting. */
async function comeBack({ store, claim, random }: Delivering, { failed, isOfRoute }: Untaken): Promise<void> {
  const tries = failed.map(({ attempts }) => attempts);
  const nextInMs = backOffMs(isOfRoute ? Math.max(...tries) : Math.min(...tries), random);
  await store.inClaim(claim, (run) => run.complete({ nextInMs, failed: true }));
}

async function giveUpLate({ store, claim, route, clock, log }: Delivering, error: string): Promise<void> {
  const now = clock.now();
  const given = await store.inClaim(claim, (run) =>
    run.giveUp({ routeId: route.id, before: now - giveUpAfterMs, tries: giveUpAfterTries, now, error }),
  );
  if (given > 0) log.error('alerts were given up after a day', { route: route.id, messages: given, error });
}

/** Doubles from 5 s to 30 min, 20 % either way. `attempts` before this one. */
function backOffMs(attempts: number, random: Random): number {
  return Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(attempts, 20)) * (0.8 + 0.4 * random());
}

async function sendDigest(claim: Claim, ports: DeliverPorts): Promise<void> {
  const { store, publicUrl, clock } = ports;
  const route = await store.findRoute(claim.ref);
  if (route === null) return store.inClaim(claim, (run) => run.complete({ nextInMs: null }));
  const notices = await store.loadDigest(route.id);
  const stillOpen = await store.loadRepeatedOut(route.id);
  const opened = ports.openRoute(route);
  const send = opened.ok && opened.value.kind === 'mail' ? opened.value.send : null;
  const delivering = { ...ports, claim, route };
  // A digest that says nothing is not sent.
  if (!route.enabled || (notices.length === 0 && stillOpen.length === 0)) {
    return store.inClaim(claim, async (run) => run.complete({ nextInMs: await run.untilDigestMs() }));
  }
  if (send === null) {
    await store.inClaim(claim, async (run) => {
      await run.markUnsent({ ids: notices.map(({ id }) => id), error: noRelay, tried: false });
      await run.complete({ nextInMs: lookForRelayMs, failed: true });
    });
    return;
  }
  let portion = { notices, stillOpen };
  for (;;) {
    const { notices: told, stillOpen: open } = portion;
    const now = clock.now();
    const handed = await sendCollection(delivering, send, (bare) =>
      composeDigest({ notices: told, stillOpen: open, publicUrl, now, bare }),
    );
    await settle(delivering, { ...handed, notices: told });
    if (!handed.delivery.ok) {
      const nextInMs = backOffMs(claim.attempts - 1, ports.random);
      return store.inClaim(claim, (run) => run.complete({ nextInMs, failed: true }));
    }
    // What did not fit follows at once; what came meanwhile waits for its day.
    const rest = portion.notices.length < maxDigestNotices ? [] : await store.loadDigest(route.id);
    if (rest.length === 0) break;
    portion = { notices: rest, stillOpen: [] };
  }
  await store.inClaim(claim, async (run) => run.complete({ nextInMs: await run.untilDigestMs() }));
}
