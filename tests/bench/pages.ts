import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { hashPassword } from 'better-auth/crypto';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { readNextKey } from '#lib/dane/next-key.ts';
import type { Database } from '#prisma/client.ts';
import { createSource } from '#prisma/commands/report-sources.ts';
import { createToken } from '#prisma/commands/tokens.ts';
import { createPerson } from '#prisma/commands/users.ts';
import { openBrowser } from '#tests/support/browser.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import { startConsole } from '#tests/support/console-world.ts';
import { freePort } from '#tests/support/product.ts';
import { startBenchDatabase } from './bench-database.ts';
import { fillCensus } from './census-world.ts';
import { estateDomain, estateFingerprint, estateHost, fillEstate } from './estate-world.ts';
import { describeFigure, describeMachine } from './measure.ts';

/*
 * Every page of the console over a large provider: how long a reader waits, and how much script a page brings. The
 * built console, a real Postgres with the settings of the product, a real browser for the scripts.
 */

const runs = 5;
const goalMs = 100;
const goalKiB = 15;
const password = 'correct horse battery staple';

/** What stands for the `[…]` of a page's address. */
type Parameter = (database: Database) => Promise<string | null>;
const parameters: Readonly<Record<string, Parameter>> = {
  'certificates/[fingerprint]': () => Promise.resolve(estateFingerprint(estateHost(1, 2))),
  'domains/[name]': () => Promise.resolve(estateDomain(1)),
  'domains/[name]/conformance': () => Promise.resolve(estateDomain(1)),
  'domains/[name]/report': () => Promise.resolve(estateDomain(1)),
  'endpoints/[id]': () => Promise.resolve('endpoint-1-2-993'),
  'endpoints/[id]/compare': () => Promise.resolve('endpoint-1-2-993'),
  'endpoints/[id]/declaration': () => Promise.resolve('endpoint-1-2-993'),
  'findings/[code]': () => Promise.resolve('certificate-expiry'),
  'incidents/[id]': async (database) =>
    (await database.incident.findFirst({ where: { state: 'firing' }, select: { id: true } }))?.id ?? null,
  'plan/[id]': async (database) => (await database.changePlan.findFirst({ select: { id: true } }))?.id ?? null,
  'rollovers/[id]': async (database) => (await database.rollover.findFirst({ select: { id: true } }))?.id ?? null,
  'settings/people/[id]': async (database) => (await database.user.findFirst({ select: { id: true } }))?.id ?? null,
  'settings/routes/[id]': () => Promise.resolve('default'),
  'settings/sources/[id]': async (database) =>
    (await database.reportSource.findFirst({ select: { id: true } }))?.id ?? null,
  'zones/[name]': () => Promise.resolve(estateDomain(1)),
};

/** What an address needs besides, for pages that nobody opens without. */
const queries: Readonly<Record<string, string>> = {
  'exceptions/new': '?finding=endpoint-1-2-993-finding-0',
  'settings/routes/new': '?kind=webhook',
  'support/notice': `?host=${estateHost(1, 2)}`,
};

/** The pages of the console as the tree has them, e.g. `incidents/[id]`. */
function pagesOfTree(): readonly string[] {
  const root = 'app/(console)';
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)page\.tsx$/.test(path))
    .map((path) => path.replace(/\/?page\.tsx$/, ''))
    .toSorted();
}

interface Target {
  readonly page: string;
  readonly path: string;
}

async function targetsOf(database: Database, print: (line: string) => void): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const page of pagesOfTree()) {
    if (!page.includes('[')) {
      targets.push({ page: `/${page}`, path: `/${page}${queries[page] ?? ''}` });
      continue;
    }
    const value = (await parameters[page]?.(database)) ?? null;
    if (value === null) print(`not measured, since the estate has none: /${page}`);
    else targets.push({ page: `/${page}`, path: `/${page.replace(/\[\w+\]/, encodeURIComponent(value))}` });
  }
  return targets;
}

