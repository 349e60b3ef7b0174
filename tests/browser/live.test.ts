import type { Page } from 'playwright-core';
import { seedDomain, seedIncident } from '#tests/app/support/seed.ts';
import { startConsoleWorld, type ConsolePage, type ConsoleWorld } from '#tests/support/console-world.ts';
import { until } from '#tests/support/until.ts';

/* What pages do by themselves while somebody has them open, and what a browser remembers of how somebody likes them. */

let world: ConsoleWorld;
let operator: ConsolePage;

beforeAll(async () => {
  world = await startConsoleWorld();
  await seedDomain(world.database, 'example.org', new Date());
  operator = await world.open('operator');
});
afterAll(() => world.close());

async function openIncident(host: string): Promise<void> {
  const title = `The certificate of ${host} has expired`;
  await seedIncident(world.database, { ...{ id: host, host, title }, state: 'firing', updatedAt: new Date() });
  await world.database.incidentEvent.create({
    data: { incidentId: host, kind: 'opened', at: new Date(), actor: 'latchwatch', data: {} },
  });
}

const live = (page: Page) => page.getByText('Live', { exact: true });
const rowOf = (page: Page, host: string) =>
  page.getByRole('main').getByRole('link', { name: `The certificate of ${host} has expired`, exact: true });

it('shows what is new without being asked, by one connection of all tabs', async () => {
  const listened: Page[] = [];
  operator.context.on('request', (asked) => {
    if (new URL(asked.url()).pathname === '/live') listened.push(asked.frame().page());
  });
  const { page } = operator;
  await page.goto('/');
  await live(page).waitFor();
  const second = await operator.context.newPage();
  await second.goto('/incidents');
  await live(second).waitFor();
  await openIncident('new.example.org');
  await Promise.all([page, second].map((tab) => rowOf(tab, 'new.example.org').waitFor()));
  expect(listened).toEqual([page]);
  // Who listened for all is gone: another takes its place.
  await page.goto('about:blank');
  await openIncident('later.example.org');
  await rowOf(second, 'later.example.org').waitFor();
  expect(listened).toEqual([page, second]);
  await second.close();
});

it('moves no row under a finger, offers what is new, and says aloud what is critical', async () => {
  const { page } = operator;
  await page.goto('/incidents');
  await live(page).waitFor();
  await rowOf(page, 'new.example.org').focus();
  await openIncident('third.example.org');
  // What the page had before may count once more: how far it is comes from a reading that is kept for a moment.
  const offer = page.getByRole('button', { name: /^[12] new, press u$/ });
  await offer.waitFor();
  await page.getByText('New critical incident: The certificate of third.example.org has expired').waitFor();
  expect(await rowOf(page, 'third.example.org').count()).toBe(0);
  await page.keyboard.press('u');
  await rowOf(page, 'third.example.org').waitFor();
  expect(await offer.count()).toBe(0);
});

it('tells the time of the reader, or everybody’s', async () => {
  const { page, context } = operator;
  const debug = await context.newCDPSession(page);
  await debug.send('Emulation.setTimezoneOverride', { timezoneId: 'Asia/Kolkata' });
  await page.goto('/incidents/new.example.org');
  await live(page).waitFor();
  const clock = page.getByRole('form', { name: 'Absolute times' });
  const time = page
    .getByRole('main')
    .getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/)
    .first();
  expect(await time.innerText()).toMatch(/ UTC$/);
  await clock.getByRole('button', { name: 'Local' }).click();
  await page
    .getByRole('main')
    .getByText(/\+05:30/)
    .first()
    .waitFor();
  await page.reload();
  await page
    .getByRole('main')
    .getByText(/\+05:30/)
    .first()
    .waitFor();
  await clock.getByRole('button', { name: 'UTC' }).click();
  await page
    .getByRole('main')
    .getByText(/\+05:30/)
    .first()
    .waitFor({ state: 'detached' });
});

