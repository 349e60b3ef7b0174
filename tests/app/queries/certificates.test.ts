import { everyCertificate } from '#app/_queries/certificate-filter.ts';
import { certificateItems } from '#app/_queries/certificate-item.ts';
import {
  firstView,
  queryOf,
  readCertificateView,
  viewHref,
  type CertificateView,
} from '#app/_queries/certificate-view.ts';
import type { CertificatePlaceInList, CertificateQuery } from '#app/_queries/certificates.ts';
import { certificateOrders, countCertificates, listBusyDays, listCertificates } from '#app/_queries/certificates.ts';
import { createSilence } from '#prisma/commands/silences.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { dayMs, issueCertificate, type TestCertificateOptions } from '#tests/support/certificates.ts';
import { testPki } from '#tests/support/observations.ts';
import { showCertificates } from '#tests/support/shown-certificates.ts';

let app: ConsoleUnderTest;
const now = new Date(Math.floor(Date.now() / dayMs) * dayMs + dayMs / 2);

function issue(commonName: string, days: number, change: Partial<TestCertificateOptions> = {}) {
  const dates = { notBefore: now.getTime() - 20 * dayMs, notAfter: now.getTime() + days * dayMs };
  return issueCertificate({ commonName, dnsNames: [commonName], issuer: testPki.intermediate, ...dates, ...change });
}

beforeAll(async () => {
  app = await openConsole();
  for (const name of ['a.test', 'b.test']) {
    await app.database.domain.create({ data: { id: name, name, createdAt: now, createdBy: 'test' } });
  }
  const at = { at: now, domainId: 'a.test', host: 'mail.a.test' };
  const old = issue('mail.a.test', 5);
  await showCertificates(app.database, { ...at, id: 'E1', chains: [[old], [issue('mail.a.test', 70)]] });
  await showCertificates(app.database, { ...at, id: 'E2', service: 'pop3', chains: [[old]] });
  for (const index of [1, 2, 3]) {
    const host = `m${String(index)}.b.test`;
    await showCertificates(app.database, {
      at: now,
      domainId: 'b.test',
      id: `B${String(index)}`,
      host,
      chains: [[issue(host, 30)]],
    });
  }
  // Of a server that nobody watches any more.
  const gone = { at: now, domainId: 'b.test', id: 'G', host: 'gone.b.test', chains: [[issue('gone.b.test', 1)]] };
  await showCertificates(app.database, gone);
  await app.database.domainEndpoint.updateMany({ where: { endpointId: 'G' }, data: { removedAt: now } });
  await app.database.domainEndpoint.create({
    data: { domainId: 'b.test', endpointId: 'E1', origin: 'mx', firstSeen: now, lastSeen: now },
  });
});
afterAll(() => app.close());

type Asked = Partial<Omit<CertificateQuery, 'after' | 'limit'>>;

/** All rows, read two at a time. */
async function readAll(asked: Asked = {}): Promise<readonly string[]> {
  const rows: string[] = [];
  let after: CertificatePlaceInList | null = null;
  do {
    const page: Awaited<ReturnType<typeof listCertificates>> = await listCertificates({
      ...{ filter: everyCertificate, group: null, order: 'end', descending: false, ...asked, after, limit: 2 },
    });
    for (const { group, certificate } of page.rows) {
      const days = Math.round((certificate.notAfter.getTime() - now.getTime()) / dayMs);
      rows.push(`${group === null ? '' : `${group}: `}${certificate.commonName ?? ''} ${String(days)}`);
    }
    after = page.next;
  } while (after !== null);
  return rows;
}

const byEnd = ['mail.a.test 5', 'm1.b.test 30', 'm2.b.test 30', 'm3.b.test 30', 'mail.a.test 70'];

test('every order has every certificate that is watched once, both ways round', async () => {
  expect((await readAll()).toSorted()).toEqual(byEnd.toSorted());
  for (const order of certificateOrders) {
    const up = await readAll({ order });
    expect(up.toSorted()).toEqual(byEnd.toSorted());
    expect(await readAll({ order, descending: true })).toEqual(up.toReversed());
  }
  expect(await readAll({ order: 'name' })).toEqual([
    'm1.b.test 30',
    'm2.b.test 30',
    'm3.b.test 30',
    'mail.a.test 5',
    'mail.a.test 70',
  ]);
});