/** A plan for a whole domain, by the API since it judges all that is watched, and a key that is about to be rolled over. */
async function beginWork(database: Database, url: string): Promise<void> {
  const now = new Date();
  const actor = 'bench';
  const { token } = await createToken(database, { name: 'bench', scopes: ['inventory:write'], createdBy: actor, now });
  const hosts = Array.from({ length: 5 }, (_, host) => estateHost(1, host));
  const planned = await fetch(`${url}/api/v1/plans`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      change: { op: 'disable_tls', versions: ['1.0', '1.1', '1.2'], hosts, ports: [] },
      note: '',
      days: 14,
    }),
  });
  if (planned.status !== 201) throw new Error(`the plan was answered with ${await planned.text()}`);
  const key = readNextKey(issueCertificate({ commonName: estateHost(1, 2) }).pem);
  if (!key.ok) throw new Error(key.error);
  // The estate's records match nobody's key, so that the command would refuse it.
  const records = { next: `3 1 1 ${'0'.repeat(64)}`, old: [`3 1 1 ${'1'.repeat(64)}`] };
  await database.rollover.create({
    data: {
      ...{ id: 'rollover', endpointId: 'endpoint-1-2-993', given: key.value.given, createdAt: now, createdBy: actor },
      ...{ publicKey: new Uint8Array(key.value.spki), usage: 3, selector: 1, matching: 1, oldRecords: records },
    },
  });
}

interface Answer {
  readonly status: number;
  /** Milliseconds until the first byte and until the last. */
  readonly firstMs: number;
  readonly lastMs: number;
}

function ask(url: string, cookie: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const asked = request(url, { headers: { cookie, 'accept-encoding': 'gzip' } }, (response) => {
      let firstMs = 0;
      response.on('data', () => (firstMs ||= performance.now() - start));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, firstMs, lastMs: performance.now() - start }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Signs in as people do; gives the session's cookie. */
async function signIn(browser: Browser, url: string): Promise<string> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/login`);
  await page.getByLabel('E-mail address').fill('bench@example.org');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${url}/`);
  const cookie = (await context.cookies()).find(({ name }) => name.endsWith('session_token'));
  await context.close();
  if (cookie === undefined) throw new Error('nobody could sign in');
  return `${cookie.name}=${cookie.value}`;
}

const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;

/** Addresses of the scripts that a page loads by itself until nothing more comes. */
async function scriptsOf(browser: Browser, { url, cookie }: { readonly url: string; readonly cookie: string }) {
  const context = await browser.newContext();
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url: new URL(url).origin }]);
  const page = await context.newPage();
  const scripts = new Set<string>();
  page.on('request', (asked) => {
    if (asked.resourceType() === 'script') scripts.add(asked.url());
  });
  await page.goto(url, { waitUntil: 'load' });
  // The stream of live updates never ends: what a page loads by itself has come when its scripts have run.
  await page.waitForTimeout(1_000);
  await context.close();
  return scripts;
}

/** KiB of scripts as they are sent with gzip. */
async function weigh(scripts: Iterable<string>, known: Map<string, number>): Promise<number> {
  let bytes = 0;
  for (const script of scripts) {
    const size = known.get(script) ?? gzipSync(new Uint8Array(await (await fetch(script)).arrayBuffer())).length;
    known.set(script, size);
    bytes += size;
  }
  return bytes / 1024;
}

