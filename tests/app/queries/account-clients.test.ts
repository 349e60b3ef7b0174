import { lookAccountUp } from '#app/_queries/account-clients.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedHolders, testAccount } from '#tests/support/census.ts';

const someDate: unknown = expect.any(Date);

let app: ConsoleUnderTest;
beforeAll(async () => {
  app = await openConsole();
});
afterAll(() => app.close());

test('an account has the clients of all its pseudonyms, the latest first, and no others', async () => {
  await seedHolders(app.database, [
    {
      account: 'old key',
      ...{ client: 'Courier', version: '6', lastDay: new Date('2026-10-01'), tlsVersion: 'TLSv1.2' },
    },
    {
      account: 'new key',
      ...{ client: 'Courier', version: '7', latched: ['tls12'], supported: ['tls-cert'], tlsVersion: 'TLSv1.3' },
      ...{ host: '', address: '192.0.2.1', service: 'submission', lastDay: new Date('2026-11-02') },
    },
    { account: 'somebody else', client: 'Other', lastDay: new Date('2026-11-02') },
  ]);
  const who = { actor: 'operator@example.org', now: new Date('2026-11-03') };
  const clients = await lookAccountUp(['new key', 'old key'].map(testAccount), who);
  expect(clients).toEqual([
    {
      client: { name: 'Courier', version: '7' },
      server: { hosts: [], address: '192.0.2.1', service: 'submission' },
      ...{ latched: ['tls12'], supported: ['tls-cert'], speaksDeep: true, tlsVersion: 'TLSv1.3' },
      ...{ firstDay: '2026-11-02', lastDay: '2026-11-02', reportedAt: someDate, failures: 0 },
    },
    {
      client: { name: 'Courier', version: '6' },
      server: { hosts: ['mail.example.org'], address: null, service: 'imap' },
      ...{ latched: [], supported: [], speaksDeep: false, tlsVersion: 'TLSv1.2' },
      ...{ firstDay: '2026-10-01', lastDay: '2026-10-01', reportedAt: someDate, failures: 0 },
    },
  ]);
});

test('whoever looks is written down, and not whom they looked up', async () => {
  expect(await app.database.auditEntry.findMany({ where: { action: { startsWith: 'account.' } } })).toMatchObject([
    { actor: 'operator@example.org', action: 'account.looked-up', subject: '', detail: { clients: 2 } },
  ]);
});
