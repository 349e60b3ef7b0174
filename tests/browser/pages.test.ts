import { filesNamed } from '#tests/app/support/access-map.ts';
import { findAllBarriers, findLayoutLosses, findUnescaped } from '#tests/support/audit-page.ts';
import { fillConsole, type ConsoleContent } from '#tests/support/console-content.ts';
import { startConsoleWorld, type ConsolePage, type ConsoleWorld } from '#tests/support/console-world.ts';
import { findObedience, mailsOf } from '#tests/support/exported-text.ts';
import { canaryName, foreignHost, hostileTexts, obeyedCharacters } from '#tests/support/hostile-corpus.ts';
import { reportCorpus, writeCorpus, type Answered } from '#tests/support/hostile-doors.ts';
import { exportVisits, openPages, pageVisits } from '#tests/support/page-visits.ts';

/*
 * Every page of the console, built and in a real browser, full of what strangers wrote through every door: nothing of it
 * runs, everybody can use it in both themes, and at 320 px as well as at twice the size nothing is lost.
 */

let world: ConsoleWorld;
let content: ConsoleContent;
let answers: readonly Answered[];
let administrator: ConsolePage;
let stranger: ConsolePage;

beforeAll(async () => {
  world = await startConsoleWorld();
  content = await fillConsole(world.database);
  answers = [...(await reportCorpus(world, content)), ...(await writeCorpus(world, content))];
  administrator = await world.open('administrator');
  stranger = await world.open(null);
});
afterAll(() => world.close());

async function lookAt(path: string, who: ConsolePage, isFirst: boolean): Promise<readonly string[]> {
  const { page, problems } = who;
  const before = problems.length;
  const answer = await page.goto(path);
  const wrong = answer?.status() === 200 ? [] : [`status ${String(answer?.status())}`];
  // One page of a kind is built like the next; what is in them differs.
  if (isFirst) wrong.push(...(await findAllBarriers(page)), ...(await findLayoutLosses(page)));
  wrong.push(...(await findUnescaped(page, obeyedCharacters)), ...problems.slice(before));
  return wrong.map((text) => `${path}: ${text}`);
}

describe('doors', () => {
  it('take the corpus or refuse it in words, and none breaks', () => {
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(answers.filter(({ status }) => status < 300).length).toBeGreaterThan(hostileTexts.length);
  });

  it('let what is sent be seen: the tests below look at something', async () => {
    const [text = ''] = hostileTexts;
    expect(await world.database.clientName.count({ where: { name: text } })).toBeGreaterThan(0);
    const comments = await world.database.incidentEvent.findMany({ where: { kind: 'commented' } });
    expect(comments.map(({ data }) => data)).toContainEqual({ text });
    expect(await world.database.certificate.count({ where: { subject: { contains: canaryName } } })).toBeGreaterThan(0);
  });
});

describe('pages', () => {
  it('are all in the table of visits', () => {
    expect(Object.keys(pageVisits).toSorted()).toEqual(filesNamed('page.tsx').toSorted());
  });

  it.each(Object.keys(pageVisits))('%s', async (file) => {
    const who = openPages.includes(file) ? stranger : administrator;
    const wrong: string[] = [];
    for (const [index, path] of (pageVisits[file]?.(content) ?? []).entries()) {
      wrong.push(...(await lookAt(path, who, index === 0)));
    }
    expect(wrong).toEqual([]);
  });

  it('would have told: the canary sings, and the policy refuses what a page tries', async () => {
    const { page, problems } = await world.open('administrator');
    await page.goto('/findings');
    await page.evaluate(`window.${canaryName}()`);
    expect(problems).toEqual([expect.stringContaining('the canary was called')]);
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('img'), { src: 'https://${foreignHost}/x' }))`,
    );
    expect(
      await page.evaluate(
        `(() => { try { document.body.innerHTML = '<b>x'; return 'taken' } catch (e) { return e.name } })()`,
      ),
    ).toBe('TypeError');
    await page.getByRole('main').waitFor();
    expect(problems.filter((problem) => problem.startsWith('console: ')).length).toBeGreaterThan(1);
    await page.context().close();
  });
});

describe('files', () => {
  it('are all in the table of exports', () => {
    const files = filesNamed('route.ts').filter((file) => /\(console\)|\/feeds\//.test(file));
    expect(Object.keys(exportVisits).toSorted()).toEqual(files);
  });

  it.each(Object.keys(exportVisits))('%s obeys nobody', async (file) => {
    for (const path of exportVisits[file]?.(content) ?? []) {
      const answer = await administrator.context.request.get(path);
      expect([path, answer.status()]).toEqual([path, 200]);
      const type = answer.headers()['content-type'] ?? '';
      expect([path, findObedience(type, await answer.text())]).toEqual([path, []]);
    }
  });

  it('mails have the header fields that we wrote, and no others', async () => {
    const mails = await mailsOf(world.database);
    expect(mails.length).toBeGreaterThan(3);
    expect(mails.flatMap((mail) => findObedience('message/rfc822', mail))).toEqual([]);
  });
});
