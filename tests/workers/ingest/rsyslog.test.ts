import { randomBytes } from 'node:crypto';
import { createSource } from '#prisma/commands/report-sources.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { startIngest, type IngestProcess } from '#tests/support/ingest-process.ts';
import { freePort } from '#tests/support/product.ts';
import { startRsyslog, type Rsyslog } from '#tests/support/rsyslog.ts';
import { until } from '#tests/support/until.ts';

/* The real rsyslog with the configuration of docs/reports.md, the real ingest process, a real Postgres. */

let db: TestDatabase;
let ingest: IngestProcess;
let rsyslog: Rsyslog;
let start: () => Promise<IngestProcess>;
let sent = 0;

/** Logins of different accounts, as Dovecot logs them through syslog. */
function logins(count: number): readonly string[] {
  return Array.from({ length: count }, () => {
    sent += 1;
    const time = new Date().toISOString();
    const user = `user${String(sent)}@example.org`;
    return `<22>${time} mail dovecot: imap-login: Login: user=<${user}>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid=${String(sent)}, TLS, session=<s${String(sent)}>, tls=<TLSv1.2 with cipher ECDHE-RSA-AES128-GCM-SHA256 (128/128 bits)>`;
  });
}

/** Accounts that wait for their client's name, and logins: each login is one of both. */
async function counted(): Promise<{ readonly accounts: number; readonly logins: number }> {
  const accounts = await db.database.sessionReport.count();
  const { _sum } = await db.database.loginCount.aggregate({ _sum: { logins: true } });
  return { accounts, logins: Number(_sum.logins ?? 0) };
}

const allAreCounted = (): Promise<true> => until(async () => ((await counted()).logins >= sent ? true : null));

beforeAll(async () => {
  db = await createTestDatabase();
  const made = await createSource(db.database, {
    ...{ name: 'front', hosts: [], addresses: ['127.0.0.1'], actor: 'test', now: new Date() },
  });
  if (!made.ok) throw new Error(made.error);
  const [port, relpPort] = [await freePort(), await freePort()];
  const key = randomBytes(32);
  start = () => startIngest({ databaseUrl: db.url, port, key, settings: { LATCHWATCH_RELP_PORT: String(relpPort) } });
  ingest = await start();
  rsyslog = await startRsyslog({ relpPort });
});
afterAll(async () => {
  await rsyslog.stop();
  await ingest.stop();
  await db.close();
});

describe('rsyslog over RELP', () => {
  it('brings every line once', async () => {
    await rsyslog.send(logins(500));
    await allAreCounted();
    expect(await counted()).toEqual({ accounts: sent, logins: sent });
  });

  it('keeps lines while ingest is away, also over its own death', async () => {
    await ingest.stop();
    await rsyslog.send(logins(500));
    // What it has not written yet dies with it.
    await until(() => (rsyslog.hasSpooled(`user=<user${String(sent)}@`) ? true : null));
    await rsyslog.killAndRestart();
    await rsyslog.send(logins(500));
    ingest = await start();
    await rsyslog.send(logins(500));
    await allAreCounted();
    expect(await counted()).toEqual({ accounts: sent, logins: sent });
  });

  it('counts a line once when ingest dies in the middle', async () => {
    for (let kill = 0; kill < 3; kill += 1) {
      const before = (await counted()).logins;
      await rsyslog.send(logins(1000));
      await until(async () => ((await counted()).logins > before + 200 ? true : null));
      await ingest.killAndRestart();
    }
    await allAreCounted();
    expect(await counted()).toEqual({ accounts: sent, logins: sent });
  });
});
