// First: Next's own parts look for what it sets up when they are loaded.
import { inRequest } from '#tests/app/support/request-scope.ts';
import { isValidElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { createSource } from '#prisma/commands/report-sources.ts';
import LatchesPage from '#app/(console)/latches/page.tsx';
import { readStaleReportAt } from '#app/_queries/last-report.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';

const hourMs = 3_600_000;
let app: ConsoleUnderTest;
beforeAll(async () => {
  app = await openConsole();
});
afterAll(() => app.close());

it('calls reports stale a day after the last one of any source, and nothing stale that never came', async () => {
  const now = Date.now();
  expect(await readStaleReportAt(now)).toBeNull();
  const wish = { addresses: [], hosts: [], actor: 'test', now: new Date(now) };
  for (const name of ['one', 'two']) await createSource(app.database, { ...wish, name });
  expect(await readStaleReportAt(now)).toBeNull();
  await app.database.reportSource.updateMany({ data: { lastSeenAt: new Date(now - 30 * hourMs) } });
  expect(await readStaleReportAt(now)).toBe(now - 30 * hourMs);
  const cookie = await app.session('viewer');
  const page = () => LatchesPage({ searchParams: Promise.resolve({}) });
  const outcome = await inRequest({ headers: { cookie } }, page);
  if (outcome.how !== 'answered' || !isValidElement(outcome.value)) throw new Error(outcome.how);
  expect(renderToStaticMarkup(outcome.value)).toContain('Not of today.');
  await app.database.reportSource.updateMany({ where: { name: 'two' }, data: { lastSeenAt: new Date(now) } });
  expect(await readStaleReportAt(now)).toBeNull();
});
