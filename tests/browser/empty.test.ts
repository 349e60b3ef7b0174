import { findBarriersInLight, findLayoutLosses } from '#tests/support/audit-page.ts';
import { noContent } from '#tests/support/console-content.ts';
import { startConsoleWorld, type ConsolePage, type ConsoleWorld } from '#tests/support/console-world.ts';
import { openPages, pageVisits } from '#tests/support/page-visits.ts';

/* The first day: nothing is watched, nothing was reported. Every page says so, and is as easy to use as a full one. */

let world: ConsoleWorld;
let administrator: ConsolePage;
let stranger: ConsolePage;

beforeAll(async () => {
  world = await startConsoleWorld();
  administrator = await world.open('administrator');
  stranger = await world.open(null);
});
afterAll(() => world.close());

/** Pages that are the same on every day: the test of the full console looks at them. */
const constant = ['api-reference', 'design', 'help', 'settings/routes/new', 'silences/new', 'statements'];
/** Pages about one thing have nothing to be about yet. */
const general = Object.entries(pageVisits).filter(
  ([file]) => !file.includes('[') && !constant.some((place) => file === `app/(console)/${place}/page.tsx`),
);

it.each([...general, ['nothing there', () => ['/domains/nobody.example', '/incidents/none']] as const])(
  '%s',
  async (file, visits) => {
    const { page, problems } = openPages.includes(file) ? stranger : administrator;
    const before = problems.length;
    for (const path of visits(noContent)) {
      const answer = await page.goto(path);
      expect([path, [200, 404].includes(answer?.status() ?? 0)]).toEqual([path, true]);
      expect([path, await findBarriersInLight(page), await findLayoutLosses(page)]).toEqual([path, [], []]);
      expect([path, (await page.locator('h1').allInnerTexts()).length]).toEqual([path, 1]);
    }
    expect(problems.slice(before)).toEqual([]);
  },
);