test('a certificate stands in each of its groups once', async () => {
  expect(await readAll({ group: 'server' })).toEqual([
    ...['m1.b.test: m1.b.test 30', 'm2.b.test: m2.b.test 30', 'm3.b.test: m3.b.test 30'],
    ...['mail.a.test: mail.a.test 5', 'mail.a.test: mail.a.test 70'],
  ]);
  const domains = await readAll({ group: 'domain' });
  expect(domains.filter((row) => row.startsWith('a.test'))).toEqual([
    'a.test: mail.a.test 5',
    'a.test: mail.a.test 70',
  ]);
  expect(domains.filter((row) => row.startsWith('b.test'))).toHaveLength(5);
  expect((await readAll({ group: 'issuer' })).every((row) => row.startsWith('CN=Test Intermediate: '))).toBe(true);
});

test('what is searched for is text, not a pattern', async () => {
  const found = (text: string) => readAll({ filter: { ...everyCertificate, text } });
  expect(await found('M2.B')).toEqual(['m2.b.test 30']);
  expect(await found('%')).toEqual([]);
  expect(await found('m_.b')).toEqual([]);
  expect(await found('\\')).toEqual([]);
});

test('counts leave out what nobody watches; a busy day is told with its certificates', async () => {
  expect(await countCertificates(new Date(now.getTime() + 14 * dayMs))).toMatchObject({
    soon: 1,
    selfSigned: 0,
    weak: 0,
    unread: 0,
  });
  expect(await listBusyDays(now)).toEqual([
    { day: new Date(Math.floor((now.getTime() + 30 * dayMs) / dayMs) * dayMs), certificates: 3 },
  ]);
});

test('a row knows its servers, its successor elsewhere at the host, and what is dated beside it', async () => {
  const silence = { code: null, incidentId: null, reason: 'New hardware', maintenance: true, actor: 'test', now };
  const ends = new Date(now.getTime() + 2 * dayMs);
  await createSilence(app.database, { ...silence, host: '*.a.test', startsAt: now, endsAt: ends });
  await app.database.changePlan.create({
    data: {
      ...{
        id: 'P',
        change: { op: 'drop_tlsa', hosts: ['mail.a.test'], ports: [] },
        answer: {},
        answerHash: '',
        note: '',
      },
      ...{ createdAt: now, createdBy: 'x', approvedAt: now, approvedBy: 'y', expiresAt: ends },
    },
  });
  await app.database.rollover.create({
    data: {
      ...{
        id: 'R',
        endpointId: 'E1',
        given: 'public-key',
        publicKey: new Uint8Array(),
        usage: 3,
        selector: 1,
        matching: 1,
      },
      ...{ oldRecords: {}, createdAt: now, createdBy: 'x', publishedSince: now, look: { settledAt: ends.getTime() } },
    },
  });
  const query = {
    filter: everyCertificate,
    group: null,
    order: 'end',
    descending: false,
    after: null,
    limit: 50,
  } as const;
  const items = await certificateItems((await listCertificates(query)).rows, { role: 'server', now });
  const [first, , , , last] = items;
  expect(first?.places.map(({ endpointId, service, addresses }) => [endpointId, service, addresses.length])).toEqual([
    ['E1', 'IMAP', 1],
    ['E2', 'POP3', 2],
  ]);
  expect(first?.successor).toMatchObject({ fingerprint: last?.fingerprint, place: 'mail.a.test:993 at 2001:db8::1' });
  expect(last?.successor).toBeNull();
  expect(first?.marks.map(({ kind, to, href }) => [kind, Math.round((to - now.getTime()) / dayMs), href])).toEqual([
    ['signatures', 10, '/endpoints/E1'],
    ['tlsa-wait', 2, '/rollovers/R'],
    ['planned-work', 2, '/silences'],
    ['approved-change', 2, '/plan/P'],
  ]);
  expect(items[1]?.marks.map(({ kind }) => kind)).toEqual(['signatures']);
});

test('a view and its address are the same thing, and what an address cannot mean is left out', () => {
  const view: CertificateView = {
    ...{
      table: true,
      zoom: 365,
      group: 'domain',
      order: 'issuer',
      descending: true,
      withinDays: 14,
      day: '2026-12-01',
    },
    ...{ selfSigned: true, weak: true, ca: true, host: 'a b', domain: 'x&y', text: '50 %+=' },
  };
  const readBack = (href: string) => {
    const { searchParams } = new URL(href, 'https://console.test');
    return readCertificateView((name) => searchParams.get(name)).view;
  };
  expect(readBack(viewHref(view))).toEqual(view);
  expect(viewHref(firstView)).toBe('/certificates');
  expect(readBack('/certificates?zoom=7&group=x&sort=-x&day=2026-02-30&q=%00&within=9&after=%00')).toEqual({
    ...firstView,
    descending: true,
  });
  expect(queryOf({ ...firstView, day: '2026-12-01' }, now).filter).toMatchObject({
    endsFrom: new Date('2026-12-01T00:00:00Z'),
    endsBefore: new Date('2026-12-02T00:00:00Z'),
  });
});
