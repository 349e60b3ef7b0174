import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createToken, tokenScopes } from '#prisma/commands/tokens.ts';
import type { ConsoleContent } from './console-content.ts';
import { pseudonymKey, type ConsoleWorld } from './console-world.ts';
import { hostileLines, hostileTexts } from './hostile-corpus.ts';
import { startIngest } from './ingest-process.ts';
import { freePort } from './product.ts';
import { until } from './until.ts';

/*
 * Everything that listens to strangers or to programs gets the corpus, over the wire. A door may take a text or refuse it in
 * words; it may not break.
 */

/** What a door said. */
export interface Answered {
  readonly door: string;
  readonly status: number;
}

const host = 'mail.hostile.example';
const taken = 'after-the-corpus';

/** JSON as it is, with lone surrogates in escapes, which no other form can carry. */
const json = (value: unknown): string => JSON.stringify(value);

/** Reports of clients, of other providers, bounces and log lines, through a real ingest. */
export async function reportCorpus(world: ConsoleWorld, content: ConsoleContent): Promise<readonly Answered[]> {
  const folder = await mkdtemp(join(tmpdir(), 'latchwatch-hostile-'));
  const log = join(folder, 'mail.log');
  await writeFile(log, '');
  const ingest = await startIngest({
    ...{ databaseUrl: world.databaseUrl, port: await freePort(), key: pseudonymKey },
    settings: { LATCHWATCH_DATA: folder, LATCHWATCH_LOG_FILES: log },
  });
  const answers: Answered[] = [];
  const post = async (body: string, type: string): Promise<void> => {
    const headers = { authorization: `Bearer ${content.sourceToken}`, 'content-type': type };
    const answer = await fetch(ingest.url, { method: 'POST', headers, body });
    await answer.text();
    answers.push({ door: `ingest ${type}`, status: answer.status });
  };
  try {
    const observed = new Date().toISOString();
    const item = { observed_at: observed, protocol: 'imap', server_host: host, login: true };
    const reports = hostileTexts.flatMap((text, index) => [
      {
        ...item,
        user: `u${String(index)}@hostile.example`,
        name: text,
        version: text,
        latch: ['tls-cert'],
        latch_fail: ['tls12'],
      },
      {
        ...item,
        user: text,
        name: 'Courier',
        session: text,
        latch: ['tls12', text],
        tls_version: text,
        tls_cipher: text,
      },
      { ...item, id: text, server_host: text, client_address: text, protocol: text },
    ]);
    await post(reports.map(json).join('\n'), 'application/x-ndjson');
    for (const text of hostileTexts) {
      const failure = {
        'result-type': text,
        'failed-session-count': 3,
        'receiving-mx-hostname': text,
        'failure-reason-code': text,
      };
      const summary = { 'total-successful-session-count': 1, 'total-failure-session-count': 3 };
      const policy = {
        'policy-type': 'sts',
        'policy-domain': 'hostile.example',
        'policy-string': [text],
        'mx-host': [text],
      };
      const range = { 'start-datetime': new Date(Date.now() - 86_400_000).toISOString(), 'end-datetime': observed };
      const report = { 'organization-name': text, 'contact-info': text, 'report-id': text, 'date-range': range };
      await post(
        json({ ...report, policies: [{ policy, summary, 'failure-details': [failure] }] }),
        'application/tlsrpt+json',
      );
      const delivery = `Final-Recipient: rfc822; ${text}\r\nRemote-MTA: dns; ${text}\r\nSMTP-Security-Latch: tls10 ${text}\r\nStatus: ${text}`;
      const mail = `Subject: ${text}\r\nMIME-Version: 1.0\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; ${text}\r\n\r\n${delivery}\r\n`;
      await post(mail, 'message/rfc822');
    }
    const at = observed.slice(0, 19);
    const end = 'rip=192.0.2.77, lip=192.0.2.1, TLS';
    const lines = hostileLines.flatMap((text, index) => [
      `${at} imap-login: Info: ID sent: name=${text}, version=${text}, latch=tls12: user=<>, ${end}, session=<s${String(index)}>`,
      `${at} imap-login: Info: Login: user=<${text}>, method=PLAIN, ${end}, mpid=1, session=<s${String(index)}>`,
      `Nov 24 01:40:39 ${host} postfix/smtpd[1]: unknown[192.0.2.77]: replacing command "CLIENT name=${text} latch=tls10" with "NOOP"`,
    ]);
    // The last line has a client of its own: when that is there, the lines before it were taken as well.
    const last = `${at} imap-login: Info: Login: user=<last>, method=PLAIN, rip=192.0.2.77, lip=192.0.2.200, mpid=1, TLS, session=<${taken}>`;
    await appendFile(log, `${lines.join('\n')}\n${last}\n`, 'latin1');
    await until(() => world.database.mailServer.findFirst({ where: { address: '192.0.2.200' } }));
  } finally {
    await ingest.stop();
    await rm(folder, { recursive: true });
  }
  return answers;
}

/** What programs may write, through the API of the running console. */
export async function writeCorpus(world: ConsoleWorld, content: ConsoleContent): Promise<readonly Answered[]> {
  const scopes = [...tokenScopes];
  const made = { name: 'hostile program', scopes, createdBy: 'ada@example.org', now: new Date() };
  const { token } = await world.database.$transaction((tx) => createToken(tx, made));
  const answers: Answered[] = [];
  const ask = async (method: string, path: string, body: unknown): Promise<void> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${world.url}/api/v1${path}`, { method, headers, body: json(body) });
    await answer.text();
    answers.push({ door: `${method} ${path}`, status: answer.status });
  };
  const [incident = '', other = ''] = content.incidentIds;
  for (const [index, text] of hostileTexts.entries()) {
    await ask('POST', `/incidents/${incident}/comments`, { text });
    await ask('PUT', `/incidents/${incident}/external-refs/system${String(index)}`, {
      key: text,
      url: text,
      status: text,
    });
    await ask('PUT', `/incidents/${other}/external-refs/s${String(index)}`, {
      key: text.slice(0, 20),
      status: text.slice(0, 20),
    });
    await ask('POST', `/incidents/${other}/silence`, { reason: text, minutes: 60 });
    await ask('PUT', `/incidents/${other}/owner`, { owner: text });
    await ask('POST', '/domains', { name: text });
    await ask('POST', '/endpoints', { domain: text, host: text, service: 'imap', tls_mode: 'implicit', port: 993 });
    const change = { op: 'stop_advertising', hosts: ['mail.example.org'], tag: text };
    await ask('POST', '/plans', { change: { ...change, tag: 'tls-cert' }, note: text });
    await ask('POST', '/plans', { change, note: text });
  }
  return answers;
}