/** Runs the benchmark: `--endpoints N --holders N --requests N`, the last of each run. */
export async function benchPages(print: (line: string) => void, rest: readonly string[]): Promise<void> {
  const [endpoints, holders] = [readNumber(rest, '--endpoints', 10_000), readNumber(rest, '--holders', 300_000)];
  const requests = readNumber(rest, '--requests', 20);
  const { url: databaseUrl, database, stop } = await startBenchDatabase();
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  try {
    await fillCensus(databaseUrl, { rows: holders, seed: 'pages', lastSeen: 'decaying' });
    await fillEstate(databaseUrl, { endpoints });
    const now = new Date();
    await createSource(database, { name: 'bench', addresses: [], hosts: [], perSecond: 1000, actor: 'bench', now });
    const passwordHash = await hashPassword(password);
    await createPerson(database, {
      ...{ name: 'Bench', email: 'bench@example.org', role: 'administrator', passwordHash, now },
    });
    const { stop: stopConsole } = await startConsole({
      ...{ PORT: port, HOST: '127.0.0.1', DATABASE_URL: databaseUrl, LATCHWATCH_PUBLIC_URL: url },
      ...{ LATCHWATCH_SECRET: 'a secret of at least thirty-two characters' },
      LATCHWATCH_PSEUDONYM_KEYS: Buffer.alloc(32, 1).toString('base64url'),
    });
    const browser = await openBrowser();
    try {
      for (const line of describeMachine({ command: `npm run bench -- pages ${rest.join(' ')}`.trim(), seed: 'pages' }))
        print(line);
      print(
        `${String(await database.endpoint.count())} endpoints, ${String(await database.domain.count())} domains, ` +
          `${String(await database.incident.count())} incidents, ${String(holders)} clients in the census`,
      );
      await beginWork(database, url);
      const targets = await targetsOf(database, print);
      const cookie = await signIn(browser, url);
      await measureWaits(print, { url, cookie, targets, requests });
      await measureScripts(print, { browser, url, cookie, targets });
    } finally {
      await browser.close();
      await stopConsole();
    }
  } finally {
    await stop();
  }
}

function readNumber(rest: readonly string[], name: string, otherwise: number): number {
  const at = rest.indexOf(name);
  const value = at < 0 ? otherwise : Number(rest[at + 1]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`Say how many: ${name} ${String(otherwise)}`);
  return value;
}

interface Measured {
  readonly url: string;
  readonly cookie: string;
  readonly targets: readonly Target[];
}

async function measureWaits(
  print: (line: string) => void,
  { url, cookie, targets, requests }: Measured & { readonly requests: number },
): Promise<void> {
  print(`to the first and to the last byte, p95 of ${String(requests)} requests, one after the other`);
  const late: string[] = [];
  for (const { page, path } of targets) {
    const { status } = await ask(url + path, cookie);
    if (status !== 200) {
      print(`${page} was answered with ${String(status)}`);
      late.push(page);
      continue;
    }
    const [first, last]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run += 1) {
      const answers: Answer[] = [];
      for (let time = 0; time < requests; time += 1) answers.push(await ask(url + path, cookie));
      first.push(p95(answers.map(({ firstMs }) => firstMs)));
      last.push(p95(answers.map(({ lastMs }) => lastMs)));
    }
    print(describeFigure({ name: page, unit: 'ms', values: first }));
    print(describeFigure({ name: '  to the last byte', unit: 'ms', values: last }));
    if (p95(first) >= goalMs) late.push(page);
  }
  print(`${String(targets.length)} pages; first byte not under ${String(goalMs)} ms: ${late.join(', ') || 'none'}`);
}

const buildManifest = z.object({ rootMainFiles: z.array(z.string()) });

/** The scripts that the framework gives to every page, an empty one too. */
function frameworkScripts(url: string): readonly string[] {
  const text = readFileSync('.next/build-manifest.json', 'utf8');
  return buildManifest.parse(JSON.parse(text)).rootMainFiles.map((file) => `${url}/_next/${file}`);
}

/** What a page brings above that. */
async function measureScripts(
  print: (line: string) => void,
  { browser, url, cookie, targets }: Measured & { readonly browser: Browser },
): Promise<void> {
  const known = new Map<string, number>();
  const floor = await weigh(frameworkScripts(url), known);
  print(`script that the framework gives to an empty page (gzip): ${floor.toFixed(1)} KiB`);
  const heavy: string[] = [];
  for (const { page, path } of targets) {
    const own = (await weigh(await scriptsOf(browser, { url: url + path, cookie }), known)) - floor;
    print(`${page.padEnd(44)} ${own.toFixed(1).padStart(8)} KiB above that`);
    if (own > goalKiB) heavy.push(page);
  }
  print(`more than ${String(goalKiB)} KiB above it: ${heavy.join(', ') || 'none'}`);
}
