import { applyExceptions } from '#lib/checks/exceptions.ts';
import type { JudgeContext } from '#lib/checks/check.ts';
import { decideIncidents } from '#lib/incidents/decide.ts';
import type { Judgement } from '#lib/model/finding.ts';
import type { MessageObservation } from '#lib/model/message-observation.ts';
import { piece } from '#lib/model/span.ts';
import type { TestMailbox } from './mailboxes.ts';
import type { createOwnSight } from './own-sight.ts';
import type { Clock } from './ports.ts';
import type { FindFinding } from './store/endpoints.ts';
import type { Store } from './store/store.ts';
import type { Claim } from './store/tasks.ts';
import { createUlid } from './store/ulid.ts';

/** What the road of a test message is made of. */
export interface MessagePorts {
  /** The account that an operator gave for a domain; undefined: none. */
  readonly mailboxOf: (domain: string) => TestMailbox | undefined;
  readonly exchangeMessage: (mailbox: TestMailbox) => Promise<MessageObservation>;
  readonly judgeMessage: (observation: MessageObservation, context: JudgeContext) => readonly Judgement[];
}

const messageEveryMs = 24 * 60 * 60 * 1000;
/** A mail that is late is looked for again soon, with a new message. */
const messageAgainMs = 30 * 60 * 1000;

/** Sends the test message of one domain, looks for it and judges what became of it. */
export async function runMessage(
  claim: Claim,
  ports: MessagePorts & {
    readonly store: Store;
    readonly clock: Clock;
    readonly findFinding: FindFinding;
    readonly ownSight: ReturnType<typeof createOwnSight>;
  },
): Promise<void> {
  const { store, clock, findFinding } = ports;
  const domainId = claim.ref;
  const domain = await store.loadDomainName(domainId);
  const mailbox = domain === null ? undefined : ports.mailboxOf(domain);
  if (domain === null || mailbox === undefined) {
    await store.inClaim(claim, (run) => run.complete({ nextInMs: null }));
    return;
  }
  const observation = await ports.exchangeMessage(mailbox);
  const now = clock.now();
  const subject = { kind: 'domain', domain } as const;
  const exceptions = await store.loadExceptions({ subject, now });
  const judged = applyExceptions(ports.judgeMessage(observation, { now }), { exceptions, now });
  const own = await ports.ownSight({ judgements: judged, startedAt: observation.startedAt, probe: null });
  const { judgements, selfNetworkDown } = own;
  const owner = { endpointId: null, domainId, zoneId: null };
  await store.inClaim(claim, async (run) => {
    const { vantage, finishedAt, sent, found, removed } = observation;
    const facts = { sent: sent.ok, found: found?.ok === true && found.facts !== null, removed };
    const pieces = [piece('message', '', { facts, evidence: observation })];
    if (!own.blind) await run.saveSpans({ ...owner, pieces, certificates: new Map(), vantage, seenAt: finishedAt });
    await run.saveFindings({ ...owner, judgements, listed: null, now });
    const known = await run.loadIncidents({ ...owner, subject, codes: judgements.map(({ code }) => code) });
    const decisions = decideIncidents({
      ...{ subject, judgements, listed: null, known, findFinding, selfNetworkDown, now },
      newId: () => createUlid(now),
    });
    await run.saveDecisions({ ...owner, decisions, vantage, now });
    const arrived = found?.ok === true && found.facts !== null && !own.held;
    await run.complete({ nextInMs: arrived ? messageEveryMs : messageAgainMs });
  });
}
