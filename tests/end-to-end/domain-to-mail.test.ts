import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { dnsAddresses } from '#tests/lab/addresses.ts';
import type { Lab } from '#tests/lab/lab.ts';
import type { ParsedMail } from '#tests/lab/parse-mail.ts';
import { openBrowser, openPage, type WatchedPage } from '#tests/support/browser.ts';
import { freePort, startProduct, type Product } from '#tests/support/product.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';
import { until } from '#tests/support/until.ts';

/*
 * The whole road, with nothing replaced: real servers, the real program, the real browser. A domain is typed in, its
 * certificate has expired, people are told, the certificate is renewed, and people are told that too.
 */

const domain = 'renewal.test';
const host = `mail.${domain}`;
const administrator = { name: 'Ada Admin', email: 'ada@monitor.test', password: 'correct horse battery staple' };

const incidentList = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      severity: z.string(),
      rule: z.string(),
      subjects: z.array(z.string()),
      host: z.string().nullable(),
      port: z.number().nullable(),
      url: z.string(),
    }),
  ),
});

let lab: Lab;
let settings: Readonly<Record<string, string>>;
let product: Product;
let browser: Browser;
let console_: WatchedPage;
let folder: string;
let token: string;

async function api(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${product.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function incidents(query: string): Promise<z.infer<typeof incidentList>['data']> {
  const response = await api('GET', `/incidents?limit=200&${query}`);
  expect(response.status).toBe(200);
  return incidentList.parse(await response.json()).data;
}

function mailsAbout(incidentId: string): readonly ParsedMail[] {
  return lab.mails().filter((mail) => mail.headers['x-latchwatch-incident'] === incidentId);
}

beforeAll(async () => {
  lab = await sharedLab();
  await lab.expireCertificate(domain);
  folder = await mkdtemp(join(tmpdir(), 'latchwatch-e2e-'));
  settings = {
    ...lab.environment,
    LATCHWATCH_DATA: folder,
    LATCHWATCH_INTERVAL: '10s',
    PORT: String(await freePort()),
  };
  product = await startProduct(settings);
  browser = await openBrowser();
  console_ = await openPage(browser);
});

afterAll(async () => {
  await browser.close();
  await product.stop();
  await lab.renewCertificate(domain);
  await rm(folder, { recursive: true, force: true });
});

describe('from a domain name to the all-clear', () => {
  it('lets nobody in before there is an administrator', async () => {
    expect((await fetch(`${product.url}/api/v1/incidents`)).status).toBe(401);
    const { page } = console_;
    await page.goto(product.url);
    expect(new URL(page.url()).pathname).toBe('/login');
  });

  it('creates the administrator by the printed link, once', async () => {
    const { page } = console_;
    if (product.setupLink === null) throw new Error(`no link in:\n${product.output()}`);
    await page.goto(product.url + product.setupLink);
    await page.getByLabel('Your name').fill(administrator.name);
    await page.getByLabel('E-mail address').fill(administrator.email);
    await page.getByLabel('Password').fill(administrator.password);
    await page.getByRole('button', { name: 'Create and sign in' }).click();
    await page.waitForURL(`${product.url}/`);
    await page.getByRole('heading', { name: 'Which mail domain shall we watch?' }).waitFor();

    const stranger = await openPage(browser);
    await stranger.page.goto(product.url + product.setupLink);
    expect(await stranger.page.getByRole('heading', { name: 'This link does not work' }).isVisible()).toBe(true);
    await stranger.page.context().close();
  });

  it('takes a domain by the API and discovers its services', async () => {
    token = await product.cli(
      ...['token', 'create', '--name', 'ticket system'],
      ...['inventory:read', 'inventory:write', 'incidents:read', 'incidents:ack'].flatMap((scope) => [
        '--scope',
        scope,
      ]),
    );
    const added = await api('POST', '/domains', { name: domain });
    expect(added.status).toBe(202);
    const location = added.headers.get('location');
    if (location === null) throw new Error('no Location');
    const discovery = await until(async () => {
      const response = await fetch(new URL(location, product.url), { headers: { authorization: `Bearer ${token}` } });
      const body = z.object({ state: z.string() }).parse(await response.json());
      return body.state === 'done' ? body : null;
    });
    expect(discovery.state).toBe('done');
    const list = await api('GET', `/endpoints?domain=${domain}`);
    const { data } = z
      .object({ data: z.array(z.object({ service: z.string(), host: z.string(), port: z.number() })) })
      .parse(await list.json());
    expect(data.map(({ port }) => port).sort((a, b) => a - b)).toEqual([25, 110, 143, 465, 587, 993, 995, 4190]);
    expect(new Set(data.map((endpoint) => endpoint.host))).toEqual(new Set([host]));
  });

  it('opens one critical incident for the certificate, with every port, and mails it', async () => {
    const open = await until(async () => {
      const list = await incidents('state=open');
      const expired = list.filter((incident) => incident.rule === 'certificate-expiry');
      return expired[0]?.subjects.length === 8 ? expired : null;
    });
    expect(open).toHaveLength(1);
    expect(open.every((incident) => incident.severity === 'critical' && incident.host === host)).toBe(true);
    for (const incident of open) {
      const [mail] = await until(() => {
        const mails = mailsAbout(incident.id);
        return mails.length > 0 ? mails : null;
      });
      expect(mail?.headers['subject']).toContain(`[FIRING] ${host}: `);
      expect(mail?.headers['auto-submitted']).toBe('auto-generated');
      expect(mail?.text).toMatch(
        new RegExp(
          `^Host: ${host}\r?\nAddress: 127\\.80\\.18\\.1\r?\nService: .+\r?\nState: .+\r?\nIncident: ${incident.id}`,
        ),
      );
    }
  });

  it('shows it in the console with what was expected, what came and since when, and takes the acknowledgement', async () => {
    const { page } = console_;
    await page.goto(product.url);
    await page.getByRole('heading', { name: /things? needs? you/ }).waitFor();
    const fault = page.getByRole('main').getByRole('link', { name: /^Certificate of .* expired/ });
    await fault.click();
    await page.waitForURL(/\/incidents\/\w+$/);
    const text = await page.getByRole('main').innerText();
    expect(text).toContain(host);
    expect(text).toMatch(/expected/i);
    expect(text).toMatch(/got/i);
    expect(text).toMatch(/since/i);
    await page.getByRole('heading', { name: 'Where it is' }).waitFor();
    expect(text).toContain(`${host}:993`);
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await until(async () => {
      const acknowledged = await incidents('state=acknowledged');
      return acknowledged.length === 1 ? true : null;
    });
  });

  it('watches the zone of the domain, and shows its chain of trust and what each server says', async () => {
    const zone = await until(async () => {
      const response = await api('GET', `/zones/${domain}`);
      if (response.status !== 200) return null;
      const body = z.object({ last_verdict: z.string().nullable() }).parse(await response.json());
      return body.last_verdict === null ? null : body;
    });
    expect(['pass', 'info']).toContain(zone.last_verdict);
    const { page } = console_;
    await page.goto(`${product.url}/zones/${domain}`);
    await page.getByRole('heading', { name: 'Chain of trust' }).waitFor();
    const text = await page.getByRole('main').innerText();
    expect(text).toMatch(/All \d+ answers are secure/);
    expect(text).toContain(dnsAddresses.zones);
    const list = page.locator('details', { hasText: 'As a list, with every signature' });
    await list.locator('summary').first().click();
    await list
      .getByText(/DNSKEY/)
      .first()
      .waitFor();
  });

  it('tells in the same thread when the certificate is renewed', async () => {
    const before = await incidents('state=open,acknowledged');
    const expired = before.filter((incident) => incident.rule === 'certificate-expiry');
    expect(expired).toHaveLength(1);
    await lab.renewCertificate(domain);
    for (const incident of expired) {
      const mails = await until(() => {
        const found = mailsAbout(incident.id);
        return found.some((mail) => mail.headers['subject']?.startsWith('[RESOLVED]') === true) ? found : null;
      });
      const [first, ...rest] = mails;
      const last = rest.at(-1);
      expect(last?.headers['subject']).toContain(`[RESOLVED] ${host}: `);
      expect(last?.headers['in-reply-to']).toBe(first?.headers['message-id']);
      expect(last?.headers['references']).toContain(first?.headers['message-id']);
    }
    const resolved = await incidents('state=resolved');
    expect(resolved.map(({ id }) => id)).toEqual(expect.arrayContaining(expired.map(({ id }) => id)));
    const { page } = console_;
    await page.goto(product.url);
    await page.getByRole('heading', { name: /^Nothing needs you/ }).waitFor();
  });

  it('never made the browser complain', () => {
    expect(console_.problems).toEqual([]);
  });
});

describe('the program itself', () => {
  it('refuses a second start on the same data folder with a sentence', async () => {
    const second = await promisify(execFile)(process.execPath, ['workers/cli/latchwatch.mjs', 'start'], {
      env: { ...product.environment, PORT: String(await freePort()) },
    }).then(
      () => null,
      (error: unknown) => z.object({ code: z.number(), stderr: z.string() }).parse(error),
    );
    expect(second?.code).toBe(2);
    expect(second?.stderr).toContain(folder);
    expect(second?.stderr).not.toMatch(/\n\s+at /);
    expect((await fetch(`${product.url}/healthz`)).status).toBe(200);
  });

  it('is whole again after kill -9 of everything', async () => {
    const parent = product.process.pid;
    if (parent === undefined) throw new Error('no process');
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
    const postmaster = readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0] ?? '';
    const all = new Set([parent, ...[...children, postmaster].map(Number)]);
    expect(all.size).toBeGreaterThanOrEqual(4);
    for (const pid of all) process.kill(pid, 'SIGKILL');
    await until(() => (product.process.signalCode === null ? null : true));

    product = await startProduct(settings);
    expect(product.setupLink).toBeNull();
    const { data } = z
      .object({ data: z.array(z.object({ name: z.string() })) })
      .parse(await (await api('GET', '/domains')).json());
    expect(data.map(({ name }) => name)).toEqual([domain]);
    const { page } = console_;
    await page.goto(`${product.url}/domains`);
    await page.getByRole('link', { name: domain }).first().waitFor();
  });

  it('stops cleanly when asked', async () => {
    expect(await product.stop()).toBe(0);
    await expect(fetch(`${product.url}/healthz`)).rejects.toThrow();
    expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(false);
  });
});
