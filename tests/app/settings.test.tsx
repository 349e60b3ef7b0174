// First: Next's own parts look for what it sets up when they are loaded.
import { inRequest } from '#tests/app/support/request-scope.ts';
import type { ReactNode } from 'react';
import { inspect } from 'node:util';
import { isValidElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { noteBackup } from '#prisma/commands/backups.ts';
import { chooseRetentionAction, followChainAction } from '#app/_actions/settings.ts';
import AuditPage from '#app/(console)/settings/audit/page.tsx';
import BackupPage from '#app/(console)/settings/backup/page.tsx';
import KeysPage from '#app/(console)/settings/keys/page.tsx';
import RetentionPage from '#app/(console)/settings/retention/page.tsx';
import SettingsPage from '#app/(console)/settings/page.tsx';
import { openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';

const containing = (text: string): unknown => expect.stringContaining(text);

let app: ConsoleUnderTest;
let cookies: { readonly viewer: string; readonly administrator: string };
beforeAll(async () => {
  app = await openConsole();
  cookies = { viewer: await app.session('viewer'), administrator: await app.session('administrator') };
});
afterAll(() => app.close());

type Who = 'viewer' | 'administrator';
const as = (who: Who) => ({ headers: { cookie: cookies[who], origin: publicUrl } });

async function show(who: Who, page: () => Promise<ReactNode>): Promise<string> {
  const outcome = await inRequest(as(who), page);
  if (outcome.how !== 'answered' || !isValidElement(outcome.value)) throw new Error(inspect(outcome));
  return renderToStaticMarkup(outcome.value)
    .replace(/<(?!input)[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

async function choose(who: Who, days: Readonly<Record<string, string>>): Promise<unknown> {
  const form = new FormData();
  for (const [name, value] of Object.entries(days)) form.set(name, value);
  const outcome = await inRequest(as(who), () => chooseRetentionAction(null, form));
  return outcome.how === 'answered' ? outcome.value : outcome;
}

describe('retention', () => {
  it('shows a viewer how long and how much, and lets only an administrator change it', async () => {
    const seen = await show('viewer', () => RetentionPage());
    expect(seen).toContain('Observations and findings');
    expect(seen).toMatch(/Now: about [\d,]+ rows, \d/);
    expect(seen).toContain('only an administrator may change it');
    expect(seen).not.toContain('Keep it so');
    expect(await choose('viewer', { observations: '30', incidents: '90', reports: '400' })).toMatchObject({
      ok: false,
    });
    expect(await app.database.retentionChoice.count()).toBe(0);
  });

  it('keeps what an administrator chooses, and says who did', async () => {
    expect(await choose('administrator', { observations: '30', incidents: '90', reports: '400' })).toMatchObject({
      ...{ ok: true, message: containing('next daily run') },
    });
    const seen = await show('administrator', () => RetentionPage());
    expect(seen).toMatch(/name="observations"[^>]*value="30"|value="30"[^>]*name="observations"/);
    expect(seen).toContain('Chosen by administrator@example.org');
  });

  it.each([
    [{ observations: '30', incidents: '90', reports: '401' }, '90 to 400 days'],
    [{ observations: 'soon', incidents: '90', reports: '400' }, '7 to 400 days'],
    [{ observations: '30' }, 'Say for each kind'],
  ])('refuses %j in words', async (days, words) => {
    expect(await choose('administrator', days)).toMatchObject({ ok: false, message: containing(words) });
  });
});

describe('the audit record', () => {
  const page = () => AuditPage({ searchParams: Promise.resolve({}) });

  it('is not called whole before somebody followed all of it', async () => {
    expect(await show('administrator', page)).toContain('Nobody has followed the whole chain yet');
    expect(await inRequest(as('viewer'), () => followChainAction())).toMatchObject({ value: { ok: false } });
    expect(await inRequest(as('administrator'), () => followChainAction())).toMatchObject({ value: { ok: true } });
    expect(await show('administrator', page)).toMatch(/The chain was whole: \d+ entries, head [0-9a-f]{64}.*Followed/);
  });
});

describe('backup and keys', () => {
  it('does not take silence for a backup', async () => {
    expect(await show('administrator', () => BackupPage())).toContain('Nobody has told us of a backup');
    const told = { name: 'nightly', note: '/backup/\u202ex', now: new Date() };
    expect(await noteBackup(app.database, told)).toMatchObject({ ok: true });
    const seen = await show('administrator', () => BackupPage());
    expect(seen).toMatch(/nightly Fresh/);
    expect(seen).toContain('U+202E');
    expect(await noteBackup(app.database, { ...told, name: 'Not A Name' })).toMatchObject({ ok: false });
  });

  it('shows a viewer neither', async () => {
    expect(await show('viewer', () => BackupPage())).toContain('Only an administrator');
    expect(await show('viewer', () => KeysPage())).toContain('Only an administrator');
  });

  it('names tokens that nobody uses', async () => {
    await app.token('status:read');
    const old = { createdAt: new Date(Date.now() - 100 * 86_400_000) };
    await app.database.apiToken.updateMany({ data: old });
    expect(await show('administrator', () => KeysPage())).toContain('1 unused for 90 days');
  });
});

it('leads to every part, and says how each stands', async () => {
  const seen = await show('administrator', () => SettingsPage());
  expect(seen).toContain('Observations 30, incidents 90, clients 400 days');
  expect(seen).toContain('The last backup said it was done 0 h ago.');
  expect(seen).toContain('Whole when it was followed 0 h ago.');
  expect((await show('viewer', () => SettingsPage())).match(/Only an administrator may open it/g)?.length).toBe(7);
});
