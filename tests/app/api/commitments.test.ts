import { z } from 'zod';
import * as commitments from '#app/api/v1/commitments/route.ts';
import { commitmentItem } from '#app/_queries/commitment-item.ts';
import { listCommitments } from '#app/_queries/commitments.ts';
import { readServiceProofs } from '#app/_queries/kept-promises.ts';
import { listDsLifetimes, listPolicies, listTlsaLifetimes } from '#app/_queries/outliving-promises.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { splitEndpointObservation } from '#lib/model/span.ts';
import { splitZoneObservation } from '#lib/model/zone-span.ts';
import { noteDecision } from '#prisma/commands/commitments.ts';
import { saveCommitments } from '#workers/store/commitments.ts';
import { saveSpans } from '#workers/store/spans.ts';
import { bearer, call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import {
  changeSessions,
  changeTlsa,
  failSessions,
  healthyEndpoint,
  testEndpoint,
  testPki,
  tlsaOf,
  trustedTls,
} from '#tests/support/observations.ts';
import { zoneSignedAt } from '#tests/support/zone-signed-at.ts';

const page = z.object({
  data: z.array(z.looseObject({ host: z.string(), tag: z.string() })),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
});
const secure = { dnssec: { state: 'secure', expiresAt: null } } as const;
const host = 'mail.example.org';

let app: ConsoleUnderTest;
let headers: Record<string, string>;
const now = new Date();

/** A watched endpoint whose latest run this is. */
async function seed(id: string, observation: EndpointObservation): Promise<void> {
  const { service, tlsMode, port } = observation.endpoint;
  const seen = { firstSeen: now, lastSeen: now };
  await app.database.endpoint.create({
    data: { id, service, tlsMode, host, port, createdAt: now, lastProbedAt: now, lastVerdict: 'pass' },
  });
  await app.database.domainEndpoint.create({
    data: { domainId: 'D', endpointId: id, origin: 'manual', ...seen },
  });
  const owner = { endpointId: id, domainId: null, zoneId: null, vantage: 'test' };
  await saveSpans(app.database, { ...owner, ...splitEndpointObservation(observation), seenAt: now.getTime() });
  await saveCommitments(app.database, { observation: { ...observation, finishedAt: now.getTime() }, known: [] });
}

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('inventory:read'));
  await app.database.domain.create({ data: { id: 'D', name: 'example.org', createdAt: now, createdBy: 'test' } });
  const leaf = issueCertificate({
    commonName: host,
    dnsNames: [host],
    issuer: testPki.intermediate,
    notAfter: now.getTime() + 86_400_000 * 60,
  });
  const signed = changeTlsa(
    changeSessions(healthyEndpoint(), () => ({
      tls: trustedTls([leaf, testPki.intermediate]),
      identityAfterTls: [['deep', 'tls12 tls-cert tls-dane-tlsa x-new']],
    })),
    [tlsaOf(leaf)],
    { ...secure, ttlSeconds: 3600 },
  );
  await seed('E-imap', signed);
  // The same tags but one, and no TLSA record.
  await seed(
    'E-pop',
    changeTlsa(
      changeSessions(healthyEndpoint(testEndpoint('pop3')), () => ({ tls: trustedTls([leaf]) })),
      [],
      secure,
    ),
  );
  await seed(
    'E-silent',
    failSessions(healthyEndpoint(testEndpoint('submission')), { stage: 'connect', reason: 'timeout' }),
  );
  await app.database.finding.createMany({
    data: [
      {
        ...{ id: 'F1', fingerprint: 'F1', code: 'tag-tls-dane-tlsa-broken', verdict: 'crit', endpointId: 'E-pop' },
        ...{
          verdictDraft: 'crit',
          verdictCurrent: 'pass',
          address: '192.0.2.1',
          params: {},
          firstSeen: now,
          lastSeen: now,
        },
      },
      {
        ...{ id: 'F2', fingerprint: 'F2', code: 'tag-withdrawn', verdict: 'crit', endpointId: 'E-pop' },
        ...{ params: { tags: ['tls10'] }, firstSeen: now, lastSeen: now },
      },
      {
        ...{ id: 'F3', fingerprint: 'F3', code: 'tag-tls12-broken', verdict: 'crit', endpointId: 'E-pop' },
        ...{ address: '192.0.2.1', params: {}, firstSeen: now, lastSeen: now, endedAt: now },
      },
    ],
  });
});
afterAll(() => app.close());

async function list(query = ''): Promise<z.infer<typeof page>> {
  const response = await call(commitments.GET, { path: `/api/v1/commitments${query}`, headers });
  expect(response.status).toBe(200);
  return page.parse(await response.json());
}

