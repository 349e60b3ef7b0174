import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { labDomain } from '#tests/lab/domains.ts';
import { dovecotLog } from '#tests/lab/dovecot.ts';
import type { Lab } from '#tests/lab/lab.ts';
import { visitImap, visitSubmission, type MailHost } from '#tests/lab/mail-client.ts';
import { postfixLog } from '#tests/lab/postfix.ts';
import { openBrowser, openPage, type WatchedPage } from '#tests/support/browser.ts';
import { freePort, startProduct, type Product } from '#tests/support/product.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';
import { until } from '#tests/support/until.ts';

/*
 * From what a mail client says to the number in the console, with nothing replaced: a client speaks to a real Dovecot
 * and a real Postfix, their logs and events reach the real program, and the browser shows the census.
 */

const domain = 'census.test';
const administrator = { name: 'Ada Admin', email: 'ada@monitor.test', password: 'correct horse battery staple' };
/** Where the log of Postfix is sent from: a source is known by its address where nothing carries a token. */
const shipperAddress = '127.81.8.1';

/** The console counts the census anew each minute, and the first start builds it. */
const patienceMs = 600_000;

let lab: Lab;
let product: Product;
let browser: Browser;
let console_: WatchedPage;
let folder: string;
let syslogPort: number;
let eventsToken: string;

function serverOf(host: string): { readonly address: string; readonly host: string; readonly logs: readonly string[] } {
  const server = labDomain(domain).servers.find(({ hosts }) => hosts.includes(host));
  if (server === undefined) throw new Error(`${domain} has no ${host}`);
  return { address: server.address, host, logs: [dovecotLog(server), postfixLog(server)] };
}

const imap: MailHost = serverOf(`imap.${domain}`);
const submit: MailHost = serverOf(`submit.${domain}`);

/** The text of a page of the console. */
async function textOf(path: string): Promise<string> {
  const { page } = console_;
  await page.goto(`${product.url}${path}`);
  return page.getByRole('main').innerText();
}

async function untilText(path: string, pattern: RegExp): Promise<string> {
  return until(async () => {
    const text = await textOf(path);
    return pattern.test(text) ? text : null;
  });
}

/** The cells of a row of the matrix of tags by program, under the names of their columns. */
async function matrixRow(tag: string): Promise<Readonly<Record<string, string>>> {
  const { page } = console_;
  await page.goto(`${product.url}/latches`);
  const table = page.getByRole('region', { name: 'Clients by security tag and program' });
  if ((await table.count()) === 0) return {};
  const cellsOf = (row: string) => table.locator(row).locator('th, td').allInnerTexts();
  const names = await cellsOf('thead tr');
  const cells = await table.locator('tbody tr', { hasText: tag }).first().locator('th, td').allInnerTexts();
  return Object.fromEntries(names.map((name, index) => [name.trim(), (cells[index] ?? '').trim()]));
}

async function untilLatched(client: string, { tag, count }: { readonly tag: string; readonly count: number }) {
  await until(async () => {
    const row = await matrixRow(tag);
    const number = /^\d+/.exec(row[client] ?? '')?.[0];
    return number === String(count) ? row : null;
  });
}

/** What rsyslog does: sends the lines on, from an address that the source names. */
async function shipPostfixLog(whole: RegExp): Promise<void> {
  const log = await until(() => {
    const text = readFileSync(serverOf(submit.host).logs[1] ?? '', 'utf8');
    return whole.test(text) ? text : null;
  });
  const shipper = connect({ host: '127.0.0.1', port: syslogPort, localAddress: shipperAddress });
  await once(shipper, 'connect');
  const lines = log.split('\n').filter((line) => line !== '');
  shipper.end(lines.map((line) => `<22>${line}\n`).join(''));
}

beforeAll(async () => {
  lab = await sharedLab();
  folder = await mkdtemp(join(tmpdir(), 'latchwatch-census-'));
  syslogPort = await freePort();
  product = await startProduct({
    ...lab.environment,
    LATCHWATCH_DATA: folder,
    LATCHWATCH_INTERVAL: '1h',
    LATCHWATCH_LOG_FILES: serverOf(imap.host).logs[0] ?? '',
    LATCHWATCH_SYSLOG_PORT: String(syslogPort),
  });
  browser = await openBrowser();
  console_ = await openPage(browser);
}, patienceMs);

