import { randomUUID } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import { z } from 'zod';
import { deriveKey } from '#lib/alerts/derived-key.ts';
import { signAcknowledgement } from '#lib/alerts/acknowledgement-token.ts';
import { judgeZone } from '#lib/checks/registry.ts';
import { readNextKey } from '#lib/dane/next-key.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { storableJson } from '#lib/model/stored-text.ts';
import { answerChange } from '#app/_queries/plan-answer.ts';
import type { Database } from '#prisma/client.ts';
import { addDomain } from '#prisma/commands/domains.ts';
import { addEndpoint } from '#prisma/commands/endpoints.ts';
import { signException } from '#prisma/commands/exceptions.ts';
import { acknowledgeIncident } from '#prisma/commands/incidents.ts';
import { placeEvents } from '#prisma/commands/place-events.ts';
import { savePlan } from '#prisma/commands/plans.ts';
import { createSource } from '#prisma/commands/report-sources.ts';
import { startRollover } from '#prisma/commands/rollovers.ts';
import { createProof } from '#prisma/commands/route-proofs.ts';
import { createRoute } from '#prisma/commands/routes.ts';
import { createInvitation } from '#prisma/commands/setup-links.ts';
import { createSilence } from '#prisma/commands/silences.ts';
import { commentIncident, putExternalRef } from '#prisma/commands/tickets.ts';
import { createToken } from '#prisma/commands/tokens.ts';
import { createPerson } from '#prisma/commands/users.ts';
import { saveHeartbeat } from '#workers/store/heartbeat.ts';
import { seedClient, seedHolders, seedServer } from './census.ts';
import { dayMs, issueCertificate } from './certificates.ts';
import { createEngine, engineSecret } from './engine.ts';
import { hostileNames, hostileTexts, textAt } from './hostile-corpus.ts';
import { hostileDomain, hostileEndpoint, hostileScan, hostileZone } from './hostile-observations.ts';
import { changeSessions, failSessions, healthyDomain, healthyEndpoint, testPki, trustedTls } from './observations.ts';
import { healthyScan } from './scan-observations.ts';
import { healthyZone } from './zone-observations.ts';

/** Where a console has something to show, one of each kind. */
export interface ConsoleContent {
  readonly domains: readonly string[];
  readonly zones: readonly string[];
  readonly endpointIds: readonly string[];
  readonly incidentIds: readonly string[];
  readonly findingId: string;
  readonly fingerprints: readonly string[];
  readonly setupRunIds: readonly string[];
  readonly planId: string;
  readonly rolloverId: string;
  readonly routeIds: readonly string[];
  readonly sourceId: string;
  readonly sourceToken: string;
  readonly personId: string;
  readonly acknowledgementToken: string;
  readonly proofToken: string;
  readonly setupToken: string;
}

/** What a console has to show on its first day. */
export const noContent: ConsoleContent = {
  ...{ domains: [], zones: [], endpointIds: [], incidentIds: [], routeIds: [], fingerprints: [], setupRunIds: [] },
  ...{ findingId: '', planId: '', rolloverId: '', sourceId: '', sourceToken: '', personId: '' },
  ...{ acknowledgementToken: 'none', proofToken: 'none', setupToken: 'none' },
};

const plainDomain = 'example.org';
const hostileDomainName = 'hostile.example';
const actor = 'ada@example.org';

const plainTargets: readonly EndpointTarget[] = [
  { service: 'imap', tlsMode: 'implicit', host: `mail.${plainDomain}`, port: 993 },
  { service: 'pop3', tlsMode: 'implicit', host: `mail.${plainDomain}`, port: 995 },
  { service: 'submission', tlsMode: 'implicit', host: `submit.${plainDomain}`, port: 465 },
  { service: 'smtp', tlsMode: 'starttls', host: `mail.${plainDomain}`, port: 25 },
];
const hostileTargets: readonly EndpointTarget[] = [
  { service: 'imap', tlsMode: 'implicit', host: `mail.${hostileDomainName}`, port: 993 },
  { service: 'imap', tlsMode: 'starttls', host: `mail.${hostileDomainName}`, port: 143 },
  { service: 'pop3', tlsMode: 'implicit', host: `mail.${hostileDomainName}`, port: 995 },
  { service: 'submission', tlsMode: 'starttls', host: `mail.${hostileDomainName}`, port: 587 },
];

