import { routeRecipients } from '#lib/alerts/route-recipients.ts';
import { findRouteDependence } from '#lib/incidents/route-dependence.ts';
import { isProofDue, routeStanding } from '#lib/incidents/route-proof.ts';
import type { AlertRoute } from '#prisma/commands/routes.ts';
import type { Clock, Log } from '#workers/ports.ts';
import { routesRef, signsRef } from '#workers/store/vital-signs.ts';
import type { Store } from '#workers/store/store.ts';
import type { Claim } from '#workers/store/tasks.ts';
import { renewSigns } from '#workers/watchdog/renew-signs.ts';
import type { Delivery } from './mail.ts';
import type { OpenRoute } from './open-route.ts';
import { composeProofAlert, composeProofMail, type ProofMessage } from './proof-message.ts';
import { findRouteParts, type RoutePartPorts } from './route-parts.ts';

export interface ProvePorts extends RoutePartPorts {
  readonly store: Store;
  readonly openRoute: OpenRoute;
  readonly publicUrl: URL;
  readonly clock: Clock;
  readonly log: Log;
}

const lookEveryMs = 60 * 60 * 1000;

/**
 * Runs tasks `prove`: the vital signs, all routes, or one route. Of a route: whether it depends on what is monitored, and a
 * test message where one is due or a person asked for one.
 */
export function createProve(ports: ProvePorts): (claim: Claim) => Promise<void> {
  const { store, settings } = ports;
  return async (claim) => {
    switch (claim.ref) {
      case signsRef:
        return renewSigns(claim, { store, relayConfigured: settings.smtpUrls.length > 0 });
      case routesRef:
        return store.inClaim(claim, async (run) => {
          await run.requestRouteProofs(new Date(ports.clock.now()));
          await run.complete({ nextInMs: lookEveryMs });
        });
      default:
        return proveRoute(claim, ports);
    }
  };
}

async function proveRoute(claim: Claim, ports: ProvePorts): Promise<void> {
  const { store, clock } = ports;
  const route = await store.findRoute(claim.ref);
  if (route === null) return store.inClaim(claim, (run) => run.complete({ nextInMs: null }));
  const dependence = findRouteDependence(await findRouteParts(route.way, ports), await store.loadWatchedNames());
  await store.inClaim(claim, (run) =>
    run.saveDependence({ routeId: route.id, dependence, now: new Date(clock.now()) }),
  );
  const asked = claim.priority > 0;
  const recipients = asked || route.enabled ? await findDue(route, { ports, asked }) : [];
  for (const recipient of recipients) await proveRecipient(claim, { route, recipient, asked, ports });
  await store.inClaim(claim, (run) => run.complete({ nextInMs: null }));
}

async function findDue(
  route: AlertRoute,
  { ports, asked }: { readonly ports: ProvePorts; readonly asked: boolean },
): Promise<readonly string[]> {
  const { settings, store, clock } = ports;
  // Without a relay nothing can be proved: the console says so already.
  if (route.kind === 'mail' && !canMail(route, ports)) return [];
  const recipients = routeRecipients(route.way, settings);
  if (asked) return recipients;
  const { kind, createdAt } = route;
  const now = clock.now();
  const standing = routeStanding({ kind, recipients, proofs: await store.loadProofs(route.id), createdAt, now });
  return standing.recipients
    .filter((one) => isProofDue(one, { kind, createdAt, now }))
    .map(({ recipient }) => recipient);
}

function canMail(route: AlertRoute, { openRoute }: ProvePorts): boolean {
  const opened = openRoute(route);
  return !opened.ok || opened.value.kind !== 'mail' || opened.value.send !== null;
}

async function proveRecipient(
  claim: Claim,
  test: {
    readonly route: AlertRoute;
    readonly recipient: string;
    readonly asked: boolean;
    readonly ports: ProvePorts;
  },
): Promise<void> {
  const { route, recipient, ports } = test;
  const { store, clock, publicUrl, log } = ports;
  const { id: routeId, name: routeName } = route;
  // Written before it goes out: who is quick finds the link working.
  const { id, token } = await store.inClaim(claim, async (run) => {
    await run.prolong();
    return run.createProof({ routeId, recipient, now: new Date(clock.now()) });
  });
  const confirmUrl = new URL(`/prove/${token}`, publicUrl).href;
  const message = { proofId: id, routeId, routeName, confirmUrl, publicUrl, now: clock.now() };
  const delivery = await send(message, test);
  const error = delivery.ok ? delivery.remark : delivery.error;
  await store.inClaim(claim, (run) => run.noteProof({ id, error, now: new Date(clock.now()) }));
  if (error === null) log.info('a test of a route was sent', { route: routeId });
  else log.warn('a test of a route was not taken', { route: routeId, error });
}

/** One receiver gets its own link: that one reads it says nothing of the others. */
async function send(
  message: ProofMessage,
  test: {
    readonly route: AlertRoute;
    readonly recipient: string;
    readonly asked: boolean;
    readonly ports: ProvePorts;
  },
): Promise<Delivery> {
  const { route, recipient, asked, ports } = test;
  const opened = ports.openRoute(onlyTo(route, recipient));
  if (!opened.ok) return { ok: false, error: opened.error, replyCode: null };
  const channel = opened.value;
  switch (channel.kind) {
    case 'mail':
      if (channel.send === null) return { ok: false, error: 'no relay is configured', replyCode: null };
      return channel.send(composeProofMail(message));
    case 'post':
      return channel.post({ context: composeProofAlert(message, { asked }), told: [] });
  }
}

function onlyTo(route: AlertRoute, recipient: string): AlertRoute {
  const { way } = route;
  if (way.kind !== 'mail') return route;
  const relays = 'to' in way.config ? way.config.relays : [];
  return { ...route, way: { kind: 'mail', config: { to: [recipient], relays } } };
}
