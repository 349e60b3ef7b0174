import { readLatestLook } from '#app/_queries/discoveries.ts';
import { readDnsSummaries } from '#app/_queries/domain-dns.ts';
import { findingItem } from '#app/_queries/finding-item.ts';
import { listFindings } from '#app/_queries/findings.ts';
import type { DomainObservation } from '#lib/model/observation.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { exampleDiscovery, seedDomain, storeDiscovery } from '#tests/app/support/seed.ts';

const hourMs = 3_600_000;
const now = new Date('2026-11-24T04:00:00Z');
const ago = (hours: number) => new Date(now.getTime() - hours * hourMs);
let app: ConsoleUnderTest;

beforeAll(async () => {
  app = await openConsole();
});
afterAll(async () => {
  await app.close();
});

async function addDomain(name: string): Promise<string> {
  const id = `domain-${name}`;
  await app.database.domain.create({ data: { id, name, createdAt: ago(9), createdBy: 'test' } });
  return id;
}

/** Without the one question that the example leaves unanswered. */
function answered(name: string, at: Date): DomainObservation {
  const observation = exampleDiscovery(name, at.getTime());
  return { ...observation, srv: observation.srv.filter(({ lookup }) => lookup.ok) };
}

async function addFinding(
  domainId: string,
  finding: { readonly code: string; readonly verdict: string; readonly lastSeen: Date; readonly endedAt?: Date },
): Promise<void> {
  await app.database.finding.create({
    data: {
      id: `finding-${domainId}-${finding.code}`,
      fingerprint: `${domainId}-${finding.code}`,
      domainId,
      params: { domain: 'example.org', services: ['_imap at priority 0, _imaps at priority 0'] },
      firstSeen: ago(8),
      ...finding,
    },
  });
}

const summaryOf = async (id: string) => (await readDnsSummaries([id], now)).get(id);

test('a domain that was never looked at to the end is not known', async () => {
  const id = await addDomain('new.example.org');
  expect(await summaryOf(id)).toEqual({ lookedAt: null, freshness: 'never', worst: null, complete: false });
});

test('the worst finding of the domain itself that holds counts, not what is over', async () => {
  const id = await addDomain('equal.example.org');
  await storeDiscovery(app.database, id, answered('equal.example.org', ago(1)));
  await addFinding(id, { code: 'srv-implicit-not-preferred', verdict: 'warn', lastSeen: ago(1) });
  await addFinding(id, { code: 'mx-missing', verdict: 'info', lastSeen: ago(1) });
  await addFinding(id, { code: 'srv-target-dead', verdict: 'fail', lastSeen: ago(2), endedAt: ago(1) });
  expect(await summaryOf(id)).toEqual({ lookedAt: ago(1), freshness: 'fresh', worst: 'warn', complete: true });
});

test('a question without an answer is told, and one whose answer is no is none', async () => {
  const { domainId } = await seedDomain(app.database, 'partly.example.org', ago(1));
  expect(await summaryOf(domainId)).toMatchObject({ worst: null, complete: false });
  const later = answered('partly.example.org', ago(0.5));
  const missing = { ok: false, failure: { stage: 'resolve', reason: 'nxdomain' } } as const;
  await storeDiscovery(app.database, domainId, { ...later, mx: missing });
  expect(await summaryOf(domainId)).toMatchObject({ lookedAt: ago(0.5), complete: true });
});

test('the last of several looks counts, and after two missed rounds it is stale', async () => {
  const id = await addDomain('old.example.org');
  await storeDiscovery(app.database, id, answered('old.example.org', ago(5)));
  await storeDiscovery(app.database, id, answered('old.example.org', ago(3)));
  expect(await summaryOf(id)).toMatchObject({ lookedAt: ago(3), freshness: 'stale' });
  expect((await readDnsSummaries([id], ago(1.5))).get(id)).toMatchObject({ freshness: 'fresh' });
});

test('what a domain page shows comes from the latest look, also one that nobody asked for', async () => {
  const { domainId } = await seedDomain(app.database, 'scheduled.example.org', ago(6));
  const later = answered('scheduled.example.org', ago(1));
  await storeDiscovery(app.database, domainId, later);
  expect((await readLatestLook(domainId))?.finishedAt).toBe(later.finishedAt);
});

test('a finding says what was expected, what came and since when, and whether the latest look saw it', async () => {
  const id = await addDomain('held.example.org');
  await addFinding(id, { code: 'srv-implicit-not-preferred', verdict: 'warn', lastSeen: ago(2) });
  const [finding] = await listFindings({ domainId: id, endpointId: null });
  if (finding === undefined) throw new Error('no finding');
  const item = findingItem(finding, ago(1));
  expect(item).toMatchObject({ since: ago(8).getTime(), notSeenSince: ago(2).getTime() });
  expect(item.expected).toContain('implicit TLS');
  expect(item.got).toContain('_imaps at priority 0');
  expect(findingItem(finding, ago(2)).notSeenSince).toBeNull();
  expect(findingItem(finding, null).notSeenSince).toBeNull();
});
