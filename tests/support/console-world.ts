import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Role } from '#lib/model/role.ts';
import type { Database } from '#prisma/client.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { leaveWaitsToJest, openBrowser } from './browser.ts';
import { engineSecret } from './engine.ts';
import { canaryName } from './hostile-corpus.ts';
import { cleanEnvironment, freePort } from './product.ts';

/** The built console in front of a database of its own, and a browser to look at it with. */
export interface ConsoleWorld {
  readonly url: string;
  readonly databaseUrl: string;
  readonly database: Database;
  readonly app: ConsoleUnderTest;
  /** All that the console printed. */
  readonly output: () => string;
  /** A page of a new person with this role; null: of nobody. */
  readonly open: (role: Role | null) => Promise<ConsolePage>;
  /** Stops the console, and starts it again after `look`. */
  readonly whileStopped: (look: () => Promise<void>) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A page that keeps everything that a page of ours must never cause. */
export interface ConsolePage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, exceptions, refusals of the policy, dialogs, calls of the canary, requests to another host. */
  readonly problems: readonly string[];
}

/** The pseudonym key of these worlds, for ingest beside them. */
export const pseudonymKey = Buffer.alloc(32, 7);

/** Starts the built console with these settings, and builds it first where that is needed. */
export async function startConsole(settings: Readonly<Record<string, string>>): Promise<{
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}> {
  const child = spawn(process.execPath, ['workers/cli/latchwatch.mjs', 'web'], {
    env: cleanEnvironment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = once(child, 'exit');
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The console ended at start:\n${output}`);
    const answer = await fetch(`http://127.0.0.1:${settings['PORT'] ?? ''}/login`).catch(() => null);
    await answer?.text();
    if (answer?.status === 200) break;
    await Promise.race([ended, delay(100)]);
  }
  return {
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function watchPage(context: BrowserContext, url: string): Promise<ConsolePage> {
  const problems: string[] = [];
  const { host } = new URL(url);
  await context.exposeBinding(canaryName, ({ frame }) => void problems.push(`the canary was called on ${frame.url()}`));
  const page = await context.newPage();
  page.on('console', (message) => {
    // Addresses that do not exist are asked for on purpose: their status is what the test looks at.
    if (message.type() === 'error' && !/status of 404/.test(message.text()))
      problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${String(error)}`));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => problems.push(`window: ${popup.url()}`));
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith('http') && asked.host !== host) problems.push(`request: ${request.url()}`);
  });
  return { page, context, problems };
}

/** Starts the console, which is built first where that is needed, on an empty database. Once a test file. */
export async function startConsoleWorld(): Promise<ConsoleWorld> {
  const [app, port] = [await openConsole(), String(await freePort())];
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    ...{ PORT: port, HOST: '127.0.0.1', DATABASE_URL: app.url, LATCHWATCH_PUBLIC_URL: url },
    ...{ LATCHWATCH_SECRET: engineSecret, LATCHWATCH_PSEUDONYM_KEYS: pseudonymKey.toString('base64url') },
  };
  let running = await startConsole(settings);
  const browser: Browser = await openBrowser();
  return {
    ...{ url, app, database: app.database, databaseUrl: app.url, output: () => running.output() },
    open: async (role) => {
      const context = await browser.newContext({
        baseURL: url,
        viewport: { width: 1280, height: 900 },
        reducedMotion: 'reduce',
      });
      leaveWaitsToJest(context);
      if (role !== null) {
        const [name = '', value = ''] = (await app.session(role)).split('=');
        await context.addCookies([{ name, value, url }]);
      }
      return watchPage(context, url);
    },
    whileStopped: async (look) => {
      await running.stop();
      await look();
      running = await startConsole(settings);
    },
    close: async () => {
      await browser.close();
      await running.stop();
      await app.close();
    },
  };
}