afterAll(async () => {
  await lab.sendEvents(domain, null);
  await browser.close();
  await product.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('from a mail client to the census', () => {
  it('starts with an empty census, and says that this is not zero', async () => {
    const { page } = console_;
    if (product.setupLink === null) throw new Error(`no link in:\n${product.output()}`);
    await page.goto(product.url + product.setupLink);
    await page.getByLabel('Your name').fill(administrator.name);
    await page.getByLabel('E-mail address').fill(administrator.email);
    await page.getByLabel('Password').fill(administrator.password);
    await page.getByRole('button', { name: 'Create and sign in' }).click();
    await page.waitForURL(`${product.url}/`);
    expect(await textOf('/latches')).toContain('No client has reported a security tag');
  });

  it('makes a source in the console, shows its token once, and waits for its first report', async () => {
    const { page } = console_;
    await page.goto(`${product.url}/settings/sources`);
    await page.getByLabel('What sends').fill('Dovecot events');
    await page.getByLabel('Servers it may report of').fill(imap.host);
    await page.getByRole('button', { name: 'Make the source' }).click();
    const shown = page.getByRole('form', { name: 'Make a source' }).locator('code');
    await shown.first().waitFor();
    eventsToken = (await shown.first().innerText()).trim();
    expect(eventsToken).toMatch(/^lws_[\w-]{43}$/);
    expect(await shown.last().innerText()).toContain(`${product.ingestUrl.split(':').at(-1) ?? ''}/ingest/v1/reports`);
    const text = await textOf('/settings/sources');
    expect(text).toContain('Waiting for the first report');
    expect(text).not.toContain(eventsToken);
    await product.cli('source', 'create', '--name', 'log files', '--address', '127.0.0.1', '--host', imap.host);
    await product.cli('source', 'create', '--name', 'Postfix', '--address', shipperAddress, '--host', submit.host);
  });

  it(
    'counts clients whose ID stands in the log of Dovecot, before and after login, once an account',
    async () => {
      const idBefore = { name: 'Demo', version: '1.5', latch: 'tls10 tls-cert', 'security-tags': 'tls12' };
      for (const user of ['ann', 'ben', 'ann']) await visitImap(imap, { idBefore, user });
      await visitImap(imap, { user: 'cid', idAfter: { name: 'Demo', version: '1.5', latch: 'tls10' } });
      await visitImap(imap, { user: 'dan' });
      await untilLatched('Demo', { tag: 'tls10', count: 3 });
      await untilLatched('Demo', { tag: 'tls-cert', count: 2 });
      expect((await matrixRow('tls12'))['Demo']).toMatch(/2 support it/);
      // Who says nothing is a login of which nothing is known.
      const text = await untilText('/latches', /unknown: \d+ logins a day said nothing/);
      expect(text).toContain('TLS 1.3');
      expect(text).not.toMatch(/\b0 affected/);
    },
    patienceMs,
  );

  it('shows the failure of a client that leaves without login', async () => {
    await visitImap(imap, { idBefore: { name: 'Leaver', latch: 'tls10', 'latch-fail': 'tls-cert' } });
    const text = await untilText('/signals', /tls-cert/);
    expect(text).toContain(imap.host);
  });

  it(
    'counts what Dovecot sends over HTTP and what Postfix logs of CLIENT in the same way',
    async () => {
      const url = new URL('/ingest/v1/reports', product.ingestUrl);
      url.username = 'latchwatch';
      url.password = eventsToken;
      await lab.sendEvents(domain, url.href);
      const name = 'Events, latch=tls12: user=<evil>';
      await visitImap(imap, { idBefore: { name, version: '2', latch: 'tls10' }, user: 'eve' });
      // The log tells of this one too: it is one client.
      await visitImap(imap, { idBefore: { name: 'Both', version: '1', latch: 'tls10' }, user: 'fay' });
      const client = 'name=Submitter version=1.5 latch=tls10,tls-cert security-tags=tls12';
      await visitSubmission(submit, { client, user: `gus@${domain}` });
      await shipPostfixLog(/name=Submitter[^]*sasl_username=gus@[^]*disconnect from/);
      await untilLatched('Both', { tag: 'tls10', count: 1 });
      await untilLatched(name, { tag: 'tls10', count: 1 });
      await untilLatched('Submitter', { tag: 'tls-cert', count: 1 });
      expect(await textOf('/settings/sources')).toMatch(/Dovecot events\s+Reporting/);
    },
    patienceMs,
  );

  it(
    'does not count our own probes',
    async () => {
      const { page } = console_;
      await page.goto(`${product.url}/domains`);
      await page.getByRole('textbox', { name: 'Mail domain' }).fill(domain);
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/setup\?run=/);
      await page.goto(`${product.url}/settings/sources`);
      const path = await page.getByRole('link', { name: 'log files' }).getAttribute('href');
      await untilText(path ?? '', /\d+ of our own probes are not counted/);
      expect(await textOf('/latches')).not.toMatch(/latchwatch/i);
    },
    patienceMs,
  );

  it('takes all back that a source reported, when somebody says why', async () => {
    const { page } = console_;
    await page.goto(`${product.url}/settings/sources`);
    await page.getByRole('link', { name: 'Postfix' }).click();
    await page.getByLabel('Why, for the audit record').fill('The log was forged');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await untilText('/settings/sources', /Postfix\s+Withdrawn/);
    const row = await matrixRow('tls-cert');
    expect(Object.keys(row)).not.toContain('Submitter');
    expect(row['Demo']).toMatch(/^2\b/);
  });

  it('never made the browser complain', () => {
    expect(console_.problems).toEqual([]);
  });
});
