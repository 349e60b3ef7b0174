import { z } from 'zod';
import * as pem from '#app/(console)/certificates/[fingerprint]/pem/route.ts';
import * as csv from '#app/(console)/certificates/export/route.ts';
import * as certificates from '#app/api/v1/certificates/route.ts';
import * as dnssec from '#app/api/v1/dnssec/route.ts';
import * as tlsa from '#app/api/v1/tlsa/route.ts';
import * as metrics from '#app/metrics/route.ts';
import { splitZoneObservation } from '#lib/model/zone-span.ts';
import { digestHex } from '#lib/x509/certificate.ts';
import { saveSpans } from '#workers/store/spans.ts';
import { bearer, call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { dayMs, issueCertificate } from '#tests/support/certificates.ts';
import { parseExposition } from '#tests/support/exposition.ts';
import { testPki, tlsaOf } from '#tests/support/observations.ts';
import { showCertificates } from '#tests/support/shown-certificates.ts';
import { zoneSignedAt } from '#tests/support/zone-signed-at.ts';

const page = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
});

const now = new Date();
const until = (days: number) => ({ notBefore: now.getTime() - 30 * dayMs, notAfter: now.getTime() + days * dayMs });
const hostile = '=cmd|"/c calc"!A1 \u202e</script>';
const soon = issueCertificate({
  commonName: 'mail.example.org',
  dnsNames: ['mail.example.org'],
  issuer: testPki.intermediate,
  ...until(5),
});
const renewed = issueCertificate({
  commonName: 'mail.example.org',
  dnsNames: ['mail.example.org'],
  issuer: testPki.intermediate,
  keyType: 'rsa',
  ...until(80),
});
const selfSigned = issueCertificate({ commonName: hostile, ...until(40) });
const fingerprintOf = ({ der }: { readonly der: Buffer }) => digestHex(der, 'sha256');

let app: ConsoleUnderTest;
let headers: Record<string, string>;

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('inventory:read'));
  for (const [id, name] of [
    ['D1', 'example.org'],
    ['D2', 'example.net'],
  ] as const) {
    await app.database.domain.create({ data: { id, name, createdAt: now, createdBy: 'test' } });
  }
  const chain = [soon, testPki.intermediate];
  const records = [tlsaOf(soon), tlsaOf(renewed), tlsaOf(testPki.intermediate, { usage: 2, selector: 0 })];
  const at = { at: now, domainId: 'D1', host: 'mail.example.org' };
  await showCertificates(app.database, { ...at, id: 'E1', chains: [chain, chain], tlsa: records });
  await showCertificates(app.database, { ...at, id: 'E2', service: 'pop3', chains: [[renewed, testPki.intermediate]] });
  await showCertificates(app.database, {
    ...at,
    id: 'E3',
    domainId: 'D2',
    host: 'mx.example.net',
    chains: [[selfSigned]],
  });
});
afterAll(() => app.close());

async function list(route: typeof certificates, query = ''): Promise<z.infer<typeof page>> {
  const response = await call(route.GET, { path: `/x${query}`, headers });
  expect([query, response.status]).toEqual([query, 200]);
  return page.parse(await response.json());
}
const fingerprints = async (query: string) => (await list(certificates, query)).data.map((item) => item['fingerprint']);