/** Unwraps what a command answers. */
function given<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown },
): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** The ids of an incident of each code and state, the plain ones first. */
function oneOfEachCode(
  incidents: readonly { readonly id: string; readonly code: string; readonly state: string; readonly host: string }[],
): readonly string[] {
  const told = incidents.filter(({ state }) => state !== 'suspect');
  const byHost = told.toSorted(
    (a, b) => Number(a.host.endsWith(hostileDomainName)) - Number(b.host.endsWith(hostileDomainName)),
  );
  return [
    ...new Map(byHost.toReversed().map((incident) => [`${incident.code} ${incident.state}`, incident.id])).values(),
  ];
}

type Look = (target: EndpointTarget) => EndpointObservation;

/** What probes see at first, then after something broke, then after some of it was mended. */
function looksAt(now: number): readonly Look[] {
  const host = `mail.${plainDomain}`;
  const dates = { notBefore: now - 80 * dayMs, notAfter: now - 2 * dayMs, key: testPki.leaf.key };
  const expired = issueCertificate({ commonName: host, dnsNames: [host], issuer: testPki.intermediate, ...dates });
  const isHostile = ({ host: name }: EndpointTarget): boolean => name.endsWith(hostileDomainName);
  const hostile: Look = (target) =>
    hostileEndpoint(
      target,
      hostileTargets.findIndex(({ port }) => port === target.port),
    );
  const shown: Look = (target) =>
    isHostile(target) ? hostile(target) : { ...healthyEndpoint(target), startedAt: now - 2000, finishedAt: now - 1000 };
  const broken: Look = (target) => {
    if (target.port === 995) return failSessions(shown(target), { stage: 'connect', reason: 'refused' });
    if (target.port === 25)
      return failSessions(shown(target), { stage: 'greeting', reason: 'timeout' }, (at) => at === 1);
    if (isHostile(target)) return hostile(target);
    return changeSessions(shown(target), () => ({ tls: trustedTls([expired, testPki.intermediate]) }));
  };
  const mended: Look = (target) => (target.port === 995 && !isHostile(target) ? shown(target) : broken(target));
  return [shown, broken, broken, broken, mended, mended, mended];
}

/** Watches the domains for some hours, as the worker does, with what it sees given. */
async function watch(database: Database, now: number): Promise<void> {
  const engine = createEngine(database);
  const looks = looksAt(now);
  engine.clock.set(now - looks.length * 3_600_000);
  engine.sight.scan = ({ target }) =>
    target.host.endsWith(hostileDomainName) ? hostileScan(target, target.port % 10) : healthyScan(target);
  engine.sight.zone = (names) =>
    names.zone === hostileDomainName ? hostileZone(names) : { ...healthyZone(), zone: names.zone };
  engine.opinion.zone = (observation) => judgeZone(observation, { now: engine.clock.now() });
  for (const [name, targets] of [
    [plainDomain, plainTargets],
    [hostileDomainName, hostileTargets],
  ] as const) {
    const at = new Date(engine.clock.now());
    const { domainId } = await database.$transaction((tx) => addDomain(tx, { name, actor, now: at }));
    const seen = name === plainDomain ? { ...healthyDomain(), endpoints: [] } : hostileDomain(name);
    const mx = seen.mx.ok ? { ...seen.mx, facts: { ...seen.mx.facts, zone: name } } : seen.mx;
    engine.sight.domain = () => ({ ...seen, mx });
    await engine.runDue('discover');
    for (const target of targets) await database.$transaction((tx) => addEndpoint(tx, { domainId, target, now: at }));
  }
  for (const look of looks) {
    engine.clock.advance(3_600_000);
    engine.sight.probe = ({ target }) => look(target);
    await engine.runAll('probe');
  }
  for (const kind of ['scan', 'scan', 'zone', 'zone', 'remind', 'self-check'] as const) await engine.runAll(kind);
}

