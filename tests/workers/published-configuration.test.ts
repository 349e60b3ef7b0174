import type { DomainObservation, EndpointObservation, Fetched } from '#lib/model/observation.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { failSessions, healthyDomain, healthyEndpoint, testEndpoint } from '#tests/support/observations.ts';
import {
  autoconfigUrl,
  autoconfigXml,
  fetchedDocument,
  healthyConfiguration,
} from '#tests/support/published-configuration.ts';

/*
 * The road of what is published: a look at the domain, what its endpoints were when they were probed last, findings.
 */

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

const imap = testEndpoint();
const other = testEndpoint('pop3', 'implicit');
const refused = (): EndpointObservation =>
  failSessions(healthyEndpoint(imap), { stage: 'connect', reason: 'refused', said: 'ECONNREFUSED' });

function publishing(autoconfig: Fetched, change: Partial<DomainObservation> = {}): () => DomainObservation {
  const configuration = healthyConfiguration({ autoconfig: [autoconfig], autodiscover: [] });
  return () => ({ ...healthyDomain(), configuration, ...change });
}

const document = fetchedDocument(autoconfigUrl, autoconfigXml(['imap mail.example.org 993 SSL']));
const unseen: Fetched = { ok: false, url: autoconfigUrl, tls: null, failure: { stage: 'connect', reason: 'timeout' } };
const absent = fetchedDocument(autoconfigUrl, '', { status: 404 });

async function watching() {
  const engine = createEngine(test.database);
  engine.sight.domain = publishing(document);
  const { domainId } = await engine.watch();
  return {
    engine,
    domainId,
    /** Codes of the domain that hold now. */
    found: async (wanted: readonly string[]) => {
      const rows = await test.database.finding.findMany({
        where: { domainId, endedAt: null, code: { in: [...wanted] } },
        orderBy: { code: 'asc' },
      });
      return rows.map(({ code, verdict }) => `${code} ${verdict}`);
    },
    /** One probe of each endpoint, then one look at the domain. */
    look: async () => {
      await engine.runAll('probe');
      await engine.runAll('discover');
    },
  };
}

describe('what is published', () => {
  it('is held against what is alive', async () => {
    const { engine, found, look } = await watching();
    await look();
    expect(await found(['configuration-dead'])).toEqual([]);
    engine.sight.endpoint = refused;
    await look();
    expect(await found(['configuration-dead'])).toEqual(['configuration-dead fail']);
    engine.sight.endpoint = healthyEndpoint;
    await look();
    expect(await found(['configuration-dead'])).toEqual([]);
    expect(engine.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is held against an inventory only where there is one', async () => {
    const { engine, domainId, found, look } = await watching();
    const codes = ['endpoint-undeclared', 'endpoint-vanished'];
    await look();
    expect(await found(codes)).toEqual([]);
    await test.database.domain.update({
      where: { id: domainId },
      data: { inventoryAt: new Date(), inventoryBy: 'test' },
    });
    await test.database.domainEndpoint.updateMany({ where: { domainId }, data: { origin: 'srv' } });
    await look();
    expect(await found(codes)).toEqual(['endpoint-undeclared warn']);
    await test.database.domainEndpoint.updateMany({ where: { domainId }, data: { declared: true } });
    engine.sight.endpoint = refused;
    await look();
    expect(await found(codes)).toEqual(['endpoint-vanished fail']);
  });

  it('brings endpoints, and takes off those that it names no more, once that is known', async () => {
    const { engine, domainId } = await watching();
    const named = { target: other, origin: 'autoconfig', priority: null, weight: null } as const;
    const link = async () => {
      const row = await test.database.domainEndpoint.findFirst({ where: { domainId, endpoint: { port: other.port } } });
      return row === null ? 'none' : `${row.origin}${row.removedAt === null ? '' : ', removed'}`;
    };
    engine.sight.domain = publishing(document, { endpoints: [named] });
    await engine.runAll('discover');
    expect(engine.logged).toEqual([]);
    expect(await link()).toBe('autoconfig');
    engine.sight.domain = publishing(unseen, { endpoints: [] });
    await engine.runAll('discover');
    expect(await link()).toBe('autoconfig');
    engine.sight.domain = publishing(absent, { endpoints: [] });
    await engine.runAll('discover');
    expect(await link()).toBe('autoconfig, removed');
  });

  it('is kept as one span while nothing changes', async () => {
    const { engine, domainId } = await watching();
    const spans = () => test.database.observationSpan.count({ where: { domainId, kind: 'discovery' } });
    await engine.runAll('discover');
    engine.sight.domain = publishing(
      fetchedDocument(autoconfigUrl, autoconfigXml(['imap mail.example.org 993 SSL']).replace('?>', '?><!-- noon -->')),
    );
    await engine.runAll('discover');
    expect(await spans()).toBe(1);
    engine.sight.domain = publishing(absent);
    await engine.runAll('discover');
    expect(await spans()).toBe(2);
  });
});
