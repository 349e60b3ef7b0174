import pg from 'pg';
import { createSource, revokeSource } from '#prisma/commands/report-sources.ts';
import { withdrawSource } from '#prisma/commands/withdraw-source.ts';
import { parseTlsReport } from '#lib/reports/tls-rpt.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { keepDocument, type KeptDocument } from '#workers/store/census/tls-reports.ts';

const now = new Date(Date.UTC(2026, 10, 25, 12));
const actor = 'command line';

function report(id: string, policies = 1): KeptDocument {
  const parsed = parseTlsReport(
    JSON.stringify({
      'organization-name': 'Provider B',
      'report-id': id,
      'date-range': { 'start-datetime': '2026-11-24T00:00:00Z', 'end-datetime': '2026-11-25T00:00:00Z' },
      policies: Array.from({ length: policies }, (_, n) => ({
        policy: { 'policy-type': 'sts', 'policy-domain': `d${String(n)}.test` },
        summary: { 'total-successful-session-count': 9_007_199_254_740_991, 'total-failure-session-count': 1 },
        'failure-details': [{ 'result-type': 'certificate-expired', 'failed-session-count': 1 }],
      })),
    }),
    now.getTime(),
  );
  if (!parsed.ok) throw new Error(parsed.error);
  return { kind: 'tls-report', policies: parsed.value };
}

describe('keepDocument', () => {
  let test: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    test = await createTestDatabase();
    pool = new pg.Pool({ connectionString: test.url, max: 2 });
  });
  afterAll(async () => {
    await pool.end();
    await test.close();
  });

  async function create(name: string) {
    const made = await createSource(test.database, { name, addresses: [], hosts: [], actor, now });
    if (!made.ok) throw new Error(made.error);
    return made.value;
  }

  const body = Buffer.from('some bytes');

  it('keeps the policies of a report once, whoever hands it in', async () => {
    const [one, two] = [await create('one'), await create('two')];
    const document = report('a', 3);
    await expect(keepDocument(pool, { source: one.number, body, document })).resolves.toEqual({
      kind: 'kept',
      kept: 3,
      known: 0,
    });
    for (const { number: source } of [one, two]) {
      await expect(keepDocument(pool, { source, body, document })).resolves.toEqual({
        kind: 'kept',
        kept: 0,
        known: 3,
      });
    }
    const rows = await test.database.tlsReport.findMany({ orderBy: { domain: 'asc' } });
    expect(rows.map(({ source, domain, successes }) => [source, domain, successes])).toEqual(
      [0, 1, 2].map((n) => [one.number, `d${String(n)}.test`, 9_007_199_254_740_991n]),
    );
    expect(rows[0]?.details).toMatchObject([{ resultType: 'certificate-expired', sessions: 1 }]);
    const { lastSeenAt } = await test.database.reportSource.findUniqueOrThrow({ where: { id: two.id } });
    expect(lastSeenAt).not.toBeNull();
  });

  it('counts bounces by day, server and tag, and the same message once', async () => {
    const { number: source } = await create('bounces');
    const document: KeptDocument = {
      kind: 'bounce',
      bounces: [{ day: '2026-11-24', reporter: 'b.test', remote: 'mx.a.test', tags: ['tls-cert', 'tls10'] }],
    };
    for (const bytes of ['first', 'first', 'second']) {
      await keepDocument(pool, { source, body: Buffer.from(bytes), document });
    }
    const rows = await test.database.latchBounce.findMany({ orderBy: { tag: 'asc' } });
    expect(rows.map(({ tag, bounces }) => [tag, bounces])).toEqual([
      ['tls-cert', 2n],
      ['tls10', 2n],
    ]);
  });

  it('takes nothing of a source that has been revoked, and a withdrawal takes back what it brought', async () => {
    const source = await create('poisoned');
    await keepDocument(pool, { source: source.number, body, document: report('poison') });
    await revokeSource(test.database, { id: source.id, actor, now });
    const late = report('late');
    await expect(keepDocument(pool, { source: source.number, body, document: late })).resolves.toEqual({
      kind: 'revoked',
    });
    await withdrawSource(test.database, { id: source.id, reason: 'broken into', actor, now });
    await expect(test.database.tlsReport.count({ where: { reportId: { in: ['poison', 'late'] } } })).resolves.toBe(0);
  });
});
