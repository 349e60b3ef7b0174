import { rejudge, todaysJudges, type Judges } from '#workers/store/rejudge.ts';
import type { Judgement } from '#lib/model/finding.ts';
import { dayMs, issueCertificate, testNow } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  leafWith,
  testAddresses,
  testPki,
  trustedTls,
  untrustedTls,
} from '#tests/support/observations.ts';

const healthy = healthyEndpoint();
const endpoint = 'imap+implicit://mail.example.org:993';
const [first] = testAddresses;

describe('rejudge', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(() => emptyDatabase(test.database));

  /** What was seen, one look an hour. */
  async function live(...looks: readonly (typeof healthy)[]) {
    const engine = createEngine(test.database);
    await engine.watch();
    for (const [hour, look] of looks.entries()) {
      engine.clock.set(testNow + hour * 3_600_000);
      const finishedAt = engine.clock.now();
      engine.sight.endpoint = () => ({ ...look, startedAt: finishedAt - 1000, finishedAt });
      await engine.runAll('probe');
    }
    return engine;
  }

  const again = (change: Partial<Judges> = {}, since = testNow, domain: string | null = null) =>
    rejudge(test.database, {
      since: new Date(since),
      domain,
      judges: { ...todaysJudges, ...change },
      mayGoOn: () => true,
    });

  const distrusted = changeSessions(healthy, () => ({ tls: untrustedTls([testPki.leaf], 'CERT_REVOKED') }));

  it('finds no difference where the checks are those of then', async () => {
    const engine = await live(
      healthy,
      distrusted,
      distrusted,
      healthy,
      failSessions(healthy, { stage: 'connect', reason: 'refused' }),
    );
    await engine.runAll('discover');
    await engine.runAll('zone');
    await engine.runAll('scan');
    const report = await again({}, testNow - dayMs);
    expect(report).toMatchObject({ unreadable: [], differences: [] });
    // Healthy, distrusted, healthy, refused; one look at the domain, one deep scan.
    expect(report.judged).toEqual({ subjects: 2, runs: 6 });
  });

  it('tells what a new check finds, from when until when', async () => {
    await live(healthy, distrusted, distrusted, healthy);
    const strict: Judges['judgeEndpoint'] = (observation, context) => [
      ...todaysJudges.judgeEndpoint(observation, context),
      ...observation.sessions.flatMap(({ address, tls }): readonly Judgement[] =>
        tls?.pkix.trusted === false
          ? [
              {
                code: 'brand-new',
                subject: { kind: 'endpoint', endpoint: observation.endpoint, address },
                verdict: 'fail',
                params: {},
              },
            ]
          : [],
      ),
    ];
    const { differences } = await again({ judgeEndpoint: strict });
    expect(differences).toHaveLength(2);
    expect(differences[0]).toEqual({
      ...{ subject: endpoint, code: 'brand-new', address: first, recorded: null, today: 'fail' },
      from: testNow + 3_600_000,
      until: testNow + 2 * 3_600_000,
    });
  });

  it('tells what is judged otherwise, and what would not be found any more', async () => {
    await live(healthy, distrusted);
    const chainCodes = (await test.database.finding.findMany()).map(({ code }) => code);
    expect(chainCodes).toContain('certificate-untrusted');
    const mild: Judges['judgeEndpoint'] = (observation, context) =>
      todaysJudges.judgeEndpoint(observation, context).map((judgement) => {
        if (judgement.code !== 'certificate-untrusted') return judgement;
        const { subject } = judgement;
        const isFirst = subject.kind === 'endpoint' && subject.address === first;
        return { ...judgement, verdict: isFirst ? 'info' : 'pass' };
      });
    const { differences } = await again({ judgeEndpoint: mild });
    const ofChain = differences.filter(({ code, recorded }) => code === 'certificate-untrusted' && recorded !== null);
    expect(ofChain.map(({ address, today }) => [address, today])).toEqual([
      [first, 'info'],
      [testAddresses[1], null],
    ]);
  });

  it('holds what today cannot be decided', async () => {
    await live(distrusted);
    const blind: Judges['judgeEndpoint'] = (observation, context) =>
      todaysJudges
        .judgeEndpoint(observation, context)
        .map((judgement) => ({ ...judgement, verdict: 'inconclusive', params: {} }));
    await expect(again({ judgeEndpoint: blind })).resolves.toMatchObject({ differences: [] });
  });

  it('knows that a date passed while nothing changed', async () => {
    const leaf = leafWith(2 * dayMs);
    const look = changeSessions(healthy, () => ({ tls: trustedTls([leaf, testPki.intermediate]) }));
    await live(...Array.from({ length: 50 }, () => look));
    await expect(again()).resolves.toMatchObject({ differences: [] });
  });

  it('leaves out what lies before, and what is of another domain', async () => {
    await live(healthy, distrusted, healthy);
    const later = await again({}, testNow + 2 * 3_600_000);
    expect(later.judged.runs).toBe(1);
    const other = await again({}, testNow, 'example.net');
    expect(other.judged).toEqual({ subjects: 0, runs: 0 });
    const own = await again({}, testNow, 'example.org');
    expect(own.judged.runs).toBe(3);
  });

  it('says what it cannot read, and goes on', async () => {
    await live(healthy, distrusted);
    const { id } = await test.database.observationSpan.findFirstOrThrow({ where: { kind: 'session', newest: false } });
    await test.database.$executeRaw`UPDATE observation_span SET evidence = '{"of":"tomorrow"}' WHERE id = ${id}`;
    const report = await again();
    expect(report.unreadable).toMatchObject([{ subject: endpoint }]);
    expect(report.judged.runs).toBe(1);
  });

  it('does not ask for a baseline that was not kept', async () => {
    const key = issueCertificate({ commonName: 'x', dnsNames: ['mail.example.org'], issuer: testPki.intermediate });
    await live(
      healthy,
      changeSessions(healthy, () => ({ tls: trustedTls([key, testPki.intermediate]) })),
    );
    expect((await test.database.finding.findMany()).map(({ code }) => code)).toContain('key-changed');
    await expect(again()).resolves.toMatchObject({ differences: [] });
  });
});
