import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { isDovecotEvent, readDovecotEvent } from '#lib/reports/dovecot-event.ts';
import { createLogReader } from '#lib/reports/log-reader.ts';
import type { Report } from '#lib/model/report.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';
import { until } from '#tests/support/until.ts';
import { clientAddress } from './addresses.ts';
import { labDomain } from './domains.ts';
import type { Lab } from './lab.ts';
import { visitImap, visitSubmission, type MailHost } from './mail-client.ts';

/* What real servers write down of clients, or send over HTTP, is what our readers read. */

let lab: Lab;

beforeAll(async () => {
  lab = await sharedLab();
});

function serverOf(host: string): MailHost {
  const server = labDomain('clients.test').servers.find(({ hosts }) => hosts.includes(host));
  if (server === undefined) throw new Error(`clients.test has no ${host}`);
  return { address: server.address, host };
}

/** The reports in the logs of the domain's servers, of clients that the predicate picks. */
function reportsOf(isMine: (report: Report) => boolean): readonly Report[] {
  const now = Date.now();
  return lab.logFiles('clients.test').flatMap((file) => {
    const read = createLogReader({ host: 'submit.clients.test' });
    const lines = readIfThere(file).split('\n');
    return lines.flatMap((line) => {
      const outcome = read(line, { now, zoneOffsetMinutes: -new Date().getTimezoneOffset() });
      if (outcome.kind === 'rejected') throw new Error(`${outcome.detail} ${line}`);
      return outcome.kind === 'report' && isMine(outcome.report) ? [outcome.report] : [];
    });
  });
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** One name a test, since a lab that stays up keeps its logs. */
const unique = (name: string): string => `${name}${String(process.pid)}x${String(Date.now())}`;

async function untilReports(isMine: (report: Report) => boolean, count: number): Promise<readonly Report[]> {
  return until(() => {
    const found = reportsOf(isMine);
    return found.length >= count ? found : null;
  });
}

describe('logs', () => {
  test('Dovecot announces the status, and logs what a client says before its login with the session of the login', async () => {
    const server = serverOf('imap.clients.test');
    const [name, user] = [unique('Demo'), unique('user')];
    const idBefore = { name, version: '1.5', latch: 'tls10 tls-cert', 'security-tags': 'tls12' };
    const said = await visitImap(server, { idBefore, user });
    expect(said).toMatch(/CAPABILITY [^\]]*DEEP/);
    expect(said).toMatch(/\* ID \(.*"deep-status" "tls10 tls12 tls-cert <https:/);
    const [identity] = await untilReports(({ client }) => client?.name === name, 1);
    expect(identity).toMatchObject({
      service: 'imap',
      server: { host: server.host, address: server.address },
      account: { kind: 'none' },
      isLogin: false,
      client: { name, version: '1.5' },
      latches: { latched: ['tls-cert', 'tls10'], supported: ['tls12'], failed: [] },
      tls: { version: 'TLSv1.3' },
    });
    const [login] = await untilReports(({ account }) => account.kind === 'name' && account.name === user, 1);
    expect(login).toMatchObject({ isLogin: true, client: null, latches: null, tls: { version: 'TLSv1.3' } });
    expect(login?.session).toBe(identity?.session);
    expect(identity?.session).not.toBeNull();
  });

  test('Dovecot logs a client that says what failed and leaves without login', async () => {
    const name = unique('Leaver');
    await visitImap(serverOf('imap.clients.test'), { idBefore: { name, latch: 'tls10', 'latch-failure': 'tls-cert' } });
    const [identity] = await untilReports(({ client }) => client?.name === name, 1);
    expect(identity).toMatchObject({
      isLogin: false,
      account: { kind: 'none' },
      latches: { latched: ['tls10'], failed: ['tls-cert'] },
    });
  });

  test('Dovecot logs what a client says after its login, with the session', async () => {
    const [name, user] = [unique('Late'), unique('user')];
    await visitImap(serverOf('imap.clients.test'), { user, idAfter: { name, latch: 'tls10' } });
    const [identity] = await untilReports(({ client }) => client?.name === name, 1);
    expect(identity).toMatchObject({
      // The login has a line of its own.
      isLogin: false,
      account: { kind: 'name', name: user },
      latches: { latched: ['tls10'] },
    });
  });

  test('what a client writes into its name is not taken for what Dovecot says', async () => {
    const name = unique('Forger');
    const evil = `${name}, latch=tls12: user=<evil>, rip=9.9.9.9, TLS, session=<x>`;
    await visitImap(serverOf('imap.clients.test'), { idBefore: { name: evil, version: '1' } });
    const line = await until(() => {
      const text = lab.logFiles('clients.test').map(readIfThere).join('\n');
      return text.split('\n').find((one) => one.includes(name)) ?? null;
    });
    const read = createLogReader({ host: null });
    const outcome = read(line, { now: Date.now(), zoneOffsetMinutes: -new Date().getTimezoneOffset() });
    if (outcome.kind !== 'report') throw new Error(outcome.kind);
    expect(outcome.report).toMatchObject({ account: { kind: 'none' }, isLogin: false, latches: null, client: null });
    expect(outcome.report.clientAddress).toBe(clientAddress);
  });

  test('Postfix logs CLIENT, and whose it was once a message is sent', async () => {
    const server = serverOf('submit.clients.test');
    const [name, user] = [unique('demo_submit'), `${unique('user')}@clients.test`];
    const client = `name=${name} version=1.5 latch=tls10,tls-cert security-tags=tls12`;
    const said = await visitSubmission(server, { client, user });
    expect(said.match(/^250 /gm)?.length).toBeGreaterThan(3);
    const [told] = await untilReports((one) => one.client?.name === name, 1);
    const [login] = await untilReports(({ account }) => account.kind === 'name' && account.name === user, 1);
    const place = {
      service: 'submission',
      server: { host: 'submit.clients.test' },
      tls: { version: 'TLSv1.3' },
      session: told?.session,
    };
    expect(told).toMatchObject({
      ...place,
      account: { kind: 'none' },
      isLogin: false,
      latches: { latched: ['tls-cert', 'tls10'], supported: ['tls12'] },
    });
    expect(login).toMatchObject({ ...place, isLogin: true, client: null });
    expect(told?.session).not.toBeNull();
  });

  test('Postfix logs CLIENT of who leaves without a login', async () => {
    const name = unique('demo_leaver');
    const said = await visitSubmission(serverOf('submit.clients.test'), {
      client: `name=${name} latch=tls10 latch-fail=tls-cert`,
    });
    expect(said).toMatch(/^250 2\.0\.0 Ok/m);
    const [report] = await untilReports((one) => one.client?.name === name, 1);
    expect(report).toMatchObject({ account: { kind: 'none' }, isLogin: false, latches: { failed: ['tls-cert'] } });
  });
});

describe('events', () => {
  const imap = serverOf('imap.clients.test');
  let receiver: Server;
  const received: { readonly authorization: string; readonly body: string }[] = [];

  async function bodyOf(request: IncomingMessage): Promise<string> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    return text;
  }

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        received.push({ authorization: request.headers.authorization ?? '', body });
        response.end('{}');
      });
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const address = receiver.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    await lab.sendEvents('clients.test', `http://latchwatch:lws_secret@127.0.0.1:${String(address.port)}/reports`);
  });

  afterAll(async () => {
    await lab.sendEvents('clients.test', null);
    receiver.closeAllConnections();
    receiver.close();
  });

  function eventReports(): readonly Report[] {
    return received.flatMap(({ body }) => {
      const event: unknown = JSON.parse(body);
      if (!isDovecotEvent(event)) throw new Error(body);
      const read = readDovecotEvent(event, { now: Date.now() });
      if (!read.ok) throw new Error(`${read.error.detail} ${body}`);
      return [read.value.report];
    });
  }

  async function untilReport(user: string, isIt: (report: Report) => boolean): Promise<Report> {
    return until(
      () => eventReports().find((one) => one.account.kind === 'name' && one.account.name === user && isIt(one)) ?? null,
    );
  }

  test('an ID before login comes with the login, whatever the client wrote into it', async () => {
    const name = 'x, latch=tls12: user=<evil>, "rip"=9.9.9.9';
    await visitImap(imap, {
      idBefore: { name, version: '1.5', latch: 'tls10 tls-cert', 'latch-fail': 'tls-dane-tlsa' },
      user: 'early',
    });
    const report = await untilReport('early', ({ client }) => client !== null);
    expect(report).toMatchObject({
      service: 'imap',
      server: { host: 'imap.clients.test', address: imap.address, port: 993 },
      client: { name, version: '1.5' },
      isLogin: true,
      latches: { latched: ['tls-cert', 'tls10'], supported: [], failed: ['tls-dane-tlsa'] },
      tls: { version: 'TLSv1.3' },
    });
    expect(report.session).not.toBeNull();
  });

  test('an ID after login comes as a command', async () => {
    await visitImap(imap, { user: 'late', idAfter: { name: 'Late', latch: 'tls10' } });
    const report = await untilReport('late', ({ latches }) => latches !== null);
    expect(report).toMatchObject({ client: { name: 'Late' }, isLogin: false, latches: { latched: ['tls10'] } });
  });

  test('the password of the URL comes with each event', () => {
    const basic = `Basic ${Buffer.from('latchwatch:lws_secret').toString('base64')}`;
    expect(received.length).toBeGreaterThan(1);
    expect(new Set(received.map(({ authorization }) => authorization))).toEqual(new Set([basic]));
  });
});