test('certificates come by their end, a page at a time', async () => {
  const found: unknown[] = [];
  for (let cursor = ''; ;) {
    const { data, next_cursor: next, has_more: more } = await list(certificates, `?limit=2${cursor}`);
    found.push(...data.map((item) => item['fingerprint']));
    expect(more).toBe(next !== null);
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(found).toEqual([soon, selfSigned, renewed].map(fingerprintOf));
});

test('one says what it is and where', async () => {
  const [first] = (await list(certificates)).data;
  expect(first).toMatchObject({
    ...{
      fingerprint: fingerprintOf(soon),
      names: ['mail.example.org'],
      key_type: 'ec',
      key_bits: 256,
      self_signed: false,
    },
    ...{ not_after: new Date(Math.floor((now.getTime() + 5 * dayMs) / 1000) * 1000).toISOString() },
    shown_at: [{ endpoint_id: 'E1', host: 'mail.example.org', port: 993, addresses: ['192.0.2.1', '2001:db8::1'] }],
    ...{ shown_at_count: 1, shown_at_all: true, url: `${publicUrl}/certificates/${fingerprintOf(soon)}` },
  });
});

test('filters narrow the list', async () => {
  expect(await fingerprints('?host=mx.example.net')).toEqual([fingerprintOf(selfSigned)]);
  expect(await fingerprints('?domain=EXAMPLE.org')).toEqual([soon, renewed].map(fingerprintOf));
  expect(await fingerprints('?self_signed=true')).toEqual([fingerprintOf(selfSigned)]);
  expect(await fingerprints('?self_signed=false')).toEqual([soon, renewed].map(fingerprintOf));
  expect(await fingerprints('?weak=true')).toEqual([]);
  expect(await fingerprints('?role=ca')).toEqual([fingerprintOf(testPki.intermediate)]);
  const limits = [10, 60].map((days) => new Date(now.getTime() + days * dayMs).toISOString());
  expect(await fingerprints(`?ends_after=${limits[0] ?? ''}&ends_before=${limits[1] ?? ''}`)).toEqual([
    fingerprintOf(selfSigned),
  ]);
});

test('a strong ETag spares who has it already; what cannot be meant is refused', async () => {
  const first = await call(certificates.GET, { headers });
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"/);
  expect((await call(certificates.GET, { headers: { ...headers, 'if-none-match': etag } })).status).toBe(304);
  for (const query of ['?limit=0', '?self_signed=yes', '?ends_before=soon', '?host=%00']) {
    expect([query, (await call(certificates.GET, { path: `/x${query}`, headers })).status]).toEqual([query, 422]);
  }
  expect((await call(certificates.GET, { path: '/x?cursor=abc', headers })).status).toBe(400);
});

test('TLSA records name the certificates that are sent', async () => {
  const { data } = await list(tlsa, '?published=true');
  expect(data).toMatchObject([
    {
      ...{ endpoint_id: 'E1', owner: '_993._tcp.mail.example.org', dnssec: 'secure', ttl_seconds: 300 },
      signatures_end: new Date(now.getTime() + 10 * dayMs).toISOString(),
      records: [
        { usage: 3, names: [fingerprintOf(soon)] },
        { usage: 3, names: [] },
        { usage: 2, selector: 0, names: [fingerprintOf(testPki.intermediate)] },
      ],
    },
  ]);
  expect((await list(tlsa)).data).toHaveLength(3);
  expect((await list(tlsa, '?host=mx.example.net&dnssec=secure')).data).toMatchObject([
    { endpoint_id: 'E3', records: [], ttl_seconds: null },
  ]);
  expect((await list(tlsa, '?dnssec=bogus')).data).toEqual([]);
  const first = await list(tlsa, '?limit=2');
  expect((await list(tlsa, `?cursor=${first.next_cursor ?? ''}`)).data).toMatchObject([{ endpoint_id: 'E3' }]);
});

test('zones come with what DNSSEC says of them', async () => {
  await app.database.zone.createMany({
    data: [
      { id: 'Z', name: 'example.org', createdAt: now },
      { id: 'Y', name: 'example.net', createdAt: now },
    ],
  });
  await app.database.domainZone.createMany({
    data: [
      { domainId: 'D1', zoneId: 'Z', firstSeen: now, lastSeen: now },
      { domainId: 'D2', zoneId: 'Y', firstSeen: now, lastSeen: now },
    ],
  });
  await saveSpans(app.database, {
    ...{ endpointId: null, domainId: null, zoneId: 'Z', vantage: 'test', certificates: new Map() },
    ...{ pieces: [splitZoneObservation(zoneSignedAt(now.getTime()))], seenAt: now.getTime() },
  });
  const first = await list(dnssec, '?limit=1');
  expect(first.data).toMatchObject([
    { zone: 'example.net', state: null, answers: [], seen_at: null, domains: ['example.net'] },
  ]);
  const { data } = await list(dnssec, `?cursor=${first.next_cursor ?? ''}`);
  expect(data).toMatchObject([{ zone: 'example.org', state: 'secure', seen_at: now.toISOString() }]);
  const zone = z
    .object({
      ds: z.array(z.object({ key_tag: z.number(), status: z.string() })),
      keys: z.array(z.unknown()),
      signatures_end: z.iso.datetime(),
    })
    .parse(data[0]);
  expect([zone.ds.map(({ status }) => status), zone.keys.length > 0]).toEqual([['match'], true]);
});

test('the list as a file has no formula, and one certificate is a file', async () => {
  const file = await call(csv.GET, { path: '/certificates/export?sort=-end', headers });
  expect(file.headers.get('content-type')).toContain('text/csv');
  const lines = (await file.text()).split('\r\n');
  expect(lines[0]).toContain('fingerprint,common_name');
  expect(lines.slice(1, 4).map((line) => line.split(',')[1])).toEqual([renewed, selfSigned, soon].map(fingerprintOf));
  expect(lines[2]).toContain(`,"'=cmd`);
  const one = await call(pem.GET, { params: { fingerprint: fingerprintOf(soon) }, headers });
  expect(await one.text()).toBe(soon.pem);
  expect((await call(pem.GET, { params: { fingerprint: 'ff' }, headers })).status).toBe(404);
});

test('a collector gets the days left of each endpoint', async () => {
  const response = await call(metrics.GET, { headers: bearer(await app.token('status:read')) });
  const family = parseExposition(await response.text()).find(({ name }) => name === 'latchwatch_certificate_days_left');
  expect(family?.samples.map(({ labels, value }) => [labels['endpoint'], Math.round(value)])).toEqual([
    ['E1', 5],
    ['E3', 40],
    ['E2', 80],
  ]);
});