/** The census of three programs, one of which says hostile things of itself, and what they met. */
async function reportClients(database: Database, now: number): Promise<void> {
  const clients = [
    'Thunderbird',
    'Courier',
    ...hostileTexts.filter((text) => text.length <= 64 && !/[\0\ud800-\udfff]/.test(text)),
  ];
  for (const [index, client] of clients.entries()) {
    await seedHolders(
      database,
      Array.from({ length: index < 2 ? 12 : 1 }, (_, account) => ({
        ...{ account: `${client} ${String(account)}`, client, version: '1.2', latched: ['tls-cert', 'tls10'] },
        ...{
          supported: ['tls12'],
          tlsVersion: index === 1 ? 'TLSv1' : 'TLSv1.3',
          lastDay: new Date(now - index * 3_600_000),
        },
      })),
    );
    const server = await seedServer(database, {});
    const slot = new Date(Math.floor((now - index * 600_000) / 300_000) * 300_000);
    const who = { network: `192.0.2.${String(index)}/24`, client: await seedClient(database, client, '1.2') };
    await database.latchFailure.create({ data: { slot, server, ...who, tag: 'tls-cert', source: 1, reports: 7 } });
  }
  const day = new Date(Math.floor(now / dayMs) * dayMs);
  const server = await seedServer(database, {});
  const counts = { logins: 900, named: 700, spokeOfLatches: 90, proxied: 3, proxiedWithoutTls: 1 };
  await database.loginCount.create({ data: { server, day, source: 1, ...counts } });
}

/** JSON that a column takes, as the worker writes it. */
function asJson(value: unknown) {
  return z.record(z.string(), z.json()).parse(JSON.parse(storableJson(value)));
}

/** A domain that is being looked at, and one that was: of strangers, both. */
async function setUp(database: Database, now: Date): Promise<readonly string[]> {
  const hostile = { host: { endsWith: hostileDomainName } };
  const living = await database.finding.findMany({ where: { endedAt: null, endpoint: hostile }, take: 40 });
  const asked = { domain: hostileDomainName, requestedAt: now, requestedBy: actor, startedAt: now, attempt: 1n };
  const [under, over] = [randomUUID(), randomUUID()];
  const result = {
    ...{ exists: true, dnssec: 'bogus', durationMs: 9000, cutShort: true, ownNetworkDown: false, passed: [] },
    endpoints: hostileTargets.map((target, index) => ({
      ...{ target, origin: 'srv', priority: 0, weight: 0, standing: 'answers', problem: textAt(hostileTexts, index) },
      addresses: [
        {
          ...{
            address: '192.0.2.1',
            connectMs: 1,
            handshakeMs: 2,
            blocked: false,
            tlsVersion: textAt(hostileNames, index),
          },
          problem: textAt(hostileNames, index + 5),
        },
      ],
    })),
    findings: living.map(({ code, verdict, params }, index) => ({
      code,
      verdict,
      params,
      place: textAt(hostileNames, index),
    })),
    unknown: hostileNames.map((text) => ({ subject: text, why: text })),
  };
  await database.setupRun.create({ data: { ...asked, id: under } });
  await database.setupRun.create({
    data: { ...asked, id: over, finishedAt: now, result: asJson(result) },
  });
  for (const text of hostileNames) {
    const step = { key: text, group: 'records', subject: text, state: 'found', text, guess: true, tookMs: 3 };
    await database.setupStep.create({ data: { runId: under, attempt: 1n, step: asJson(step) } });
  }
  return [under, over];
}

