import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createAddressGuard } from '#lib/model/address.ts';
import { declareEndpoint } from '#prisma/commands/declarations.ts';
import { addDomain } from '#prisma/commands/domains.ts';
import { addEndpoint } from '#prisma/commands/endpoints.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { cleanEnvironment } from '#tests/support/product.ts';
import { startScriptedServer } from '#tests/support/scripted-server.ts';
import { until } from '#tests/support/until.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

/** A worker as a program, at a vantage of its own. Nobody answers its questions to DNS. */
function startWorker(vantage: string): { readonly stop: () => Promise<void> } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], {
    env: cleanEnvironment({
      DATABASE_URL: test.url,
      LATCHWATCH_VANTAGE: vantage,
      LATCHWATCH_RESOLVER: '127.0.0.1:9',
      LATCHWATCH_ALLOW_ADDRESSES: '127.0.0.0/8',
    }),
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  return {
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const aliveAt = (vantage: string) => async () =>
  (await test.database.workerHeartbeat.count({ where: { vantage } })) > 0 ? true : null;

it('an endpoint that only one vantage can see waits for a worker of that vantage', async () => {
  const { database } = test;
  const server = await startScriptedServer([
    { send: '220 backend ESMTP\r\n' },
    { expect: 'EHLO latchwatch.invalid' },
    { send: '250-backend\r\n250 PIPELINING\r\n' },
    { expect: 'QUIT' },
    { send: '221 bye\r\n' },
    { close: true },
  ]);
  const now = new Date();
  const ids = await database.$transaction(async (tx) => {
    const { domainId } = await addDomain(tx, { name: 'example.org', actor: 'test', now });
    const add = async (host: string) => {
      const target = { service: 'smtp', tlsMode: 'starttls', host, port: server.port } as const;
      return (await addEndpoint(tx, { domainId, target, now })).endpointId;
    };
    return { backend: await add('backend.example.org'), front: await add('front.example.org') };
  });
  const declare = (endpointId: string, fields: Readonly<Record<string, string>>) =>
    database.$transaction((tx) =>
      declareEndpoint(tx, { endpointId, fields, mode: 'replace', guard: createAddressGuard([]), actor: 'test', now }),
    );
  expect(await declare(ids.backend, { vantage: 'inside', address: server.address })).toMatchObject({ changed: true });

  const probedAt = async (id: string) =>
    (await database.endpoint.findUniqueOrThrow({ where: { id } })).lastProbedAt?.getTime() ?? null;
  const outside = startWorker('outside');
  const inside = await (async () => {
    try {
      await until(aliveAt('outside'));
      await until(() => probedAt(ids.front));
      // Both were due at once, and the backend first: a worker of another place leaves it alone.
      expect(await probedAt(ids.backend)).toBeNull();
      expect(server.connections()).toBe(0);
      const worker = startWorker('inside');
      await until(() => probedAt(ids.backend));
      return worker;
    } finally {
      await outside.stop();
    }
  })();
  await inside.stop();
  const spans = await database.observationSpan.findMany({ where: { endpointId: ids.backend, kind: 'session' } });
  expect(spans).toMatchObject([{ vantage: 'inside', address: '127.0.0.1' }]);
  expect(server.received).toContain('EHLO latchwatch.invalid');
  expect(await database.task.findMany({ where: { ref: ids.backend }, orderBy: { kind: 'asc' } })).toMatchObject([
    { kind: 'probe', vantage: 'inside' },
    { kind: 'scan', vantage: 'inside' },
  ]);
  await server.stop();
});
