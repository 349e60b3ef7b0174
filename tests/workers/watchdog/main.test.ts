import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:tls';
import { z } from 'zod';
import { vitalSigns, watchdogDetail, watchdogSign } from '#lib/model/vital-sign.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { cleanEnvironment } from '#tests/support/product.ts';
import { until } from '#tests/support/until.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

/** The watchdog as a program, in an environment of its own. */
function startWatchdog(settings: Readonly<Record<string, string>>, ipc = false) {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'workers/watchdog/main.ts'], {
    env: cleanEnvironment(settings),
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
  });
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = once(child, 'exit').then(([code]: unknown[]) => code);
  return { child, ended, out: () => out, err: () => err };
}

const ownRow = () => test.database.vitalSign.findFirst({ where: { name: watchdogSign } });

describe('the watchdog program', () => {
  it('says where its fixture is, calls outside while the signs are fresh, and ends with 0 on SIGTERM', async () => {
    const server = createServer((_request, response) => response.end('OK')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const called = once(server, 'request');
    const { port } = z.object({ port: z.number() }).parse(server.address());
    for (const name of vitalSigns) {
      await test.database.$executeRaw`
        INSERT INTO vital_sign (name, vantage, at, detail) VALUES (${name}, '', now(), '{"said": null}')`;
    }
    const watchdog = startWatchdog({ DATABASE_URL: test.url, LATCHWATCH_WATCHDOG_URL: `http://127.0.0.1:${port}/` });
    await called;
    const row = await until(ownRow);
    const { fixtureAddress, fixturePort, ...rest } = watchdogDetail.parse(row.detail);
    expect([row.vantage, rest.callsOutside, rest.sendsMail]).toEqual(['local', true, false]);
    const socket = connect({ host: fixtureAddress, port: fixturePort, rejectUnauthorized: false });
    const [greeting] = z.tuple([z.instanceof(Buffer)]).parse(await once(socket, 'data'));
    expect(greeting.toString('latin1')).toMatch(/^\* OK \[CAPABILITY IMAP4rev1/);
    expect(socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase()).toBe(rest.fixtureFingerprint);
    socket.destroy();
    watchdog.child.kill('SIGTERM');
    expect(await watchdog.ended).toBe(0);
    expect(watchdog.err()).toBe('');
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('keeps looking while the database is down, and ends with the program that started it', async () => {
    const watchdog = startWatchdog({ DATABASE_URL: 'postgresql://nobody:x@127.0.0.1:9/none' }, true);
    await until(() => (watchdog.out().includes('The database does not answer') ? true : null));
    expect(watchdog.child.exitCode).toBeNull();
    expect(watchdog.out()).toContain('nobody hears the watchdog');
    watchdog.child.disconnect();
    expect(await watchdog.ended).toBe(0);
  });

  it('refuses wrong settings with a sentence', async () => {
    const settings = { DATABASE_URL: test.url, LATCHWATCH_WATCHDOG_SMTP_URL: 'smtp://relay.example' };
    const watchdog = startWatchdog(settings);
    expect(await watchdog.ended).toBe(2);
    expect(watchdog.err()).toBe(
      'LATCHWATCH_WATCHDOG_SMTP_URL is set but LATCHWATCH_WATCHDOG_MAIL_TO is not: say who gets its mails.\n',
    );
  });
});