/** Fills a console: what was watched, what was reported, and what people did about it. `now`: milliseconds. */
export async function fillConsole(database: Database): Promise<ConsoleContent> {
  const now = new Date();
  const route = {
    secret: null,
    escalateAfterMinutes: 0,
    outOfBand: false,
    actor,
    now,
    installationSecret: engineSecret,
  };
  const routes = [
    {
      name: 'On call',
      way: { kind: 'mail', config: { to: ['oncall@example.net'], relays: [] } },
      minSeverity: 'warning',
    },
    {
      name: 'Tickets',
      way: { kind: 'webhook', config: { url: 'https://tickets.example.net/x', template: 'zammad' } },
      minSeverity: 'info',
    },
    {
      name: 'Alertmanager',
      way: { kind: 'alertmanager', config: { url: 'https://am.example.net' } },
      minSeverity: 'critical',
    },
  ] as const;
  const routeIds: string[] = [];
  for (const one of routes) {
    routeIds.push(given(await database.$transaction((tx) => createRoute(tx, { ...route, ...one }))).id);
  }
  await watch(database, now.getTime());
  // Not before: what one worker saw, others confirm first where there are others.
  await saveHeartbeat(database, { workerId: 'worker-1', vantage: 'local' });
  await reportClients(database, now.getTime());

  const endpoints = await database.endpoint.findMany({ orderBy: [{ host: 'asc' }, { port: 'asc' }] });
  // In the order of their names: those of one instant have ids in any order.
  const incidents = await database.incident.findMany({ orderBy: [{ code: 'asc' }, { dedupKey: 'asc' }] });
  const open = incidents.filter(({ state }) => state === 'firing');
  const [first] = open;
  // The expired certificate is left for who finds it.
  const second = open.find(({ id, code }) => id !== first?.id && code !== 'certificate-expiry');
  if (first === undefined || second === undefined) throw new Error('nothing broke');
  await database.$transaction(async (tx) => {
    await acknowledgeIncident(tx, { incidentId: second.id, actor, now });
    const write = { incidentId: first.id, actor, now, expectedVersion: null };
    await commentIncident(tx, { ...write, text: 'The supplier was called.' });
    await putExternalRef(tx, {
      ...write,
      system: 'zammad',
      ticket: { key: 'T-1', url: 'https://tickets.example.net/1', status: 'open' },
    });
    const hours = (count: number): Date => new Date(now.getTime() + count * 3_600_000);
    const silence = { code: null, incidentId: null, actor, now, startsAt: now };
    given(
      await createSilence(tx, {
        ...silence,
        host: `*.rack.${plainDomain}`,
        reason: 'Moving racks',
        maintenance: true,
        endsAt: hours(4),
      }),
    );
    const subject = `host:submit.${plainDomain}`;
    const signed = { subject, reason: 'A contract until spring', endsAt: hours(500), actor, now };
    given(await signException(tx, { ...signed, code: 'certificate-expiry' }));
    await createToken(tx, { name: 'ticket system', scopes: ['incidents:read'], createdBy: actor, now });
  });
  const isHostile = ({ host }: { readonly host: string }): boolean => host.endsWith(hostileDomainName);
  const imap = endpoints.find(({ host, port }) => host === `mail.${plainDomain}` && port === 993);
  const finding = await database.finding.findFirst({ where: { endedAt: null, endpointId: imap?.id ?? '' } });
  const key = given(readNextKey(issueCertificate({ commonName: `mail.${plainDomain}` }).pem));
  const rollover = await database.$transaction((tx) =>
    startRollover(tx, { endpointId: imap?.id ?? '', key, form: '3 1 1', actor, now }),
  );
  const change = { op: 'disable_tls', versions: ['1.0', '1.1'], hosts: [`mail.${plainDomain}`], ports: [] } as const;
  const answer = await answerChange(change, now);
  const plan = await database.$transaction((tx) =>
    savePlan(tx, { answer, note: 'CHG-1', days: 5, typedTag: null, actor: 'bob@example.org', now }),
  );
  const source = await database.$transaction((tx) =>
    createSource(tx, { name: 'front', addresses: ['127.0.0.0/8'], hosts: [], actor, now, perSecond: 100_000 }),
  );
  const passwordHash = await hashPassword('a password of nobody');
  const person = { name: 'Bob', email: 'bob@example.org', role: 'operator', passwordHash, now } as const;
  const personId = await createPerson(database, person);
  const proof = await createProof(database, { routeId: routeIds[0] ?? '', recipient: 'oncall@example.net', now });
  const invitation = await createInvitation(database, {
    email: 'new@example.org',
    role: 'viewer',
    actor,
    now,
    hours: 24,
  });
  const grant = { incidentId: first.id, recipient: textAt(hostileTexts, 0), expiresAt: now.getTime() + dayMs };
  const certificates = await database.certificate.findMany({ orderBy: { fingerprint: 'asc' }, take: 6 });
  const { id: sourceId, token: sourceToken } = given(source);
  const [hostile, plain] = [endpoints.filter(isHostile), endpoints.filter((endpoint) => !isHostile(endpoint))];
  await placeEvents(database);
  return {
    ...{ domains: [plainDomain, hostileDomainName], zones: [plainDomain, hostileDomainName] },
    ...{ endpointIds: [...plain, ...hostile].map(({ id }) => id), incidentIds: oneOfEachCode(incidents) },
    ...{ fingerprints: certificates.map(({ fingerprint }) => fingerprint), setupRunIds: await setUp(database, now) },
    ...{
      findingId: finding?.id ?? '',
      planId: given(plan).id,
      rolloverId: given(rollover).id,
      routeIds,
      sourceId,
      sourceToken,
    },
    ...{ personId: personId ?? '', proofToken: proof.token, setupToken: given(invitation).secret },
    acknowledgementToken: signAcknowledgement(grant, deriveKey(engineSecret, 'acknowledgement link')),
  };
}
