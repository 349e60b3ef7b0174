import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { ensurePackages } from '#tests/lab/packages.ts';

export interface WatchedPage {
  readonly page: Page;
  /** Console errors, uncaught exceptions and refused requests so far: a test ends by finding none. */
  readonly problems: readonly string[];
}

/** Debian's Chromium, installed when it is missing. */
export async function openBrowser(): Promise<Browser> {
  await ensurePackages(['chromium']);
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    // The product's pages need nothing from outside; these keep the browser from asking by itself.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Waits in a page end when the test does: what must hold says nothing of how fast this machine is. */
export function leaveWaitsToJest(context: BrowserContext): void {
  context.setDefaultTimeout(0);
  context.setDefaultNavigationTimeout(0);
}

/** A page in a context of its own that keeps what the browser complains about. */
export async function openPage(
  browser: Browser,
  options: {
    readonly colorScheme?: 'dark' | 'light';
    readonly width?: number;
    readonly javaScriptEnabled?: boolean;
  } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    colorScheme: options.colorScheme ?? 'light',
    viewport: { width: options.width ?? 1440, height: 900 },
    javaScriptEnabled: options.javaScriptEnabled ?? true,
  });
  leaveWaitsToJest(context);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  return { page, problems };
}