test('the ledger comes in pages, by host and tag', async () => {
  const tags: string[] = [];
  let cursor = '';
  for (;;) {
    const { data, next_cursor: next, has_more: more } = await list(`?limit=2${cursor}`);
    expect(more).toBe(next !== null);
    tags.push(...data.map(({ tag }) => tag));
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(tags).toEqual(['tls-cert', 'tls-dane-tlsa', 'tls10', 'tls12', 'x-new']);
});

test('a row says where the tag was seen, where it is gone and who does not keep it', async () => {
  const { data } = await list(`?host=MAIL.example.org`);
  expect(data.find(({ tag }) => tag === 'tls10')).toMatchObject({
    ...{ host, provable: true, first_seen: now.toISOString(), decided_by: null },
    seen_at: [{ endpoint_id: 'E-pop', service: 'pop3', port: 995, address: '192.0.2.1', withdrawn: true }],
    not_kept_at: [],
    url: `${publicUrl}/commitments`,
  });
  expect(data.find(({ tag }) => tag === 'tls-dane-tlsa')).toMatchObject({
    seen_at: [{ endpoint_id: 'E-imap', withdrawn: false }],
    not_kept_at: [
      { endpoint_id: 'E-pop', address: '192.0.2.1', verdict: 'crit', verdict_draft: 'crit', verdict_current: 'pass' },
    ],
  });
  expect(data.find(({ tag }) => tag === 'tls12')).toMatchObject({ not_kept_at: [] });
  expect(data.find(({ tag }) => tag === 'x-new')).toMatchObject({ provable: false });
  expect((await list('?host=other.example.org')).data).toEqual([]);
});

test('whoever may not read the inventory, and a cursor of something else, are refused', async () => {
  const other = bearer(await app.token('incidents:read'));
  expect((await call(commitments.GET, { headers: other })).status).toBe(403);
  expect((await call(commitments.GET, { headers, path: '/x?cursor=abc' })).status).toBe(400);
  expect((await call(commitments.GET, { headers, path: '/x?host=%00' })).status).toBe(422);
});

test('who decided is written down, of a tag that was advertised and of no other', async () => {
  const decision = { host, decidedBy: 'Mail team', note: 'ticket 7', actor: 'anna@example.org', now };
  expect(await noteDecision(app.database, { ...decision, tag: 'tls12' })).toBe(true);
  expect(await noteDecision(app.database, { ...decision, tag: 'tls13' })).toBe(false);
  expect((await list()).data.find(({ tag }) => tag === 'tls12')).toMatchObject({
    ...{ decided_by: 'Mail team', note: 'ticket 7', noted_by: 'anna@example.org', noted_at: now.toISOString() },
  });
});

test('the page says of each tag whether the whole host keeps it, and takes silence for no proof', async () => {
  const proofs = await readServiceProofs([host], now);
  const { commitments: rows } = await listCommitments({ host: null, after: null, limit: 10 });
  const items = new Map(rows.map((row) => [row.tag, commitmentItem(row, proofs)]));
  // The submission server does not answer.
  expect(items.get('tls12')?.kept).toMatchObject({
    state: 'unknown',
    places: [{ place: 'Submission 465 at 192.0.2.1', href: '/endpoints/E-silent' }, {}],
  });
  expect(items.get('tls-dane-tlsa')?.kept).toMatchObject({
    ...{ state: 'broken', packs: 'both' },
    places: [{ place: 'POP3 995 at 192.0.2.1', href: '/endpoints/E-pop' }, {}],
  });
  expect(items.get('x-new')?.kept).toEqual({ state: 'not-provable' });
  expect(items.get('tls12')?.evidence).toMatchObject([
    { service: 'IMAP 993', state: 'advertised' },
    { service: 'POP3 995', state: 'advertised' },
  ]);
  const [late] = [...(await readServiceProofs([host], new Date(now.getTime() + 86_400_000))).values()];
  expect(late?.fresh).toBe(false);

  await app.database.domainEndpoint.deleteMany({ where: { endpointId: 'E-silent' } });
  const rest = await readServiceProofs([host], now);
  const tls12 = rows.find(({ tag }) => tag === 'tls12');
  if (tls12 === undefined) throw new Error('tls12 is not in the ledger');
  expect(commitmentItem(tls12, rest).kept).toEqual({ state: 'kept', addresses: 4 });
});

test('other promises come with the time until which a copy is believed', async () => {
  await app.database.zone.create({ data: { id: 'Z', name: 'example.org', createdAt: now } });
  const zone = zoneSignedAt(now.getTime());
  await saveSpans(app.database, {
    ...{ endpointId: null, domainId: null, zoneId: 'Z', vantage: 'test', certificates: new Map() },
    ...{ pieces: [splitZoneObservation(zone)], seenAt: now.getTime() },
  });
  const policy = 'version: STSv1\nmode: enforce\nmx: mail.example.org\nmax_age: 604800\n';
  const configuration = { mtaStsPolicy: { ok: true, facts: { status: 200, body: policy } } };
  await app.database.$executeRaw`
    INSERT INTO observation_span (id, domain_id, kind, address, vantage, hash, facts, evidence, first_seen, last_seen, evidence_at)
    VALUES ('S', 'D', 'discovery', '', 'test', 'h', '{}', ${JSON.stringify({ configuration })}::jsonb, ${now}, ${now}, ${now})`;
  const query = { after: null, limit: 10 };
  const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  expect(await listPolicies(query)).toEqual({
    promises: [
      { id: 'D', name: 'example.org', note: 'mode enforce', durationSeconds: 604_800, until: inSeconds(604_800) },
    ],
    next: null,
  });
  expect(await listTlsaLifetimes(query)).toEqual({
    promises: [{ id: 'E-imap', name: `_993._tcp.${host}`, note: null, durationSeconds: 3600, until: inSeconds(3600) }],
    next: null,
  });
  const seconds = zone.validations[0]?.links.find((link) => link.zone === 'example.org')?.dsTtlSeconds ?? 0;
  expect(seconds).toBeGreaterThan(0);
  expect(await listDsLifetimes(query)).toEqual({
    promises: [{ id: 'Z', name: 'example.org', note: null, durationSeconds: seconds, until: inSeconds(seconds) }],
    next: null,
  });
  for (const later of [listPolicies, listDsLifetimes]) {
    expect(await later({ after: 'example.org', limit: 10 })).toEqual({ promises: [], next: null });
  }
  expect(await listTlsaLifetimes({ after: `${host} 993 E-imap`, limit: 10 })).toEqual({ promises: [], next: null });
});
