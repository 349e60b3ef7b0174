import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import * as endpoint from '#app/api/v1/endpoints/[id]/route.ts';
import * as scan from '#app/api/v1/endpoints/[id]/scan/route.ts';
import { readWaiting } from '#app/_queries/scans.ts';
import { splitScanObservation } from '#lib/model/scan-span.ts';
import { addDomain } from '#prisma/commands/domains.ts';
import { addEndpoint, removeEndpoint } from '#prisma/commands/endpoints.ts';
import { bearer, call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { testEndpoint } from '#tests/support/observations.ts';
import { changeScan, healthyScan } from '#tests/support/scan-observations.ts';
import { saveSpans } from '#workers/store/spans.ts';

const detail = z.looseObject({
  deep_scan: z
    .looseObject({ made_at: z.string(), addresses: z.array(z.looseObject({ address: z.string() })) })
    .nullable(),
});
const now = new Date();

let app: ConsoleUnderTest;
let headers: Record<string, string>;
let id: string;

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('inventory:read', 'inventory:write'));
  id = await app.database.$transaction(async (tx) => {
    const { domainId } = await addDomain(tx, { name: 'example.org', actor: 'test', now });
    return (await addEndpoint(tx, { domainId, target: testEndpoint(), now })).endpointId;
  });
});
afterAll(async () => app.close());

async function detailOf() {
  const response = await call(endpoint.GET, { headers, params: { id } });
  return detail.parse(await response.json());
}

test('a deep scan can be asked for, and is the next that is made', async () => {
  expect((await readWaiting(id, now)).scanning).toBe(false);
  const asked = await call(scan.POST, { method: 'POST', headers, params: { id } });
  expect([asked.status, asked.headers.get('location')]).toEqual([202, `/api/v1/endpoints/${id}`]);
  expect(await app.database.task.findMany({ where: { kind: 'scan' } })).toMatchObject([{ ref: id, priority: 10 }]);
  expect((await readWaiting(id, new Date())).scanning).toBe(true);
});

test('the latest one stands in the endpoint', async () => {
  expect((await detailOf()).deep_scan).toBeNull();
  const failure = { stage: 'greeting', reason: 'temporary', said: '421 later' } as const;
  const seen = changeScan(healthyScan(), ({ weakSuites }, index) =>
    index === 0 ? {} : { failure, weakSuites: { ...weakSuites, rc4: { outcome: 'unseen', failure } } },
  );
  await app.database.$transaction((tx) =>
    saveSpans(tx, {
      ...{ endpointId: id, domainId: null, zoneId: null, vantage: 'test', seenAt: seen.finishedAt },
      ...splitScanObservation(seen),
    }),
  );
  expect((await detailOf()).deep_scan).toMatchObject({
    made_at: new Date(seen.finishedAt).toISOString(),
    addresses: [
      {
        failure: null,
        versions: { tls_1_3: { outcome: 'accepted' }, tls_1_0: { outcome: 'refused', said: 'handshake_failure' } },
        weak_suites: { rc4: { outcome: 'refused' } },
        close_notify: 'yes',
        usual_handshakes: 3,
      },
      { failure, weak_suites: { rc4: { outcome: 'unseen', failure } } },
    ],
    status_urls: [],
  });
});

test('nobody scans what is not there or not watched', async () => {
  const gone = await call(scan.POST, { method: 'POST', headers, params: { id: randomUUID() } });
  expect(gone.status).toBe(404);
  await app.database.$transaction((tx) =>
    removeEndpoint(tx, { endpointId: id, domainId: null, actor: 'test', now: new Date() }),
  );
  const after = await call(scan.POST, { method: 'POST', headers, params: { id } });
  expect(after.status).toBe(409);
  expect(await app.database.task.count({ where: { kind: 'scan' } })).toBe(0);
});