it('is dark where the system or the reader says so, and light on paper', async () => {
  const { page } = operator;
  const grounds = { light: 'rgb(245, 246, 248)', dark: 'rgb(14, 19, 24)' };
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const turns = (to: keyof typeof grounds) => until(async () => ((await ground()) === grounds[to] ? true : null));
  const choose = async (word: string) => {
    await page.getByRole('form', { name: 'Colours' }).getByRole('button', { name: word }).click();
    await page
      .locator(word === 'System' ? 'html:not([data-theme])' : `html[data-theme=${word.toLowerCase()}]`)
      .waitFor();
  };
  await page.goto('/incidents');
  await live(page).waitFor();
  await turns('light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await turns('dark');
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  await turns('light');
  await page.emulateMedia({ colorScheme: 'dark', media: 'screen' });
  await turns('dark');
  await choose('Light');
  await turns('light');
  await choose('Dark');
  await page.emulateMedia({ colorScheme: 'light', media: 'screen' });
  await turns('dark');
  await page.emulateMedia({ colorScheme: 'light', media: 'print' });
  await turns('light');
  await page.emulateMedia({ colorScheme: 'light', media: 'screen' });
  await choose('System');
  await turns('light');
});

it('keeps what somebody filled in when a form is refused, also the second time', async () => {
  const { page } = operator;
  await page.goto('/silences/new');
  await live(page).waitFor();
  const form = page.getByRole('form', { name: 'Silence something' });
  const filled = async () => {
    const fields = ['host', 'code', 'until', 'maintenance', 'reason'].map(async (name) => {
      return [name, await form.locator(`[name=${name}]`).inputValue()] as const;
    });
    return Object.fromEntries(await Promise.all(fields));
  };
  await form.getByLabel('Host, domain or zone').fill('*.example.org');
  await form.getByLabel('What').selectOption('certificate-expiry');
  await form.getByLabel('Until (UTC)').fill('2999-01-01T00:00');
  await form.getByLabel('Why it is quiet').selectOption('no');
  await form.getByLabel('Reason').fill('Change 2026-041');
  const typed = {
    ...{ host: '*.example.org', code: 'certificate-expiry', until: '2999-01-01T00:00' },
    ...{ maintenance: 'no', reason: 'Change 2026-041' },
  };
  for (let time = 0; time < 2; time += 1) {
    await form.getByRole('button', { name: 'Silence it' }).click();
    await form.getByRole('alert').waitFor();
    await form.getByRole('button', { name: 'Silence it', disabled: false }).waitFor();
    expect(await filled()).toEqual(typed);
  }
});

it('leaves single keys alone where somebody wants that', async () => {
  const { page } = operator;
  await page.goto('/incidents');
  await live(page).waitFor();
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await page.keyboard.press('?');
  await keys.getByRole('button', { name: 'Switch single keys off' }).click();
  await page.keyboard.press('Escape');
  await keys.waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  // Those with Ctrl still do, after them.
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search' }).waitFor();
  expect([await keys.count(), new URL(page.url()).pathname]).toEqual([0, '/incidents']);
});

it('says that nothing new comes, and since when', async () => {
  // Its browser complains of requests that nobody answers, and may.
  const { page } = await world.open('viewer');
  await operator.page.goto('about:blank');
  await page.goto('/');
  await live(page).waitFor();
  await world.whileStopped(async () => {
    await page.getByText(/^No connection since .* What stands below was true then\.$/).waitFor();
    expect(await page.locator('html[data-stale]').count()).toBe(1);
    expect(await rowOf(page, 'new.example.org').count()).toBe(1);
  });
  await openIncident('back.example.org');
  await rowOf(page, 'back.example.org').waitFor();
  expect(await page.locator('html[data-stale]').count()).toBe(0);
  await page.context().close();
});

it('says that the session is over', async () => {
  const { page } = operator;
  await page.goto('/');
  await live(page).waitFor();
  await world.database.session.deleteMany();
  await page.getByText('Your session has ended').waitFor();
  await page.getByRole('link', { name: 'sign in again' }).click();
  await page.waitForURL(/\/login/);
});

it('never made the browser complain', () => {
  expect(operator.problems).toEqual([]);
});
