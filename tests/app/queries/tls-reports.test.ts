import { listLatchBounces } from '#app/_queries/latch-bounces.ts';
import { readTlsReports } from '#app/_queries/tls-reports.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 25, 12);

describe('what other providers tell', () => {
  let test: ConsoleUnderTest;
  beforeAll(async () => {
    test = await openConsole();
  });
  afterAll(() => test.close());

  let made = 0;
  async function report(
    organization: string,
    daysAgo: number,
    details: readonly Record<string, string | number | null>[],
  ) {
    const endsAt = new Date(now - daysAgo * dayMs);
    await test.database.tlsReport.create({
      data: {
        id: String(made++),
        source: 1,
        organization,
        reportId: 'x',
        domain: 'example.org',
        policyType: 'sts',
        startsAt: endsAt,
        endsAt,
        successes: 100,
        failures: 4,
        details: [...details],
        receivedAt: endsAt,
      },
    });
  }

  it('is nothing while nothing has come', async () => {
    await expect(readTlsReports(now)).resolves.toMatchObject({ sessions: 0, failures: [], reporters: [], cut: false });
  });

  it('is summed by what was met and where, and by who reports', async () => {
    const expired = { resultType: 'certificate-expired', receivingHost: 'mx.example.org', sessions: 3, reason: null };
    const dropped = { resultType: 'starttls-not-supported', receivingHost: null, sessions: 1, reason: 'gone' };
    await report('B', 2, [expired, dropped]);
    await report('B', 1, [expired]);
    await report('C', 3, [{ ...expired, reason: 'said so' }]);
    await report('D', 31, [expired]);
    const summary = await readTlsReports(now);
    expect(summary).toMatchObject({ days: 30, sessions: 312, failedSessions: 12 });
    expect(summary.failures).toEqual([
      { ...expired, sessions: 9, organizations: ['B', 'C'], reason: 'said so', lastAt: now - dayMs },
      { ...dropped, organizations: ['B'], lastAt: now - 2 * dayMs },
    ]);
    expect(
      summary.reporters.map(({ organization, successes, failures }) => [organization, successes, failures]),
    ).toEqual([
      ['B', 200, 8],
      ['C', 100, 4],
    ]);
  });

  it('has the bounces that name a latch, over days and sources', async () => {
    for (const [daysAgo, source, bounces] of [
      [1, 1, 2],
      [2, 2, 3],
      [40, 1, 100],
    ] as const) {
      const day = new Date(Math.floor(now / dayMs) * dayMs - daysAgo * dayMs);
      await test.database.latchBounce.create({
        data: { day, reporter: 'mx.b.test', remote: 'mx.example.org', tag: 'tls10', source, bounces },
      });
    }
    await expect(listLatchBounces(now)).resolves.toEqual([
      { tag: 'tls10', reporter: 'mx.b.test', remote: 'mx.example.org', bounces: 5, lastAt: Date.UTC(2026, 10, 24) },
    ]);
  });
});
